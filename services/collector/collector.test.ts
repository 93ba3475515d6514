/** The collector over a capture that no kernel wrote, into a real log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '#runtime/clock/clock.ts';
import { systemClock } from '#runtime/clock/system.ts';
import { VirtualClock } from '#runtime/clock/virtual.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { createLogger, type Logger } from '#runtime/log.ts';
import { codec } from '#schemas/codec/codec.ts';
import { kernelLayout } from '#schemas/generated/decode.gen.ts';
import { topics } from '#schemas/topics.ts';
import { startCollector } from './collector.ts';
import { openCapture } from './kernel/capture.ts';
import type { Kernel } from './kernel/kernel.ts';
import { collectorSettings } from './settings.ts';

const header = '{"format":"ringfence-capture","version":1,"bootId":"b","bootTimeNs":"1700000000000000000"}\n';
const forkKind = 2;

let folder: string;
let log: EventLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-collector-'));
  log = openSqliteEventLog({ path: join(folder, 'log') });
});

afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

function forkRecord(seq: number, kind = forkKind): Buffer {
  const record = Buffer.alloc(kernelLayout.rf_fork.size);
  record.writeBigUInt64LE(BigInt(seq), 0);
  record.writeUInt32LE(record.length, 16);
  record.writeUInt16LE(kind, 20);
  return record;
}

function capture(records: readonly Buffer[]): string {
  const path = join(folder, 'capture');
  const bytes = Buffer.concat(records.flatMap((record) => [length(record.length), record]));
  writeFileSync(path, Buffer.concat([Buffer.from(header), Buffer.from([1]), length(records.length), length(bytes.length), bytes]));
  return path;
}

async function eventTimes(): Promise<[number, bigint][]> {
  const times: [number, bigint][] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const options = { group: 'test', topics: [topics.events.name], from: 'earliest', maxWaitMs: 10, maxBytes: 1 << 20, commitIntervalMs: 10, retryDelayMs: 10 } as const;
  const consumer = await log.consume(options, async ({ records }) => {
    for (const { value } of records) times.push(...codec('event_batch').decode(value).events.map((event): [number, bigint] => [event.seq, event.time]));
    if (times.length > 1) resolve();
    return [];
  });
  await promise;
  await consumer.close();
  return times;
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function start(path: string) {
  return startOn(openCapture(path), systemClock());
}

function startOn(kernel: Kernel, clock: Clock, logger = createLogger('collector', 'silent')) {
  return startCollector(collectorSettings.parse({ home: folder, node: 'n' }), log, kernel, clock, logger);
}

/** What is logged at warn or above. */
function warnings(): { logger: Logger; said: object[] } {
  const said: object[] = [];
  const logger = pino({ level: 'warn', base: null, timestamp: false }, { write: (line: string) => void said.push(JSON.parse(line) as object) });
  return { logger, said };
}

interface WaitingKernel {
  readonly kernel: Kernel;
  reads: number;
  readonly releases: [number, bigint][];
  readonly acts: string[];
}

/** Keeps back what `kernel` has for a while after the start: as while a record is being written, it is not there, and awaited. */
function waitingKernel(clock: VirtualClock, kernel: Kernel, { givesAfterMs, waitsMs }: { givesAfterMs: number; waitsMs: number }): WaitingKernel {
  const waiting: WaitingKernel = {
    reads: 0,
    releases: [],
    acts: [],
    kernel: {
      ...kernel,
      onReadable: () => {},
      read: () => {
        waiting.reads++;
        return clock.monotonicMs() < givesAfterMs ? [] : kernel.read();
      },
      get waits() {
        return clock.monotonicMs() < waitsMs;
      },
      release: (ring, cursor) => void waiting.releases.push([ring, cursor]),
      stop: () => void waiting.acts.push('stop'),
      close: () => Promise.resolve(void waiting.acts.push('close')),
    },
  };
  return waiting;
}

async function advanceUntil(clock: VirtualClock, done: Promise<void>): Promise<void> {
  let ended = false;
  void done.finally(() => (ended = true)).catch(() => {});
  while (!ended) await clock.advance(1);
  await done;
}

