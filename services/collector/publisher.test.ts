import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog, LogRecord, Producer } from '#runtime/event-log/event-log.ts';
import { valueBytesMax } from '#runtime/event-log/limits.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { sampleFork, sampleProcess } from './sample-process.ts';

const options: PublisherOptions = { node: 'n', bootId: 'b', hostname: 'h', batchEventsMax: 4, appendRecordsMax: 2, pendingEventsMax: 10, retryDelayMs: 1 };

function events(from: number, to: number, args: string[] = []): Event[] {
  return Array.from({ length: to - from + 1 }, (_, index) => sampleFork(from + index, sampleProcess({ pid: from + index, args })));
}

describe('the publisher', () => {
  let folder: string;
  let log: EventLog;
  let producer: Producer;
  /** Appends as they are handed to the log; the next `failures` of them fail before they reach it. */
  let appends: (readonly LogRecord[])[];
  let failures: number;
  let running: number;
  let mostRunning: number;
  let published: [events: number, cursor: bigint][];
  let failed: unknown[];
  let onPublished: (cursor: bigint) => void;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringfence-publisher-'));
    log = openSqliteEventLog({ path: join(folder, 'log') });
    await log.createTopics([topics.events]);
    producer = await log.producer();
    [appends, failures, running, mostRunning, published, failed] = [[], 0, 0, 0, [], []];
    onPublished = () => {};
  });

  afterEach(async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  });

  function publisher(changed: Partial<PublisherOptions> = {}): Publisher {
    const append = async (records: readonly LogRecord[]) => {
      mostRunning = Math.max(mostRunning, ++running);
      try {
        if (failures-- > 0) throw new Error('unreachable');
        await producer.append(records);
        appends.push(records);
      } finally {
        running--;
      }
    };
    return new Publisher({ append, close: () => producer.close() }, { ...options, ...changed }, {
      published: (count, cursor) => {
        published.push([count, cursor]);
        onPublished(cursor);
      },
      failed: (error) => failed.push(error),
      sleep: () => Promise.resolve(),
    });
  }

  /** Event numbers by append and record. */
  function numbers(): number[][][] {
    return appends.map((records) => records.map(({ value }) => codec('event_batch').decode(value).events.map((event) => event.seq)));
  }

  async function inLog(count: number): Promise<number[]> {
    const found: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const consumer = { group: 'g', topics: [topics.events.name], from: 'earliest', maxWaitMs: 10, maxBytes: 1 << 24, commitIntervalMs: 1000, retryDelayMs: 10, readOnly: true } as const;
    await log.consume(consumer, (batch) => {
      for (const { value, key } of batch.records) {
        expect(key).toBe('n');
        found.push(...codec('event_batch').decode(value).events.map((event) => event.seq));
      }
      if (found.length >= count) resolve();
      return Promise.resolve([]);
    });
    await promise;
    return found;
  }

  test('puts events into the log in order, in records and appends within their bounds', async () => {
    const it = publisher();
    it.add(events(1, 11), 5n);
    await it.drain();
    expect(numbers()).toEqual([[[1, 2, 3, 4], [5, 6, 7, 8]], [[9, 10, 11]]]);
    expect(await inLog(11)).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
    expect(published).toEqual([[11, 5n]]);
  });

  test('gathers what comes during an append for the next, and has one under way at a time', async () => {
    const it = publisher();
    for (let seq = 1; seq <= 6; seq++) {
      it.add(events(seq, seq), BigInt(seq));
      it.flush();
    }
    await it.drain();
    expect(numbers()).toEqual([[[1]], [[2, 3, 4, 5], [6]]]);
    expect(published).toEqual([[1, 1n], [5, 6n]]);
    expect(mostRunning).toBe(1);
  });

  test('tries again until the log takes it, keeps the order, and hands no cursor back before', async () => {
    const it = publisher();
    failures = 3;
    it.add(events(1, 9), 1n);
    it.flush();
    it.add(events(10, 10), 2n);
    expect(published).toEqual([]);
    await it.drain();
    expect(failed).toHaveLength(3);
    expect(numbers().flat(2)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(published).toEqual([[9, 1n], [1, 2n]]);
  });

  test('splits a batch that is too large for one record', async () => {
    const it = publisher({ batchEventsMax: 512, appendRecordsMax: 16 });
    it.add(events(1, 300, ['a'.repeat(8000)]), 1n);
    await it.drain();
    const records = appends.flat();
    expect(records.length).toBeGreaterThan(2);
    for (const { value } of records) expect(value.length).toBeLessThanOrEqual(valueBytesMax);
    expect(numbers().flat(2)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  test('says that it is full while too much waits, so that the ring is left to fill', async () => {
    const it = publisher();
    it.add(events(1, 9), 1n);
    expect(it.full).toBe(false);
    it.add(events(10, 10), 2n);
    expect(it.full).toBe(true);
    await it.drain();
    expect(it.full).toBe(false);
  });

  test('takes up an event that comes at the very end of an append', async () => {
    const it = publisher();
    const { promise: second, resolve } = Promise.withResolvers<void>();
    onPublished = (cursor) => {
      if (cursor === 2n) return resolve();
      // Runs right after the last look at what is pending has found nothing.
      queueMicrotask(() => {
        it.add(events(2, 2), 2n);
        it.flush();
      });
    };
    it.add(events(1, 1), 1n);
    it.flush();
    // Without another flush or drain.
    await second;
    expect(numbers()).toEqual([[[1]], [[2]]]);
  });

  test('has nothing to do when nothing was added', async () => {
    const it = publisher();
    it.flush();
    await it.drain();
    expect([appends, published]).toEqual([[], []]);
  });
});
