/**
 * Falco's condition language, by recursive descent, as libsinsp's filter/parser.cpp has it:
 *
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = { "not" } check
 *     check      = "(" or ")" | operand condition | macro
 *     operand    = field | transformer "(" argument { "," argument } ")" [ "[" text "]" ]
 *     field      = name "." name { "." name } [ "[" text "]" ]
 *     condition  = "exists" | operator right
 *     right      = [ modifier ] "(" [ text { "," text } ] ")" | text | number | "val(" field ")" | operand
 *     text       = quoted in " or ' with escapes | any characters but ( ) " ' , = and blanks
 *
 * "or", "and" and "not" need a blank or a parenthesis behind them. All of it is case-sensitive.
 */
import { quote, type FaultCode, type Faults } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { listOperators, modifiers, numberOperators, operators, transformers } from './expression.ts';
import type { Expression, FieldOperand, Operand, Operator, Right, TransformerArgument, TransformerOperand, Value } from './expression.ts';
import type { Place, SourceText } from './source-text.ts';
import { unescape } from './unescape.ts';

/** The longest known condition has 2,300 characters. */
export const conditionCharsMax = 65_536;

/** Parentheses and transformers nest less deep than this; bounds the parser's recursion and that of all behind it. */
export const conditionDepthMax = 64;

/** Undefined after adding a fault. */
export function parseCondition(source: SourceText, faults: Faults): Expression | undefined {
  if (source.text.length > conditionCharsMax) {
    return faults.add('CONDITION_TOO_LARGE', source.placeOf(0), `the condition is longer than ${conditionCharsMax} characters`);
  }
  return attempt(() => new Parser(source, faults).whole());
}

/** A field with its argument, as exceptions name it. */
export function parseField(source: SourceText, faults: Faults): FieldOperand | undefined {
  return attempt(() => new Parser(source, faults).wholeField());
}

/** A field or transformer by itself, as outputs name it. */
export function parseOperand(source: SourceText, faults: Faults): Operand | undefined {
  return attempt(() => new Parser(source, faults).wholeOperand());
}

/** Values with commas between them, in parentheses or not: an item of a list, or a value of an exception. */
export function parseValues(source: SourceText, faults: Faults): readonly Value[] | undefined {
  if (source.text.length > conditionCharsMax) {
    return faults.add('CONDITION_TOO_LARGE', source.placeOf(0), `the values are longer than ${conditionCharsMax} characters`);
  }
  return attempt(() => new Parser(source, faults).wholeValues());
}

/** Unwinds the descent once a fault is recorded. */
class SyntaxStop extends Error {}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SyntaxStop) return undefined;
    throw error;
  }
}

