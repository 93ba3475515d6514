/**
 * A regular expression costs many times what other tests do. So it is tried only on texts that hold what it needs, in
 * order, by an automaton over their bytes (lazy-dfa.ts); and where RE2 itself is asked, its verdicts on the last texts
 * are kept as long as texts come again.
 */
import type { Test } from '../rules/ir.ts';
import type { LinearRegex } from '../rules/regex.ts';
import { anyCharacter, type AsciiClass } from './ascii-class.ts';
import { compile, type Judge } from './compile.ts';
import type { FieldSource } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { asciiDfa } from './lazy-dfa.ts';
import { literalFinder, lowerCase } from './literal-test.ts';
import { neededOf, type Needed } from './regex-literals.ts';
import type { TableBudget } from './table-budget.ts';

/** Of a test for a regular expression, in events of the shape of the one that the source holds. */
export function regexJudge(test: Test, regex: LinearRegex, source: FieldSource, budget: TableBudget): Judge {
  if (test.field === undefined) return () => false;
  const cell = source.cellOf(source.slotOf(test.field));
  const verdicts = new Verdicts((text) => regex.test(text));
  const byText = compile({ ...test, match: { kind: 'regex', regex: { ...regex, test: (text) => verdicts.of(text) } } }, source);
  const dfa = asciiDfa(regex, budget);
  const needed = neededOf(regex);
  const find = finderOf(dfa === undefined || needed === undefined ? needed : telling(needed));
  return () => {
    if (!cell.isPlain()) return byText();
    if (find(cell.bytes, cell.start, cell.end) < 0) return false;
    return dfa?.test(cell.bytes, cell.start, cell.end) ?? byText();
  };
}

/** What is looked for in less time than the automaton takes: longer literals, which few texts have, and longer runs, which are missed in few steps. */
const literalCharsMin = 3;
const runCharsMin = 8;
/** A search that takes as many steps a byte takes as long as it. */
const searchStepsMax = 1;

/** As much of what is needed as is worth to look for. */
function telling(needed: Needed): Needed | undefined {
  switch (needed.kind) {
    case 'literal':
      return needed.text.length >= literalCharsMin ? needed : undefined;
    case 'run':
      return needed.length >= runCharsMin ? needed : undefined;
    case 'all': {
      const of = needed.of.map(telling).filter((part) => part !== undefined);
      return of.length > 0 ? { kind: 'all', of, spanning: [] } : undefined;
    }
    case 'any': {
      const of = needed.of.map(telling).filter((part) => part !== undefined);
      const search: Needed = { kind: 'any', of };
      return of.length === needed.of.length && searchSteps(search) < searchStepsMax ? search : undefined;
    }
  }
}

/** A byte, in a text that does not have it. */
function searchSteps(needed: Needed): number {
  switch (needed.kind) {
    case 'literal':
      return 1 / needed.text.length;
    case 'run':
      return 1 / needed.length;
    case 'all':
      return searchSteps(needed.of[0]!);
    case 'any':
      return needed.of.reduce((sum, part) => sum + searchSteps(part), 0);
  }
}

/** Where what is needed ends at the earliest in bytes[start, end); -1 when it is not there. Of a plain text, see FieldCell. */
type Finder = (bytes: Uint8Array, start: number, end: number) => number;

function finderOf(needed: Needed | undefined): Finder {
  switch (needed?.kind) {
    case undefined:
      return (_bytes, start) => start;
    case 'literal':
      return literalFinder(foldForIndex(needed.text), false);
    case 'run':
      return runFinder(needed.of, needed.length);
    case 'all':
      return inOrder(needed.of.map(finderOf));
    case 'any':
      return earliest(needed.of.map(finderOf));
  }
}

/** Where the last character of a run would stand is looked at first: a long run is missed in few steps. */
function runFinder(members: AsciiClass, length: number): Finder {
  if (members === anyCharacter) return (_bytes, start, end) => (start + length <= end ? start + length : -1);
  const isMember = lowerCase.map((byte) => members[byte] ?? 0);
  return (bytes, start, end) => {
    let first = start;
    for (let behind = first + length; behind <= end; behind = first + length) {
      let at = behind - 1;
      while (at >= first && isMember[bytes[at]!] === 1) at -= 1;
      if (at < first) return behind;
      first = at + 1;
    }
    return -1;
  };
}

function inOrder(finders: readonly Finder[]): Finder {
  return (bytes, start, end) => {
    let at = start;
    for (let index = 0; index < finders.length && at >= 0; index += 1) at = finders[index]!(bytes, at, end);
    return at;
  };
}

function earliest(finders: readonly Finder[]): Finder {
  return (bytes, start, end) => {
    let least = -1;
    for (let index = 0; index < finders.length; index += 1) {
      const behind = finders[index]!(bytes, start, end);
      if (behind >= 0 && (least < 0 || behind < least)) least = behind;
    }
    return least;
  };
}

/** Texts kept of one expression; half of them go when there are more. */
const verdictsMax = 512;
/** Longer texts hardly come twice, and would hold memory. */
const keptUnitsMax = 1_024;
/** A text that comes again saves about as much as keeping so many others costs. */
const hitWorth = 4;
/** Where texts do not come again, so many are judged without a look at those kept, before it is tried once more. */
const pauseTexts = 4_096;

class Verdicts {
  private readonly judge: (text: string) => boolean;
  private young = new Map<string, boolean>();
  private old = new Map<string, boolean>();
  /** What keeping has saved of late; below 0, it pauses. */
  private credit = verdictsMax;
  private pausedFor = 0;

  constructor(judge: (text: string) => boolean) {
    this.judge = judge;
  }

  of(text: string): boolean {
    if (text.length > keptUnitsMax || this.pauses()) return this.judge(text);
    const known = this.young.get(text) ?? this.old.get(text);
    if (known !== undefined) {
      this.credit = Math.min(this.credit + hitWorth, verdictsMax);
      return known;
    }
    this.credit -= 1;
    const verdict = this.judge(text);
    this.keep(text, verdict);
    return verdict;
  }

  private keep(text: string, verdict: boolean): void {
    if (this.young.size >= verdictsMax / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(text, verdict);
  }

  private pauses(): boolean {
    if (this.pausedFor > 0) {
      this.pausedFor -= 1;
      return true;
    }
    if (this.credit >= 0) return false;
    this.credit = verdictsMax;
    this.pausedFor = pauseTexts;
    return true;
  }
}
