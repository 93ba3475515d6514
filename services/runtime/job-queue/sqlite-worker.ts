/** Takes due jobs from the SQLite queue and has them handled, a bounded number at a time. */
import type { Clock } from '../clock/clock.ts';
import type { Job, JobHandler, JobWorker, WorkOptions } from './job-queue.ts';
import { retryDelay } from './limits.ts';
import type { JobStore, TakenJob } from './sqlite-store.ts';

/** A taken job goes back when its process is gone, or has not extended the lease for this long. */
const leaseMs = 10_000;
const extendMs = leaseMs / 5;

/** How soon jobs that another process added are seen: one indexed read each time. */
const pollMs = 20;

export class SqliteWorker implements JobWorker {
  readonly #store: JobStore;
  readonly #clock: Clock;
  readonly #handle: JobHandler;
  readonly #options: WorkOptions;
  readonly #running = new Map<TakenJob, Promise<void>>();
  readonly #timers = new DisposableStack();
  #pumping = false;
  #closed = false;

  constructor(store: JobStore, clock: Clock, handle: JobHandler, options: WorkOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#handle = handle;
    this.#options = options;
    this.#keepLeases();
    this.#timers.use(clock.every(pollMs, () => this.wake()));
    this.#timers.use(clock.every(extendMs, () => this.#keepLeases()));
    this.wake();
  }

  /** Looks for due jobs, soon: after what the caller does in this turn. */
  wake(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#attempt(() => this.#pump(), undefined);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timers.dispose();
    await Promise.all(this.#running.values());
  }

  #pump(): void {
    const free = this.#options.concurrency - this.#running.size;
    if (this.#closed || free <= 0) return;
    for (const job of this.#store.take(free, this.#clock.nowMs(), leaseMs)) {
      this.#running.set(job, this.#run(job));
    }
  }

  async #run(taken: TakenJob): Promise<void> {
    const job: Job = { id: taken.id, data: JSON.parse(taken.json) as unknown, delayMs: taken.delayMs };
    try {
      await this.#handle(job);
      this.#attempt(() => this.#store.done(taken, this.#clock.nowMs()), job);
    } catch (error) {
      this.#options.onError?.(error, job);
      this.#attempt(() => this.#afterFailure(taken), job);
    }
    this.#running.delete(taken);
    this.wake();
  }

  #afterFailure(taken: TakenJob): void {
    const nowMs = this.#clock.nowMs();
    if (taken.attempt >= this.#options.attempts) this.#store.fail(taken, nowMs);
    else this.#store.retry(taken, nowMs + retryDelay(this.#options.retryDelayMs, taken.attempt));
  }

  #keepLeases(): void {
    this.#attempt(() => {
      if (this.#running.size > 0) this.#store.extend([...this.#running.keys()], this.#clock.nowMs() + leaseMs);
      this.#store.recover(this.#clock.nowMs(), this.#options.attempts);
    }, undefined);
  }

  #attempt(work: () => void, job: Job | undefined): void {
    try {
      work();
    } catch (error) {
      this.#options.onError?.(error, job);
    }
  }
}
