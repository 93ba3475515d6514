/** What both adapters check at the edge. */
import { RingfenceError } from '../errors.ts';
import type { Job, WorkOptions } from './job-queue.ts';

const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** A playbook's step with its finding is a few kB; the queue is no place for evidence. */
export const dataBytesMax = 256 * 1024;

/** How long ids are remembered by default: longer than any replay of the detections. */
export const keepMsDefault = 7 * 24 * 3_600_000;

/** Returns the job's data as JSON text. Throws JOB_QUEUE_REJECTED. */
export function checkJob(job: Job): string {
  if (!idPattern.test(job.id)) {
    throw new RingfenceError('JOB_QUEUE_REJECTED', `not a job id: ${JSON.stringify(job.id.slice(0, 64))}`);
  }
  const delayMs = job.delayMs ?? 0;
  if (!Number.isSafeInteger(delayMs) || delayMs < 0) {
    throw new RingfenceError('JOB_QUEUE_REJECTED', `the delay of job ${job.id} is ${delayMs} ms`);
  }
  const json = toJson(job);
  if (Buffer.byteLength(json) > dataBytesMax) {
    throw new RingfenceError('JOB_QUEUE_REJECTED', `the data of job ${job.id} exceeds ${dataBytesMax} bytes`);
  }
  return json;
}

export function checkWorkOptions({ concurrency, attempts, retryDelayMs }: WorkOptions): void {
  for (const [name, value, max] of [
    ['concurrency', concurrency, 1_000], ['attempts', attempts, attemptsMax], ['retryDelayMs', retryDelayMs, 3_600_000],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= 1 && value <= max) continue;
    throw new RingfenceError('JOB_QUEUE_REJECTED', `${name} is ${value}; it must be an integer from 1 to ${max}`);
  }
}

/** With doubling delays the last of these is years away. */
export const attemptsMax = 100;

/** No retry waits longer, however often it was doubled. */
const retryDelayMsMax = 24 * 3_600_000;

/** The wait after the n-th failed attempt, counted from 1. */
export function retryDelay(retryDelayMs: number, failures: number): number {
  return Math.min(retryDelayMs * 2 ** (failures - 1), retryDelayMsMax);
}

function toJson(job: Job): string {
  try {
    const json = JSON.stringify(job.data) as string | undefined;
    if (json !== undefined) return json;
  } catch (cause) {
    throw new RingfenceError('JOB_QUEUE_REJECTED', `the data of job ${job.id} is not JSON`, { cause });
  }
  throw new RingfenceError('JOB_QUEUE_REJECTED', `the data of job ${job.id} is not JSON`);
}
