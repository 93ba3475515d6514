import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { hasCode } from '../errors.ts';
import { openContractLog } from './contract-logs.ts';
import type { ContractLog } from './contract-logs.ts';
import type { BatchHandler, ConsumeOptions, Consumer, EventLog, LogRecord, ReceivedRecord } from './event-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-event-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

contract('SQLite', { kind: 'sqlite', path: join(folder, 'log.db') }, undefined);
contract('Kafka', { kind: 'kafka', brokers: inject('kafkaBrokers') ?? '' }, inject('kafkaMissing'));

function contract(name: string, where: ContractLog, missing: string | undefined): void {
  describe.skipIf(missing !== undefined)(`the event log over ${name}${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
    const logs: EventLog[] = [];
    const open = () => {
      const log = openContractLog(where);
      logs.push(log);
      return log;
    };
    afterEach(async () => {
      await Promise.all(logs.splice(0).map((log) => log.close()));
    });

    /** A log, a fresh topic of `partitions` partitions, a second one for outputs, and a fresh group. */
    async function fixture(partitions = 1) {
      const log = open();
      const id = randomUUID().slice(0, 8);
      const [topic, output, group] = [`in.${id}`, `out.${id}`, `group.${id}`];
      await log.createTopics([topic, output].map((it) => ({ name: it, partitions, retentionMs: 3_600_000 })));
      const producer = await log.producer();
      return { log, topic, output, group, append: (...records: LogRecord[]) => producer.append(records) };
    }

    function options(group: string, topic: string, more: Partial<ConsumeOptions> = {}): ConsumeOptions {
      return {
        group, topics: [topic], from: 'earliest', maxWaitMs: 50, maxBytes: 1_000_000, commitIntervalMs: 50,
        retryDelayMs: 10, ...more,
      };
    }

    /** Every record of a topic that a reader of committed records sees, in order within each partition. */
    async function readAll(topic: string): Promise<ReceivedRecord[]> {
      const { seen, handle } = recorder();
      const reader = await open().consume(options(`reader.${randomUUID()}`, topic, { readOnly: true }), handle);
      await reader.caughtUp();
      return seen;
    }

    it('creates topics once and leaves an existing one as it is', async () => {
      const { log, topic, append } = await fixture(2);
      await append(record(topic, 'a', '1'));
      await log.createTopics([{ name: topic, partitions: 7, retentionMs: 1_000_000 }]);
      expect(texts(await readAll(topic))).toEqual(['1']);
    });

    it('lets several processes create the same topics at once, and use them at once', async () => {
      const topics = Array.from({ length: 6 }, () => ({ name: `race.${randomUUID()}`, partitions: 3, retentionMs: 1_000_000 }));
      const use = async (log: EventLog) => {
        await log.createTopics(topics);
        await (await log.producer()).append(topics.map(({ name }) => record(name, 'k', 'v')));
      };
      await Promise.all(Array.from({ length: 4 }, () => use(open())));
      for (const { name } of topics.slice(0, 2)) expect(texts(await readAll(name))).toHaveLength(4);
    });

    it('refuses names, sizes and options that the other log could not hold', async () => {
      const { log, topic, append } = await fixture();
      for (const name of ['', '.', '..', 'a/b', 'a b', 'ü', 'x'.repeat(300)]) {
        await expectCode(log.createTopics([{ name, partitions: 1, retentionMs: 1 }]), 'EVENT_LOG_REJECTED');
        await expectCode(append(record(name, 'k', 'v')), 'EVENT_LOG_REJECTED');
        await expectCode(log.consume(options(name, topic), nothing), 'EVENT_LOG_REJECTED');
      }
      await expectCode(log.createTopics([{ name: 'zero', partitions: 0, retentionMs: 1 }]), 'EVENT_LOG_REJECTED');
      await expectCode(log.consume(options('g', topic, { maxBytes: 0 }), nothing), 'EVENT_LOG_REJECTED');
      await expectCode(append({ topic, key: 'k', value: Buffer.alloc(900_001) }), 'RECORD_TOO_LARGE');
      const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`h${i}`, '']));
      await expectCode(append({ topic, key: 'k', value: Buffer.alloc(0), headers: many }), 'EVENT_LOG_REJECTED');
    });

    it('refuses records for a topic that does not exist, and only those', async () => {
      const { topic, append } = await fixture();
      const lost = append(record(`none.${randomUUID()}`, 'k', 'v'));
      const kept = append(record(topic, 'k', 'kept'));
      await expectCode(lost, 'EVENT_LOG_REJECTED');
      await kept;
      expect(texts(await readAll(topic))).toEqual(['kept']);
    });

    it('returns values, keys and headers as they were, empty and binary ones too', async () => {
      const { topic, append } = await fixture();
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      const sent: LogRecord[] = [
        { topic, key: 'binary', value: bytes, headers: { kind: 'x', 'größe': 'viel 💥', empty: '' } },
        { topic, key: '', value: Buffer.alloc(0) },
        { topic, key: 'ключ', value: Buffer.alloc(900_000, 7) },
      ];
      await append(...sent);
      const received = await readAll(topic);
      expect(received.map(({ key, value, headers }) => ({ key, value: Buffer.from(value), headers }))).toEqual(
        sent.map(({ key, value, headers }) => ({ key, value, headers: headers ?? {} })),
      );
      expect(received.every(({ appendedMs }) => Math.abs(Date.now() - appendedMs) < 60_000)).toBe(true);
    });

    it('keeps the order of each key, and each key in one partition', async () => {
      const { topic, append } = await fixture(4);
      const waits: Promise<void>[] = [];
      for (let i = 0; i < 400; i++) waits.push(append(record(topic, `key-${i % 20}`, String(i))));
      await Promise.all(waits);
      const received = await readAll(topic);
      expect(received.length).toBe(400);
      expect(new Set(received.map(({ partition }) => partition)).size).toBeGreaterThan(1);
      for (const [, ofKey] of Map.groupBy(received, ({ key }) => key)) {
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
        expect(ofKey.map(text)).toEqual(ofKey.map(text).toSorted((a, b) => Number(a) - Number(b)));
      }
      for (const [, ofPartition] of Map.groupBy(received, ({ partition }) => partition)) {
        const offsets = ofPartition.map(({ offset }) => offset);
        expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      }
    });

    it('carries ten thousand records of one append in batches within the byte bound', async () => {
      const { log, topic, group, append } = await fixture(3);
      await append(...Array.from({ length: 10_000 }, (_, i) => record(topic, `key-${i % 100}`, `${i}`.padEnd(150))));
      const sizes: number[] = [];
      const seen = new Set<string>();
      const consumer = await log.consume(options(group, topic, { maxBytes: 100_000 }), async ({ records }) => {
        sizes.push(records.reduce((sum, { value }) => sum + value.length, 0));
        for (const it of records) seen.add(text(it));
        return [];
      });
      await consumer.caughtUp();
      expect(seen.size).toBe(10_000);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(200_000);
    });

    it('starts a new group at the earliest record or behind the latest, as asked', async () => {
      const { log, topic, append } = await fixture(2);
      await append(record(topic, 'a', 'old'), record(topic, 'b', 'old'));
      const [earliest, latest] = [recorder(), recorder()];
      const first = await log.consume(options(`first.${topic}`, topic), earliest.handle);
      const second = await log.consume(options(`second.${topic}`, topic, { from: 'latest' }), latest.handle);
      await append(record(topic, 'a', 'new'));
      await Promise.all([first.caughtUp(), second.caughtUp()]);
      expect(texts(earliest.seen).toSorted()).toEqual(['new', 'old', 'old']);
      expect(texts(latest.seen)).toEqual(['new']);
    });

    it('resumes behind what was committed, also for a group that began at the latest record', async () => {
      const { log, topic, group, append } = await fixture();
      await append(record(topic, 'a', 'before'));
      const idle = await log.consume(options(group, topic, { from: 'latest' }), nothing);
      await idle.close();
      await append(record(topic, 'a', 'while away'));
      const { seen, handle } = recorder();
      const first = await log.consume(options(group, topic, { from: 'latest' }), handle);
      await first.caughtUp();
      await first.close();
      await append(record(topic, 'a', 'later'));
      const second = await log.consume(options(group, topic), handle);
      await second.caughtUp();
      expect(texts(seen)).toEqual(['while away', 'later']);
    });

    it('appends what a handler returns, to several topics', async () => {
      const { log, topic, output, group, append } = await fixture(2);
      const consumer = await log.consume(options(group, topic), async ({ records }) =>
        records.flatMap((it) => [record(output, it.key, `1:${text(it)}`), record(output, `${it.key}!`, `2:${text(it)}`)]),
      );
      await append(record(topic, 'a', 'x'), record(topic, 'b', 'y'));
      await consumer.caughtUp();
      expect(texts(await readAll(output)).toSorted()).toEqual(['1:x', '1:y', '2:x', '2:y']);
    });

    it('delivers a batch again when its handler throws, without its outputs, and tells onError', async () => {
      const { log, topic, output, group, append } = await fixture();
      const errors: unknown[] = [];
      let calls = 0;
      const more = { onError: (error: unknown) => void errors.push(error) };
      const consumer = await log.consume(options(group, topic, more), async ({ records }) => {
        if (++calls < 3) throw new Error(`attempt ${calls}`);
        return records.map((it) => record(output, it.key, text(it)));
      });
      await append(record(topic, 'a', 'x'));
      await consumer.caughtUp();
      expect(texts(await readAll(output))).toEqual(['x']);
      expect(errors.map((error) => (error as Error).message)).toEqual(['attempt 1', 'attempt 2']);
    });

    it('delivers a batch again when one of its outputs can not be appended, and appends none of them before', async () => {
      const { log, topic, output, group, append } = await fixture();
      let calls = 0;
      const consumer = await log.consume(options(group, topic), async ({ records }) => {
        const outputs = records.map((it) => record(output, it.key, `${text(it)}@${calls}`));
        return ++calls === 1 ? [...outputs, { topic: output, key: '', value: Buffer.alloc(1_000_000) }] : outputs;
      });
      await append(record(topic, 'a', 'x'));
      await consumer.caughtUp();
      expect(texts(await readAll(output))).toEqual(['x@1']);
    });

    it('keeps other partitions going while one can not be handled', async () => {
      const { log, topic, group, append } = await fixture(4);
      const keys = Array.from({ length: 16 }, (_, i) => `key-${i}`);
      const got = new Map<string, number>();
      const good = Promise.withResolvers<void>();
      let bad: number | undefined;
      const consumer = await log.consume(options(group, topic), async ({ partition, records }) => {
        if (records.some((it) => text(it) === 'bad')) bad = partition;
        if (bad === partition) throw new Error('bad');
        for (const it of records) got.set(it.key, partition);
        if (got.has('last')) good.resolve();
        return [];
      });
      await append(record(topic, keys[0]!, 'bad'));
      await append(...keys.slice(1).map((key) => record(topic, key, 'good')));
      for (let i = 0; !got.has('last'); i++) {
        await append(record(topic, 'last', 'good'), record(topic, `other-${i}`, 'good'));
        if (bad !== undefined && i > 50) break;
      }
      await Promise.race([good.promise, until(() => [...got.values()].length >= 8)]);
      expect([...got.values()]).not.toContain(bad);
      expect(got.size).toBeGreaterThan(0);
      await consumer.close();
    });

    it('replays before the committed offset, marks it, and discards what comes of it', async () => {
      const { log, topic, output, group, append } = await fixture(2);
      await append(record(topic, 'a', '1'), record(topic, 'b', '2'));
      const copy: BatchHandler = async ({ records }) => records.map((it) => record(output, it.key, text(it)));
      const first = await log.consume(options(group, topic), copy);
      await first.caughtUp();
      await first.close();
      const seen: [string, boolean][] = [];
      const again = await log.consume(options(group, topic, { rewindMs: 60_000 }), async (batch) => {
        for (const it of batch.records) seen.push([text(it), batch.replayed]);
        return copy(batch);
      });
      await again.caughtUp();
      await append(record(topic, 'a', '3'));
      await again.caughtUp();
      expect(seen.toSorted()).toEqual([['1', true], ['2', true], ['3', false]]);
      expect(texts(await readAll(output)).toSorted()).toEqual(['1', '2', '3']);
    });

    it('shares partitions between two members, and hands them over when one leaves', async () => {
      const { topic, output, group, append } = await fixture(4);
      const by = new Map<string, Set<number>>([['one', new Set()], ['two', new Set()]]);
      const join = (name: string) =>
        open().consume(options(group, topic), async ({ partition, records }) => {
          by.get(name)!.add(partition);
          return records.map((it) => record(output, it.key, text(it)));
        });
      const one = await join('one');
      const two = await join('two');
      let sent = 0;
      const send = async () => append(...Array.from({ length: 32 }, () => record(topic, `key-${sent % 32}`, String(sent++))));
      for (by.get('one')!.clear(); by.get('one')!.size === 0 || by.get('two')!.size === 0; await two.caughtUp()) await send();
      await one.close();
      by.get('two')!.clear();
      await send();
      await two.caughtUp();
      expect(by.get('two')!.size).toBe(4);
      expect(texts(await readAll(output)).map(Number).toSorted((a, b) => a - b)).toEqual(range(sent));
    });

    it('waits for the running handler at close, and commits what it returned', async () => {
      const { log, topic, output, group, append } = await fixture();
      const [entered, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const consumer = await log.consume(options(group, topic), async ({ records }) => {
        entered.resolve();
        await leave.promise;
        return records.map((it) => record(output, it.key, text(it)));
      });
      await append(record(topic, 'a', 'x'));
      await entered.promise;
      const closed = consumer.close();
      leave.resolve();
      await closed;
      expect(texts(await readAll(output))).toEqual(['x']);
      const { seen, handle } = recorder();
      const next = await open().consume(options(group, topic), handle);
      await next.caughtUp();
      expect(seen).toEqual([]);
    });

    it('does not let a handler that fails hold up close', async () => {
      const { log, topic, group, append } = await fixture();
      const failed = Promise.withResolvers<void>();
      const more = { retryDelayMs: 3_000_000, onError: () => failed.resolve() };
      const consumer = await log.consume(options(group, topic, more), () => Promise.reject(new Error('never works')));
      await append(record(topic, 'a', 'x'));
      await failed.promise;
      const behind = consumer.caughtUp();
      const refused = expectCode(behind, 'EVENT_LOG_REJECTED');
      await consumer.close();
      await refused;
    });

    it('counts as a failure of the handler when a read-only one returns records', async () => {
      const { log, topic, output, group, append } = await fixture();
      const failed = Promise.withResolvers<unknown>();
      const more = { readOnly: true, onError: failed.resolve };
      await log.consume(options(group, topic, more), async () => [record(output, 'a', 'b')]);
      await append(record(topic, 'a', 'x'));
      expect(hasCode(await failed.promise, 'EVENT_LOG_REJECTED')).toBe(true);
    });

    it('retries a consumer of a missing topic until the topic is there', async () => {
      const { log, group } = await fixture();
      const topic = `late.${randomUUID()}`;
      const { seen, handle } = recorder();
      const told = Promise.withResolvers<void>();
      const consuming: Promise<Consumer> = log.consume(options(group, topic, { onError: () => told.resolve() }), handle);
      await told.promise;
      await log.createTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]);
      await (await log.producer()).append([record(topic, 'a', 'x')]);
      await (await consuming).caughtUp();
      expect(texts(seen)).toEqual(['x']);
    });

    it.for([[1, 0], [2, 1], [2, 4], [3, 8]] as const)(
      'loses and doubles nothing when a worker is killed in batch %i, %i ms after its handler',
      async ([batches, ms]) => {
        const { topic, output, group, append } = await fixture(2);
        // One at a time: a fetch returns whole appends, and the worker has to reach its last batch.
        for (const i of range(30)) await append(record(topic, `key-${i}`, String(i)));
        await killedWorker([where, group, topic, output, batches, ms]);
        const consumer = await open().consume(options(group, topic), async ({ records }) =>
          records.map((it) => record(output, it.key, text(it))),
        );
        await consumer.caughtUp();
        expect(texts(await readAll(output)).map(Number).toSorted((a, b) => a - b)).toEqual(range(30));
      },
    );
  });
}

describe('the event log over Kafka without a broker', () => {
  it('rejects one-shot calls in bounded time, and lets a waiting consumer be closed', { timeout: 30_000 }, async () => {
    const log = openContractLog({ kind: 'kafka', brokers: '127.0.0.1:1' });
    const told = Promise.withResolvers<unknown>();
    const consuming = log.consume(
      {
        group: 'g', topics: ['t'], from: 'latest', maxWaitMs: 50, maxBytes: 1_000, commitIntervalMs: 50,
        retryDelayMs: 10, onError: told.resolve,
      },
      nothing,
    );
    const refused = expectCode(consuming, 'EVENT_LOG_REJECTED');
    await expectCode(log.producer(), 'EVENT_LOG_UNREACHABLE');
    await expectCode(log.createTopics([{ name: 't', partitions: 1, retentionMs: 1 }]), 'EVENT_LOG_UNREACHABLE');
    expect(hasCode(await told.promise, 'EVENT_LOG_UNREACHABLE')).toBe(true);
    await log.close();
    await refused;
  });
});

async function killedWorker(args: readonly unknown[]): Promise<void> {
  const worker = spawn(process.execPath, [fileURLToPath(new URL('contract-worker.ts', import.meta.url)), JSON.stringify(args)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  try {
    const [, signal] = (await once(worker, 'exit', { signal: AbortSignal.timeout(30_000) })) as [number | null, string];
    expect(signal).toBe('SIGKILL');
  } finally {
    worker.kill('SIGKILL');
  }
}

function record(topic: string, key: string, value: string): LogRecord {
  return { topic, key, value: Buffer.from(value) };
}

function text(received: ReceivedRecord): string {
  return received.value.toString();
}

function texts(received: readonly ReceivedRecord[]): string[] {
  return received.map(text);
}

function recorder(): { seen: ReceivedRecord[]; handle: BatchHandler } {
  const seen: ReceivedRecord[] = [];
  return { seen, handle: async ({ records }) => (seen.push(...records), []) };
}

const nothing: BatchHandler = async () => [];

function range(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i);
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function expectCode(promise: Promise<unknown>, code: Parameters<typeof hasCode>[1]): Promise<void> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  expect(hasCode(error, code), `${code} expected, not ${String(error)}`).toBe(true);
}
