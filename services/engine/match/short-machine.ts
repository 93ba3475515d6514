/**
 * Finds which of many short literals a text contains: reads the text byte by byte, with the last few bytes as a gram that a
 * filter knows or not. Few steps follow from one another, so that the processor does several bytes at a time; an automaton,
 * each of whose steps waits for a table, takes twice as long.
 */
import { compareAt, foldMask, gramFactor, GramIndex, type Place } from './gram-table.ts';
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';

/** Longer grams than this gain nothing. */
const gramBytesMax = 3;
/** Shorter literals than this make the grams so short that much of any text passes the filter. */
export const shortLiteralBytesMin = gramBytesMax;

/** Literals and texts as those of literal-machine.ts; no literal may be empty. Quickest when all have three bytes or more. */
export function shortMachine(literals: OwnedLiterals): LiteralMachine {
  return new ShortMachine(literals);
}

class ShortMachine implements LiteralMachine {
  readonly tableBytes: number;
  private readonly gramBytes: number;
  private readonly index: GramIndex;

  constructor(literals: OwnedLiterals) {
    this.gramBytes = literals.keys().reduce((least, { length }) => Math.min(least, length), gramBytesMax);
    this.index = new GramIndex([...literals].map(([literal, owners]) => this.placeOf(Buffer.from(literal, 'latin1'), owners)));
    this.tableBytes = this.index.tableBytes;
  }

  scan(bytes: Uint8Array, start: number, end: number, finds: Finds): void {
    const { index, gramBytes } = this;
    const { filter, filterShift } = index;
    const mask = maskOf(gramBytes);
    const fold = foldMask & mask;
    let gram = 0;
    let at = start;
    // Four at a time: a branch for each byte takes longer than all else.
    for (; at + 4 <= end; at += 4) {
      const first = (gram << 8) | bytes[at]!;
      const second = (first << 8) | bytes[at + 1]!;
      const third = (second << 8) | bytes[at + 2]!;
      gram = (third << 8) | bytes[at + 3]!;
      const one = Math.imul((first & mask) | fold, gramFactor) >>> filterShift;
      const two = Math.imul((second & mask) | fold, gramFactor) >>> filterShift;
      const three = Math.imul((third & mask) | fold, gramFactor) >>> filterShift;
      const four = Math.imul((gram & mask) | fold, gramFactor) >>> filterShift;
      const passed = (filter[one >>> 5]! >>> one) | (filter[two >>> 5]! >>> two) | (filter[three >>> 5]! >>> three) | (filter[four >>> 5]! >>> four);
      if ((passed & 1) !== 0) this.compareEach(first, second, third, gram, bytes, at, start, end, finds);
    }
    for (; at < end; at += 1) {
      gram = (gram << 8) | bytes[at]!;
      compareAt(index, (gram & mask) | fold, bytes, at - gramBytes + 1, start, end, finds);
    }
  }

  private compareEach(first: number, second: number, third: number, fourth: number, bytes: Uint8Array, at: number, start: number, end: number, finds: Finds): void {
    const { index, gramBytes } = this;
    const mask = maskOf(gramBytes);
    const fold = foldMask & mask;
    const begin = at - gramBytes + 1;
    compareAt(index, (first & mask) | fold, bytes, begin, start, end, finds);
    compareAt(index, (second & mask) | fold, bytes, begin + 1, start, end, finds);
    compareAt(index, (third & mask) | fold, bytes, begin + 2, start, end, finds);
    compareAt(index, (fourth & mask) | fold, bytes, begin + 3, start, end, finds);
  }

  /** Found by its beginning. */
  private placeOf(bytes: Uint8Array, owners: readonly number[]): Place {
    let gram = 0;
    for (let index = 0; index < this.gramBytes; index += 1) gram = (gram << 8) | bytes[index]!;
    return { literal: { bytes, owners: Int32Array.from(owners) }, offset: 0, gram: gram | (foldMask & maskOf(this.gramBytes)) };
  }
}

function maskOf(bytes: number): number {
  return (1 << (8 * bytes)) - 1;
}
