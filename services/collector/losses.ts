/**
 * The losses of a node in one boot: how many events each stage has lost, and what of that has been told in the stream. The
 * sums go on over collectors: they are kept on disk when a loss has been told, so that what is lost while no collector
 * runs, or just before one is killed, is told by the next.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Loss, LossStage } from '#schemas/generated/types.gen.ts';

/** What is lost in one way. */
export interface LossKey {
  readonly ring: number;
  readonly stage: LossStage;
  readonly reason: string;
  /** Null where it is not counted by kind. */
  readonly kind: string | null;
}

interface Sum extends LossKey {
  total: number;
  /** Of these, given out by `take`. */
  told: number;
  /** Of these, safe: what the next collector need not tell. */
  safe: number;
}

const sum = z.strictObject({ ring: z.number(), stage: z.enum(['kernel', 'decode', 'spool']), reason: z.string(), kind: z.string().nullable(), told: z.number() });
const file = z.strictObject({ bootId: z.string(), lookedNs: z.string().regex(/^\d+$/).transform(BigInt), sums: z.array(sum) });

/** Most records of one batch: far more than there are rings, stages and kinds. */
const lossesMax = 100;

export class LossLedger {
  private readonly path: string;
  private readonly bootId: string;
  private readonly sums = new Map<string, Sum>();
  /** When it was last looked: losses lie after that. */
  private lookedNs: bigint;
  /** Up to when what was told is safe. */
  private safeNs: bigint;

  /** Goes on from what a collector of this boot has told. */
  constructor(path: string, bootId: string, nowNs: bigint) {
    this.path = path;
    this.bootId = bootId;
    this.lookedNs = this.safeNs = nowNs;
    const kept = read(path);
    if (kept?.bootId !== bootId) return;
    this.lookedNs = this.safeNs = kept.lookedNs;
    for (const each of kept.sums) this.sums.set(keyOf(each), { ...each, total: each.told, safe: each.told });
  }

  /** More has been lost. */
  add(key: LossKey, count: number): void {
    this.sum(key).total += count;
  }

  /** The sum of what has been lost so, where somebody else keeps it over collectors. */
  set(key: LossKey, total: number): void {
    const known = this.sum(key);
    known.total = Math.max(known.total, total);
  }

  /**
   * The sum of what found a ring full, and how much more than at the last call it was of each kind. What is not counted
   * by kind, or was lost while nobody looked, has none.
   */
  setRingFull(ring: number, total: number, newByKind: Readonly<Record<string, number>>): void {
    const key = { ring, stage: 'kernel', reason: 'ring_full' } as const;
    let left = total - this.total(ring, 'kernel');
    for (const [kind, count] of Object.entries(newByKind)) {
      const taken = Math.min(count, left);
      if (taken > 0) this.add({ ...key, kind }, taken);
      left -= Math.max(taken, 0);
    }
    if (left > 0) this.add({ ...key, kind: null }, left);
  }

  /** How many events of a ring have been lost at a stage. */
  total(ring: number, stage: LossStage): number {
    let total = 0;
    for (const each of this.sums.values()) if (each.ring === ring && each.stage === stage) total += each.total;
    return total;
  }

  /** What has been lost and not been told yet. It counts as told; see `untold`. */
  take(nowNs: bigint): Loss[] {
    const losses: Loss[] = [];
    for (const each of this.sums.values()) {
      if (each.total === each.told || losses.length === lossesMax) continue;
      const { ring, stage, reason, kind, total, told } = each;
      losses.push({ ring, stage, reason, kind, count: total - told, total, from: this.lookedNs, until: nowNs });
      each.told = total;
    }
    this.lookedNs = nowNs;
    return losses;
  }

  /** They have not got there: they are told again. */
  untold(losses: readonly Loss[]): void {
    for (const loss of losses) this.sum(loss).told -= loss.count;
    for (const { from } of losses) if (from < this.lookedNs) this.lookedNs = from;
  }

  /** They are safe; others that were taken may still be on their way. Throws what the file system throws. */
  told(losses: readonly Loss[]): void {
    if (losses.length === 0) return;
    for (const loss of losses) {
      this.sum(loss).safe += loss.count;
      if (loss.until > this.safeNs) this.safeNs = loss.until;
    }
    const sums = [...this.sums.values()].map(({ ring, stage, reason, kind, safe }) => ({ ring, stage, reason, kind, told: safe }));
    writeFileSync(`${this.path}.new`, JSON.stringify({ bootId: this.bootId, lookedNs: String(this.safeNs), sums }), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }

  private sum(key: LossKey): Sum {
    const text = keyOf(key);
    let found = this.sums.get(text);
    if (found === undefined) this.sums.set(text, (found = { ring: key.ring, stage: key.stage, reason: key.reason, kind: key.kind, total: 0, told: 0, safe: 0 }));
    return found;
  }
}

function keyOf({ ring, stage, reason, kind }: LossKey): string {
  return JSON.stringify([ring, stage, reason, kind]);
}

/** Null when there is none, or none that can be read. */
function read(path: string): z.infer<typeof file> | null {
  if (!existsSync(path)) return null;
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
