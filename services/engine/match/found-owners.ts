/** The owners of the literals found in one value, each once. */
import type { Finds } from './literal-machine.ts';

export class FoundOwners implements Finds {
  private readonly found = new Set<number>();

  add(owners: Int32Array): void {
    for (const owner of owners) this.found.add(owner);
  }

  owners(): Int32Array {
    return Int32Array.from(this.found);
  }
}
