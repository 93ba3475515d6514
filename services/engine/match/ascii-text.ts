/** Whether a text is of ASCII alone. */
import { beyondAsciiMask } from './gram-search.ts';

/** `words` are the memory of the bytes as of wordsOf of gram-search.ts, where it is at hand. */
export function isAsciiText(bytes: Uint8Array, start: number, end: number, words: Int32Array | undefined): boolean {
  return words === undefined || end - start < wordsWorthBytes ? isAsciiByBytes(bytes, start, end) : isAsciiByWords(words, bytes, start, end);
}

/** In shorter texts the bytes at both ends, which are looked at one by one, are most of it. */
const wordsWorthBytes = 32;

function isAsciiByBytes(bytes: Uint8Array, start: number, end: number): boolean {
  let seen = 0;
  for (let at = start; at < end; at += 1) seen |= bytes[at]!;
  return seen < 0x80;
}

function isAsciiByWords(words: Int32Array, bytes: Uint8Array, start: number, end: number): boolean {
  const base = bytes.byteOffset & 3;
  const first = (base + start + 3) >> 2;
  const last = (base + end) >> 2;
  if (first >= last) return isAsciiByBytes(bytes, start, end);
  let seen = 0;
  for (let at = first; at < last; at += 1) seen |= words[at]!;
  return (seen & beyondAsciiMask) === 0 && isAsciiByBytes(bytes, start, first * 4 - base) && isAsciiByBytes(bytes, last * 4 - base, end);
}
