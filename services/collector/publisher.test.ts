import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EventLog, LogRecord, Producer } from '#runtime/event-log/event-log.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import { codec } from '#schemas/codec/codec.ts';
import { eventParts } from '#schemas/codec/event-parts.ts';
import type { Event, Loss } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { BatchWriter } from './encode/batch-writer.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import { sampleFork, sampleProcess } from './sample-process.ts';
import { Spool, type SpoolOptions } from './spool/spool.ts';

const options: PublisherOptions = { node: 'n', appendRecordsMax: 2, pendingBytesMax: 1 << 20, retryDelayMs: 1, awayMs: 1000 };
const batchEventsMax = 4;
const parts = eventParts();

function events(from: number, to: number, args: string[] = []): Event[] {
  return Array.from({ length: to - from + 1 }, (_, index) => sampleFork(from + index, sampleProcess({ pid: from + index, args })));
}

/** As they stand in a batch of one: between its count of events and the end of both its lists. */
function eventBytes(event: Event): Buffer {
  const batch = { node: '', boot_id: '', hostname: '', events: [event], losses: [] };
  const empty = parts.batch(batch);
  return codec('event_batch').encode(batch).subarray(empty.before.length + 1, -1 - empty.after.length);
}

function loss(count: number): Loss {
  return { ring: 0, stage: 'kernel', reason: 'ring_full', kind: null, count, total: count, from: 1n, until: 2n };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('the publisher', () => {
  let folder: string;
  let log: EventLog;
  let producer: Producer;
  /** Appends as they are handed to the log; the next `failures` of them fail before they reach it; none ends while `held`. */
  let appends: (readonly LogRecord[])[];
  let failures: number;
  let held: Promise<void> | null;
  let running: number;
  let mostRunning: number;
  let published: number;
  let safe: [ring: number, cursor: bigint][];
  let told: Loss[];
  let failed: unknown[];
  let nowMs: number;
  let onPublished: () => void;
  let spools: Spool[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringfence-publisher-'));
    log = openSqliteEventLog({ path: join(folder, 'log') });
    await log.createTopics([topics.events]);
    producer = await log.producer();
    [appends, failures, held, running, mostRunning, published, safe, told, failed, nowMs, spools] = [[], 0, null, 0, 0, 0, [], [], [], 0, []];
    onPublished = () => {};
  });

  afterEach(async () => {
    for (const spool of spools) spool.close();
    await log.close();
    rmSync(folder, { recursive: true });
  });

  function spool(changed: Partial<SpoolOptions> = {}): Spool {
    const opened = new Spool({ path: join(folder, 'spool'), bytesMax: 1 << 20, overflow: 'drop-oldest', bootId: 'b', ...changed }, () => {});
    spools.push(opened);
    return opened;
  }

  function publisher(changed: Partial<PublisherOptions> = {}, ofSpool: Spool | null = null) {
    const append = async (records: readonly LogRecord[]) => {
      mostRunning = Math.max(mostRunning, ++running);
      try {
        await held;
        if (failures-- > 0) throw new Error('unreachable');
        await producer.append(records);
        appends.push(records);
      } finally {
        running--;
      }
    };
    const writer = new BatchWriter({ node: 'n', bootId: 'b', hostname: 'h', batchEventsMax }, parts, (batch) => it.took(batch));
    const it = new Publisher({ append, close: () => producer.close() }, writer, ofSpool, { ...options, ...changed }, {
      published: (shares) => {
        published += shares.reduce((sum, share) => sum + share.events, 0);
        onPublished();
      },
      safe: (ring, cursor) => safe.push([ring, cursor]),
      told: (losses) => told.push(...losses),
      failed: (error) => failed.push(error),
      spoolFailed: (error) => failed.push(error),
      away: () => {},
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
      monotonicMs: () => nowMs,
    });
    const add = (some: readonly Event[], cursor: bigint, ring = 0) => {
      for (const event of some) {
        const bytes = eventBytes({ ...event, ring });
        writer.room(bytes.length).set(bytes, writer.at);
        writer.took(ring, event.seq, writer.at + bytes.length);
      }
      it.mark(ring, cursor);
    };
    return Object.assign(it, { add });
  }

  /** Event numbers by append and record. */
  function numbers(): number[][][] {
    return appends.map((records) => records.map(({ value }) => codec('event_batch').decode(value).events.map((event) => event.seq)));
  }

  /** All event numbers in the log, in its order. */
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
    expect(await inLog(11)).toEqual(range(1, 11));
    expect([published, safe]).toEqual([11, [[0, 5n]]]);
  });

  test('gathers what comes during an append for the next, and has one under way at a time', async () => {
    const it = publisher();
    for (let seq = 1; seq <= 6; seq++) {
      it.add(events(seq, seq), BigInt(seq));
      it.flush();
    }
    await it.drain();
    expect(numbers()).toEqual([[[1]], [[2, 3, 4, 5]], [[6]]]);
    expect(safe).toEqual([1n, 2n, 3n, 4n, 5n, 6n].map((cursor) => [0, cursor]));
    expect(mostRunning).toBe(1);
  });

  test('tries again until the log takes it, keeps the order, and hands no cursor back before', async () => {
    const it = publisher();
    failures = 3;
    it.add(events(1, 9), 1n);
    it.flush();
    it.add(events(10, 10), 2n);
    expect(safe).toEqual([]);
    await it.drain();
    expect(failed).toHaveLength(3);
    expect(numbers().flat(2)).toEqual(range(1, 10));
    expect(safe).toEqual([[0, 1n], [0, 2n]]);
  });

  test('hands back a cursor that covers no new event when what came before is safe', async () => {
    const it = publisher();
    it.add([], 1n);
    expect(safe).toEqual([[0, 1n]]);
    it.add(events(1, 4), 2n);
    it.add([], 3n, 1);
    expect(safe).toHaveLength(1);
    await it.drain();
    expect(safe).toEqual([[0, 1n], [0, 2n], [1, 3n]]);
  });

  test('says that it is full while too much waits, so that the rings are left to fill', async () => {
    const it = publisher({ pendingBytesMax: 10_000 });
    it.add(events(1, 9, ['a'.repeat(100)]), 1n);
    expect(it.full).toBe(false);
    it.add(events(10, 100, ['a'.repeat(100)]), 2n);
    expect(it.full).toBe(true);
    await it.drain();
    expect(it.full).toBe(false);
  });

  test('takes up an event that comes at the very end of an append', async () => {
    const it = publisher();
    const { promise: second, resolve } = Promise.withResolvers<void>();
    onPublished = () => {
      if (published === 2) return resolve();
      // Runs right after the last look at what waits has found nothing.
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
    expect([appends, safe]).toEqual([[], []]);
  });

  test('brings losses into the stream, also when there is no event to bring them', async () => {
    const it = publisher();
    it.add(events(1, 2), 1n);
    it.tell([loss(3)]);
    await it.drain();
    it.tell([loss(4)]);
    await it.drain();
    const batches = appends.flat().map(({ value }) => codec('event_batch').decode(value));
    expect(batches.map((batch) => [batch.events.length, batch.losses])).toEqual([[2, [loss(3)]], [0, [loss(4)]]]);
    expect(told).toEqual([loss(3), loss(4)]);
  });

  describe('while the log is away', () => {
    /** An append that does not end, until the function that it returns is called. */
    function hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = null;
        resolve();
      };
    }

    test('puts events on disk and frees the rings, and brings all to the log in their order when it is back', async () => {
      const kept = spool();
      const it = publisher({}, kept);
      const back = hold();
      it.add(events(1, 9), 1n);
      it.flush();
      nowMs = 999;
      it.tick();
      expect([safe, kept.isEmpty]).toEqual([[], true]);
      nowMs = 1000;
      it.tick();
      // The append under way, and the batch that was still being written.
      expect([safe, kept.fill.batches]).toEqual([[[0, 1n]], 3]);
      it.add(events(10, 24), 2n);
      expect([safe, kept.fill.batches]).toEqual([[[0, 1n]], 6]);
      nowMs = 2000;
      it.tick();
      expect([safe, kept.fill.batches]).toEqual([[[0, 1n], [0, 2n]], 7]);
      back();
      await it.drain();
      while (!kept.isEmpty) await new Promise((resolve) => setImmediate(resolve));
      it.add(events(25, 26), 3n);
      await it.drain();
      expect(await inLog(26)).toEqual(range(1, 26));
      expect([published, kept.isEmpty, safe.at(-1)]).toEqual([26, true, [0, 3n]]);
    });

    test('tries the append that was under way again from the disk when it fails after all', async () => {
      const kept = spool();
      const it = publisher({}, kept);
      const back = hold();
      it.add(events(1, 8), 1n);
      it.flush();
      nowMs = 1000;
      it.tick();
      failures = 2;
      back();
      await it.drain();
      expect(await inLog(8)).toEqual(range(1, 8));
      while (!kept.isEmpty) await new Promise((resolve) => setImmediate(resolve));
      expect([failed.length, published]).toEqual([2, 8]);
    });

    test('leaves what it could not bring to its successor, which goes on with it', async () => {
      const it = publisher({}, spool());
      const back = hold();
      it.add(events(1, 5), 1n);
      it.flush();
      nowMs = 1000;
      it.tick();
      await it.drain();
      expect(safe).toEqual([[0, 1n]]);
      spools.pop()!.close();
      back();
      const successor = publisher({}, spool());
      successor.add(events(6, 7), 2n);
      await successor.drain();
      expect((await inLog(7)).slice(-7)).toEqual(range(1, 7));
    });

    test('ends a drain when everything is on disk, though the append has no end', async () => {
      const it = publisher({}, spool());
      hold();
      it.add(events(1, 5), 1n);
      const drained = it.drain();
      nowMs = 1000;
      it.tick();
      await drained;
      expect([safe, published]).toEqual([[[0, 1n]], 0]);
    });

    test.each([
      ['drop-newest', [1, 2, 3, 4]],
      ['drop-oldest', [1, 2, 3, 4, 17, 18, 19, 20]],
    ] as const)('counts what a full spool loses (%s), and not what was under way', async (overflow, arrived) => {
      const one = 600;
      const kept = spool({ bytesMax: one * 2, overflow });
      const it = publisher({}, kept);
      const back = hold();
      const noise = (seq: number) => events(seq, seq + 3).map((event) => ({ ...event, process: { ...event.process, comm: Buffer.from(crypto.getRandomValues(new Uint8Array(48))).toString('base64') } }));
      it.add(noise(1), 1n);
      it.flush();
      nowMs = 1000;
      it.tick();
      for (let seq = 5; seq <= 17; seq += 4) it.add(noise(seq), BigInt(seq));
      expect(safe.at(-1)).toEqual([0, 17n]);
      const lost = kept.dropped.get(0) ?? 0;
      back();
      await it.drain();
      while (!kept.isEmpty) await new Promise((resolve) => setImmediate(resolve));
      expect(lost + published).toBe(20);
      expect(numbers().flat(2)).toEqual(expect.arrayContaining([...arrived]));
    });

    test('goes on with the rings alone when the spool fails', async () => {
      const kept = spool();
      const it = publisher({}, kept);
      const back = hold();
      it.add(events(1, 8), 1n);
      it.flush();
      spools.pop()!.close();
      nowMs = 1000;
      it.tick();
      expect([failed.length, safe]).toEqual([1, []]);
      back();
      await it.drain();
      expect(await inLog(8)).toEqual(range(1, 8));
      expect(safe).toEqual([[0, 1n]]);
    });
  });
});
