/**
 * Finds literals in bytes by grams of a few bytes each. A filter of some kilobytes, which the processor's first cache holds,
 * refuses nearly all grams, however many literals there are; what passes is compared. Bytes are read in words of the
 * processor; of a word its lowest byte comes first, as on every machine that Node.js and the sensors run on.
 */
import { byteGramAt, foldMask, gramFactor, GramIndex, type LiteralBytes, type Place, type Visitor } from './gram-table.ts';
import { ordinaryValues } from './ordinary-values.ts';

export interface GramSearch<L> {
  readonly tableBytes: number;
  /** In bytes[start, end), where ASCII may stand in either case. `words` are as of wordsOf. */
  search(bytes: Uint8Array, words: Int32Array, start: number, end: number, visitor: Visitor<L>): void;
}

/** The memory in which the bytes stand, as words: from the word of the first byte on. */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array): Int32Array {
  const start = byteOffset & ~3;
  return new Int32Array(buffer, start, (Math.min(byteOffset + length + 3, buffer.byteLength) - start) >> 2);
}

/** Of the bytes of a word, the bits that only characters beyond ASCII have. */
export const beyondAsciiMask = 0x80808080;

/** For each length of literals the quickest way; none may be shorter than `shortLiteralBytesMin`. */
export function gramSearches<L extends LiteralBytes>(literals: readonly L[]): GramSearch<L>[] {
  const short = literals.filter(({ bytes }) => bytes.length < longLiteralBytesMin);
  if (short.length > 0 && literals.length <= togetherMax) return [new ShortSearch(literals)];
  const long = literals.filter(({ bytes }) => bytes.length >= longLiteralBytesMin);
  return [...(long.length > 0 ? [longSearch(long)] : []), ...(short.length > 0 ? [new ShortSearch(short)] : [])];
}

function longSearch<L extends LiteralBytes>(literals: readonly L[]): GramSearch<L> {
  return literals.every(({ bytes }) => bytes.length >= wordLiteralBytesMin) ? new WordSearch(literals) : new LongSearch(literals);
}

/** The way of the short ones finds the long ones too. With more than so many, too much passes its filter. */
const togetherMax = 200;

const longGramBytes = 4;
export const longLiteralBytesMin = longGramBytes + 1;

/**
 * Wherever a literal of 5 bytes or more stands, four of its bytes stand at an even address, beginning at its first byte or
 * its second: two grams of each literal are known, and every other place of the text is looked at.
 */
class LongSearch<L extends LiteralBytes> implements GramSearch<L> {
  readonly tableBytes: number;
  private readonly index: GramIndex<L>;

  constructor(literals: readonly L[]) {
    this.index = new GramIndex(literals.flatMap((literal) => neighbours(literal, longGramBytes, 2)), longGramBytes);
    this.tableBytes = this.index.tableBytes;
  }

  search(bytes: Uint8Array, words: Int32Array, start: number, end: number, visitor: Visitor<L>): void {
    const base = bytes.byteOffset & 3;
    const { filter, filterShift } = this.index;
    const last = Math.min(words.length - 2, (base + end) >> 2);
    let at = (base + start) >> 2;
    while (at < last) {
      const stop = nextLong(words, at, last, filter, filterShift);
      at = stop >> fourBits;
      if (at >= last) break;
      const place = at * 4 - base;
      for (let passed = stop & fourMask; passed !== 0; passed &= passed - 1) this.compare(bytes, place + 2 * lowestOf(passed), start, end, visitor);
      at += 2;
    }
    // What is left stands at the end of the text, or of the memory.
    for (let place = Math.max(at * 4 - base, start + ((base + start) & 1)); place + longGramBytes <= end; place += 2) this.compare(bytes, place, start, end, visitor);
  }

  private compare(bytes: Uint8Array, at: number, start: number, end: number, visitor: Visitor<L>): void {
    this.index.visit(byteGramAt(bytes, at, longGramBytes), bytes, at, start, end, visitor);
  }
}

