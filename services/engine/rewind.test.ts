import { expect, test } from 'vitest';
import { topics } from '#schemas/topics.ts';
import { engineFields } from './engine-fields.ts';
import { rewindMs } from './rewind.ts';
import { loadRules } from './rules/index.ts';

const rules = `title: Base
name: base
logsource: { category: process_creation, product: linux }
detection: { selection: { Image: /bin/true }, condition: selection }
---
title: Burst
correlation: { type: event_count, rules: [base], group-by: [node], condition: { gte: 2 }, timespan: 715m }
`;

test('the longest timespan accepted is rebuilt from events that are still kept', () => {
  const rewind = rewindMs(loadRules([{ file: 'a.yml', text: rules }], { fields: engineFields() }).rules);
  expect(rewind).toBeGreaterThan(23 * 3_600_000);
  expect(rewind).toBeLessThanOrEqual(topics.events.retentionMs);
});
