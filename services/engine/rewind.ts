/** How far back an engine begins whose windows died with the process, and what that means for the rules it can run. */
import { topics } from '#schemas/topics.ts';
import type { Rule } from './rules/index.ts';

/** Besides the longest window: a collector that was away may send again what it had sent before. */
const resendMs = 10 * 60_000;

/** The longest timespan whose windows can be rebuilt: a run is judged by one window and the triggers one before it. */
export const timespanMaxNs = BigInt((topics.events.retentionMs - resendMs) / 2) * 1_000_000n;

/** In ms; no more than events are kept, since longer timespans are refused at load. */
export function rewindMs(rules: readonly Rule[]): number {
  const longest = rules.reduce((most, rule) => (rule.kind === 'correlation' && rule.timespanNs > most ? rule.timespanNs : most), 0n);
  return 2 * Number(longest / 1_000_000n) + resendMs;
}
