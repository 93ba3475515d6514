/** Each machine finds what a comparison literal by literal finds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gramLiteralBytesMin, gramMachine } from './gram-machine.ts';
import { beginningMachine, endingMachine, endOfText, type LiteralMachine } from './literal-machine.ts';
import { shortMachine } from './short-machine.ts';

/** Few characters, so that literals overlap, end each other and occur. */
const literalOf = (low: number, high: number): fc.Arbitrary<string> => fc.array(fc.constantFrom('a', 'b', '/', 'é', '𐐨'), { minLength: low, maxLength: high }).map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', 'A', 'B', '/', '_', 'é', '𐐨'), { maxLength: 40 }).map((parts) => parts.join(''));

/** The literals that the machine finds in the text: raw as long as it is ASCII. */
function found(machine: LiteralMachine, literals: readonly string[], value: string): string[] {
  const owners = new Set<number>();
  const finds = { add: (more: Int32Array): void => more.forEach((owner) => owners.add(owner)) };
  const scan = (form: string, raw: boolean): boolean => machine.scan(Buffer.from(`ab${form}ab`), 2, 2 + Buffer.byteLength(form), raw, finds);
  if (!scan(value, true)) {
    expect(value).toMatch(/[^\0-\x7f]/);
    owners.clear();
    expect(scan(value.toLowerCase(), false)).toBe(true);
  }
  return literals.filter((_, owner) => owners.has(owner));
}

function owned(literals: readonly string[], suffix = ''): Map<string, number[]> {
  return new Map(literals.map((literal, owner) => [Buffer.from(literal).toString('latin1') + suffix, [owner]]));
}

type Case = readonly [string, (literals: string[]) => LiteralMachine, number, (value: string, literal: string) => boolean];

describe('a machine for literals', () => {
  test.each<Case>([
    ['that are the text', (literals) => beginningMachine(owned(literals, endOfText)), 0, (value, literal) => value === literal],
    ['that the text begins with', (literals) => beginningMachine(owned(literals)), 1, (value, literal) => value.startsWith(literal)],
    ['that the text ends with', (literals) => endingMachine(owned(literals)), 1, (value, literal) => value.endsWith(literal)],
    ['that the text contains', (literals) => shortMachine(owned(literals)), 1, (value, literal) => value.includes(literal)],
    ['of seven bytes or more that the text contains', (literals) => gramMachine(owned(literals)), gramLiteralBytesMin, (value, literal) => value.includes(literal)],
  ])('finds those %s, as a comparison one by one does', (_what, machineOf, least, holds) => {
    let finds = 0;
    const property = fc.property(fc.uniqueArray(literalOf(least, least + 4), { minLength: 1, maxLength: 12 }), fc.array(text, { maxLength: 6 }), (literals, texts) => {
      const machine = machineOf(literals);
      for (const value of [...texts, ...literals, ...literals.map((literal) => `b${literal.toUpperCase()}a`)]) {
        const expected = literals.filter((literal) => holds(value.toLowerCase(), literal));
        // Where the machine stopped before it came to a character beyond ASCII, it has found all that there is.
        expect(found(machine, literals, value)).toEqual(expected);
        finds += expected.length;
      }
    });
    fc.assert(property, { numRuns: 300 });
    expect(finds).toBeGreaterThan(300);
  });
});
