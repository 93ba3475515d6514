/**
 * What a node must keep from one collector to the next within a boot: the time of boot, so that a record read twice gets
 * the same time, and the last sequence number of each ring, so that an event id is never used twice.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

export interface NodeState {
  readonly bootId: string;
  /** ns since the epoch at boot, as first measured in this boot. */
  readonly bootTimeNs: bigint;
  /** Ring → newest sequence number. */
  readonly seq: Readonly<Record<string, bigint>>;
}

/** A clock set by more than this is a step, not drift: events then get the new time. */
const clockStepNs = 1_000_000_000n;

const stateFile = z.strictObject({
  bootId: z.string(),
  bootTimeNs: z.string().regex(/^\d+$/).transform(BigInt),
  seq: z.record(z.string(), z.string().regex(/^\d+$/).transform(BigInt)),
});

/** The state of this boot; a new one when there is none, it is of another boot, or unreadable. */
export function readNodeState(path: string, bootId: string, measuredBootTimeNs: bigint): NodeState {
  const fresh = { bootId, bootTimeNs: measuredBootTimeNs, seq: {} };
  const stored = read(path);
  if (stored === null || stored.bootId !== bootId) return fresh;
  const drift = stored.bootTimeNs - measuredBootTimeNs;
  const stepped = drift > clockStepNs || drift < -clockStepNs;
  return stepped ? { ...stored, bootTimeNs: measuredBootTimeNs } : stored;
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
