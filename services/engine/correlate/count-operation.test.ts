import { expect, test } from 'vitest';
import { loadRules, openFields } from '../rules/index.ts';
import { countOperation, groupKey, groupValues } from './count-operation.ts';

const text = `title: Base
name: base
logsource: {category: c}
detection: {s: {F: x}, condition: s}
---
title: Burst
id: burst
correlation:
  type: event_count
  rules: [base]
  group-by: [User, host.name]
  timespan: 10s
  condition: {gt: 2}
`;
const [, rule] = loadRules([{ file: 'r.yml', text }], { fields: openFields() }).rules;
const identity = { id: 'node/1', timeNs: 5n };

function operation(event: object): ReturnType<typeof countOperation> | undefined {
  if (rule?.kind !== 'correlation' || rule.inputs[0] === undefined) throw new Error('the correlation did not load');
  const values = groupValues(rule.inputs[0].groupBy, (field) => field.read(event));
  return values === undefined ? undefined : countOperation(rule, values, identity);
}

test('a match becomes one operation on the window of rule, version and group', () => {
  expect(operation({ User: 'root', host: { name: 'a' } })).toEqual({
    kind: 'count',
    rule: `burst@${rule?.version}`,
    group: '["root","a"]',
    event: identity,
    timespanNs: 10_000_000_000n,
    atLeast: 3,
    // Twice the timespan, ten minutes of lateness, an hour.
    keepMs: 20_000 + 600_000 + 3_600_000,
  });
});

test('group values are exact text', () => {
  expect(operation({ User: 'Root', 'host.name': 1 })?.group).toBe('["Root","1"]');
  expect(operation({ User: '', 'host.name': 'a' })?.group).toBe('["","a"]');
});

test('an event that lacks a group-by field takes no part', () => {
  expect(operation({ User: 'root' })).toBeUndefined();
  expect(operation({ User: null, 'host.name': 'a' })).toBeUndefined();
});

test('values cannot be told to run into each other', () => {
  expect(groupKey(['a","b', 'c'])).not.toBe(groupKey(['a', 'b","c']));
  expect(groupKey([])).toBe('');
});
