/**
 * A regular expression costs a hundred times what other tests do. So it is tried only on texts that hold the literals it
 * needs, and its verdicts on the last texts are kept.
 */
import type { FieldRef } from '../rules/fields.ts';
import type { Test } from '../rules/ir.ts';
import type { LinearRegex } from '../rules/regex.ts';
import { compile, type Judge } from './compile.ts';
import type { FieldSource } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { regexWitness } from './witness.ts';

export function regexJudge(test: Test, regex: LinearRegex, field: FieldRef, source: FieldSource): Judge {
  const slot = source.slotOf(field);
  const verdicts = new Verdicts((text) => regex.test(text));
  const kept: Test = { ...test, match: { kind: 'regex', regex: { ...regex, test: (text) => verdicts.of(text) } } };
  const judge = compile(kept, source);
  const literals = regexWitness(regex.source, field)?.map(({ text }) => text);
  if (literals === undefined) return judge;
  return () => {
    const folded = source.folded(slot);
    if (folded === undefined) return judge();
    const text = foldForIndex(folded);
    return literals.some((literal) => text.includes(literal)) && judge();
  };
}

/** Texts kept of one expression; half of them go when there are more. */
const verdictsMax = 512;
/** Longer texts hardly come twice, and would hold memory. */
const keptUnitsMax = 1_024;

class Verdicts {
  private readonly judge: (text: string) => boolean;
  private young = new Map<string, boolean>();
  private old = new Map<string, boolean>();

  constructor(judge: (text: string) => boolean) {
    this.judge = judge;
  }

  of(text: string): boolean {
    if (text.length > keptUnitsMax) return this.judge(text);
    const known = this.young.get(text) ?? this.old.get(text);
    if (known !== undefined) return known;
    const verdict = this.judge(text);
    if (this.young.size >= verdictsMax / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(text, verdict);
    return verdict;
  }
}
