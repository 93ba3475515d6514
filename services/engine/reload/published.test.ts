/** What is handed out at the start, of the home and of the topic. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '#runtime/clock/system.ts';
import type { LogRecord } from '#runtime/event-log/event-log.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey } from '#runtime/signing/keyring.ts';
import { topics } from '#schemas/topics.ts';
import type { SignedRecord } from './assembler.ts';
import { contentRecords, listSubject } from './content.ts';
import { followPublished, type UsedBefore, type Versions } from './published.ts';

const home = mkdtempSync(join(tmpdir(), 'ringfence-published-'));
const signingKey = openSigningKey(home, 'publisher', 'rules', []);

afterAll(() => rmSync(home, { recursive: true }));

const list = (group: string, issuedMs: number): LogRecord[] => contentRecords(listSubject(group, 'names'), Buffer.from(`# kind: text\nalpha ${issuedMs}\n`), issuedMs, signingKey);

function kept(group: string, issuedMs: number): SignedRecord[] {
  return list(group, issuedMs).map(({ key, value, headers = {} }) => ({ key, value, kid: headers['kid'] ?? '', signature: headers['signature'] ?? '' }));
}

/** Subjects and times of issue, newest first, of what is handed out when the topic holds `topic`. */
async function opened(topic: readonly LogRecord[], before: UsedBefore, logger: Logger = pino({ level: 'silent' })): Promise<string[][]> {
  const log = openSqliteEventLog({ path: join(mkdtempSync(join(home, 'log-')), 'log.sqlite') });
  let all: string[][] = [];
  const open = (subjects: readonly Versions[]): Promise<void> => {
    all = subjects.map((versions) => versions.map(({ manifest }) => `${manifest.subject} ${manifest.issued_ms}`));
    return Promise.resolve();
  };
  try {
    await log.createTopics([topics.rules]);
    const producer = await log.producer();
    for (const record of topic) await producer.append([record]);
    await producer.close();
    const options = { home, group: 'g', fetchMaxWaitMs: 10, retryDelayMs: 10 };
    const consumer = await followPublished(options, before, { log, clock: systemClock(), logger }, { open, use: () => Promise.resolve() });
    await consumer.close();
  } finally {
    await log.close();
  }
  return all;
}

test('what the home kept of another group is not handed out, though its signature is good', async () => {
  expect(await opened([], { records: [...kept('other', 1), ...kept('g', 1)], usedMs: new Map() })).toEqual([['list/g/names 1']]);
});

const history = [1, 2, 3, 4, 5].flatMap((issuedMs) => list('g', issuedMs));

test('of a long history the newest are handed out', async () => {
  expect(await opened(history, { records: [], usedMs: new Map() })).toEqual([['list/g/names 5', 'list/g/names 4', 'list/g/names 3']]);
});

test.each([['the home', kept('g', 1)], ['the topic alone', []]])('what was last in use is handed out with what is newer, when it is known to %s', async (_whom, records) => {
  expect(await opened(history, { records, usedMs: new Map([['list/g/names', 1]]) })).toEqual([['list/g/names 5', 'list/g/names 4', 'list/g/names 1']]);
});

test('what lacks parts when all of the topic has been read is told', async () => {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  expect(await opened(list('g', 1).slice(-1), { records: [], usedMs: new Map() }, logger)).toEqual([]);
  expect(lines).toMatchObject([{ subjects: ['list/g/names'], msg: expect.stringContaining('parts') }]);
});
