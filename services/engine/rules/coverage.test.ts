import { expect, test } from 'vitest';
import { coverageOf, navigatorLayer } from './coverage.ts';
import { openFields } from './fields.ts';
import { loadRules } from './load.ts';

const text = 'title: Any\nlogsource: { product: linux }\ndetection: { a: { b: c }, condition: a }\n';
const [any] = loadRules([{ file: 'a.yml', text }], { fields: openFields() }).rules;

const rules = Object.entries({
  A: ['attack.execution', 'attack.t1059.004', 'attack.g0032', 'cve.2021-44228'],
  B: ['mitre_execution', 'mitre_persistence', 'T1059.004'],
  C: ['attack.t1003'],
  D: ['attack.privilege_escalation'],
}).map(([title, tags]) => ({ ...any!, title, label: title, tags }));

const coverage = coverageOf(rules);

test('techniques stand under each tactic of their rules, in the order of the matrix', () => {
  const found = coverage.tactics.filter(({ rules: count }) => count > 0).map(({ tactic, rules: count, techniques }) => [tactic, count, techniques.map(({ technique, rules: covering }) => [technique, ...covering.map(({ title }) => title)])]);
  expect(found).toEqual([
    ['execution', 2, [['T1059.004', 'A', 'B']]],
    ['persistence', 1, [['T1059.004', 'B']]],
    ['privilege-escalation', 1, []],
  ]);
  expect(coverage.untagged.map(({ title }) => title)).toEqual(['C']);
  expect(coverage.summary).toEqual({ rules: 4, tactics: 3, techniques: 2 });
  expect(coverage.tactics).toHaveLength(14);
});

test('the layer for the Navigator scores a technique by its rules', () => {
  expect(navigatorLayer(coverage, 'x')).toMatchObject({
    domain: 'enterprise-attack',
    gradient: { maxValue: 2 },
    techniques: [
      { techniqueID: 'T1059.004', tactic: 'execution', score: 2, comment: 'A\nB' },
      { techniqueID: 'T1059.004', tactic: 'persistence', score: 1 },
    ],
  });
});
