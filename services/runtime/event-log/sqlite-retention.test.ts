import { expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual.ts';
import type { EventLog } from './event-log.ts';
import { openSqliteEventLog } from './sqlite.ts';

const passMs = 10_000;

it('removes records older than their topic keeps them, and tells a reader what it missed', async () => {
  const { clock, log, append } = await fixture({});
  const errors: unknown[] = [];
  await (await read(log, 'slow', [], errors)).close();
  await append('t', 'a', 'old');
  await clock.advance(60_000);
  await append('t', 'a', 'new');
  await clock.advance(passMs);
  expect(await valuesOf(log, 't')).toEqual(['new']);
  const seen: string[] = [];
  await (await read(log, 'slow', seen, errors)).caughtUp();
  expect(seen).toEqual(['new']);
  expect(errors).toMatchObject([{ code: 'EVENT_LOG_REJECTED', details: { topic: 't', lost: 1 } }]);
  await log.close();
});

it('removes the oldest records of all topics above the size bound', async () => {
  const { clock, log, append } = await fixture({ sizeBytesMax: 2_500_000 });
  for (let i = 0; i < 3_000; i++) await append(i < 1_500 ? 't' : 'u', 'k', `${i}`.padEnd(1_000));
  await clock.advance(passMs);
  const [ofT, ofU] = [await valuesOf(log, 't'), await valuesOf(log, 'u')];
  expect(ofT.length + ofU.length).toBeLessThanOrEqual(2_500);
  expect(ofU.length).toBe(1_500);
  expect(ofT.at(-1)?.trim()).toBe('1499');
  await log.close();
});

it('keeps the newest record of each key of a compacted topic, however old', async () => {
  const { clock, log, append } = await fixture({});
  for (const [key, value] of [['a', '1'], ['b', '2'], ['a', '3']] as const) await append('compacted', key, value);
  await clock.advance(3_600_000);
  expect(await valuesOf(log, 'compacted')).toEqual(['2', '3']);
  await log.close();
});

async function fixture(options: { sizeBytesMax?: number }) {
  const clock = new VirtualClock(1_000_000);
  const log = openSqliteEventLog({ path: ':memory:', clock, ...options });
  const topic = { partitions: 1, retentionMs: 30_000 };
  await log.createTopics([{ ...topic, name: 't' }, { ...topic, name: 'u' }, { ...topic, name: 'compacted', compacted: true }]);
  const producer = await log.producer();
  const append = (name: string, key: string, value: string) =>
    producer.append([{ topic: name, key, value: Buffer.from(value) }]);
  return { clock, log, append };
}

function read(log: EventLog, group: string, seen: string[], errors: unknown[], topic = 't') {
  const options = {
    group, topics: [topic], from: 'earliest', maxWaitMs: 50, maxBytes: 10_000_000, commitIntervalMs: 1_000_000,
    retryDelayMs: 10, onError: (error: unknown) => void errors.push(error),
  } as const;
  return log.consume(options, async ({ records }) => {
    seen.push(...records.map(({ value }) => value.toString()));
    return [];
  });
}

let readers = 0;

async function valuesOf(log: EventLog, topic: string): Promise<string[]> {
  const seen: string[] = [];
  await (await read(log, `reader-${readers++}`, seen, [], topic)).caughtUp();
  return seen;
}
