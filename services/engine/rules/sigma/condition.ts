/**
 * Sigma's condition language, by recursive descent:
 *
 *     condition  = or
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = { "not" } primary
 *     primary    = "(" or ")" | quantifier "of" ( "them" | pattern ) | identifier
 *     quantifier = "1" | "any" | "all"
 *     pattern    = identifier with "*" for any run of characters
 *     identifier = any characters but blanks, "(", ")" and "|"
 *
 * Operators are recognised in any case. "them" and patterns skip identifiers that begin with "_", unless the pattern
 * does too. A "|" began an aggregation in Sigma v1 and is refused.
 */
import { testsIn } from '../condition-size.ts';
import { quote } from '../diagnostics.ts';
import type { FaultCode, Faults } from '../diagnostics.ts';
import { allOf, anyOf } from '../ir.ts';
import type { Condition } from '../ir.ts';
import { didYouMean } from '../suggest.ts';
import type { SourceScalar } from '../yaml-source.ts';

/** The selections of a rule. One that could not be loaded is undefined: it has its own faults. */
export type Selections = ReadonlyMap<string, Condition | undefined>;

/** Far above the longest known condition (about 900). */
export const conditionCharsMax = 16_384;

/**
 * Tests of a condition, each counted as often as it stands in it: `all of them` said a thousand times repeats every
 * selection. The largest known rule has about 1,400.
 */
export const conditionTestsMax = 100_000;

/** Parentheses and `not` nest less deep than this; bounds the parser's recursion. */
export const conditionDepthMax = 64;

/** Undefined after adding a fault, or when a selection it names has one. */
export function parseCondition(source: SourceScalar, selections: Selections, faults: Faults): Condition | undefined {
  if (source.text.length > conditionCharsMax) {
    return faults.add('CONDITION_SYNTAX', source.at, `the condition is longer than ${conditionCharsMax} characters`);
  }
  const pipe = source.text.indexOf('|');
  if (pipe >= 0) {
    const hint = 'count with a correlation rule instead';
    return faults.add('CONDITION_AGGREGATION', source.positionOf(pipe), 'aggregation with "|" is not part of Sigma v2', hint);
  }
  const parser = new Parser(source, selections, faults);
  try {
    return parser.parse();
  } catch (error) {
    if (error instanceof SyntaxStop) return undefined;
    throw error;
  }
}

/** Unwinds the descent once a syntax fault is recorded. */
class SyntaxStop extends Error {}

interface Token {
  readonly text: string;
  /** The same in lower case, for operators. */
  readonly word: string;
  readonly index: number;
}

const quantifiers = new Set(['1', 'any', 'all']);
const reserved = new Set(['and', 'or', 'not', 'of', '(', ')']);

class Parser {
  private readonly source: SourceScalar;
  private readonly selections: Selections;
  private readonly faults: Faults;
  private readonly tokens: readonly Token[];
  private next = 0;
  private incomplete = false;
  private tests = 0;

  constructor(source: SourceScalar, selections: Selections, faults: Faults) {
    this.source = source;
    this.selections = selections;
    this.faults = faults;
    this.tokens = tokensOf(source.text);
  }

  parse(): Condition | undefined {
    const condition = this.or(0);
    const rest = this.tokens[this.next];
    if (rest !== undefined) this.stop(rest, `expected "and", "or" or the end, found ${quote(rest.text)}`);
    return this.incomplete ? undefined : condition;
  }

  private or(depth: number): Condition {
    const parts = [this.and(depth)];
    while (this.accept('or')) parts.push(this.and(depth));
    return anyOf(parts);
  }

  private and(depth: number): Condition {
    const parts = [this.not(depth)];
    while (this.accept('and')) parts.push(this.not(depth));
    return allOf(parts);
  }

  private not(depth: number): Condition {
    if (!this.accept('not')) return this.primary(depth);
    this.checkDepth(depth);
    return { kind: 'not', of: this.not(depth + 1) };
  }

