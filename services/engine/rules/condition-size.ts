/** How large conditions are when everything in them is written out. Parts that are shared are looked at once. */
import { quote, type Faults, type Position } from './diagnostics.ts';
import type { Condition } from './ir.ts';

/**
 * Tests of one load: about six times those of the whole of SigmaHQ, as with `rulesMax`. A test that the matcher looks for
 * by a literal of its own takes about 1 KB in the end, and a small file may say very many: lists and macros that many
 * rules refer to.
 */
export const loadTestsMax = 300_000;

/** Counts the tests of one load. */
export class TestBudget {
  private left = loadTestsMax;

  /** False, after adding a fault, when the tests of `condition` are too many beside all before; then all that come are. */
  take(condition: Condition, name: string, at: Position & { readonly file?: string }, faults: Faults): boolean {
    this.left -= testsIn(condition);
    return !this.isSpent(name, at, faults);
  }

  /** True, after adding a fault, when it need not be tried. */
  isSpent(name: string, at: Position & { readonly file?: string }, faults: Faults): boolean {
    if (this.left >= 0) return false;
    faults.add('TESTS_TOO_MANY', at, `${quote(name)} and what was loaded before it have more than ${loadTestsMax} tests, macros and lists written out`);
    return true;
  }
}

/** A number that grows with the tests in the condition; not exact beyond 2^53, where no bound is. */
export const testsIn = remembered((condition, recur): number => {
  switch (condition.kind) {
    case 'test':
      return 1;
    case 'not':
    case 'selection':
      return recur(condition.of);
    case 'and':
    case 'or':
      return condition.of.reduce((sum, part) => sum + recur(part), 0);
  }
});

export const depthOf = remembered((condition, recur): number => {
  switch (condition.kind) {
    case 'test':
      return 1;
    case 'not':
    case 'selection':
      return 1 + recur(condition.of);
    case 'and':
    case 'or':
      return 1 + condition.of.reduce((most, part) => Math.max(most, recur(part)), 0);
  }
});

/** A measure of a condition from those of its parts. */
export function remembered<T>(measure: (condition: Condition, recur: (part: Condition) => T) => T): (condition: Condition) => T {
  const known = new WeakMap<Condition, T>();
  const recur = (condition: Condition): T => {
    const found = known.get(condition);
    if (found !== undefined) return found;
    const value = measure(condition, recur);
    known.set(condition, value);
    return value;
  };
  return recur;
}
