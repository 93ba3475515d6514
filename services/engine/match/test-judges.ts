/**
 * Judges of single tests and of groups of literals. Literals are told by the bytes of an encoded text, and numbers by its
 * digits, where the event has such a text; else the test is judged as compile.ts says, by values. What costs more than to
 * look up a verdict is judged once an event, however many rules ask.
 */
import { many, type Match, type Test } from '../rules/ir.ts';
import { compile, type Judge } from './compile.ts';
import type { FieldCell } from './field-cell.ts';
import type { FieldSource } from './field-source.ts';
import { fold } from './fold.ts';
import { anchoredSet, containedSet, tableBytesOf, type LiteralSet } from './literal-set.ts';
import { asItIs, literalBytes, literalFinder, lowerCase, standsAt, textsTest } from './literal-test.ts';
import { isAscii, type GroupNode, type LiteralMatch, type LiteralTest, type TestNode } from './normal-form.ts';
import { holds, isNumberRelation } from './numbers.ts';
import { regexJudge } from './regex-judge.ts';

/** Of one group: many times what rules need; a longer list is looked up by its text. */
const groupBytesMax = 256 * 1024;
/** Of all groups of a shape: those of SigmaHQ's Windows rules take a sixth. */
const tableBytesMax = 64 * 2 ** 20;

export class TestJudges {
  private readonly source: FieldSource;
  private readonly judges = new Map<string, Judge>();
  private readonly identities = new Map<unknown, number>();
  private tableBytes = 0;

  /** All nodes are for events of one shape. */
  constructor(source: FieldSource) {
    this.source = source;
  }

  judgeOf(node: TestNode | GroupNode): Judge {
    if (node.kind === 'test') return this.judges.getOrInsertComputed(this.keyOf(node.test), () => this.testJudge(node.test));
    const key = node.tests.map((test) => this.keyOf(test)).sort().join('\n');
    return this.judges.getOrInsertComputed(key, () => this.groupJudge(node));
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
        return isAscii(match.text) ? literalJudge(cell, match, judge) : judge;
      case 'contains':
        return this.once(isAscii(match.text) ? literalJudge(cell, match, judge) : judge);
      case 'number':
        return numberJudge(cell, match, judge);
      case 'null':
        return () => !cell.hasValue() && judge();
      case 'exists':
        return () => cell.hasValue() || judge();
      case 'regex':
        return this.once(regexJudge(test, match.regex, this.source));
      case 'wildcard':
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
    const literals = [...new Set(tests.map(({ match }) => formOf(match)))];
    const bytes = tableBytesOf(literals);
    if (bytes > groupBytesMax || this.tableBytes + bytes > tableBytesMax) return this.once(judge);
    this.tableBytes += bytes;
    const [first] = tests;
    if (first!.match.kind === 'contains') return this.once(setJudge(cell, containedTest(literals, first!.match.cased), judge));
    return setJudge(cell, endsTest(tests), judge);
  }

  private cellOf({ field }: Test): FieldCell {
    return this.source.cellOf(this.source.slotOf(field!));
  }

  /** Tests of one key give the same verdict on every event of the shape. */
  private keyOf(test: Test): string {
    return test.field === undefined ? 'never' : `${test.every === true ? 'every' : ''} ${this.cellOf(test).id} ${this.matchKey(test.match)}`;
  }

  private matchKey(match: Match): string {
    switch (match.kind) {
      case 'exact':
      case 'prefix':
      case 'suffix':
      case 'contains':
        return `${match.kind} ${match.cased} ${formOf(match)}`;
      case 'wildcard':
        return `wildcard ${match.cased} ${JSON.stringify(match.pattern.map((part) => (typeof part === 'string' ? part : part === many ? 1 : 2)))}`;
      case 'regex':
        return `regex ${JSON.stringify(match.regex.flags)} ${match.regex.source}`;
      case 'number':
        return `number ${match.relation} ${match.value}`;
      case 'time':
        return `time ${match.part} ${match.value}`;
      case 'list':
        return `list ${this.identityOf(match.list)}`;
      case 'cidr':
        return `cidr ${this.identityOf(match.contains)}`;
      case 'field':
        return match.other === undefined ? 'never' : `field ${match.relation} ${match.cased} ${this.source.cellOf(this.source.slotOf(match.other)).id}`;
      case 'null':
      case 'exists':
        return match.kind;
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
function formOf({ text, cased }: LiteralMatch): string {
  return cased ? text : fold(text);
}

/** Each kind a function of its own: what they had in common would be a call more. */
function literalJudge(cell: FieldCell, match: LiteralMatch, otherwise: Judge): Judge {
  const wanted = literalBytes(formOf(match));
  const form = match.cased ? asItIs : lowerCase;
  const { length } = wanted;
  switch (match.kind) {
    case 'exact':
      return () => (cell.isPlain() ? cell.end - cell.start === length && standsAt(wanted, cell.bytes, cell.start, form) : otherwise());
    case 'prefix':
      return () => (cell.isPlain() ? cell.end - cell.start >= length && standsAt(wanted, cell.bytes, cell.start, form) : otherwise());
    case 'suffix':
      return () => (cell.isPlain() ? cell.end - cell.start >= length && standsAt(wanted, cell.bytes, cell.end - length, form) : otherwise());
    case 'contains': {
      const find = literalFinder(formOf(match), match.cased);
      return () => (cell.isPlain() ? find(cell.bytes, cell.start, cell.end) >= 0 : otherwise());
    }
  }
}

function setJudge(cell: FieldCell, has: LiteralSet, otherwise: Judge): Judge {
  return () => (cell.isPlain() ? has(cell.bytes, cell.start, cell.end) : otherwise());
}

/** What a search for a literal costs is one step for each of its bytes that it can go on by; the automaton's step a byte is cheaper than two thirds of one. */
const searchStepsMax = 0.6;

function containedTest(literals: readonly string[], cased: boolean): LiteralSet {
  const steps = literals.reduce((sum, { length }) => sum + 1 / length, 0);
  if (steps > searchStepsMax) return containedSet(literals, cased);
  const finders = literals.map((literal) => literalFinder(literal, cased));
  return (bytes, start, end) => {
    for (let index = 0; index < finders.length; index += 1) if (finders[index]!(bytes, start, end) >= 0) return true;
    return false;
  };
}

/** For what a text is, begins with and ends with. */
function endsTest(tests: readonly LiteralTest[]): LiteralSet {
  const { cased } = tests[0]!.match;
  const sets = (['exact', 'prefix', 'suffix'] as const).flatMap((kind) => {
    const literals = tests.filter(({ match }) => match.kind === kind).map(({ match }) => formOf(match));
    return literals.length === 0 ? [] : [anchoredSet([...new Set(literals)], endOf[kind], cased)];
  });
  const [one, two, three] = sets;
  if (two === undefined) return one!;
  return (bytes, start, end) => one!(bytes, start, end) || two(bytes, start, end) || three?.(bytes, start, end) === true;
}

const endOf = { exact: 'whole', prefix: 'beginning', suffix: 'end' } as const;

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
