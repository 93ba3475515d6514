/**
 * Judges of single tests and of groups of literals. Literals are told by the bytes of an encoded text, and numbers by its
 * digits, where the event has such a text; else the test is judged as compile.ts says, by values. What costs more than to
 * look up a verdict is judged once an event, however many rules ask.
 */
import { many, type Match, type Test } from '../rules/ir.ts';
import { compile, type Judge } from './compile.ts';
import type { FieldCell, TextTest } from './field-cell.ts';
import type { FieldSource } from './field-source.ts';
import { fold } from './fold.ts';
import { anchoredSet, containedSet, tableBytesOf, type LiteralSet } from './literal-set.ts';
import { asItIs, literalBytes, literalFinder, lowerCase, standsAt, textsTest } from './literal-test.ts';
import { isAscii, type GroupNode, type LiteralMatch, type LiteralTest, type TestNode } from './normal-form.ts';
import { holds, isNumberRelation } from './numbers.ts';
import { regexJudge } from './regex-judge.ts';
import type { TableBudget } from './table-budget.ts';

/** Of one group: many times what rules need; a longer list is looked up by its text. */
const groupBytesMax = 256 * 1024;

/** What a search for a literal costs is one step for each of its bytes that it can go on by; the automaton's step a byte is cheaper than two thirds of one. */
const searchStepsMax = 0.6;

export class TestJudges {
  private readonly source: FieldSource;
  private readonly budget: TableBudget;
  private readonly judges = new Map<string, Judge>();
  private readonly identities = new Map<unknown, number>();

  /** All nodes are for events of one shape. */
  constructor(source: FieldSource, budget: TableBudget) {
    this.source = source;
    this.budget = budget;
  }

  judgeOf(node: TestNode | GroupNode): Judge {
    if (node.kind === 'test') return this.judgeOfTest(node.test);
    const key = JSON.stringify(['any', ...node.tests.map((test) => this.keyOf(test)).sort()]);
    return this.judges.getOrInsertComputed(key, () => this.groupJudge(node));
  }

  judgeOfTest(test: Test): Judge {
    return this.judges.getOrInsertComputed(this.keyOf(test), () => this.testJudge(test));
  }

  private testJudge(test: Test): Judge {
    const { field, match } = test;
    const judge = compile(test, this.source);
    if (field === undefined) return judge;
    const cell = this.cellOf(test);
    switch (match.kind) {
      case 'exact':
      case 'prefix':
      case 'suffix':
        return isAscii(match.text) ? endJudge(cell, match.kind, match, judge) : judge;
      case 'contains':
        return this.once(isAscii(match.text) ? containsJudge(cell, match, test.every === true, judge) : judge);
      case 'number':
        return numberJudge(cell, match, judge);
      case 'null':
        return () => !cell.hasValue() && judge();
      case 'exists':
        return () => cell.hasValue() || judge();
      case 'regex':
        return this.once(regexJudge(test, match.regex, this.source, this.budget));
      case 'wildcard':
        return this.once(wildcardJudge(cell, match, judge));
      case 'list':
      case 'cidr':
      case 'time':
        return this.once(judge);
      case 'field':
        return this.once(match.other === undefined ? judge : this.fieldJudge(cell, match, judge));
    }
  }

  private fieldJudge(cell: FieldCell, { relation, other, cased }: Extract<Match, { kind: 'field' }>, otherwise: Judge): Judge {
    if (relation === 'contains' || isNumberRelation(relation)) return otherwise;
    const compared = this.source.cellOf(this.source.slotOf(other!));
    const test = textsTest(relation, cased);
    return () => (cell.isText() && compared.isText() ? test(cell, compared) : undefined) ?? otherwise();
  }

  private groupJudge({ cell, tests }: GroupNode): Judge {
    const judge = compile({ kind: 'or', of: tests }, this.source);
    const contained = tests[0]!.match.kind === 'contains';
    const has = contained ? this.containedTest(tests) : this.endsTest(tests);
    if (has === undefined) return this.once(judge);
    return contained ? this.once(setJudge(cell, has, judge)) : setJudge(cell, has, judge);
  }

  /** Undefined when there is no memory for its table. */
  private containedTest(tests: readonly LiteralTest[]): LiteralSet | undefined {
    const { cased } = tests[0]!.match;
    const literals = formsOf(tests);
    const steps = literals.reduce((sum, { length }) => sum + 1 / length, 0);
    if (steps > searchStepsMax) return this.takeBytes(tableBytesOf(literals)) ? containedSet(literals, cased) : undefined;
    const finders = literals.map((literal) => literalFinder(literal, cased));
    return (bytes, start, end) => {
      for (let index = 0; index < finders.length; index += 1) if (finders[index]!(bytes, start, end) >= 0) return true;
      return false;
    };
  }

  /** For what a text is, begins with and ends with. Undefined when there is no memory for its tables. */
  private endsTest(tests: readonly LiteralTest[]): LiteralSet | undefined {
    const { cased } = tests[0]!.match;
    const ofKinds = ends.map(([kind, where]) => ({ where, literals: formsOf(tests.filter(({ match }) => match.kind === kind)) }));
    const parts = ofKinds.filter(({ literals }) => literals.length > 0);
    if (!this.takeBytes(parts.reduce((sum, { literals }) => sum + tableBytesOf(literals), 0))) return undefined;
    const [one, two, three] = parts.map(({ where, literals }) => anchoredSet(literals, where, cased));
    if (two === undefined) return one!;
    return (bytes, start, end) => one!(bytes, start, end) || two(bytes, start, end) || three?.(bytes, start, end) === true;
  }

