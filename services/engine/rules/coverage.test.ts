import { expect, test } from 'vitest';
import { coverageOf, navigatorLayer, type TechniqueCoverage } from './coverage.ts';
import { openFields } from './fields.ts';
import { loadRules } from './load.ts';

const text = 'title: Any\nlogsource: { product: linux }\ndetection: { a: { b: c }, condition: a }\n';
const [any] = loadRules([{ file: 'a.yml', text }], { fields: openFields() }).rules;

const rules = Object.entries({
  A: ['attack.execution', 'attack.t1059.004', 'attack.g0032', 'cve.2021-44228'],
  B: ['mitre_execution', 'mitre_persistence', 'T1059.004'],
  C: ['attack.t1003'],
  D: ['attack.privilege_escalation'],
  E: ['attack.persistence', 'attack.execution', 'attack.t1053', 'attack.t1059.004'],
}).map(([title, tags]) => ({ ...any!, title, label: title, tags }));

const coverage = coverageOf(rules);

const listed = (techniques: readonly TechniqueCoverage[]): unknown[] => techniques.map(({ technique, rules: covering }) => [technique, ...covering.map(({ title }) => title)]);

test('a technique stands under the tactic that its rule names alone, in the order of the matrix', () => {
  const found = coverage.tactics.filter(({ rules: count }) => count > 0).map(({ tactic, rules: count, techniques }) => [tactic, count, listed(techniques)]);
  expect(found).toEqual([
    ['execution', 3, [['T1059.004', 'A']]],
    ['persistence', 2, []],
    ['privilege-escalation', 1, []],
  ]);
  expect(coverage.untagged.map(({ title }) => title)).toEqual(['C']);
  expect(coverage.summary).toEqual({ rules: 5, tactics: 3, techniques: 3 });
  expect(coverage.tactics).toHaveLength(14);
});

test('and where a rule names several tactics, or none, beside all of them', () => {
  expect(coverage.open.map(({ tactics: all }) => all)).toEqual([[], ['execution', 'persistence'], ['execution', 'persistence']]);
  expect(listed(coverage.open)).toEqual([['T1003', 'C'], ['T1053', 'E'], ['T1059.004', 'B', 'E']]);
});

test('the layer for the Navigator scores a technique by its rules, and leaves its tactics to it', () => {
  expect(navigatorLayer(coverage, 'x')).toMatchObject({
    domain: 'enterprise-attack',
    gradient: { maxValue: 3 },
    techniques: [
      { techniqueID: 'T1003', score: 1 },
      { techniqueID: 'T1053', score: 1 },
      { techniqueID: 'T1059.004', score: 3, comment: 'A\nB\nE' },
    ],
  });
});
