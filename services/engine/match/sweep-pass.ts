/**
 * One pass over a part of an encoded event, looking for literals by grams of a few bytes each. A filter of some kilobytes,
 * which the processor's first cache holds, refuses nearly all grams, however many literals there are; what passes is
 * compared, and then counts only where the text of its field is. Bytes are read in words of the processor.
 */
import { regionsOf, type BoundedEvent, type Extent, type Region } from './extent.ts';
import type { Slot } from './field-source.ts';
import { byteGramAt, foldMask, gramFactor, GramIndex, standsAt, type Place } from './gram-table.ts';
import type { Finds } from './literal-machine.ts';
import { ordinaryValues } from './ordinary-values.ts';
import type { Anchor } from './witness.ts';
import { foldedToAscii, foldsToAscii } from './verbatim.ts';

/** An event whose texts can be swept. */
export interface SweptEvent extends BoundedEvent {
  /** The memory in which the record stands, from its beginning, as words. */
  readonly words: Int32Array;
  /** No text of the batch has a character that becomes ASCII when it is folded. False says nothing. */
  readonly foldsPlainly: boolean;
  /** As of FieldSource: sets `bytes` from `start` to `end` to the text of a field. */
  locate(slot: Slot): boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** What is looked for: a literal, or a piece of one. */
export interface SweptLiteral {
  readonly bytes: Uint8Array;
  readonly wanted: readonly Wanted[];
}

/** Who asks for it. */
export interface Wanted {
  /** Where it has to stand. */
  readonly extent: Extent;
  readonly owners: Int32Array;
  /** What the field's text has to hold besides. */
  readonly whole: WholeLiteral | undefined;
}

interface WholeLiteral {
  readonly slot: Slot;
  readonly anchor: Anchor;
  readonly bytes: Uint8Array;
}

export abstract class SweepPass {
  readonly tableBytes: number;
  protected readonly index: GramIndex<SweptLiteral>;
  private readonly regions: readonly Region[];
  private event: SweptEvent | undefined;
  private finds: Finds | undefined;

  constructor(literals: readonly SweptLiteral[], placesOf: (literal: SweptLiteral) => Place<SweptLiteral>[]) {
    this.index = new GramIndex(literals.flatMap(placesOf));
    this.tableBytes = this.index.tableBytes;
    this.regions = regionsOf(literals.flatMap(({ wanted }) => wanted.map(({ extent }) => extent)));
  }

  find(event: SweptEvent, finds: Finds): void {
    this.finds = finds;
    for (let index = 0; index < this.regions.length; index += 1) {
      const start = this.regions[index]!.startIn(event);
      if (start >= 0) this.findIn(event, start, this.regions[index]!.endIn(event));
    }
  }

  private findIn(event: SweptEvent, start: number, end: number): void {
    this.event = event;
    if (event.foldsPlainly || !foldsToAscii(event.record.subarray(start, end))) return this.scan(event.record, event.words, start, end);
    // What stands where is not known of a copy: every literal in it counts.
    this.event = undefined;
    const copy = foldedCopy(event.record.subarray(start, end));
    this.scan(copy, wordsOf(copy), 0, copy.length);
  }

  /** Of a word, its lowest byte comes first: so it is on every machine that Node.js and the sensors run on. */
  protected abstract scan(bytes: Buffer, words: Int32Array, start: number, end: number): void;

  protected compare(gram: number, bytes: Buffer, at: number, start: number, end: number): void {
    const places = this.index.placesOf(gram);
    if (places === undefined) return;
    for (let index = 0; index < places.length; index += 1) {
      const { literal, offset } = places[index]!;
      const first = at - offset;
      if (first >= start && first + literal.bytes.length <= end && standsAt(literal.bytes, bytes, first)) this.found(literal, first);
    }
  }

