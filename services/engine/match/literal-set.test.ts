/** Searches over bytes say what comparisons of texts say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TextRelation } from '../rules/ir.ts';
import { fold } from './fold.ts';
import { anchoredSet, containedSet, tableBytesOf, type LiteralSet } from './literal-set.ts';
import { literalFinder, textsTest } from './literal-test.ts';

const letters = fc.constantFrom('a', 'A', 'b', 'B', '/', '\\', '.', '0', ' ', '\0', '[', '`', '{');
const ofLetters = (least: number): fc.Arbitrary<string> => fc.array(letters, { minLength: least, maxLength: 5 }).map((parts) => parts.join(''));
const literals = fc.array(ofLetters(1), { minLength: 1, maxLength: 12 });
const text = fc.oneof(fc.array(letters, { maxLength: 12 }), fc.array(fc.oneof(letters, fc.constantFrom('é', '日')), { maxLength: 8 })).map((parts) => parts.join(''));

const compare: Readonly<Record<TextRelation, (text: string, literal: string) => boolean>> = {
  exact: (each, literal) => each === literal,
  prefix: (each, literal) => each.startsWith(literal),
  suffix: (each, literal) => each.endsWith(literal),
  contains: (each, literal) => each.includes(literal),
};

/** Bytes around it are not its own. */
function within(each: string): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
  const bytes = Buffer.from(`ab${each}ab`);
  return { bytes, start: 2, end: bytes.length - 2 };
}

function has(set: LiteralSet, each: string): boolean {
  const { bytes, start, end } = within(each);
  return set(bytes, start, end);
}

describe('of several literals in a text', () => {
  const agrees = (make: (literals: readonly string[], cased: boolean) => LiteralSet, relation: TextRelation): void => {
    const held = { true: 0, false: 0 };
    const property = fc.property(literals, fc.boolean(), fc.array(text, { minLength: 6, maxLength: 6 }), (wanted, cased, texts) => {
      const form = (each: string): string => (cased ? each : fold(each));
      const set = make(wanted.map(form), cased);
      for (const each of texts) {
        const expected = wanted.some((literal) => compare[relation](form(each), form(literal)));
        expect(has(set, each), JSON.stringify([wanted, cased, each])).toBe(expected);
        held[`${expected}`] += 1;
      }
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(Math.min(held.true, held.false)).toBeGreaterThan(30);
  };

  test('one is found at its beginning', () => agrees((wanted, cased) => anchoredSet(wanted, 'beginning', cased), 'prefix'));
  test('one is found to be it', () => agrees((wanted, cased) => anchoredSet(wanted, 'whole', cased), 'exact'));
  test('one is found at its end', () => agrees((wanted, cased) => anchoredSet(wanted, 'end', cased), 'suffix'));
  test('one is found within', () => agrees(containedSet, 'contains'));

  test('the empty one is found to be the empty text alone', () => {
    const set = anchoredSet(['', 'ab'], 'whole', false);
    expect(['', 'ab', 'a', 'abb', 'x'].map((each) => has(set, each))).toEqual([true, true, false, false, false]);
  });

  test('many that are much alike are told apart', () => {
    const wanted = Array.from({ length: 400 }, (_, index) => `/usr/${index}/bin`);
    for (const where of ['whole', 'beginning', 'end'] as const) {
      const set = anchoredSet(wanted, where, false);
      expect(['/usr/7/bin', '/USR/399/bin', '/usr/400/bin', '/usr/7/bi', ''].map((each) => has(set, each))).toEqual([true, true, false, false, false]);
    }
  });

  test('tables are no larger than was said', () => {
    expect(tableBytesOf(['abc', 'abd'])).toBeLessThan(800);
    expect(tableBytesOf(Array.from({ length: 10_000 }, (_, index) => `name-${index}`))).toBeGreaterThan(1_000_000);
  });
});

test('a literal is found where it stands first, from any place on', () => {
  const property = fc.property(ofLetters(0), fc.boolean(), text, fc.nat(12), (literal, cased, each, from) => {
    const form = (some: string): string => (cased ? some : fold(some));
    // By the bytes, as places count in them.
    const bytes = Buffer.from(each);
    const start = Math.min(from, bytes.length);
    const at = form(bytes.toString('latin1').replaceAll(/[^\0-\x7f]/g, '?')).indexOf(form(literal), start);
    const found = literalFinder(form(literal), cased)(bytes, start, bytes.length);
    expect(found, JSON.stringify([literal, each, start])).toBe(at < 0 ? -1 : at + literal.length);
  });
  fc.assert(property, { numRuns: 3_000 });
});

test('a literal longer than the steps that a search can take is found', () => {
  const literal = `x${'y'.repeat(600)}`;
  const bytes = Buffer.from(`${'y'.repeat(700)}${literal}z`);
  expect(literalFinder(literal, false)(bytes, 0, bytes.length)).toBe(700 + literal.length);
});

test('two texts are compared as their folds are, or it is not known', () => {
  const counts = { known: 0, unknown: 0, held: 0 };
  const relation = fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const);
  const property = fc.property(relation, fc.boolean(), text, text, fc.boolean(), (how, cased, one, other, ends) => {
    const whole = ends ? (how === 'suffix' ? one + other : other + one) : one;
    const form = (each: string): string => (cased ? each : fold(each));
    const verdict = textsTest(how, cased)(within(whole), within(other.toUpperCase()));
    const expected = compare[how](form(whole), form(other.toUpperCase()));
    if (verdict !== undefined) expect(verdict, JSON.stringify([how, cased, whole, other])).toBe(expected);
    counts[verdict === undefined ? 'unknown' : 'known'] += 1;
    if (verdict === true) counts.held += 1;
  });
  fc.assert(property, { numRuns: 3_000 });
  expect(Math.min(counts.known, counts.unknown, counts.held)).toBeGreaterThan(100);
});
