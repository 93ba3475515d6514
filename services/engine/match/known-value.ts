/** What is kept of a value that a field has again and again: which rules it lets through. */
import type { TableBudget } from './table-budget.ts';

/** To find out which rules a value rules out takes as long as to judge by it some times. */
const usesBefore = 16;

export class KnownValue {
  /** Rules that have a literal in the value, or none at all; from some uses on without those that the value rules out. */
  owners: Int32Array;
  private uses = 0;
  /** By number of the rule what whoever asks has put there; 0 at first. Few values need it. */
  private verdicts: Uint8Array | undefined;
  private released = false;

  constructor(owners: Int32Array) {
    this.owners = owners;
  }

  /** Whether it has been used so often that it is worth while to find out more of it; `mayHold` tells of the rules. */
  isSettled(mayHold: (rule: number) => boolean): boolean {
    if (this.uses >= usesBefore) return true;
    if ((this.uses += 1) < usesBefore) return false;
    this.owners = this.owners.filter(mayHold);
    return true;
  }

  /** Undefined when there is no memory left for so many rules, and of a value that is kept no longer. */
  verdictsOn(rules: number, budget: TableBudget): Uint8Array | undefined {
    if (this.verdicts === undefined && !this.released && budget.take(rules)) this.verdicts = new Uint8Array(rules);
    return this.verdicts;
  }

  /** It is kept no longer, though the event at hand may have it still. */
  release(budget: TableBudget): void {
    budget.giveBack(this.verdicts?.length ?? 0);
    this.verdicts = undefined;
    this.released = true;
  }
}