  private found({ wanted }: SweptLiteral, at: number): void {
    const { event, finds } = this;
    for (let index = 0; index < wanted.length; index += 1) {
      const { extent, owners, whole } = wanted[index]!;
      if (event === undefined || (extent.holds(event, at) && (whole === undefined || mayHold(event, whole)))) finds!.add(owners);
    }
  }
}

/** Whether the field's text holds the literal, as far as that can be told by its bytes. */
function mayHold(event: SweptEvent, { slot, anchor, bytes: literal }: WholeLiteral): boolean {
  if (!event.locate(slot)) return true;
  const { bytes, start, end } = event;
  const last = end - literal.length;
  if (last < start) return false;
  switch (anchor) {
    case 'exact':
      return last === start && standsAt(literal, bytes, start);
    case 'prefix':
      return standsAt(literal, bytes, start);
    case 'suffix':
      return standsAt(literal, bytes, last);
    case 'contains':
      for (let at = start; at <= last; at += 1) if (standsAt(literal, bytes, at)) return true;
      return false;
  }
}

const longGramBytes = 4;
export const longLiteralBytesMin = longGramBytes + 1;

/**
 * Wherever a literal of 5 bytes or more stands, four of its bytes stand at an even address, beginning at its first byte or
 * its second: two grams of each literal are known, and every other place of the text is looked at.
 */
export class LongPass extends SweepPass {
  constructor(literals: readonly SweptLiteral[]) {
    super(literals, (literal) => neighbours(literal, longGramBytes, 2));
  }

  protected override scan(bytes: Buffer, words: Int32Array, start: number, end: number): void {
    const base = bytes.byteOffset;
    const { filter, filterShift } = this.index;
    const last = Math.min(words.length - 2, (base + end) >> 2);
    let at = (base + start) >> 2;
    for (at = nextLong(words, at, last, filter, filterShift); at < last; at = nextLong(words, at + 2, last, filter, filterShift)) {
      const place = at * 4 - base;
      this.compareEach(bytes, place, place + 8, start, end);
    }
    // What is left stands at the end of the event, or of the memory.
    this.compareEach(bytes, Math.max(at * 4 - base, start + ((base + start) & 1)), end, start, end);
  }

  private compareEach(bytes: Buffer, from: number, to: number, start: number, end: number): void {
    for (let place = from; place < to; place += 2) this.compare(byteGramAt(bytes, place, longGramBytes), bytes, place, start, end);
  }
}

/**
 * The first pair of words from `at` on in which a gram passes; `last` or more when there is none. Calls nothing: around a call
 * in the loop V8 looks up anew what it knows of the arrays, which takes more than twice the time.
 */
function nextLong(words: Int32Array, at: number, last: number, filter: Int32Array, filterShift: number): number {
  let word = at < last ? words[at]! : 0;
  for (; at < last; at += 2) {
    const next = words[at + 1]!;
    const after = words[at + 2]!;
    const one = Math.imul(word | foldMask, gramFactor) >>> filterShift;
    const two = Math.imul((word >>> 16) | (next << 16) | foldMask, gramFactor) >>> filterShift;
    const three = Math.imul(next | foldMask, gramFactor) >>> filterShift;
    const four = Math.imul((next >>> 16) | (after << 16) | foldMask, gramFactor) >>> filterShift;
    // Four at a time: a branch for each takes longer than all else.
    if ((((filter[one >>> 5]! >>> one) | (filter[two >>> 5]! >>> two) | (filter[three >>> 5]! >>> three) | (filter[four >>> 5]! >>> four)) & 1) !== 0) return at;
    word = after;
  }
  return at;
}

const shortGramBytes = 3;
export const shortLiteralBytesMin = shortGramBytes;
const shortMask = 0xffffff;
const shortFold = foldMask & shortMask;

/** Literals of 3 bytes or more: every place of the text is looked at. */
export class ShortPass extends SweepPass {
  constructor(literals: readonly SweptLiteral[]) {
    super(literals, (literal) => neighbours(literal, shortGramBytes, 1));
  }

  protected override scan(bytes: Buffer, words: Int32Array, start: number, end: number): void {
    const base = bytes.byteOffset;
    const { filter, filterShift } = this.index;
    const last = Math.min(words.length - 1, (base + end) >> 2);
    let at = (base + start) >> 2;
    for (at = nextShort(words, at, last, filter, filterShift); at < last; at = nextShort(words, at + 1, last, filter, filterShift)) {
      const place = at * 4 - base;
      this.compareEach(bytes, place, place + 4, start, end);
    }
    this.compareEach(bytes, Math.max(at * 4 - base, start), end, start, end);
  }

