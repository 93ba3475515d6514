/**
 * Literals by the grams (a few bytes next to each other) that they are found by: a filter of bits that refuses nearly all
 * grams of other texts, and a table of the literals that have a gram.
 */

/** A literal that is looked for, and where in it the gram stands by which it is found. */
export interface Place<L extends LiteralBytes = FoundLiteral> {
  readonly literal: L;
  readonly offset: number;
  readonly gram: number;
  /** Where in it another gram stands, by which most texts with the first are told apart. */
  readonly check: number;
}

/** Is told of each literal that stands in the bytes, as often as it does. */
export interface Visitor<L> {
  found(literal: L, at: number): void;
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
const filterBitsMin = 2 ** 14;
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
  private readonly gramBytes: number;
  private readonly places: readonly Place<L>[];
  /**
   * Open addressing, a quarter full at most: of each place its number from 1 on (0 where a row is free), its gram, and another gram
   * of its literal with the distance to it. Nearly all that comes here is refused by what stands in one line of the
   * processor's cache.
   */
  private readonly rows: Int32Array;
  private readonly mask: number;

  constructor(places: readonly Place<L>[], gramBytes: number) {
    const bits = Math.min(filterBitsMax, Math.max(filterBitsMin, powerOfTwo(places.length * filterBitsPerPlace)));
    this.filter = new Int32Array(bits / 32);
    this.filterShift = 32 - Math.log2(bits);
    this.gramBytes = gramBytes;
    this.places = places;
    const size = powerOfTwo(4 * places.length);
    this.mask = size - 1;
    this.rows = new Int32Array(size * rowInts);
    for (const [index, { literal, offset, gram, check }] of places.entries()) {
      const hash = Math.imul(gram, gramFactor) >>> this.filterShift;
      this.filter[hash >>> 5]! |= 1 << (hash & 31);
      let row = this.firstRow(gram);
      while (this.rows[row] !== 0) row = this.nextRow(row);
      this.rows.set([index + 1, gram, byteGramAt(literal.bytes, check, gramBytes), check - offset], row);
    }
    this.tableBytes = this.filter.byteLength + this.rows.byteLength + places.length * placeBytes;
  }

  /** Visits the literals that stand in bytes[start, end) with the gram, which stands at `at`. */
  visit(gram: number, bytes: Uint8Array, at: number, start: number, end: number, visitor: Visitor<L>): void {
    const { rows, gramBytes } = this;
    for (let row = this.firstRow(gram); rows[row] !== 0; row = this.nextRow(row)) {
      if (rows[row + 1] !== gram) continue;
      const check = at + rows[row + 3]!;
      if (check < start || check + gramBytes > end || byteGramAt(bytes, check, gramBytes) !== rows[row + 2]) continue;
      const { literal, offset } = this.places[rows[row]! - 1]!;
      const first = at - offset;
      if (first >= start && first + literal.bytes.length <= end && standsAt(literal.bytes, bytes, first)) visitor.found(literal, first);
    }
  }

  private firstRow(gram: number): number {
    return ((Math.imul(gram, gramFactor) >>> hashShift) & this.mask) * rowInts;
  }

  private nextRow(row: number): number {
    return (row + rowInts) & (this.rows.length - 1);
  }
}

const rowInts = 4;

/** An estimate: a place and its part of its literal. */
const placeBytes = 150;

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
