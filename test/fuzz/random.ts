/** Seeded random numbers for generators of inputs: the same seed and number give the same choices on every machine. */
export class Random {
  private state: number;

  constructor(seed: number, number = 0) {
    this.state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35)) >>> 0;
    for (let round = 0; round < 4; round += 1) this.next();
  }

  /** From 0 to below 1. After mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From `low` to `high`, both possible. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** True once in `times`, on average. */
  oneIn(times: number): boolean {
    return this.next() * times < 1;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** Between `low` and `high` results of `make`. */
  several<Item>(low: number, high: number, make: () => Item): Item[] {
    return Array.from({ length: this.integer(low, high) }, make);
  }
}
