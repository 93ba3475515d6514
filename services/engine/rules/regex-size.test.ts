/** The bound on compiled expressions: what counted repetitions become, and what is refused before it is compiled. */
import { describe, expect, test } from 'vitest';
import { compileRegex, regexCharsMax, RegexCompiler, regexesSizeMax, regexSizeMax } from './regex.ts';
import { regexSize } from './regex-size.ts';

const flags = { ignoreCase: false, multiline: false, dotAll: false };

function refusalOf(source: string): string | undefined {
  const regex = compileRegex(source, flags);
  return 'refused' in regex ? regex.refused : undefined;
}

test.each([
  ['', 0],
  ['abc', 3],
  ['a{1000}', 1_000],
  ['a{10,}', 11],
  ['a{2,5}b', 6],
  ['(ab){3}', 12],
  ['((a{10}){10}){10}', 1_220],
  ['(?:ab){3}', 12],
  ['(?P<n>ab){3}', 12],
  ['(?i:ab){3}', 12],
  ['[a-z]{4}', 4],
  ['[]a]{5}b', 6],
  ['[^\\]a]{5}', 5],
  ['\\p{Greek}{3}', 3],
  ['\\x{41}{3}', 3],
  ['\\{3}', 3],
  ['x{y}', 4],
  ['{2}', 0],
  ['(unclosed{2', 10],
  [')', 1],
])('%s has about %i steps', (source, size) => {
  expect(regexSize(source)).toBe(size);
});

describe('refused', () => {
  test.each([
    ['repetitions that are written out', 'a{1000}'.repeat(5)],
    ['repetitions within each other', '(.{60}){70}'],
    ['a long expression', 'a'.repeat(regexCharsMax + 1)],
  ])('%s', (_what, source) => {
    expect(refusalOf(source)).toMatch(/longer than|have more than/);
  });

  test('the largest that is taken is compiled, and answers', () => {
    const regex = compileRegex('(?:a?){700}a{900}', flags);
    expect('test' in regex && regex.test('a'.repeat(900))).toBe(true);
  });
});

test('the expressions of one load share a bound, in which equal ones count once', () => {
  const compiler = new RegexCompiler();
  const large = (index: number): string => `a{900}b{900}${index}`;
  for (let index = 0; index < 1_000; index += 1) expect('test' in compiler.compile(large(0), flags)).toBe(true);
  let taken = 1;
  while ('test' in compiler.compile(large(taken), flags)) taken += 1;
  expect(taken * 1_800).toBeGreaterThan(regexesSizeMax - regexSizeMax);
  expect(taken * 1_800).toBeLessThan(regexesSizeMax + regexSizeMax);
});

describe('an expression', () => {
  test('that quotes with \\Q is refused: what counts its size would take quoted parentheses for its own', () => {
    expect(compileRegex(`(?:\\Q)\\E${'a?'.repeat(300)}){900}`, flags)).toEqual({ refused: expect.stringContaining('\\Q') as string });
    expect(compileRegex('a\\\\Q', flags)).toHaveProperty('test');
  });

  test('that closes what is put around it is refused', () => {
    const regexes = new RegexCompiler();
    expect(regexes.compileWithin('^', 'a)|(?:b', '$', flags)).toHaveProperty('refused');
    const whole = regexes.compileWithin('^', 'a|b', '$', flags);
    expect('test' in whole && [whole.test('b'), whole.test('axxx')]).toEqual([true, false]);
  });
});
