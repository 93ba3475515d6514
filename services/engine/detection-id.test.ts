import { expect, test } from 'vitest';
import { detectionId } from './detection-id.ts';

const identity = { ruleId: 'r', ruleVersion: '1', group: '["root"]', firstEventId: 'node/boot/0/1' };

test('the same detection has the same id, for ever', () => {
  expect(detectionId(identity)).toBe('47accd22342704e7888548de8ae61e83');
});

test.each(['ruleId', 'ruleVersion', 'group', 'firstEventId'] as const)('another %s is another detection', (part) => {
  expect(detectionId({ ...identity, [part]: 'x' })).not.toBe(detectionId(identity));
});

test('text that moves from one part to the next is another detection', () => {
  expect(detectionId({ ...identity, ruleId: 'r1', ruleVersion: '' })).not.toBe(detectionId({ ...identity, ruleId: 'r', ruleVersion: '1' }));
});
