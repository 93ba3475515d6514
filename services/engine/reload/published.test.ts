/** What is handed out at the start, of the home and of the topic. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '#runtime/clock/system.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import { openSigningKey } from '#runtime/signing/keyring.ts';
import { topics } from '#schemas/topics.ts';
import type { SignedRecord } from './assembler.ts';
import { contentRecords, listSubject } from './content.ts';
import { followPublished, type Versions } from './published.ts';

const home = mkdtempSync(join(tmpdir(), 'ringfence-published-'));
const signingKey = openSigningKey(home, 'publisher', 'rules', []);

afterAll(() => rmSync(home, { recursive: true }));

function keptList(group: string): SignedRecord[] {
  return contentRecords(listSubject(group, 'names'), Buffer.from('# kind: text\nalpha\n'), 1, signingKey).map(({ key, value, headers = {} }) => {
    return { key, value, kid: headers['kid'] ?? '', signature: headers['signature'] ?? '' };
  });
}

test('what the home kept of another group is not handed out, though its signature is good', async () => {
  const log = openSqliteEventLog({ path: join(home, 'log.sqlite') });
  const opened: string[][] = [];
  const open = (all: readonly Versions[]): Promise<void> => {
    opened.push(all.map(([{ manifest }]) => manifest.subject));
    return Promise.resolve();
  };
  try {
    await log.createTopics([topics.rules]);
    const options = { home, group: 'g', fetchMaxWaitMs: 10, retryDelayMs: 10 };
    const before = { records: [...keptList('other'), ...keptList('g')], usedMs: new Map<string, number>() };
    const consumer = await followPublished(options, before, { log, clock: systemClock(), logger: pino({ level: 'silent' }) }, { open, use: () => Promise.resolve() });
    await consumer.close();
  } finally {
    await log.close();
  }
  expect(opened).toEqual([['list/g/names']]);
});
