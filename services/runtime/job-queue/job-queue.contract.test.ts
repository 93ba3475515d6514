import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { hasCode } from '../errors.ts';
import { openContractQueue } from './contract-queues.ts';
import type { ContractQueue } from './contract-queues.ts';
import type { Job, JobCounts, JobQueue } from './job-queue.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-job-queue-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

contract('SQLite', () => ({ kind: 'sqlite', path: join(folder, `${randomUUID()}.db`) }), undefined);
contract('BullMQ', () => ({ kind: 'bullmq', url: inject('redisUrl') ?? '', name: randomUUID() }), inject('redisMissing'));

function contract(name: string, fresh: () => ContractQueue, missing: string | undefined): void {
  describe.skipIf(missing !== undefined)(`the job queue over ${name}${missing ? ` (${missing})` : ''}`, { timeout: 30_000 }, () => {
    const queues: JobQueue[] = [];
    const open = (where = fresh()) => {
      const queue = openContractQueue(where);
      queues.push(queue);
      return queue;
    };
    afterEach(async () => {
      await Promise.all(queues.splice(0).map((queue) => queue.close()));
    });

    const options = { concurrency: 4, attempts: 3, retryDelayMs: 20 };

    it('hands each job to the handler with its data, and counts it as done', async () => {
      const queue = open();
      const jobs: Job[] = [
        { id: 'a', data: { text: 'ü', list: [1, null] } }, { id: '123', data: 'digits only' }, { id: 'x_Y-9', data: null },
      ];
      const seen: [string, unknown][] = [];
      await queue.add(jobs);
      expect(await queue.counts()).toEqual({ waiting: 3, running: 0, done: 0, failed: 0 });
      await queue.work(async ({ id, data }) => void seen.push([id, data]), options);
      await counted(queue, { done: 3 });
      expect(seen.toSorted()).toEqual(jobs.map(({ id, data }) => [id, data]).toSorted());
    });

    it('ignores a known id, while its job waits and after it is done', async () => {
      const queue = open();
      const seen: unknown[] = [];
      await queue.add([{ id: 'a', data: 'first' }, { id: 'a', data: 'second' }]);
      await queue.add([{ id: 'a', data: 'third' }]);
      await queue.work(async ({ data }) => void seen.push(data), options);
      await counted(queue, { done: 1 });
      await queue.add([{ id: 'a', data: 'fourth' }, { id: 'b', data: 'other' }]);
      await counted(queue, { done: 2 });
      expect(seen).toEqual(['first', 'other']);
    });

    it('holds a delayed job back and lets others pass', async () => {
      const queue = open();
      const seen: string[] = [];
      await queue.add([{ id: 'late', data: 0, delayMs: 300 }, { id: 'now', data: 0 }]);
      await queue.work(async ({ id }) => void seen.push(id), options);
      await counted(queue, { done: 2 });
      expect(seen).toEqual(['now', 'late']);
    });

    it('tries again with doubling delays, then counts the job as failed and says each time why', async () => {
      const queue = open();
      const times: number[] = [];
      const errors: [string, string | undefined][] = [];
      await queue.add([{ id: 'bad', data: 0 }]);
      await queue.work(
        async () => {
          times.push(performance.now());
          throw new Error(`attempt ${times.length}`);
        },
        { ...options, retryDelayMs: 60, onError: (error, job) => void errors.push([(error as Error).message, job?.id]) },
      );
      await counted(queue, { failed: 1 });
      expect(errors).toEqual([['attempt 1', 'bad'], ['attempt 2', 'bad'], ['attempt 3', 'bad']]);
      expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(55);
      expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(115);
      await queue.add([{ id: 'bad', data: 0 }]);
      expect(await queue.counts()).toMatchObject({ waiting: 0, failed: 1 });
    });

    it('finishes a job that succeeds at its last attempt', async () => {
      const queue = open();
      let calls = 0;
      await queue.add([{ id: 'a', data: 0 }]);
      await queue.work(async () => {
        if (++calls < 3) throw new Error('not yet');
      }, options);
      await counted(queue, { done: 1, failed: 0 });
    });

    it('runs no more handlers at once than asked for, and that many', async () => {
      const queue = open();
      let [running, most] = [0, 0];
      await queue.add(Array.from({ length: 20 }, (_, i) => ({ id: `job-${i}`, data: i })));
      await queue.work(async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 10));
        running--;
      }, options);
      await counted(queue, { done: 20 });
      expect(most).toBe(4);
    });

    it('gives each job to one of two workers', async () => {
      const where = fresh();
      const seen: string[] = [];
      const one = open(where);
      for (const queue of [one, open(where)]) await queue.work(async ({ id }) => void seen.push(id), options);
      await one.add(Array.from({ length: 50 }, (_, i) => ({ id: `job-${i}`, data: i })));
      await counted(one, { done: 50 });
      expect(new Set(seen).size).toBe(50);
      expect(seen.length).toBe(50);
    });

    it('waits at close for the handler that runs, and keeps what waits for the next worker', async () => {
      const where = fresh();
      const queue = open(where);
      const [entered, leave] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      await queue.add([{ id: 'a', data: 0 }]);
      const worker = await queue.work(async () => {
        entered.resolve();
        await leave.promise;
      }, { ...options, concurrency: 1 });
      await entered.promise;
      expect(await queue.counts()).toMatchObject({ running: 1 });
      const closed = worker.close();
      await queue.add([{ id: 'b', data: 0 }]);
      leave.resolve();
      await closed;
      await queue.close();
      const next = open(where);
      expect(await next.counts()).toMatchObject({ waiting: 1, running: 0, done: 1 });
    });

    it('gives a job to another worker when its process is killed', async () => {
      const where = fresh();
      const queue = open(where);
      const journal = join(folder, randomUUID());
      await queue.add([{ id: 'survivor', data: 0 }]);
      const worker = spawn(
        process.execPath,
        [fileURLToPath(new URL('contract-worker.ts', import.meta.url)), JSON.stringify([where, journal])],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      );
      try {
        await once(worker, 'exit', { signal: AbortSignal.timeout(20_000) });
      } finally {
        worker.kill('SIGKILL');
      }
      expect(readFileSync(journal, 'utf8')).toBe('survivor\n');
      const seen: string[] = [];
      await queue.work(async ({ id }) => void seen.push(id), options);
      await counted(queue, { done: 1 });
      expect(seen).toEqual(['survivor']);
    });

    it('refuses ids, delays, data and options that the other queue could not hold', async () => {
      const queue = open();
      const bad: Job[] = [
        { id: '', data: 0 }, { id: 'a:b', data: 0 }, { id: 'x'.repeat(129), data: 0 }, { id: 'd', data: 0, delayMs: -1 },
        { id: 'u', data: undefined }, { id: 'n', data: 1n }, { id: 'big', data: 'x'.repeat(300_000) },
      ];
      for (const job of bad) await expectCode(queue.add([{ id: 'good', data: 0 }, job]), 'JOB_QUEUE_REJECTED');
      await expectCode(queue.work(async () => {}, { ...options, concurrency: 0 }), 'JOB_QUEUE_REJECTED');
      expect(await queue.counts()).toMatchObject({ waiting: 0 });
    });
  });
}

describe('the job queue over BullMQ without Redis', () => {
  it('rejects calls instead of waiting', { timeout: 20_000 }, async () => {
    const queue = openContractQueue({ kind: 'bullmq', url: 'redis://127.0.0.1:1', name: 'none' });
    await expectCode(queue.add([{ id: 'a', data: 0 }]), 'JOB_QUEUE_UNREACHABLE');
    await expectCode(queue.counts(), 'JOB_QUEUE_UNREACHABLE');
    await queue.close();
  });
});

/** Resolves when the counts are reached; the test's timeout bounds it. */
async function counted(queue: JobQueue, wanted: Partial<JobCounts>): Promise<void> {
  for (;;) {
    const counts = await queue.counts();
    if (Object.entries(wanted).every(([name, count]) => counts[name as keyof JobCounts] === count)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function expectCode(promise: Promise<unknown>, code: Parameters<typeof hasCode>[1]): Promise<void> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  expect(hasCode(error, code), `${code} expected, not ${String(error)}`).toBe(true);
}
