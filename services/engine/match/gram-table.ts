/**
 * Literals by the grams (a few bytes next to each other) that they are found by: a filter of bits that refuses nearly all
 * grams of other texts, and a table of the literals that have a gram.
 */
import type { Finds } from './literal-machine.ts';

/** A literal that is looked for, and where in it the gram stands by which it is found. */
export interface Place {
  readonly literal: FoundLiteral;
  readonly offset: number;
  readonly gram: number;
}

export interface FoundLiteral {
  readonly bytes: Uint8Array;
  readonly owners: Int32Array;
}

/**
 * Sets one bit of each byte. Makes upper case lower, and some other characters the same: that is for the comparison to
 * tell. What counts is that equal texts give equal grams.
 */
export const foldMask = 0x20202020;

/** Of four bytes, those that no ASCII character has. */
export const notAsciiMask = 0x80808080;

/** Knuth's multiplicative hash: the upper bits of the product depend on all of the gram's. */
export const gramFactor = 0x9e3779b1;

/** Per place; of foreign grams about one in 16 passes. */
const filterBitsPerPlace = 16;
const filterBitsMin = 2 ** 10;
/** 32 KiB: what a first-level cache holds beside the text. With more places than that was made for, more grams pass. */
const filterBitsMax = 2 ** 18;

/** A filter and a table over the same places. */
export class GramIndex {
  readonly tableBytes: number;
  /** A gram passes when the bit of its hash, `Math.imul(gram, gramFactor) >>> filterShift`, is set. */
  readonly filter: Int32Array;
  readonly filterShift: number;
  private readonly table: GramTable;

  constructor(places: readonly Place[]) {
    const bits = Math.min(filterBitsMax, Math.max(filterBitsMin, powerOfTwo(places.length * filterBitsPerPlace)));
    this.filter = new Int32Array(bits / 32);
    this.filterShift = 32 - Math.log2(bits);
    for (const { gram } of places) {
      const hash = Math.imul(gram, gramFactor) >>> this.filterShift;
      this.filter[hash >>> 5]! |= 1 << (hash & 31);
    }
    this.table = new GramTable(places);
    this.tableBytes = this.filter.byteLength + places.length * placeBytes;
  }

  /** For a gram that stands at `at`. */
  compare(gram: number, bytes: Uint8Array, at: number, start: number, end: number, finds: Finds): void {
    const hash = Math.imul(gram, gramFactor) >>> this.filterShift;
    if (((this.filter[hash >>> 5]! >>> hash) & 1) === 0) return;
    const places = this.table.placesOf(gram);
    if (places === undefined) return;
    for (const { literal, offset } of places) {
      const first = at - offset;
      if (first >= start && first + literal.bytes.length <= end && equal(literal.bytes, bytes, first)) finds.add(literal.owners);
    }
  }
}

/** Open addressing, half full at most: several times as fast as a Map, whose numbers beyond 31 bits are objects. */
class GramTable {
  private readonly grams: Int32Array;
  private readonly places: (Place[] | undefined)[];
  private readonly mask: number;

  constructor(places: readonly Place[]) {
    const byGram = Map.groupBy(places, ({ gram }) => gram);
    const size = powerOfTwo(2 * byGram.size);
    this.mask = size - 1;
    this.grams = new Int32Array(size);
    this.places = new Array<Place[] | undefined>(size).fill(undefined);
    for (const [gram, each] of byGram) {
      const slot = this.slotOf(gram);
      this.grams[slot] = gram;
      this.places[slot] = each;
    }
  }

  placesOf(gram: number): readonly Place[] | undefined {
    return this.places[this.slotOf(gram)];
  }

  /** Where the gram is, or would be. */
  private slotOf(gram: number): number {
    let slot = (Math.imul(gram, gramFactor) >>> 12) & this.mask;
    while (this.places[slot] !== undefined && this.grams[slot] !== gram) slot = (slot + 1) & this.mask;
    return slot;
  }
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** An estimate: a place, and its part of the table. */
const placeBytes = 150;

function equal(literal: Uint8Array, bytes: Uint8Array, first: number): boolean {
  for (let index = 0; index < literal.length; index += 1) {
    const byte = bytes[first + index]!;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== literal[index]) return false;
  }
  return true;
}
