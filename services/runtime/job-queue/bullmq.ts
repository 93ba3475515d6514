/** The job queue on Redis, through BullMQ. */
import { Queue, UnrecoverableError, Worker } from 'bullmq';
import type { Job as BullJob } from 'bullmq';
import { Redis } from 'ioredis';
import { RingfenceError } from '../errors.ts';
import type { Job, JobCounts, JobHandler, JobQueue, JobWorker, WorkOptions } from './job-queue.ts';
import { attemptsMax, checkJob, checkWorkOptions, keepMsDefault, retryDelay } from './limits.ts';

export interface BullJobQueueOptions {
  /** `redis://…`; its policy must be noeviction. Not the instance or database of the window store. */
  readonly url: string;
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** How long ids are remembered after the end of their job. Default 7 days. */
  readonly keepMs?: number;
  /** How long a job of a dead worker stands still at most, about. Default 10 s. */
  readonly lockMs?: number;
}

/** BullMQ refuses ids of digits only. */
const idPrefix = 'job_';

/** The braces keep all keys in one slot of a Redis Cluster. */
const keyPrefix = '{ringfence}';

const connectTimeoutMs = 3_000;
const lockMsDefault = 10_000;

/** BullMQ waits for its first connection for ever; a caller of ours learns after this long that there is none. */
const callTimeoutMs = 5_000;

interface Stored {
  readonly data: unknown;
}

/** Connects in the background; `add` and `counts` reject with JOB_QUEUE_UNREACHABLE while Redis does not answer. */
export function openBullJobQueue(options: BullJobQueueOptions): JobQueue {
  if (!/^[\w.-]+$/.test(options.name)) {
    throw new RingfenceError('CONFIG_INVALID', `not a queue name: ${JSON.stringify(options.name)}`);
  }
  return new BullJobQueue(options);
}

class BullJobQueue implements JobQueue {
  readonly #options: BullJobQueueOptions;
  readonly #connection: Redis;
  readonly #queue: Queue<Stored>;
  readonly #workers = new Set<BullWorker>();

  constructor(options: BullJobQueueOptions) {
    this.#options = options;
    // A call fails after one reconnect: its caller decides whether to wait.
    this.#connection = new Redis(options.url, { connectTimeout: connectTimeoutMs, maxRetriesPerRequest: 1 });
    // Each failed call rejects with the reason; without a listener the process would end.
    this.#connection.on('error', () => {});
    const keep = { age: Math.ceil((options.keepMs ?? keepMsDefault) / 1_000) };
    this.#queue = new Queue<Stored>(options.name, {
      connection: this.#connection,
      prefix: keyPrefix,
      // The number of attempts is the worker's decision, see BullWorker.
      defaultJobOptions: {
        attempts: attemptsMax, backoff: { type: 'custom' }, removeOnComplete: keep, removeOnFail: keep,
      },
    });
    this.#queue.on('error', () => {});
  }

  async add(jobs: readonly Job[]): Promise<void> {
    const bulk = jobs.map((job) => {
      checkJob(job);
      const opts = { jobId: idPrefix + job.id, delay: job.delayMs ?? 0 };
      return { name: 'job', data: { data: job.data }, opts };
    });
    if (bulk.length > 0) await reach(() => this.#queue.addBulk(bulk));
  }

  async work(handle: JobHandler, options: WorkOptions): Promise<JobWorker> {
    checkWorkOptions(options);
    const worker = new BullWorker(this.#options, handle, options);
    this.#workers.add(worker);
    return worker;
  }

  async counts(): Promise<JobCounts> {
    const counts = await reach(() => this.#queue.getJobCounts('wait', 'delayed', 'active', 'completed', 'failed'));
    const of = (state: string) => counts[state] ?? 0;
    return {
      waiting: of('wait') + of('delayed'),
      running: of('active'),
      done: of('completed'),
      failed: of('failed'),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    await reach(() => this.#queue.close()).catch(() => undefined);
    this.#connection.disconnect();
  }
}

class BullWorker implements JobWorker {
  readonly #connection: Redis;
  readonly #worker: Worker<Stored>;
  #closed: Promise<void> | undefined;

  constructor(queue: BullJobQueueOptions, handle: JobHandler, options: WorkOptions) {
    const onError = options.onError ?? (() => {});
    const lockMs = queue.lockMs ?? lockMsDefault;
    // Workers wait for Redis as long as it takes: BullMQ refuses anything but null.
    this.#connection = new Redis(queue.url, { connectTimeout: connectTimeoutMs, maxRetriesPerRequest: null });
    this.#connection.on('error', (error) => onError(unreachable(error), undefined));
    this.#worker = new Worker<Stored>(queue.name, (job) => attempt(job, handle, options.attempts), {
      connection: this.#connection,
      prefix: keyPrefix,
      concurrency: options.concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // A worker that died counts as an attempt.
      maxStalledCount: options.attempts - 1,
      settings: { backoffStrategy: (failures) => retryDelay(options.retryDelayMs, failures) },
    });
    this.#worker.on('error', (error) => onError(unreachable(error), undefined));
    this.#worker.on('failed', (job, error) => onError(error, job === undefined ? undefined : toJob(job)));
  }

  close(): Promise<void> {
    this.#closed ??= this.#worker.close().then(() => this.#connection.disconnect());
    return this.#closed;
  }
}

async function attempt(job: BullJob<Stored>, handle: JobHandler, attempts: number): Promise<void> {
  try {
    await handle(toJob(job));
  } catch (error) {
    if (job.attemptsMade + 1 < attempts) throw error;
    throw Object.assign(new UnrecoverableError(error instanceof Error ? error.message : String(error)), { cause: error });
  }
}

function toJob(job: BullJob<Stored>): Job {
  return { id: (job.id ?? '').slice(idPrefix.length), data: job.data.data, delayMs: job.opts.delay ?? 0 };
}

/** After a timeout it is not known whether the call still takes effect; the job id makes repeating it harmless. */
async function reach<T>(call: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer in ${callTimeoutMs} ms`)), callTimeoutMs);
  try {
    return await Promise.race([call(), late.promise]);
  } catch (cause) {
    throw unreachable(cause);
  } finally {
    clearTimeout(timer);
  }
}

function unreachable(cause: unknown): RingfenceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RingfenceError('JOB_QUEUE_UNREACHABLE', `the job queue's Redis does not answer: ${why}`, { cause });
}
