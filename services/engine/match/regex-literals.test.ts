/** What an expression needs, by example; that it needs no more is shown over random ones by program.test.ts. */
import { expect, test } from 'vitest';
import { literalUnitsMax, neededBy, type Needed } from './regex-literals.ts';

/** As text: `a & (b | c)`; "#" for each character of a run, "-" for nothing. */
function shown(needed: Needed | undefined): string {
  if (needed === undefined) return '-';
  if (needed.kind === 'literal') return needed.text;
  if (needed.kind === 'run') return '#'.repeat(needed.length);
  return `(${needed.of.map(shown).join(needed.kind === 'all' ? ' & ' : ' | ')})`;
}

test.each([
  ['abc', 'abc'],
  ['^abc$', 'abc'],
  ['(?i)abc', 'abc'],
  ['(?i:abc)d', '(abc & d)'],
  ['a\\.b\\/c', 'a.b/c'],
  ['ab*c', '(a & c)'],
  ['ab+c', '(ab & c)'],
  ['ab?c', '(a & c)'],
  ['ab{2}c', '(ab & c)'],
  ['ab{0,2}c', '(a & c)'],
  ['ab{0}c', '(a & c)'],
  ['ab|cd', '(ab | cd)'],
  ['ab|', '-'],
  ['ab|.*', '-'],
  ['ab|.+', '(ab | #)'],
  ['(ab|cd)ef', '((ab | cd) & ef)'],
  ['(ab|cd)?ef', 'ef'],
  ['(ab)+', 'ab'],
  ['(?P<name>ab)c', '(ab & c)'],
  ['a[bc]d', '(a & # & d)'],
  ['a[bc]*d', '(a & d)'],
  ['\\s[a-f0-9]{4}x', '(# & #### & x)'],
  ['a[^bc]d', '(a & # & d)'],
  ['a[!-~]d', '(a & # & d)'],
  ['a[]]d', '(a & # & d)'],
  ['a[^]x]d', '(a & # & d)'],
  ['a[[:alpha:]]d', '(a & # & d)'],
  ['a[\\]x]d', '(a & # & d)'],
  ['a.b\\d\\sc', '(a & # & b & # & # & c)'],
  ['a\\bb', 'ab'],
  ['[^/]{100}\\W', `(${'#'.repeat(100)} & #)`],
  ['aéb', '(a & b)'],
  ['a{,3}b', 'b'],
  ['a{x}b', '(a & x & b)'],
])('%s needs %s', (source, expected) => {
  expect(shown(neededBy(source))).toBe(expected);
});

test.each([
  ['abc', []],
  ['a[bc]d', [['abd', 'acd']]],
  ['-(W|R)\\s?x', [['-W', '-R']]],
  ['(curl|wget) (-O|-o) ', [['curl -O ', 'curl -o ', 'wget -O ', 'wget -o ']]],
  ['x(ab|)y', [['xaby', 'xy']]],
  ['x(ab)?y', []],
  ['(?i:ab)\\bc', [['abc']]],
  ['a[0-9A-F]b', [['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'].map((digit) => `a${digit}b`)]],
  ['a[bc][de]+x[fg]', [['ab', 'ac'], ['xf', 'xg']]],
  // More than are worth it.
  ['a[0-9a-f][0-9a-f]', [['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'].map((digit) => `a${digit}`)]],
])('one of each that spans several parts of %s is needed too', (source, expected) => {
  const needed = neededBy(source);
  expect(needed?.kind === 'all' ? needed.spanning : []).toEqual(expected);
});

test.each(['a(?i)*b', 'ab(?i){0}c', '\\Qab\\E', 'ab\\x41', 'ab\\pL', 'ab[\\pL]', 'ab\\141', 'ab(?=c)', '('.repeat(60) + 'a' + ')'.repeat(60)])('nothing is said of %s', (source) => {
  expect(neededBy(source)).toBeUndefined();
});

test('what spans several parts is no longer than what is looked for', () => {
  const needed = neededBy(`(a|b)(c|d)${'x'.repeat(100)}(e|f)`);
  const spanning = needed?.kind === 'all' ? needed.spanning.flat() : [];
  expect(spanning.slice(0, 4)).toEqual(['ac', 'ad', 'bc', 'bd'].map((head) => `${head}${'x'.repeat(literalUnitsMax - 2)}`));
  expect(Math.max(...spanning.map(({ length }) => length))).toBe(literalUnitsMax);
});
