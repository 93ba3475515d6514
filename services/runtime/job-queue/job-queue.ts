/**
 * The port to durable jobs: what the responder has decided to do and not yet done. Delivery is at least once, so a
 * handler's effects must be idempotent; the job id is the idempotency key.
 */
export interface JobQueue {
  /**
   * Resolves when the jobs are durable. A job whose id was added before, finished or not, is ignored for as long as
   * the queue remembers ids (`keepMs`). Rejects with JOB_QUEUE_* errors.
   */
  add(jobs: readonly Job[]): Promise<void>;

  /** Starts handling. A handler that throws is tried again with doubling delays, `attempts` times at most, then failed. */
  work(handle: JobHandler, options: WorkOptions): Promise<JobWorker>;

  counts(): Promise<JobCounts>;

  close(): Promise<void>;
}

export interface Job {
  /** [A-Za-z0-9_-], 1 to 128 characters. */
  readonly id: string;
  /** JSON value. */
  readonly data: unknown;
  readonly delayMs?: number;
}

export type JobHandler = (job: Job) => Promise<void>;

export interface WorkOptions {
  readonly concurrency: number;
  readonly attempts: number;
  readonly retryDelayMs: number;
  readonly onError?: (error: unknown, job: Job | undefined) => void;
}

export interface JobWorker {
  /** Waits for the running handlers, then stops. */
  close(): Promise<void>;
}

export interface JobCounts {
  readonly waiting: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
}
