/** The keys above a rule: what the specification allows, and what is no value for them. */
import { expect, test } from 'vitest';
import { loadRules, openFields } from '../index.ts';
import type { LoadedRules } from '../index.ts';

function load(header: string): LoadedRules {
  const text = `title: t\n${header}\nlogsource: {category: c, definition: [any, thing]}\ndetection: {s: {F: x}, condition: s}\n`;
  return loadRules([{ file: 'rule.yml', text }], { fields: openFields() });
}

test('every key of the specification, null for any of them, and keys of the own are taken', () => {
  const full = [
    'id: 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64',
    'name: n',
    'taxonomy: sigma',
    'related:\n  - {id: 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a65, type: obsolete}',
    'status: test',
    'description: d',
    'license: MIT',
    'author: a, b',
    'references: [https://example.org]',
    'date: 2026-02-28',
    'modified: 2026/3/1',
    'fields: [F]',
    'falsepositives: [Updates, 7]',
    'level: high',
    'tags: [attack.t1059.004, cve.2021-44228]',
    'scope: [servers]',
    'tests: [{name: anything}]',
    'ours: {a: [b]}',
  ];
  const { rules } = load(full.join('\n'));
  expect(rules).toMatchObject([{ level: 'high', falsepositives: ['Updates', '7'], tags: ['attack.t1059.004', 'cve.2021-44228'] }]);
  expect(load('name:\nrelated: null\ntags: ~\nlevel:\ndate:').report.summary.ok).toBe(1);
});

test.each([
  ['name: 7', 7],
  ["name: ''", 7],
  ['taxonomy: [a]', 11],
  ['related: x', 10],
  ['related: [x]', 11],
  ['related: [{id: x}]', 11],
  ['related: [{id: x, type: twin}]', 25],
  ['status: done', 9],
  ['description: [a]', 14],
  ['license: 1', 10],
  ['author: [a, b]', 9],
  ['references: https://example.org', 13],
  ['date: yesterday', 7],
  ['modified: 2026-02-30', 11],
  ['fields: F', 9],
  ['falsepositives: Unknown', 17],
  ['level: 3', 8],
  ['tags: attack.t1059', 7],
  ['tags: [attack.t1059, t1060]', 22],
  ['tags: [[a.b]]', 8],
  ['scope: servers', 8],
])('%s is a fault with its place', (header, column) => {
  expect(load(header).report.rules).toMatchObject([{ status: 'rejected', line: 2, column }]);
});

test('a title is a text of 256 characters at most', () => {
  for (const title of ['7', '[a]', 'x'.repeat(257)]) {
    const text = `title: ${title}\nlogsource: {category: c}\ndetection: {s: {F: x}, condition: s}\n`;
    expect(loadRules([{ file: 'rule.yml', text }], { fields: openFields() }).report.rules).toMatchObject([{ status: 'rejected', code: 'VALUE_KIND' }]);
  }
});