const blanks = /[ \t\b\r\n]*/y;
const identifier = /[a-zA-Z]+[a-zA-Z0-9_]*/y;
const fieldName = /[a-zA-Z]+[a-zA-Z0-9_]*(?:\.[a-zA-Z]+[a-zA-Z0-9_]*)+/y;
const bareArgument = /[^\][\s"']+/y;
const number = /0[xX][0-9a-zA-Z]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y;
const bareText = /[^()"'\s=,]+/y;
const word = /\S+/y;

class Parser {
  private at = 0;
  private depth = 0;
  private readonly source: SourceText;
  private readonly faults: Faults;

  constructor(source: SourceText, faults: Faults) {
    this.source = source;
    this.faults = faults;
  }

  whole(): Expression {
    this.skipBlanks();
    if (this.at === this.source.text.length) return this.stop('VALUE_EMPTY', 'the condition is empty');
    const parsed = this.or();
    if (this.at < this.source.text.length) this.unexpected('"and" or "or"', this.rest());
    return parsed;
  }

  wholeField(): FieldOperand {
    this.skipBlanks();
    const start = this.at;
    const name = this.take(fieldName) ?? this.unexpected('the name of a field', this.rest());
    const field = this.fieldRest(name, start);
    this.end('the name of a field');
    return field;
  }

  wholeOperand(): Operand {
    const operand = this.operand() ?? this.unexpected('a field', this.rest());
    this.end('the end of a field');
    return operand;
  }

  wholeValues(): readonly Value[] {
    this.skipBlanks();
    const enclosed = this.literal('(');
    const values = this.values(enclosed);
    if (enclosed) this.close();
    this.end('a comma');
    return values;
  }

  private or(): Expression {
    return this.joined('or', () => this.and());
  }

  private and(): Expression {
    return this.joined('and', () => this.not());
  }

  private joined(kind: 'and' | 'or', part: () => Expression): Expression {
    const of = [part()];
    for (;;) {
      this.skipBlanks();
      if (!this.literal(kind)) break;
      if (!/[ \t\b\r\n(]/.test(this.peek())) this.unexpected(`a blank or "(" behind "${kind}"`, this.rest());
      // As in libsinsp: "or(" takes the parenthesis alone, so that an "and" behind it joins the whole.
      of.push(this.peek() === '(' ? this.enclosed() : part());
    }
    const [first] = of;
    return of.length === 1 && first !== undefined ? first : { kind, of };
  }

  private not(): Expression {
    let negated = false;
    for (;;) {
      this.skipBlanks();
      if (!/^not[ \t\b\r\n(]/.test(this.source.text.slice(this.at, this.at + 4))) break;
      this.at += 3;
      negated = !negated;
    }
    const of = this.check();
    return negated ? { kind: 'not', of } : of;
  }

  private check(): Expression {
    if (this.peek() === '(') return this.enclosed();
    const start = this.at;
    const left = this.operand();
    if (left !== undefined) return this.condition(left);
    const name = this.take(identifier);
    if (name === undefined) return this.unexpected('"(", a field or a macro', this.rest());
    if (this.peek() === '(') {
      this.at = start;
      this.stop('CONDITION_SYNTAX', `there is no transformer ${quote(name)}`, didYouMean(name, transformers));
    }
    return { kind: 'macro', name, at: this.source.placeOf(start) };
  }

  private enclosed(): Expression {
    return this.nested(() => {
      this.at += 1;
      const inner = this.or();
      this.close();
      return inner;
    });
  }

  private condition(left: Operand): Expression {
    this.skipBlanks();
    const operatorAt = this.source.placeOf(this.at);
    const operator = this.operator();
    if (operator === 'exists') return { kind: 'check', left, operator, operatorAt, right: undefined };
    this.skipBlanks();
    const modifier = modifiers.find((name) => this.wordBefore(name, '('));
    if (modifier !== undefined) {
      this.at += modifier.length;
      this.skipBlanks();
    }
    const listed = modifier !== undefined || isListOperator(operator);
    const right = listed ? this.listed() : this.single(operator);
    return { kind: 'check', left, operator, operatorAt, right, ...(modifier === undefined ? {} : { modifier }) };
  }

  /** Those of letters need a blank behind them, but "in" and its like, which go with a parenthesis too. */
  private operator(): Operator {
    const found = operators.find((name) => {
      if (!this.source.text.startsWith(name, this.at)) return false;
      if (!/^[a-z]/.test(name)) return true;
      const behind = this.source.text[this.at + name.length] ?? '';
      return /^\s?$/.test(behind) || (behind === '(' && isListOperator(name)) || (behind === ')' && name === 'exists');
    });
    if (found === undefined) {
      const near = /^[a-zA-Z]+/.exec(this.source.text.slice(this.at, this.at + 32))?.[0];
      return this.unexpected('an operator', this.rest(), near === undefined ? undefined : didYouMean(near, operators));
    }
    this.at += found.length;
    return found;
  }

  private single(operator: Operator): Right {
    const operand = this.rightOperand();
    if (operand !== undefined) return { kind: 'operand', operand };
    const start = this.at;
    if ((numberOperators as readonly string[]).includes(operator)) {
      const text = this.take(number) ?? this.quoted() ?? this.unexpected('a number', this.rest());
      return { kind: 'values', values: [{ text, quoted: true, at: this.source.placeOf(start) }] };
    }
    return { kind: 'values', values: [this.value()] };
  }

  private listed(): Right {
    if (this.literal('(')) {
      const values = this.values(true);
      this.close();
      return { kind: 'values', values };
    }
    const operand = this.rightOperand();
    if (operand !== undefined) return { kind: 'operand', operand };
    const start = this.at;
    const text = this.take(identifier) ?? this.unexpected('a list in parentheses', this.rest());
    return { kind: 'values', values: [{ text, quoted: false, at: this.source.placeOf(start) }] };
  }

  private values(mayBeEmpty: boolean): Value[] {
    this.skipBlanks();
    if (mayBeEmpty && this.peek() === ')') return [];
    const values = [this.value()];
    for (;;) {
      this.skipBlanks();
      if (!this.literal(',')) return values;
      this.skipBlanks();
      values.push(this.value());
    }
  }

  private value(): Value {
    const start = this.at;
    const at = this.source.placeOf(start);
    const quoted = this.quoted();
    if (quoted !== undefined) return { text: quoted, quoted: true, at };
    const text = this.take(bareText) ?? this.unexpected('a value', this.rest());
    return { text, quoted: false, at };
  }

  /** val(field), or a transformer; undefined, without moving, for anything else. */
  private rightOperand(): Operand | undefined {
    const start = this.at;
    if (!this.literal('val(')) return this.transformer();
    this.skipBlanks();
    const name = this.take(fieldName) ?? this.unexpected('a field in val()', this.rest());
    const field = this.fieldRest(name, start + 'val('.length);
    this.close();
    return field;
  }

  private operand(): Operand | undefined {
    const start = this.at;
    const name = this.take(fieldName);
    return name === undefined ? this.transformer() : this.fieldRest(name, start);
  }

  private fieldRest(name: string, start: number): FieldOperand {
    const argument = this.brackets();
    return { kind: 'field', name, at: this.source.placeOf(start), ...(argument === undefined ? {} : { argument }) };
  }

  private brackets(): string | undefined {
    if (!this.literal('[')) return undefined;
    const argument = this.quoted() ?? this.take(bareArgument) ?? this.unexpected('an argument', this.rest());
    if (!this.literal(']')) this.unexpected('"]"', this.rest());
    return argument;
  }

  private transformer(): TransformerOperand | undefined {
    const start = this.at;
    const name = transformers.find((each) => this.source.text.startsWith(`${each}(`, start));
    if (name === undefined) return undefined;
    this.at += name.length;
    const of = this.nested(() => this.transformerArguments());
    const argument = this.brackets();
    return { kind: 'transformer', name, of, at: this.source.placeOf(start), ...(argument === undefined ? {} : { argument }) };
  }

  private transformerArguments(): TransformerArgument[] {
    this.at += 1;
    const found: TransformerArgument[] = [];
    this.skipBlanks();
    if (this.literal(')')) return found;
    do {
      this.skipBlanks();
      found.push(this.transformerArgument());
      this.skipBlanks();
    } while (this.literal(','));
    this.close();
    return found;
  }

  private transformerArgument(): TransformerArgument {
    const at = this.source.placeOf(this.at);
    if (this.peek() === '(') return { kind: 'list', of: this.nested(() => this.transformerArguments()), at };
    const text = this.quoted() ?? this.take(number);
    if (text !== undefined) return { kind: 'value', text, at };
    return this.operand() ?? this.unexpected('a field, a transformer, a quoted text, a number or a list', this.rest());
  }

  private quoted(): string | undefined {
    const delimiter = this.peek();
    if (delimiter !== '"' && delimiter !== "'") return undefined;
    const { text } = this.source;
    let end = this.at + 1;
    // As libsinsp reads it: a delimiter behind a backslash, whatever stands before that, goes on.
    while (end < text.length && (text[end] !== delimiter || text[end - 1] === '\\')) end += 1;
    if (end >= text.length) return this.stop('CONDITION_SYNTAX', `the quoted text has no ${delimiter} at its end`);
    const inner = unescape(text.slice(this.at + 1, end), delimiter);
    if (inner === undefined) return this.stop('CONDITION_SYNTAX', 'the quoted text has an escape that does not exist', 'write \\\\ for a backslash');
    this.at = end + 1;
    return inner;
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1;
    if (this.depth > conditionDepthMax) this.stop('CONDITION_TOO_DEEP', `the condition nests deeper than ${conditionDepthMax} levels`);
    const parsed = parse();
    this.depth -= 1;
    return parsed;
  }

  private close(): void {
    this.skipBlanks();
    if (!this.literal(')')) this.unexpected('")"', this.rest());
  }

  private end(wanted: string): void {
    this.skipBlanks();
    if (this.at < this.source.text.length) this.unexpected(wanted, this.rest());
  }

  private wordBefore(name: string, behind: string): boolean {
    return this.source.text.startsWith(name, this.at) && this.source.text.slice(this.at + name.length).trimStart().startsWith(behind);
  }

  private peek(): string {
    return this.source.text[this.at] ?? '';
  }

  private literal(text: string): boolean {
    const found = this.source.text.startsWith(text, this.at);
    if (found) this.at += text.length;
    return found;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private skipBlanks(): void {
    this.take(blanks);
  }

  /** What stands here, for a message. */
  private rest(): string {
    word.lastIndex = this.at;
    const found = word.exec(this.source.text)?.[0];
    return found === undefined ? 'its end' : quote(found);
  }

  private unexpected(wanted: string, instead: string, hint?: string): never {
    return this.stop('CONDITION_SYNTAX', `${wanted} must stand here, not ${instead}`, hint);
  }

  private stop(code: FaultCode, message: string, hint?: string): never {
    this.faults.add(code, this.here(), message, hint);
    throw new SyntaxStop(message);
  }

  private here(): Place {
    return this.source.placeOf(this.at);
  }
}

function isListOperator(name: string): boolean {
  return (listOperators as readonly string[]).includes(name);
}

/** For the checks of exceptions, which name their operators as texts. */
export function operatorNamed(name: string): Operator | undefined {
  return operators.find((operator) => operator === name);
}
