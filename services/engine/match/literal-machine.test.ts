/** Each machine finds what a comparison literal by literal finds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnchoredTable } from './anchored-table.ts';
import { containedMachines } from './contained-machine.ts';
import { wordsOf } from './gram-search.ts';
import type { LiteralMachine } from './literal-machine.ts';

/** Few characters, so that literals overlap, end each other and occur. */
const literalOf = (low: number, high: number): fc.Arbitrary<string> => fc.array(fc.constantFrom('a', 'b', '/', 'é', '𐐨'), { minLength: low, maxLength: high }).map((parts) => parts.join(''));
const text = fc.array(fc.constantFrom('a', 'b', 'A', 'B', '/', '_', 'é', '𐐨'), { maxLength: 40 }).map((parts) => parts.join(''));

/** The literals that the machine finds in the text: folded but for ASCII, which may stand in either case. */
function found(machines: readonly LiteralMachine[], literals: readonly string[], value: string): string[] {
  const owners = new Set<number>();
  const form = value.replace(/[^\0-\x7f]+/g, (other) => other.toLowerCase());
  const bytes = Buffer.from(`ab${form}ab`);
  for (const words of [undefined, wordsOf(bytes)]) for (const machine of machines) machine.scan(bytes, 2, 2 + Buffer.byteLength(form), { add: (more) => more.forEach((owner) => owners.add(owner)) }, words);
  return literals.filter((_, owner) => owners.has(owner));
}

function owned(literals: readonly string[]): Map<string, number[]> {
  return new Map(literals.map((literal, owner) => [Buffer.from(literal).toString('latin1'), [owner]]));
}

type Case = readonly [string, (literals: string[]) => readonly LiteralMachine[], number, (value: string, literal: string) => boolean];

describe('a machine for literals', () => {
  test.each<Case>([
    ['that are the text', (literals) => [new AnchoredTable('whole', owned(literals))], 0, (value, literal) => value === literal],
    ['that the text begins with', (literals) => [new AnchoredTable('beginning', owned(literals))], 1, (value, literal) => value.startsWith(literal)],
    ['that the text ends with', (literals) => [new AnchoredTable('ending', owned(literals))], 1, (value, literal) => value.endsWith(literal)],
    ['that the text contains', (literals) => containedMachines(owned(literals)), 1, (value, literal) => value.includes(literal)],
    ['of some length that the text contains', (literals) => containedMachines(owned(literals)), 5, (value, literal) => value.includes(literal)],
  ])('finds those %s, as a comparison one by one does', (_what, machineOf, least, holds) => {
    let finds = 0;
    const property = fc.property(fc.uniqueArray(literalOf(least, least + 4), { minLength: 1, maxLength: 12 }), fc.array(text, { maxLength: 6 }), (literals, texts) => {
      const machines = machineOf(literals);
      for (const value of [...texts, ...literals, ...literals.map((literal) => `b${literal.toUpperCase()}a`)]) {
        const expected = literals.filter((literal) => holds(value.toLowerCase(), literal));
        expect(found(machines, literals, value)).toEqual(expected);
        finds += expected.length;
      }
    });
    fc.assert(property, { numRuns: 300 });
    expect(finds).toBeGreaterThan(300);
  });
});
