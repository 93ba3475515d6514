/** What of the counters is a shortfall, to warn of: an event, a field, or knowledge of a process that is not there for what follows. */
import type { CollectorCounters } from './kernel-reader.ts';

/** By name; every number only grows, and starts again from 0 with a new sensor where it counts since the load. */
export function shortfalls({ droppedRingFull, droppedSpoolFull, undecodable, processesEvicted, faults }: Shortfalls): Readonly<Record<string, bigint>> {
  // Those are all there.
  const { order_unsure: _, ...missing } = faults;
  return { dropped_ring_full: droppedRingFull, dropped_spool_full: BigInt(droppedSpoolFull), undecodable: BigInt(undecodable), processes_evicted: BigInt(processesEvicted), ...missing };
}

/** By name, for those that have grown: how much came since, and the sum. Null when none has. */
export function shortfallsSince(before: Readonly<Record<string, bigint>>, counters: Shortfalls): Record<string, { new: number; total: number }> | null {
  const grown = Object.entries(shortfalls(counters)).filter(([name, total]) => total > (before[name] ?? 0n));
  if (grown.length === 0) return null;
  return Object.fromEntries(grown.map(([name, total]) => [name, { new: Number(total - (before[name] ?? 0n)), total: Number(total) }]));
}

type Shortfalls = Pick<CollectorCounters, 'droppedRingFull' | 'droppedSpoolFull' | 'undecodable' | 'processesEvicted' | 'faults'>;
