/** What the engine says and refuses before it judges anything. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { topics } from '#schemas/topics.ts';
import { loadEngineRules } from './engine.ts';
import { rewindMs } from './rewind.ts';

const base = `title: Base
name: base
logsource: { category: process_creation, product: linux }
detection: { selection: { Image: /bin/true }, condition: selection }
---
title: Burst
correlation: { type: event_count, rules: [base], group-by: [node], condition: { gte: 2 }, timespan: `;

let home: string;
let lines: Record<string, unknown>[];
const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-rules-'));
  lines = [];
});

afterEach(() => rmSync(home, { recursive: true }));

test('an engine without rules says so', async () => {
  writeFileSync(join(home, 'empty.yml'), '');
  expect(await loadEngineRules(home, logger)).toEqual([]);
  expect(lines).toMatchObject([{ paths: home, msg: expect.stringContaining('nothing will be detected') }]);
});

test('a timespan that the kept events cannot rebuild is refused, with its place', async () => {
  writeFileSync(join(home, 'rules.yml'), `${base}12h }\n`);
  await expect(loadEngineRules(home, logger)).rejects.toThrow(/rules\.yml:7:\d+: TIMESPAN_TOO_LONG/);
});

test('the longest timespan accepted is rebuilt from events that are still kept', async () => {
  writeFileSync(join(home, 'rules.yml'), `${base}715m }\n`);
  const rewind = rewindMs(await loadEngineRules(home, logger));
  expect(rewind).toBeGreaterThan(23 * 3_600_000);
  expect(rewind).toBeLessThanOrEqual(topics.events.retentionMs);
});
