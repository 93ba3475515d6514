/** A text that others are compared with, four bytes at a time. */
import { wordsOf } from './gram-search.ts';

export class WordText {
  readonly bytes: Uint8Array;
  /** From its first byte on; the last one is filled up with zeros. */
  private readonly words: Int32Array;
  /** Of the last word, the bits that are of the text; of all words when the text ends with one. */
  private readonly lastMask: number;

  /** Of a copy of the bytes. */
  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(new ArrayBuffer((bytes.length + 3) & ~3), 0, bytes.length);
    this.bytes.set(bytes);
    this.words = wordsOf(this.bytes);
    this.lastMask = (-1 >>> ((4 - (bytes.length & 3)) << 3)) | 0;
  }

  /** Whether the bytes from start to end are the text. `words` are the memory as of wordsOf: there a text may begin anywhere. */
  stands(bytes: Uint8Array, words: Int32Array, start: number, end: number): boolean {
    if (this.bytes.length !== end - start) return false;
    const own = this.words;
    const last = (own.length - 1) | 0;
    const address = ((bytes.byteOffset & 3) + start) | 0;
    let at = address >> 2;
    if (at + last + 1 >= words.length) return isSame(this.bytes, bytes, start);
    const shift = (address & 3) << 3;
    let word = words[at]!;
    for (let index = 0; index < last; index = (index + 1) | 0) {
      at = (at + 1) | 0;
      const next = words[at]!;
      if (own[index] !== wordAcross(word, next, shift)) return false;
      word = next;
    }
    return last < 0 || ((own[last]! ^ wordAcross(word, words[(at + 1) | 0]!, shift)) & this.lastMask) === 0;
  }
}

/** The four bytes that begin so many bits into the one word and end in the next. */
export function wordAcross(word: number, next: number, shift: number): number {
  // In two steps, as a shift by 32 would be none.
  return (word >>> shift) | ((next << 1) << (31 - shift));
}

function isSame(text: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < text.length; index += 1) if (text[index] !== bytes[start + index]) return false;
  return true;
}
