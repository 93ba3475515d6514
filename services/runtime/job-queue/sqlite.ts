/**
 * The job queue in a SQLite file, which may be the event log's: its tables are its own. Several processes may share it;
 * a job taken by one is leased, and goes back when that process is gone or has fallen silent.
 */
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system.ts';
import { RingfenceError } from '../errors.ts';
import type { Job, JobCounts, JobHandler, JobQueue, JobWorker, WorkOptions } from './job-queue.ts';
import { checkJob, checkWorkOptions, keepMsDefault } from './limits.ts';
import { JobStore } from './sqlite-store.ts';
import { SqliteWorker } from './sqlite-worker.ts';

export interface SqliteJobQueueOptions {
  /** The file; created when missing. */
  readonly path: string;
  readonly clock?: Clock;
  /** How long ids are remembered after the end of their job. Default 7 days. */
  readonly keepMs?: number;
}

const forgetIntervalMs = 60_000;

/** Throws JOB_QUEUE_UNREACHABLE when the file can't be opened. Keeps the process alive until closed. */
export function openSqliteJobQueue(options: SqliteJobQueueOptions): JobQueue {
  return new SqliteJobQueue(options);
}

class SqliteJobQueue implements JobQueue {
  readonly #clock: Clock;
  readonly #store: JobStore;
  readonly #forgetting: Disposable;
  readonly #workers = new Set<SqliteWorker>();
  #closed: Promise<void> | undefined;

  constructor(options: SqliteJobQueueOptions) {
    this.#clock = options.clock ?? systemClock();
    this.#store = new JobStore(options.path);
    const keepMs = options.keepMs ?? keepMsDefault;
    this.#forgetting = this.#clock.every(forgetIntervalMs, () => this.#forget(keepMs));
  }

  async add(jobs: readonly Job[]): Promise<void> {
    const checked = jobs.map((job) => ({ id: job.id, json: checkJob(job), delayMs: job.delayMs ?? 0 }));
    this.#assertOpen();
    this.#store.add(checked, this.#clock.nowMs());
    for (const worker of this.#workers) worker.wake();
  }

  async work(handle: JobHandler, options: WorkOptions): Promise<JobWorker> {
    checkWorkOptions(options);
    this.#assertOpen();
    const worker = new SqliteWorker(this.#store, this.#clock, handle, options);
    this.#workers.add(worker);
    return worker;
  }

  async counts(): Promise<JobCounts> {
    this.#assertOpen();
    return this.#store.counts();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#forgetting[Symbol.dispose]();
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#store.close();
  }

  #forget(keepMs: number): void {
    try {
      this.#store.forget(this.#clock.nowMs() - keepMs);
    } catch (error) {
      // The lock was taken for too long; the next pass tries again.
      if (!(error instanceof RingfenceError)) throw error;
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new RingfenceError('JOB_QUEUE_REJECTED', 'the job queue is closed');
  }
}
