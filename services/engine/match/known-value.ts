/** What is kept of a value that a field has again and again: which rules it lets through. */

/** To find out which rules a value rules out takes as long as to judge by it some times. */
const usesBefore = 16;

export class KnownValue {
  /** Rules that have a literal in the value, or none at all; from some uses on without those that the value rules out. */
  owners: Int32Array;
  private uses = 0;
  private kept: Uint8Array | undefined;

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

  /** By number of the rule what whoever asks has put there; 0 at first. Few values need it. */
  verdicts(rules: number): Uint8Array {
    return (this.kept ??= new Uint8Array(rules));
  }
}
