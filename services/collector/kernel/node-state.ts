/**
 * What a node must keep from one collector to the next within a boot: the time of boot, so that a record read twice gets
 * the same time, and of each ring the last sequence number, so that an event id is never used twice, and the drops.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export interface NodeState {
  readonly bootId: string;
  /** ns since the epoch at boot, as first measured in this boot, or after the wall clock was last stepped. */
  readonly bootTimeNs: bigint;
  /** Ring → newest sequence number. */
  readonly seq: Readonly<Record<string, bigint>>;
  /** Ring → events that found it full, in this boot. */
  readonly dropped: Readonly<Record<string, bigint>>;
}

const count = z.string().regex(/^\d+$/).transform(BigInt);

const stateFile = z.strictObject({
  bootId: z.string(),
  bootTimeNs: count,
  seq: z.record(z.string(), count),
  // Missing in the files of collectors that did not keep it.
  dropped: z.record(z.string(), count).default({}),
});

/** The state of this boot; a new one when there is none, it is of another boot, or unreadable. */
export function readNodeState(path: string, bootId: string, measuredBootTimeNs: bigint): NodeState {
  const fresh = { bootId, bootTimeNs: measuredBootTimeNs, seq: {}, dropped: {} };
  const stored = read(path);
  if (stored === null || stored.bootId !== bootId) return fresh;
  return isClockStep(stored.bootTimeNs, measuredBootTimeNs) ? { ...stored, bootTimeNs: measuredBootTimeNs } : stored;
}

/** A clock set by more than this is a step, not drift: events then get the new time. */
const clockStepNs = 1_000_000_000n;

/** Whether the wall clock was set between two measurements of the time of boot, in ns. */
export function isClockStep(beforeNs: bigint, afterNs: bigint): boolean {
  const byNs = afterNs - beforeNs;
  return byNs > clockStepNs || byNs < -clockStepNs;
}

export function writeNodeState(path: string, state: NodeState): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = JSON.stringify(state, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  writeFileSync(`${path}.new`, `${text}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function read(path: string): NodeState | null {
  if (!existsSync(path)) return null;
  try {
    return stateFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
