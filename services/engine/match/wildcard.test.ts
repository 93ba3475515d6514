import fc from 'fast-check';
import { expect, test } from 'vitest';
import { many, one } from '../rules/ir.ts';
import type { Pattern, PatternPart } from '../rules/ir.ts';
import { parsePattern } from '../rules/sigma/pattern.ts';
import { matchesWildcard } from './wildcard.ts';

/** By definition: a star is nothing, or one character and the same star. */
function naive(pattern: readonly PatternPart[], characters: readonly string[]): boolean {
  const [part, ...rest] = pattern;
  if (part === undefined) return characters.length === 0;
  if (part === many) return naive(rest, characters) || (characters.length > 0 && naive(pattern, characters.slice(1)));
  if (part === one) return characters.length > 0 && naive(rest, characters.slice(1));
  const wanted = [...part];
  return wanted.every((character, index) => characters[index] === character) && naive(rest, characters.slice(wanted.length));
}

const text = fc.array(fc.constantFrom('a', 'b', '😀'), { maxLength: 8 });
const pattern: fc.Arbitrary<Pattern> = fc.array(fc.oneof(fc.constantFrom(many, one), fc.constantFrom('a', 'b', 'ab', '😀', 'ba')), { maxLength: 6 });

test('agrees with the definition', () => {
  fc.assert(fc.property(pattern, text, (parts, characters) => {
    expect(matchesWildcard(parts, characters.join(''))).toBe(naive(parts, characters));
  }), { numRuns: 5_000 });
});

test('every value with its special characters escaped matches itself, and only itself', () => {
  const value = fc.string({ unit: fc.constantFrom('a', '*', '?', '\\'), maxLength: 8 });
  fc.assert(fc.property(value, value, (own, other) => {
    const escaped = parsePattern(own.replaceAll(/[\\*?]/g, '\\$&'));
    expect(matchesWildcard(escaped, own)).toBe(true);
    expect(matchesWildcard(escaped, other)).toBe(own === other);
  }), { numRuns: 2_000 });
});