  private primary(depth: number): Condition {
    const token = this.tokens[this.next];
    if (token === undefined) return this.stop(undefined, 'the condition ends where a selection must stand');
    this.next += 1;
    if (token.word === '(') return this.group(token, depth);
    if (this.tokens[this.next]?.word === 'of') return this.quantified(token);
    if (reserved.has(token.word)) return this.stop(token, `a selection must stand here, not ${quote(token.text)}`);
    return this.named(token);
  }

  private group(open: Token, depth: number): Condition {
    this.checkDepth(depth, open);
    const inner = this.or(depth + 1);
    if (!this.accept(')')) this.stop(this.tokens[this.next], 'a ")" is missing');
    return inner;
  }

  private quantified(quantifier: Token): Condition {
    if (!quantifiers.has(quantifier.word)) {
      this.stop(quantifier, `before "of" stands 1, any or all, not ${quote(quantifier.text)}`);
    }
    this.next += 1;
    const target = this.tokens[this.next];
    if (target === undefined || reserved.has(target.word)) {
      return this.stop(target, 'after "of" must stand "them" or a pattern of selections');
    }
    this.next += 1;
    const names = this.namesFor(target);
    if (names.length === 0) return this.unknown(target, `no selection matches ${quote(target.text)}`);
    const parts = names.map((name) => this.selection(name, target));
    return quantifier.word === 'all' ? allOf(parts) : anyOf(parts);
  }

  private namesFor(target: Token): string[] {
    const names = [...this.selections.keys()];
    const visible = names.filter((name) => target.text.startsWith('_') || !name.startsWith('_'));
    if (target.word === 'them') return visible;
    return visible.filter((name) => matchesGlob(target.text, name));
  }

  private named(token: Token): Condition {
    if (this.selections.has(token.text)) return this.selection(token.text, token);
    const hint = token.text.includes('*') ? `write "1 of ${token.text}" or "all of ${token.text}"` : undefined;
    return this.unknown(token, `the rule has no selection ${quote(token.text)}`, hint);
  }

  private selection(name: string, token: Token): Condition {
    const of = this.selections.get(name);
    if (of !== undefined) {
      this.tests += testsIn(of);
      if (this.tests > conditionTestsMax) this.stop(token, `the condition has more than ${conditionTestsMax} tests`, 'CONDITION_TOO_LARGE');
      return { kind: 'selection', name, of };
    }
    this.incomplete = true;
    return unparsed;
  }

  /** The grammar is intact, so that parsing goes on and finds the other faults too. */
  private unknown(token: Token, message: string, hint?: string): Condition {
    const at = this.source.positionOf(token.index);
    this.faults.add('SELECTION_UNKNOWN', at, message, hint ?? didYouMean(token.text, this.selections.keys()));
    this.incomplete = true;
    return unparsed;
  }

  private accept(word: string): boolean {
    if (this.tokens[this.next]?.word !== word) return false;
    this.next += 1;
    return true;
  }

  private checkDepth(depth: number, token = this.tokens[this.next - 1]): void {
    if (depth >= conditionDepthMax) {
      this.stop(token, `the condition nests deeper than ${conditionDepthMax} levels`, 'CONDITION_TOO_DEEP');
    }
  }

  private stop(token: Token | undefined, message: string, code: FaultCode = 'CONDITION_SYNTAX'): never {
    this.faults.add(code, this.source.positionOf(token?.index ?? this.source.text.length), message);
    throw new SyntaxStop();
  }
}

/** Stands in for what has a fault; never leaves `parse`. */
const unparsed: Condition = { kind: 'or', of: [] };

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[()]|[^\s()]+/g)].map((found) => {
    return { text: found[0], word: found[0].toLowerCase(), index: found.index };
  });
}

/** `*` is any run of characters. Linear but for the number of stars, which the length of a condition bounds. */
function matchesGlob(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const run of rest) {
    const found = name.indexOf(run, from);
    if (found < 0) return false;
    from = found + run.length;
  }
  return name.length - from >= last.length && name.endsWith(last);
}
