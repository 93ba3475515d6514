/**
 * Literals by the grams (a few bytes next to each other) that they are found by: a filter of bits that refuses nearly all
 * grams of other texts, and a table of the literals that have a gram.
 */

/** A literal that is looked for, and where in it the gram stands by which it is found. */
export interface Place<L extends LiteralBytes = FoundLiteral> {
  readonly literal: L;
  readonly offset: number;
  readonly gram: number;
}

export interface LiteralBytes {
  readonly bytes: Uint8Array;
}

export interface FoundLiteral extends LiteralBytes {
  readonly owners: Int32Array;
}

/**
 * Sets one bit of each byte. Makes upper case lower, and some other characters the same: that is for the comparison to
 * tell. What counts is that equal texts give equal grams.
 */
export const foldMask = 0x20202020;

/** Knuth's multiplicative hash: the upper bits of the product depend on all of the gram's. */
export const gramFactor = 0x9e3779b1;

/** What is left of the product serves all sizes of tables. */
const hashShift = 12;

/** Bits of the filter for each place: so many foreign grams for one that passes. */
const filterBitsPerPlace = 64;
const filterBitsMin = 2 ** 10;
/** 64 KiB: what the processor's caches hold beside the rest. With more places than that was made for, more grams pass. */
const filterBitsMax = 2 ** 19;

/** The gram of so many bytes (4 at most) that stand at `at`, folded. */
export function byteGramAt(bytes: Uint8Array, at: number, gramBytes: number): number {
  switch (gramBytes) {
    case 1:
      return bytes[at]! | (foldMask & 0xff);
    case 2:
      return bytes[at]! | (bytes[at + 1]! << 8) | (foldMask & 0xffff);
    case 3:
      return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (foldMask & 0xffffff);
    default:
      return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24) | foldMask;
  }
}

/** A filter and a table over the same places. */
export class GramIndex<L extends LiteralBytes = FoundLiteral> {
  readonly tableBytes: number;
  /** A gram passes when the bit of its hash, `Math.imul(gram, gramFactor) >>> filterShift`, is set. */
  readonly filter: Int32Array;
  readonly filterShift: number;
  readonly table: GramTable<Place<L>>;

  constructor(places: readonly Place<L>[]) {
    const bits = Math.min(filterBitsMax, Math.max(filterBitsMin, powerOfTwo(places.length * filterBitsPerPlace)));
    this.filter = new Int32Array(bits / 32);
    this.filterShift = 32 - Math.log2(bits);
    for (const { gram } of places) {
      const hash = Math.imul(gram, gramFactor) >>> this.filterShift;
      this.filter[hash >>> 5]! |= 1 << (hash & 31);
    }
    this.table = new GramTable(places.map((place) => [place.gram, place]));
    this.tableBytes = this.filter.byteLength + this.table.tableBytes;
  }
}

/** Open addressing, a quarter full at most: several times as fast as a Map, whose numbers beyond 31 bits are objects. */
export class GramTable<T> {
  readonly tableBytes: number;
  private readonly grams: Int32Array;
  /** By slot, the number of the gram's entries; 0 where it is free. */
  private readonly numbers: Int32Array;
  private readonly entries: (readonly T[] | undefined)[] = [undefined];
  private readonly mask: number;

  constructor(pairs: readonly (readonly [gram: number, entry: T])[]) {
    const byGram = Map.groupBy(pairs, ([gram]) => gram);
    const size = powerOfTwo(4 * byGram.size);
    this.mask = size - 1;
    this.grams = new Int32Array(size);
    this.numbers = new Int32Array(size);
    for (const [gram, each] of byGram) {
      const slot = this.slotOf(gram);
      this.grams[slot] = gram;
      this.numbers[slot] = this.entries.push(each.map(([, entry]) => entry)) - 1;
    }
    this.tableBytes = pairs.length * entryBytes;
  }

  get(gram: number): readonly T[] | undefined {
    return this.entries[this.numbers[this.slotOf(gram)]!];
  }

  /** Where the gram is, or would be. */
  private slotOf(gram: number): number {
    const { grams, numbers, mask } = this;
    let slot = (Math.imul(gram, gramFactor) >>> hashShift) & mask;
    while (numbers[slot] !== 0 && grams[slot] !== gram) slot = (slot + 1) & mask;
    return slot;
  }
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** An estimate: an entry, its literal, and its part of the table. */
const entryBytes = 250;

/** Whether the literal stands there in any case of ASCII. */
export function standsAt(literal: Uint8Array, bytes: Uint8Array, first: number): boolean {
  for (let index = 0; index < literal.length; index += 1) {
    const byte = bytes[first + index]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== literal[index]) return false;
  }
  return true;
}
