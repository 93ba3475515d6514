/** Runs of a latency bench: warm up, load, wait for the rest, take the percentiles of what came in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { figure, percentile, type BenchOptions, type Figure } from './report.ts';
import type { LoadOptions, Rig } from './rig.ts';

/** A broker that has just started spends its first seconds compiling itself: it is measured warm, as one is in service. */
const warmUpSeconds = 20;

/** What a run has begun is waited for this long. */
const settleMs = 3_000;

/** One program in so many is detected: 10 a second at 200. */
export const every = 20;

export interface Latencies {
  readonly figures: readonly Figure[];
  /** Programs that should have given a sample and did not. */
  readonly missing: number;
}

/** `samples` is the list that the bench fills, in ms. */
export async function measureLatencies(rig: Rig, { seconds, runs, rate }: BenchOptions, marked: LoadOptions['marked'], samples: number[]): Promise<Latencies> {
  const p50: number[] = [];
  const p99: number[] = [];
  let missing = 0;
  await rig.load({ rate, seconds: warmUpSeconds, every, marked });
  for (let run = 0; run < runs; run++) {
    await sleep(settleMs);
    samples.length = 0;
    const started = await rig.load({ rate, seconds, every, marked });
    await sleep(settleMs);
    missing += Math.floor(started / every) - samples.length;
    const sorted = samples.toSorted((a, b) => a - b);
    p50.push(percentile(sorted, 50));
    p99.push(percentile(sorted, 99));
  }
  return { figures: [figure('p50_ms', 'ms', p50), figure('p99_ms', 'ms', p99)], missing };
}
