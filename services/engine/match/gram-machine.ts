/**
 * Finds which of many literals a text contains, where all of them are long: looks at every fourth place of the text only.
 *
 * Wherever a literal of 7 bytes or more stands in a text, four of its bytes stand at a place whose number divides by 4,
 * beginning at one of its first four bytes. So the table knows four grams of each literal, and a text is read a gram at a
 * time. A filter of some kilobytes, which the processor's first cache holds, refuses nearly all grams, however many
 * literals there are; what passes is compared with the literals. An automaton that visits a state for each byte takes
 * four times as long over few literals, and with thousands, whose tables no cache holds, ten times.
 */
import { compareAt, foldMask, gramFactor, GramIndex, type FoundLiteral, type Place } from './gram-table.ts';
import type { Finds, LiteralMachine, OwnedLiterals } from './literal-machine.ts';
import { ordinaryValues } from './ordinary-values.ts';

/** Literals and texts as those of literal-machine.ts. No literal may be shorter than `gramLiteralBytesMin`. */
export function gramMachine(literals: OwnedLiterals): LiteralMachine {
  const places = [...literals].flatMap(([literal, owners]) => placesIn({ bytes: Buffer.from(literal, 'latin1'), owners: Int32Array.from(owners) }));
  return new GramMachine(places);
}

const gramBytes = 4;
export const gramLiteralBytesMin = 2 * gramBytes - 1;

class GramMachine implements LiteralMachine {
  readonly tableBytes: number;
  private readonly index: GramIndex;

  constructor(places: readonly Place[]) {
    this.index = new GramIndex(places);
    this.tableBytes = this.index.tableBytes;
  }

  scan(bytes: Uint8Array, start: number, end: number, finds: Finds): void {
    const { index } = this;
    const { filter, filterShift } = index;
    let at = start;
    // Two at a time: a branch for each takes longer than all else.
    for (; at + 2 * gramBytes <= end; at += 2 * gramBytes) {
      const one = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      const two = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      const first = Math.imul(one | foldMask, gramFactor) >>> filterShift;
      const second = Math.imul(two | foldMask, gramFactor) >>> filterShift;
      if ((((filter[first >>> 5]! >>> first) | (filter[second >>> 5]! >>> second)) & 1) === 0) continue;
      compareAt(index, one | foldMask, bytes, at, start, end, finds);
      compareAt(index, two | foldMask, bytes, at + gramBytes, start, end, finds);
    }
    for (; at + gramBytes <= end; at += gramBytes) {
      const gram = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      compareAt(index, gram | foldMask, bytes, at, start, end, finds);
    }
  }
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
