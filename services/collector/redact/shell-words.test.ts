import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWords } from './shell-words.ts';

test.each<[string, string[]]>([
  ['a  b\tc', ['^a', 'b', 'c']],
  ['a "b c" \'d e\'', ['^a', 'b c', 'd e']],
  ['a;b|c && d', ['^a', '^b', '^c', '^d']],
  ['x=$(a b)', ['^x=$', '^a', 'b']],
  ['a\\ b c', ['^a\\ b', 'c']],
  ['a "b\\"c" d', ['^a', 'b\\"c', 'd']],
  ['a"b c"d e', ['^a"b c"d', 'e']],
  ['a "b c', ['^a', '"b c']],
  ['', []],
])('the words of %j', (text, expected) => {
  expect(shellWords(text).map((word) => (word.first ? `^${word.text}` : word.text))).toEqual(expected);
});

test('stand where they say, one behind the other', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', ' ', '"', "'", '\\', ';', '|', '(', '\n', 'bc')).map((parts) => parts.join('')), (text) => {
      let behind = 0;
      for (const word of shellWords(text)) {
        expect(text.slice(word.start, word.start + word.text.length)).toBe(word.text);
        expect(word.start).toBeGreaterThanOrEqual(behind);
        behind = word.start + word.text.length;
      }
    }),
  );
});