  private compareEach(bytes: Buffer, from: number, to: number, start: number, end: number): void {
    for (let place = from; place < to; place += 1) this.compare(byteGramAt(bytes, place, shortGramBytes), bytes, place, start, end);
  }
}

/** The first word from `at` on at one of whose bytes a gram begins that passes. */
function nextShort(words: Int32Array, at: number, last: number, filter: Int32Array, filterShift: number): number {
  let word = at < last ? words[at]! : 0;
  for (; at < last; at += 1) {
    const next = words[at + 1]!;
    const one = Math.imul((word & shortMask) | shortFold, gramFactor) >>> filterShift;
    const two = Math.imul((word >>> 8) | shortFold, gramFactor) >>> filterShift;
    const three = Math.imul((((word >>> 16) | (next << 16)) & shortMask) | shortFold, gramFactor) >>> filterShift;
    const four = Math.imul((((word >>> 24) | (next << 8)) & shortMask) | shortFold, gramFactor) >>> filterShift;
    if ((((filter[one >>> 5]! >>> one) | (filter[two >>> 5]! >>> two) | (filter[three >>> 5]! >>> three) | (filter[four >>> 5]! >>> four)) & 1) !== 0) return at;
    word = next;
  }
  return at;
}

/** As words of the memory in which the bytes stand. */
export function wordsOf({ buffer }: Buffer): Int32Array {
  return new Int32Array(buffer, 0, buffer.byteLength >> 2);
}

/** Of the literal's grams so many that stand side by side; those that ordinary events have least are compared least often. */
function neighbours(literal: SweptLiteral, gramBytes: number, count: number): Place<SweptLiteral>[] {
  const { bytes } = literal;
  const ordinary = ordinaryGrams(gramBytes);
  const grams = Array.from({ length: bytes.length - gramBytes + 1 }, (_, at) => byteGramAt(bytes, at, gramBytes));
  const commonAt = (first: number): number => grams.slice(first, first + count).reduce((sum, gram) => sum + (ordinary.get(gram) ?? 0), 0);
  let best = 0;
  for (let first = 1; first + count <= grams.length; first += 1) if (commonAt(first) < commonAt(best)) best = first;
  return grams.slice(best, best + count).map((gram, index) => ({ literal, offset: best + index, gram }));
}

/** Names of fields stand in the events of other sensors beside the values. */
const ordinaryNames = [
  ...['ProcessGuid', 'ProcessId', 'Image', 'FileVersion', 'Description', 'Product', 'Company', 'OriginalFileName', 'CommandLine', 'CurrentDirectory', 'User', 'LogonGuid', 'LogonId'],
  ...['TerminalSessionId', 'IntegrityLevel', 'Hashes', 'ParentProcessGuid', 'ParentProcessId', 'ParentImage', 'ParentCommandLine', 'ParentUser', 'EventID', 'Channel', 'Provider_Name', 'Computer', 'UtcTime'],
];

const gramCounts = new Map<number, ReadonlyMap<number, number>>();

/** How often ordinary events have each gram, about. */
function ordinaryGrams(gramBytes: number): ReadonlyMap<number, number> {
  return gramCounts.getOrInsertComputed(gramBytes, () => {
    const counts = new Map<number, number>();
    const count = (text: string, weight: number): void => {
      const bytes = Buffer.from(text);
      for (let at = 0; at + gramBytes <= bytes.length; at += 1) {
        const gram = byteGramAt(bytes, at, gramBytes);
        counts.set(gram, (counts.get(gram) ?? 0) + weight);
      }
    };
    for (const value of ordinaryValues) count(value, 1);
    for (const name of ordinaryNames) count(name, ordinaryValues.length);
    return counts;
  });
}

/** With the characters that become ASCII as what they become. */
function foldedCopy(bytes: Buffer): Buffer {
  const text = foldedToAscii.reduce((folded, [character, as]) => folded.replaceAll(character.toString('latin1'), as), bytes.toString('latin1'));
  return Buffer.from(new Uint8Array(Buffer.from(text, 'latin1')).buffer);
}
