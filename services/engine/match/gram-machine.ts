/**
 * Finds which of many literals a text contains, where all of them are long: looks at every fourth place of the text only.
 *
 * Wherever a literal of 7 bytes or more stands in a text, four of its bytes stand at a place whose number divides by 4,
 * beginning at one of its first four bytes. So the table knows four grams of each literal, and a text is read a gram at a
 * time. A filter of some kilobytes, which the processor's first cache holds, refuses nearly all grams, however many
 * literals there are; what passes is compared with the literals. An automaton that visits a state for each byte takes
 * four times as long over few literals, and with thousands, whose tables no cache holds, ten times.
 */
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';
import { ordinaryValues } from './ordinary-values.ts';

/** Literals and texts as those of literal-machine.ts. No literal may be shorter than `gramLiteralBytesMin`. */
export function gramMachine(literals: OwnedLiterals): LiteralMachine {
  const places = [...literals].flatMap(([literal, owners]) => placesIn({ bytes: Buffer.from(literal, 'latin1'), owners: Int32Array.from(owners) }));
  return new GramMachine(places);
}

const gramBytes = 4;
export const gramLiteralBytesMin = 2 * gramBytes - 1;

/** A literal that is looked for, and where in it the gram stands by which it is found. */
interface Place {
  readonly literal: FoundLiteral;
  readonly offset: number;
  readonly gram: number;
}

interface FoundLiteral {
  readonly bytes: Uint8Array;
  readonly owners: Int32Array;
}

/**
 * Sets one bit of each byte. Makes upper case lower, and some other characters the same: that is for the comparison to
 * tell. What counts is that equal texts give equal grams.
 */
const foldMask = 0x20202020;
const notAsciiMask = 0x80808080;

/** Knuth's multiplicative hash: the upper bits of the product depend on all of the gram's. */
const factor = 0x9e3779b1;

/** Per place; of foreign grams about one in 16 passes. */
const filterBitsPerPlace = 16;
const filterBitsMin = 2 ** 10;
/** 32 KiB: what a first-level cache holds beside the text. With more places than that was made for, more grams pass. */
const filterBitsMax = 2 ** 18;

class GramMachine implements LiteralMachine {
  readonly tableBytes: number;
  private readonly filter: Int32Array;
  private readonly filterShift: number;
  private readonly table: GramTable;

  constructor(places: readonly Place[]) {
    const bits = Math.min(filterBitsMax, Math.max(filterBitsMin, powerOfTwo(places.length * filterBitsPerPlace)));
    this.filter = new Int32Array(bits / 32);
    this.filterShift = 32 - Math.log2(bits);
    for (const { gram } of places) {
      const hash = Math.imul(gram, factor) >>> this.filterShift;
      this.filter[hash >>> 5]! |= 1 << (hash & 31);
    }
    this.table = new GramTable(places);
    this.tableBytes = this.filter.byteLength + places.length * placeBytes;
  }

  scan(bytes: Uint8Array, start: number, end: number, raw: boolean, finds: Finds): boolean {
    const { filter, filterShift } = this;
    let seen = 0;
    let at = start;
    for (; at + gramBytes <= end; at += gramBytes) {
      const gram = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      seen |= gram;
      const hash = Math.imul(gram | foldMask, factor) >>> filterShift;
      if ((filter[hash >>> 5]! & (1 << (hash & 31))) !== 0) this.compare(gram | foldMask, bytes, at, start, end, finds);
    }
    for (; at < end; at += 1) seen |= bytes[at]!;
    return !raw || (seen & notAsciiMask) === 0;
  }

  private compare(gram: number, bytes: Uint8Array, at: number, start: number, end: number, finds: Finds): void {
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
    let slot = (Math.imul(gram, factor) >>> 12) & this.mask;
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

/** Any seven bytes of the literal do; those with the fewest grams of ordinary values are compared least often. */
function placesIn(literal: FoundLiteral): Place[] {
  const { bytes } = literal;
  const grams = Array.from({ length: bytes.length - gramBytes + 1 }, (_, index) => gramAt(bytes, index));
  let best = 0;
  let bestCommon = Number.POSITIVE_INFINITY;
  for (let first = 0; first + gramBytes <= grams.length; first += 1) {
    let common = 0;
    for (let index = first; index < first + gramBytes; index += 1) if (ordinaryGrams.has(grams[index]!)) common += 1;
    if (common < bestCommon) {
      best = first;
      bestCommon = common;
    }
  }
  return grams.slice(best, best + gramBytes).map((gram, index) => ({ literal, offset: best + index, gram }));
}

function gramAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24) | foldMask;
}

const ordinaryGrams: ReadonlySet<number> = new Set(
  ordinaryValues.flatMap((value) => {
    const bytes = Buffer.from(value);
    return Array.from({ length: Math.max(0, bytes.length - gramBytes + 1) }, (_, index) => gramAt(bytes, index));
  }),
);