  private takeBytes(ofGroup: number): boolean {
    return ofGroup <= groupBytesMax && this.budget.take(ofGroup);
  }

  private cellOf({ field }: Test): FieldCell {
    return this.source.cellOf(this.source.slotOf(field!));
  }

  /**
   * Tests of one key give the same verdict on every event of the shape. Keys are JSON, as what rules look for may hold
   * whatever would keep parts apart.
   */
  private keyOf(test: Test): string {
    return JSON.stringify(test.field === undefined ? ['never'] : ['one', test.every === true, this.cellOf(test).id, ...this.matchKey(test.match)]);
  }

  private matchKey(match: Match): readonly unknown[] {
    switch (match.kind) {
      case 'exact':
      case 'prefix':
      case 'suffix':
      case 'contains':
        return [match.kind, match.cased, formOf(match)];
      case 'wildcard':
        return [match.kind, match.cased, match.pattern.map((part) => (typeof part === 'string' ? part : part === many ? 1 : 2))];
      case 'regex':
        return [match.kind, match.regex.flags, match.regex.source];
      case 'number':
        return [match.kind, match.relation, String(match.value)];
      case 'time':
        return [match.kind, match.part, match.value];
      case 'list':
        return [match.kind, this.identityOf(match.list)];
      case 'cidr':
        return [match.kind, this.identityOf(match.contains)];
      case 'field':
        return match.other === undefined ? ['never'] : [match.kind, match.relation, match.cased, this.source.cellOf(this.source.slotOf(match.other)).id];
      case 'null':
      case 'exists':
        return [match.kind];
    }
  }

  private identityOf(thing: unknown): number {
    return this.identities.getOrInsertComputed(thing, () => this.identities.size);
  }

  /** Judged at most once an event. When the judge throws, nothing is kept: whoever asks next meets the fault as well. */
  private once(judge: Judge): Judge {
    const { source } = this;
    let judgedFor = 0;
    let verdict = false;
    return () => {
      if (judgedFor !== source.event) {
        verdict = judge();
        judgedFor = source.event;
      }
      return verdict;
    };
  }
}

/** As it is compared. */
function formOf({ text, cased }: Pick<LiteralMatch, 'text' | 'cased'>): string {
  return cased ? text : fold(text);
}

function formsOf(tests: readonly LiteralTest[]): readonly string[] {
  return [...new Set(tests.map(({ match }) => formOf(match)))];
}

/** Each kind a function of its own: what they had in common would be a call more. */
function endJudge(cell: FieldCell, kind: 'exact' | 'prefix' | 'suffix', match: LiteralMatch, otherwise: Judge): Judge {
  const wanted = literalBytes(formOf(match));
  const form = match.cased ? asItIs : lowerCase;
  const { length } = wanted;
  switch (kind) {
    case 'exact':
      return () => (cell.isPlain() ? cell.end - cell.start === length && standsAt(wanted, cell.bytes, cell.start, form) : otherwise());
    case 'prefix':
      return () => (cell.isPlain() ? cell.end - cell.start >= length && standsAt(wanted, cell.bytes, cell.start, form) : otherwise());
    case 'suffix':
      return () => (cell.isPlain() ? cell.end - cell.start >= length && standsAt(wanted, cell.bytes, cell.end - length, form) : otherwise());
  }
}

function containsJudge(cell: FieldCell, match: LiteralMatch, every: boolean, otherwise: Judge): Judge {
  const has = containsTest(match);
  if (every) return () => (cell.isPlain() ? has(cell.bytes, cell.start, cell.end) : otherwise());
  return setJudge(cell, has, otherwise);
}

function containsTest(literal: Pick<LiteralMatch, 'text' | 'cased'>): TextTest {
  const find = literalFinder(formOf(literal), literal.cased);
  return (bytes, start, end) => find(bytes, start, end) >= 0;
}

/** For a test that any of several values has to pass. */
function setJudge(cell: FieldCell, has: LiteralSet, otherwise: Judge): Judge {
  return () => (cell.isPlain() ? has(cell.bytes, cell.start, cell.end) : (cell.hasSome(has) ?? otherwise()));
}

/** A text that lacks the longest literal of the pattern is refused without more. */
function wildcardJudge(cell: FieldCell, { pattern, cased }: Extract<Match, { kind: 'wildcard' }>, otherwise: Judge): Judge {
  const literals = pattern.filter((part) => typeof part === 'string' && isAscii(part)) as string[];
  const longest = literals.reduce((best, each) => (each.length > best.length ? each : best), '');
  if (longest === '') return otherwise;
  const has = containsTest({ text: longest, cased });
  return () => (!cell.isPlain() || has(cell.bytes, cell.start, cell.end)) && otherwise();
}

/** Where in a text a literal stands of which kind. */
const ends = [
  ['exact', 'whole'],
  ['prefix', 'beginning'],
  ['suffix', 'end'],
] as const;

function numberJudge(cell: FieldCell, { relation, value }: Extract<Match, { kind: 'number' }>, otherwise: Judge): Judge {
  return () => {
    const number = cell.isText() ? wholeNumber(cell.bytes, cell.start, cell.end) : Number.NaN;
    return Number.isNaN(number) ? otherwise() : holds(relation, number, value);
  };
}

/** So many digits are exact. */
const digitsMax = 15;

/** NaN when it is not written as a whole number is, or is long. */
function wholeNumber(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === 0x2d;
  const first = negative ? start + 1 : start;
  if (first >= end || end - first > digitsMax) return Number.NaN;
  let number = 0;
  for (let index = first; index < end; index += 1) {
    const digit = bytes[index]! - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return negative ? -number : number;
}
