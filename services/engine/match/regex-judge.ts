/**
 * A regular expression costs a hundred times what other tests do. So it is tried only on texts that hold what it needs,
 * in order, and its verdicts on the last texts are kept as long as texts come again.
 */
import type { FieldRef } from '../rules/fields.ts';
import type { Test } from '../rules/ir.ts';
import type { LinearRegex } from '../rules/regex.ts';
import { anyCharacter, type AsciiClass } from './ascii-class.ts';
import { compile, type Judge } from './compile.ts';
import type { FieldSource } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { neededBy, type Needed } from './regex-literals.ts';

export function regexJudge(test: Test, regex: LinearRegex, field: FieldRef, source: FieldSource): Judge {
  const slot = source.slotOf(field);
  const verdicts = new Verdicts((text) => regex.test(text));
  const kept: Test = { ...test, match: { kind: 'regex', regex: { ...regex, test: (text) => verdicts.of(text) } } };
  const judge = compile(kept, source);
  const needed = neededBy(regex.source);
  if (needed === undefined) return judge;
  const find = finder(needed);
  const least = lengthOf(needed);
  return () => {
    const folded = source.folded(slot);
    return folded === undefined ? judge() : folded.length >= least && find(foldForIndex(folded), 0) >= 0 && judge();
  };
}

/** What no text with what is needed is shorter than. */
function lengthOf(needed: Needed): number {
  switch (needed.kind) {
    case 'literal':
      return needed.text.length;
    case 'run':
      return needed.length;
    case 'all':
      return needed.of.reduce((sum, part) => sum + lengthOf(part), 0);
    case 'any':
      return Math.min(...needed.of.map(lengthOf));
  }
}

/** Where what is needed ends at the earliest in a text in the index's form, when it begins at `from` or later; or -1. */
type Finder = (text: string, from: number) => number;

function finder(needed: Needed): Finder {
  switch (needed.kind) {
    case 'literal':
      return literalFinder(foldForIndex(needed.text));
    case 'run':
      return runFinder(needed.of, needed.length);
    case 'all':
      return inOrder(needed.of.map(finder));
    case 'any':
      return earliest(needed.of.map(finder));
  }
}

function literalFinder(literal: string): Finder {
  return (text, from) => {
    const at = text.indexOf(literal, from);
    return at < 0 ? -1 : at + literal.length;
  };
}

/** Where the last character of a run would stand is looked at first: a long run is missed in few steps. */
function runFinder(members: AsciiClass, length: number): Finder {
  if (members === anyCharacter) return (text, from) => (from + length <= text.length ? from + length : -1);
  return (text, from) => {
    let first = from;
    for (let end = first + length; end <= text.length; end = first + length) {
      let at = end - 1;
      while (at >= first && members[text.charCodeAt(at)] === 1) at -= 1;
      if (at < first) return end;
      first = at + 1;
    }
    return -1;
  };
}

function inOrder(finders: readonly Finder[]): Finder {
  return (text, from) => {
    let at = from;
    for (let index = 0; index < finders.length && at >= 0; index += 1) at = finders[index]!(text, at);
    return at;
  };
}

function earliest(finders: readonly Finder[]): Finder {
  return (text, from) => {
    let least = -1;
    for (let index = 0; index < finders.length; index += 1) {
      const end = finders[index]!(text, from);
      if (end >= 0 && (least < 0 || end < least)) least = end;
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
