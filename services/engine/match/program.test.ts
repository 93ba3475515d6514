/** The index, the sharing and the routes give what each rule by itself gives; and a rule that fails, fails alone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldRef } from '../rules/fields.ts';
import type { Condition, Match } from '../rules/ir.ts';
import { ruleCase } from './arbitrary-case.ts';
import { ObjectSource } from './field-source.ts';
import { compileRules } from './program.ts';
import { ruleOf, verdictsOn, type CaseCondition } from './rule-case.ts';

describe('of arbitrary rules and events', () => {
  test('the index gives the matches of the plain way, in the same order, over objects and over encoded texts', { timeout: 60_000 }, () => {
    let matches = 0;
    const property = fc.property(ruleCase, (each) => {
      const { plain, indexed, encoded } = verdictsOn(each);
      expect(indexed).toEqual(plain);
      expect(encoded).toEqual(plain);
      matches += plain.flat().length;
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(matches).toBeGreaterThan(1_000);
  });
});

describe('of some rules', () => {
  const contains = (text: string, every = false): CaseCondition => ({ kind: 'test', field: 'f', every, match: { kind: 'contains', text, cased: false } });

  test.each<[string, CaseCondition[], string | string[], number[]]>([
    ['one asks for any value and one for every', [contains('a'), contains('a', true)], ['a', 'b'], [0]],
    ['one asks for a text beyond ASCII', [contains('abc'), contains('É')], 'é', [1]],
    ['each asks for an end of what the other asks for', [contains('abc'), contains('bc'), contains('c')], 'xABCx', [0, 1, 2]],
    ['one asks for a letter that only folding gives', [contains('k'), contains('ſ'), contains('s')], '\u212aſ', [0, 1]],
    ['many ask for long texts', Array.from({ length: 40 }, (_, index) => contains(`--option-${index}=`)), 'x --OPTION-7= y', [7]],
  ])('%s', (_what, conditions, value, expected) => {
    const rules = conditions.map((condition) => ({ logsource: {}, condition }));
    const { plain, indexed, encoded } = verdictsOn({ rules, events: [{ logsources: [{}], values: { f: value } }] });
    expect([plain, indexed, encoded]).toEqual([[expected], [expected], [expected]]);
  });
});

describe('a rule that throws', () => {
  const at = { line: 1, column: 1 };
  const read = (name: string): FieldRef => ({ name, read: (event) => (event as Record<string, string>)[name] });
  const image = read('Image');
  const faulty: FieldRef = {
    name: 'faulty',
    read: () => {
      throw new Error('no such place');
    },
  };
  const holds = (field: FieldRef, match: Match): Condition => ({ kind: 'test', name: field.name, field, match, at });
  const ends = (field: FieldRef, text: string): Condition => holds(field, { kind: 'suffix', text, cased: false });
  const unwell: Match = { kind: 'cidr', network: '', contains: () => { throw new Error('no network'); } };

  const judge = (conditions: Record<string, Condition>, index: boolean): { matches: string[][]; faults: string[] } => {
    const source = new ObjectSource();
    const faults: string[] = [];
    const rules = Object.entries(conditions).map(([label, condition]) => ruleOf(label, {}, condition));
    const program = compileRules(rules, source, { index, onFault: (rule, error) => faults.push(`${rule.label}: ${(error as Error).message}`) });
    const matches = [1, 2, 3].map(() => {
      source.begin({ Image: '/bin/sh' });
      return program.match([{}]).map(({ label }) => label);
    });
    return { matches, faults };
  };

  test.each([true, false])('is reported once and runs no more, while the others go on (index: %s)', (index) => {
    const shared = holds(image, unwell);
    const conditions: Record<string, Condition> = {
      sound: ends(image, '/sh'),
      'without witness': shared,
      'behind its witness': { kind: 'and', of: [ends(image, '/sh'), shared] },
      'of another program': { kind: 'and', of: [ends(image, '/bash'), shared] },
    };
    expect(judge(conditions, index)).toEqual({
      matches: [['sound'], ['sound'], ['sound']],
      faults: ['without witness: no network', 'behind its witness: no network'],
    });
  });

  test.each([true, false])('on a field that cannot be read is reported, others with the same witness are judged (index: %s)', (index) => {
    const conditions: Record<string, Condition> = {
      unreadable: ends(faulty, 'x'),
      // Of two the likelier one is judged first.
      'either field': { kind: 'or', of: [ends(image, '/sh'), ends(faulty, 'of all the unlikeliest')] },
      sound: ends(image, '/sh'),
    };
    expect(judge(conditions, index)).toEqual({
      matches: [['either field', 'sound'], ['either field', 'sound'], ['either field', 'sound']],
      faults: ['unreadable: no such place'],
    });
  });
});

describe('log sources of more kinds than are kept', () => {
  test('match what they match, and the kinds that send most are those that are kept', () => {
    const categories = Array.from({ length: 9 }, (_, index) => `c${index}`);
    const rules = categories.map((category) => ruleOf(category, { category }, { kind: 'test', name: 'f', field: { name: 'f', read: (event) => (event as { f: string }).f }, at: { line: 1, column: 1 }, match: { kind: 'contains', text: 'needle', cased: false } }));
    const source = new ObjectSource();
    const program = compileRules(rules, source);
    const match = (sources: { category: string }[], f: string): string[] => {
      source.begin({ f });
      return program.match(sources).map(({ label }) => label);
    };
    // Every set of the nine: more than are kept.
    const sets = Array.from({ length: 2 ** categories.length }, (_, bits) => categories.filter((__, index) => (bits >> index) & 1).map((category) => ({ category })));
    for (const set of sets) expect(match(set, 'a needle')).toEqual(set.map(({ category }) => category));
    const last = sets.at(-1)!;
    for (let count = 0; count < 5_000; count += 1) match(last, 'nothing');
    expect(match(last, 'a needle')).toEqual(categories);
    for (const set of sets) expect(match(set, 'NEEDLE')).toEqual(set.map(({ category }) => category));
  });
});
