/** Searching texts as they stand misses nothing that folding would find. */
import { expect, test } from 'vitest';
import { foldForIndex } from './fold.ts';
import { becomesAscii, verbatimPieces } from './verbatim.ts';

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