/** Of four grams, which passed. */
const fourBits = 4;
const fourMask = 2 ** fourBits - 1;

function lowestOf(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/**
 * The first pair of words from `at` on in which a gram passes, and behind it a bit for each of its four that does; `last` or
 * the one after when there is none. Calls nothing: around a call in the loop V8 looks up anew what it knows of the arrays,
 * which takes more than twice the time.
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
    const first = filter[one >>> 5]! >>> one;
    const second = filter[two >>> 5]! >>> two;
    const third = filter[three >>> 5]! >>> three;
    const fourth = filter[four >>> 5]! >>> four;
    if (((first | second | third | fourth) & 1) !== 0) return (at << fourBits) | (first & 1) | ((second & 1) << 1) | ((third & 1) << 2) | ((fourth & 1) << 3);
    word = after;
  }
  return at << fourBits;
}

const wordLiteralBytesMin = longGramBytes + 3;

/**
 * Wherever a literal of 7 bytes or more stands, four of its bytes are a word: four grams of each literal are known, and the
 * words of the text are looked at.
 */
class WordSearch<L extends LiteralBytes> implements GramSearch<L> {
  readonly tableBytes: number;
  private readonly index: GramIndex<L>;

  constructor(literals: readonly L[]) {
    this.index = new GramIndex(literals.flatMap((literal) => neighbours(literal, longGramBytes, 4)), longGramBytes);
    this.tableBytes = this.index.tableBytes;
  }

  search(bytes: Uint8Array, words: Int32Array, start: number, end: number, visitor: Visitor<L>): void {
    const base = bytes.byteOffset & 3;
    const { filter, filterShift } = this.index;
    const last = Math.min(words.length, (base + end) >> 2);
    for (let at = nextWord(words, (base + start + 3) >> 2, last, filter, filterShift); at < last; at = nextWord(words, at + 1, last, filter, filterShift)) {
      this.index.visit(words[at]! | foldMask, bytes, at * 4 - base, start, end, visitor);
    }
  }
}

/** The first word from `at` on that passes, or `last`. */
function nextWord(words: Int32Array, at: number, last: number, filter: Int32Array, filterShift: number): number {
  for (; at < last; at += 1) {
    const hash = Math.imul(words[at]! | foldMask, gramFactor) >>> filterShift;
    if (((filter[hash >>> 5]! >>> hash) & 1) !== 0) return at;
  }
  return last;
}

const shortGramBytes = 3;
export const shortLiteralBytesMin = shortGramBytes;
const shortMask = 0xffffff;
const shortFold = foldMask & shortMask;

/** Literals of 3 bytes or more: every place of the text is looked at. */
class ShortSearch<L extends LiteralBytes> implements GramSearch<L> {
  readonly tableBytes: number;
  private readonly index: GramIndex<L>;

  constructor(literals: readonly L[]) {
    this.index = new GramIndex(literals.flatMap((literal) => neighbours(literal, shortGramBytes, 1)), shortGramBytes);
    this.tableBytes = this.index.tableBytes;
  }

  search(bytes: Uint8Array, words: Int32Array, start: number, end: number, visitor: Visitor<L>): void {
    const base = bytes.byteOffset & 3;
    const { filter, filterShift } = this.index;
    const last = Math.min(words.length - 1, (base + end) >> 2);
    let at = (base + start) >> 2;
    while (at < last) {
      const stop = nextShort(words, at, last, filter, filterShift);
      at = stop >> fourBits;
      if (at >= last) break;
      const place = at * 4 - base;
      for (let passed = stop & fourMask; passed !== 0; passed &= passed - 1) this.compare(bytes, place + lowestOf(passed), start, end, visitor);
      at += 1;
    }
    for (let place = Math.max(at * 4 - base, start); place + shortGramBytes <= end; place += 1) this.compare(bytes, place, start, end, visitor);
  }

  private compare(bytes: Uint8Array, at: number, start: number, end: number, visitor: Visitor<L>): void {
    this.index.visit(byteGramAt(bytes, at, shortGramBytes), bytes, at, start, end, visitor);
  }
}

/** The first word from `at` on at one of whose bytes a gram begins that passes, and a bit for each of the four. */
function nextShort(words: Int32Array, at: number, last: number, filter: Int32Array, filterShift: number): number {
  let word = at < last ? words[at]! : 0;
  for (; at < last; at += 1) {
    const next = words[at + 1]!;
    const one = Math.imul((word & shortMask) | shortFold, gramFactor) >>> filterShift;
    const two = Math.imul((word >>> 8) | shortFold, gramFactor) >>> filterShift;
    const three = Math.imul((((word >>> 16) | (next << 16)) & shortMask) | shortFold, gramFactor) >>> filterShift;
    const four = Math.imul((((word >>> 24) | (next << 8)) & shortMask) | shortFold, gramFactor) >>> filterShift;
    const first = filter[one >>> 5]! >>> one;
    const second = filter[two >>> 5]! >>> two;
    const third = filter[three >>> 5]! >>> three;
    const fourth = filter[four >>> 5]! >>> four;
    if (((first | second | third | fourth) & 1) !== 0) return (at << fourBits) | (first & 1) | ((second & 1) << 1) | ((third & 1) << 2) | ((fourth & 1) << 3);
    word = next;
  }
  return at << fourBits;
}

/** Whether the grams by which the literal would be found, though the rarest, stand in nearly every event of other sensors: in the name of a field. */
export function isEverywhere(bytes: Uint8Array): boolean {
  const long = bytes.length >= longLiteralBytesMin;
  return neighbours({ bytes }, long ? longGramBytes : shortGramBytes, long ? 2 : 1).some(({ gram }) => (ordinaryGrams(long ? longGramBytes : shortGramBytes).get(gram) ?? 0) >= nameWeight);
}

/**
 * Of the literal's grams so many that stand side by side; those that ordinary events have least are compared least often.
 * And with each the one of all that they have least.
 */
function neighbours<L extends LiteralBytes>(literal: L, gramBytes: number, count: number): Place<L>[] {
  const { bytes } = literal;
  const ordinary = ordinaryGrams(gramBytes);
  const grams = Array.from({ length: bytes.length - gramBytes + 1 }, (_, at) => byteGramAt(bytes, at, gramBytes));
  const common = grams.map((gram) => ordinary.get(gram) ?? 0);
  const sums = Array.from({ length: grams.length - count + 1 }, (_, first) => common.slice(first, first + count).reduce((sum, each) => sum + each, 0));
  const first = leastOf(sums);
  return grams.slice(first, first + count).map((gram, index) => {
    const offset = first + index;
    // Bytes of the gram itself tell nothing new.
    const check = leastOf(common.map((each, at) => each + Math.max(0, gramBytes - Math.abs(at - offset)) * overlapWeight));
    return { literal, offset, gram, check };
  });
}

/** Of a byte that two grams share, against an ordinary value that has the one. */
const overlapWeight = 1;

/** The place of the first of the smallest. */
function leastOf(numbers: readonly number[]): number {
  return numbers.reduce((best, number, at) => (number < numbers[best]! ? at : best), 0);
}

/** Names of fields stand in the events of other sensors beside the values. */
const ordinaryNames = [
  ...['ProcessGuid', 'ProcessId', 'Image', 'FileVersion', 'Description', 'Product', 'Company', 'OriginalFileName', 'CommandLine', 'CurrentDirectory', 'User', 'LogonGuid', 'LogonId'],
  ...['TerminalSessionId', 'IntegrityLevel', 'Hashes', 'ParentProcessGuid', 'ParentProcessId', 'ParentImage', 'ParentCommandLine', 'ParentUser', 'EventID', 'Channel', 'Provider_Name', 'Computer', 'UtcTime'],
];

/** Of a name against a value: an event has all the names. */
const nameWeight = ordinaryValues.length;

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
    for (const name of ordinaryNames) count(name, nameWeight);
    return counts;
  });
}