describe('the collector', () => {
  test('counts a record that it can\'t decode, and goes on', async () => {
    const collector = await start(capture([forkRecord(1), forkRecord(2, 99), forkRecord(3)]));
    await collector.drain();
    expect(collector.counters()).toMatchObject({ seen: 3n, published: 2, undecodable: 1, processesEvicted: 0 });
    await collector.close();
  });

  test('warns when something was lost, once for each time that more was', async () => {
    const clock = new VirtualClock();
    const { logger, said } = warnings();
    const quiet = openCapture(capture([]));
    const lost = { droppedRingFull: 5n, faults: { args_unreadable: 0n } };
    const counters = () => {
      const { rings, kinds } = quiet.counters();
      return { rings: [{ ...rings[0]!, droppedRingFull: lost.droppedRingFull }, rings[1]!], kinds, faults: lost.faults };
    };
    const collector = await startOn({ ...quiet, counters }, clock, logger);
    await clock.advance(10_000);
    lost.droppedRingFull = 8n;
    lost.faults.args_unreadable = 1n;
    await clock.advance(20_000);
    const first = { level: 40, dropped_ring_full: { new: 3, total: 8 }, args_unreadable: { new: 1, total: 1 }, msg: 'lost since the last report' };
    expect(said).toEqual([first]);
    lost.droppedRingFull = 9n;
    await collector.close();
    expect(said).toEqual([first, { level: 40, dropped_ring_full: { new: 1, total: 9 }, msg: 'lost since the last report' }]);
  });

  test('gives events the new time when the clock of the host was set, and says so', async () => {
    const clock = new VirtualClock();
    const { logger, said } = warnings();
    const [before, after] = [1_700_000_000_000_000_000n, 1_700_003_600_000_000_000n];
    const records = openCapture(capture([forkRecord(1)]));
    const later = openCapture(capture([forkRecord(2)]));
    const steps = [0n, after - before, 0n];
    let bootTimeNs = before;
    const kernel: Kernel = {
      ...records,
      get bootTimeNs() {
        return bootTimeNs;
      },
      followClock() {
        const byNs = steps.shift() ?? 0n;
        bootTimeNs += byNs;
        return byNs;
      },
      read: () => [...records.read(), ...(bootTimeNs === after ? later.read() : [])],
    };
    const collector = await startOn(kernel, clock, logger);
    await clock.advance(35_000);
    await collector.close();
    expect(said).toEqual([{ level: 40, byMs: 3_600_000, msg: expect.stringContaining('was set') }]);
    expect(await eventTimes()).toEqual([[1, before], [2, after]]);
  });

  test('goes on when the new time cannot be kept', async () => {
    const clock = new VirtualClock();
    const { logger, said } = warnings();
    const fails = () => {
      throw new Error('no space left');
    };
    const collector = await startOn({ ...openCapture(capture([forkRecord(1)])), followClock: fails }, clock, logger);
    await clock.advance(10_000);
    await collector.close();
    expect(said).toMatchObject([{ level: 50, err: { message: 'no space left' } }]);
    expect(collector.counters().published).toBe(1);
  });

  test('brings what it can still read to the log when reporting cannot be ended, and tells that it could not', async () => {
    const fails = () => {
      throw new Error('the pins are gone');
    };
    const collector = await startOn({ ...openCapture(capture([forkRecord(1)])), onReadable: () => {}, stop: fails }, new VirtualClock());
    await expect(collector.close()).rejects.toThrow('the pins are gone');
    expect(collector.counters().published).toBe(1);
  });

  test.each(['close', 'drain'] as const)('at %s, reads on while the kernel keeps something back, once a moment, and loses nothing', async (how) => {
    const clock = new VirtualClock();
    const waiting = waitingKernel(clock, openCapture(capture([forkRecord(1), forkRecord(2)])), { givesAfterMs: 30, waitsMs: 30 });
    const collector = await startOn(waiting.kernel, clock);
    await advanceUntil(clock, collector[how]());
    expect(collector.counters().published).toBe(2);
    expect(waiting.releases).toEqual([[0, 0n]]);
    expect(waiting.reads).toBeGreaterThan(1);
    // In a drain the timer reads, too.
    expect(waiting.reads).toBeLessThanOrEqual(2 * 30);
    if (how === 'drain') await collector.close();
    expect(waiting.acts).toEqual(['stop', 'close']);
  });

  test('closes when what the kernel waited for has not come', async () => {
    const clock = new VirtualClock();
    const waiting = waitingKernel(clock, openCapture(capture([forkRecord(1)])), { givesAfterMs: Infinity, waitsMs: 100 });
    const collector = await startOn(waiting.kernel, clock);
    await advanceUntil(clock, collector.close());
    expect(waiting.acts).toEqual(['stop', 'close']);
    expect(waiting.reads).toBeLessThanOrEqual(100 + 5);
    expect(waiting.releases).toEqual([]);
  });

  test('goes on reading by its timer what the kernel kept back', async () => {
    const clock = new VirtualClock();
    const waiting = waitingKernel(clock, openCapture(capture([forkRecord(1)])), { givesAfterMs: 30, waitsMs: 30 });
    const collector = await startOn(waiting.kernel, clock);
    const { pollMs } = collectorSettings.parse({});
    await clock.advance(30 + 10 * pollMs);
    expect(waiting.releases).toEqual([[0, 0n]]);
    // Not more often than without anything to wait for.
    expect(waiting.reads).toBeLessThanOrEqual(30 / pollMs + 10 + 5);
    await advanceUntil(clock, collector.close());
  });

  test('closes every part also when reading fails, and tells that it did', async () => {
    const closed: string[] = [];
    const fails = () => {
      throw new Error('the ring is gone');
    };
    const collector = await startOn({ ...openCapture(capture([])), onReadable: () => {}, read: fails, close: () => Promise.resolve(void closed.push('kernel')) }, new VirtualClock());
    await expect(collector.close()).rejects.toThrow('the ring is gone');
    expect(closed).toEqual(['kernel']);
  });

  test('reads from the start, also while the log does not answer yet: what is read goes to the spool until it does', async () => {
    const clock = new VirtualClock();
    const refused = new RingfenceError('EVENT_LOG_UNREACHABLE', 'nobody there');
    let asked = 0;
    const absent: EventLog = { ...log, createTopics: () => (asked++, Promise.reject(refused)) };
    const late: EventLog = { createTopics: (topics) => (clock.nowMs() < backMs ? absent.createTopics(topics) : log.createTopics(topics)), producer: () => log.producer(), consume: (options, handle) => log.consume(options, handle), close: () => log.close() };
    const backMs = clock.nowMs() + 10_000;
    const released: bigint[] = [];
    const capture2000 = openCapture(capture(Array.from({ length: 2000 }, (_, index) => forkRecord(index + 1))));
    const kernel: Kernel = { ...capture2000, release: (_, cursor) => void released.push(cursor) };
    const starting = startCollector(collectorSettings.parse({ home: folder, node: 'n' }), late, kernel, clock, createLogger('collector', 'silent'));
    while (released.length === 0 && clock.nowMs() < backMs) await clock.advance(100);
    expect([released.length, asked > 1]).toEqual([1, true]);
    while (clock.nowMs() < backMs + 2_000) await clock.advance(100);
    const collector = await starting;
    await collector.drain();
    await collector.close();
    expect(collector.counters()).toMatchObject({ seen: 2000n, published: 2000, spool: { batches: 0 } });
    expect((await eventTimes()).map(([seq]) => seq)).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1));
  });

  test('closes with everything read in the log, also while it is still reading', async () => {
    const collector = await start(capture(Array.from({ length: 2000 }, (_, index) => forkRecord(index + 1))));
    await collector.close();
    expect(collector.counters()).toMatchObject({ seen: 2000n, published: 2000 });
  });
});
