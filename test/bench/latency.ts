/** Runs of a latency bench: warm up, load, wait for the rest, take the percentiles of what came in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { figure, percentile, type BenchOptions, type Figure } from './report.ts';
import type { LoadOptions, Rig } from './rig.ts';

const warmUpSeconds = 3;

/** What a run has begun is waited for this long. */
const settleMs = 3_000;

/** One program in so many is detected: 10 a second at 200. */
export const every = 20;

export interface Latencies {
  readonly figures: readonly Figure[];
  /** Programs that should have given a sample and did not. */
  readonly missing: number;
}

/** `samples` maps a name ('' for the main one) to the list that the bench fills, in ms. */
export async function measureLatencies(rig: Rig, { seconds, runs, rate }: BenchOptions, marked: LoadOptions['marked'], samples: Readonly<Record<string, number[]>>): Promise<Latencies> {
  const percentiles: Record<string, number[]> = {};
  let missing = 0;
  await rig.load({ rate, seconds: warmUpSeconds, every, marked });
  for (let run = 0; run < runs; run++) {
    await sleep(settleMs);
    for (const list of Object.values(samples)) list.length = 0;
    const started = await rig.load({ rate, seconds, every, marked });
    await sleep(settleMs);
    missing += Math.floor(started / every) - (samples['']?.length ?? 0);
    for (const [name, list] of Object.entries(samples)) {
      const sorted = list.toSorted((a, b) => a - b);
      for (const percent of [50, 99]) (percentiles[`${name}p${percent}_ms`] ??= []).push(percentile(sorted, percent));
    }
  }
  return { figures: Object.entries(percentiles).map(([metric, values]) => figure(metric, 'ms', values)), missing };
}
