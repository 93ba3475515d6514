/** Searching texts as they stand misses nothing that folding would find. */
import { expect, test } from 'vitest';
import { foldForIndex } from './fold.ts';
import { wordsOf } from './gram-search.ts';
import { becomesAscii, becomesAsciiByWords, foldedToAscii, verbatimPieces } from './verbatim.ts';

/** Over a million characters. */
const patienceMs = 120_000;

test('every character that folds to ASCII is known as such', { timeout: patienceMs }, () => {
  for (let code = 0x80; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const bytes = Buffer.from(`a${character}b`);
    if (becomesAscii(bytes, 0, bytes.length) !== /[\0-\x7f]/.test(foldForIndex(character))) expect.fail(`U+${code.toString(16)}`);
  }
});

test('a character of a verbatim piece is the folded form of itself alone', { timeout: patienceMs }, () => {
  const verbatim = new Set<string>();
  const forms = new Map<string, string>();
  for (let code = 0x80; code <= 0x10ffff; code += 1) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    if (verbatimPieces(character).length === 1) verbatim.add(character);
    const form = foldForIndex(character);
    if (form !== character) for (const each of form) forms.set(each, character);
  }
  expect(verbatim.size).toBeGreaterThan(1_000_000);
  expect([...forms.keys()].filter((form) => verbatim.has(form))).toEqual([]);
});

test.each([
  ['abc', ['abc']],
  ['–enc é –x', ['–enc ', ' –x']],
  ['🦆', ['🦆']],
  ['\ufffda', ['a']],
  ['é', []],
])('of %s it is %j', (literal, pieces) => {
  expect(verbatimPieces(literal)).toEqual(pieces);
});

test('by words the same characters are found, wherever they stand in memory', () => {
  const others = ['', '\u00e9', '\u0131', '\u0140', '\u2122', '\u{1f600}'].map((text) => Buffer.from(text));
  for (const [character] of foldedToAscii) {
    for (const [offset, before, behind] of placesOf(6)) {
      for (const other of others) {
        const memory = Buffer.from(new ArrayBuffer(64)).fill('x');
        const text = memory.subarray(offset, offset + before + other.length + character.length + behind);
        other.copy(text, before);
        expect([becomesAsciiByWords(wordsOf(text), text, 0, text.length), becomesAscii(text, 0, text.length)]).toEqual([false, false]);
        character.copy(text, before + other.length);
        expect(becomesAsciiByWords(wordsOf(text), text, 0, text.length)).toBe(true);
        // One that is cut at an end of what is looked at is none.
        expect(becomesAsciiByWords(wordsOf(text), text, 0, before + other.length + character.length - 1)).toBe(false);
        expect(becomesAsciiByWords(wordsOf(text), text, before + other.length + 1, text.length)).toBe(false);
      }
    }
  }
});

function placesOf(max: number): (readonly [number, number, number])[] {
  const each = Array.from({ length: max }, (_, number) => number);
  return each.flatMap((offset) => each.flatMap((before) => each.map((behind) => [offset, before, behind] as const)));
}
