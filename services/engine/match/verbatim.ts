/**
 * What of a literal a text holds byte for byte, without being folded first: ASCII, whose other case a search knows, and
 * characters that no other one folds to. Letters beyond ASCII that have two cases are not such.
 */
import { foldForIndex } from './fold.ts';
import { beyondAsciiMask } from './gram-search.ts';

/** The longest parts of a literal in the index's form that are such, in their order. */
export function verbatimPieces(literal: string): string[] {
  if (/^[\0-\x7f]+$/.test(literal)) return [literal];
  const pieces: string[] = [''];
  for (const character of literal) {
    if (isVerbatim(character)) pieces[pieces.length - 1] += character;
    else pieces.push('');
  }
  return pieces.filter((piece) => piece !== '');
}

/** The only characters beyond ASCII that the index's form (fold.ts) turns into ASCII, in UTF-8, with what they become. */
export const foldedToAscii: readonly (readonly [bytes: Buffer, as: string])[] = [
  [Buffer.from('\u212a'), 'k'],
  [Buffer.from('\u017f'), 's'],
  [Buffer.from('\u0130'), 'i'],
];

/** Whether there is one of them, so that the bytes of a text are not what rules compare. */
export function becomesAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index + 1 < end; index += 1) {
    const next = bytes[index + 1];
    switch (bytes[index]) {
      case 0xc4:
        if (next === 0xb0) return true;
        break;
      case 0xc5:
        if (next === 0xbf) return true;
        break;
      case 0xe2:
        if (next === 0x84 && index + 2 < end && bytes[index + 2] === 0xaa) return true;
        break;
    }
  }
  return false;
}

/** The same, by words as of wordsOf of gram-search.ts: quicker where few bytes begin such a character. */
export function becomesAsciiByWords(words: Int32Array, bytes: Uint8Array, start: number, end: number): boolean {
  const base = bytes.byteOffset & 3;
  const last = Math.min(words.length, (base + end + 3) >> 2);
  for (let at = nextThatMayBecomeAscii(words, (base + start) >> 2, last); at < last; at = nextThatMayBecomeAscii(words, at + 1, last)) {
    const place = at * 4 - base;
    if (becomesAscii(bytes, Math.max(start, place), Math.min(place + 4 + foldedBytesMax - 1, end))) return true;
  }
  // The last bytes of the memory may be no whole word.
  return becomesAscii(bytes, Math.max(start, last * 4 - base - foldedBytesMax + 1), end);
}

const foldedBytesMax = 3;

/**
 * The next word in which one of foldedToAscii may begin, with C4, C5 or E2, or `last`; at times another one, as the test for a
 * byte that is zero lets the one above it borrow.
 */
function nextThatMayBecomeAscii(words: Int32Array, at: number, last: number): number {
  for (; at < last; at += 1) {
    const word = words[at]!;
    if ((word & beyondAsciiMask) === 0) continue;
    const c4 = (word & 0xfefefefe) ^ 0xc4c4c4c4;
    const e2 = word ^ 0xe2e2e2e2;
    if (((((c4 - 0x01010101) & ~c4) | ((e2 - 0x01010101) & ~e2)) & beyondAsciiMask) !== 0) return at;
  }
  return last;
}

function isVerbatim(character: string): boolean {
  return character <= '\x7f' || (character !== replacement && !foldedTo().has(character));
}

/** Stands for bytes that are no UTF-8, which are not its own. */
const replacement = '\ufffd';

/** Scripts with letters of two cases all lie before: Adlam is the last one. */
const casedMax = 0x1ffff;

let folded: ReadonlySet<string> | undefined;

/** The characters to which others fold; worked out when a literal beyond ASCII comes, in some ten milliseconds. */
function foldedTo(): ReadonlySet<string> {
  if (folded === undefined) {
    const found = new Set<string>();
    for (let code = 0x80; code <= casedMax; code += 1) {
      const character = String.fromCodePoint(code);
      const form = foldForIndex(character);
      if (form !== character) for (const each of form) found.add(each);
    }
    folded = found;
  }
  return folded;
}
