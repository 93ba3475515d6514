/**
 * The port to the kernel's side of the sensor: records in, release when they are safe elsewhere. Live (eBPF) or a
 * recorded capture. What it yields is raw bytes; decoding is the collector's.
 */
import type { KernelInterest } from './interest.ts';

/** Rings by their numbers in event ids. Exec, fork and exit have their own, so that no flood of others hides a process. */
export const ringNames = ['process', 'event'] as const;

export interface Kernel {
  readonly bootId: string;
  /** ns since the epoch at boot. Only followClock changes it, so a record read twice has the same time unless the clock was set. */
  readonly bootTimeNs: bigint;

  /**
   * Looks whether the wall clock was stepped by more than a second since bootTimeNs was measured; if so, measures it
   * again, and returns by how many ns it has moved. 0n: it was not. What was decoded before keeps its time.
   */
  followClock(): bigint;

  /** The processes that are alive, as kernel records of kind snapshot. Read it after the sensors are on. */
  snapshot(): RawRecords;

  /**
   * What the process ring holds, before the first `read`, which gives it all the same: after a collector that died, that is a
   * past which the snapshot does not show any more. The bytes are the caller's until the next piece.
   */
  livesAhead(): Iterable<RawRecords>;

  /** Calls back when there may be something to read; at most one call is pending. */
  onReadable(callback: () => void): void;

  /**
   * Copies the next records, one piece of a ring at most; empty when there is none, or when what was read may come after
   * one that is being written: a later call has it, see `waits`. Whoever takes the records of each call `inOrder` meets
   * those of a process as they happened: what it did before an exec, the exec, what its next program did, its exit. Its
   * exit is not the last: what the kernel closes for it is told after. The bytes belong to the caller until the next call.
   */
  read(): readonly RawRecords[];

  /** After an empty read: whether it kept something back, or stopped before a record that is being written. Another call is worth it then, a moment later; within a fraction of a second this is false. */
  readonly waits: boolean;

  /** Everything read of that ring up to this cursor is safe: its space is free, and no later reader sees it again. */
  release(ring: number, cursor: bigint): void;

  /**
   * What to report, beside the lives of processes. It may take seconds, in which reading goes on and the old holds; nothing
   * that both the old and the new ask for is missed or told twice meanwhile. Resolves to true when it holds; to false when a
   * later one has taken its place, or the kernel was closed, before it did. A capture has what was of interest when it was
   * recorded. Rejects with KERNEL_REFUSED, or SERVICE_FAILED when what loads the programs has ended; the old then holds.
   */
  setInterest(interest: KernelInterest): Promise<boolean>;

  counters(): KernelCounters;

  /** From now on nothing is reported; what was can still be read and released. */
  stop(): void;

  /** Ends it; stops first. What was not released is gone. What is being loaded for an interest is waited for. */
  close(): Promise<void>;
}

export interface RawRecords {
  readonly ring: number;
  /** Frames: u32 length (little-endian), the record, padding to 8 bytes. */
  readonly bytes: Buffer;
  readonly count: number;
  /** For release; grows. */
  readonly cursor: bigint;
}

export interface KernelCounters {
  /** By number of ring. */
  readonly rings: readonly RingCounters[];
  /** Since the sensor was loaded; kinds of which nothing was left out are missing. */
  readonly kinds: Readonly<Record<string, KindCounters>>;
  /**
   * What cost no record that had a number, by name, since the sensor was loaded: fields that could not be read, closes that
   * found no place (writings_missed), and records in an order that is not sure (RingMerge.unsure).
   */
  readonly faults: Readonly<Record<string, bigint>>;
}

export interface RingCounters {
  /** Events of this node that passed scope and interest since boot, over all its collectors: the newest sequence number. */
  readonly seen: bigint;
  /** Those of them that found the ring full. */
  readonly droppedRingFull: bigint;
  /** Bytes in the ring that are not released, and the ring's size. */
  readonly usedBytes: number;
  readonly bytes: number;
}

export interface KindCounters {
  /** Events that no rule can match; they have no number. */
  readonly filtered: bigint;
  /** Events that found the ring full. */
  readonly dropped: bigint;
}

/** Which processes the kernel side reports. Empty: all. */
export interface Scope {
  /** Absolute path of a cgroup v2 directory: that cgroup and what is below it. */
  readonly cgroup?: string;
  /** This process and what it starts from now on. */
  readonly tree?: number;
}

const timeOffset = 8; // rf_header.time_ns

/** The records of all pieces in the order of their times; those of one ring in the ring's order. */
export function* inOrder(pieces: readonly RawRecords[]): Generator<{ raw: RawRecords; start: number; size: number }> {
  const [first, second] = pieces;
  if (first === undefined) return;
  const firstFrames = frames(first.bytes);
  const secondFrames = second === undefined ? null : frames(second.bytes);
  let [one, other] = [firstFrames.next(), secondFrames?.next()];
  while (one.done !== true || (other !== undefined && other.done !== true)) {
    if (other === undefined || other.done === true || (one.done !== true && recordTime(first.bytes, one.value.start) <= recordTime(second!.bytes, other.value.start))) {
      yield { raw: first, ...one.value! };
      one = firstFrames.next();
    } else {
      yield { raw: second!, ...other.value };
      other = secondFrames!.next();
    }
  }
}

/**
 * Of the record at `start`, in ns since boot; as a number, which is exact for the first hundred days and near enough to compare
 * after. 0 where the bytes end before: a frame that is cut comes first, to be noticed.
 */
export function recordTime(bytes: Buffer, start: number): number {
  const at = start + timeOffset;
  return at + 8 > bytes.length ? 0 : bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

/** Walks the frames of raw records. One that reaches past the end is the last; its reader has to notice. */
export function* frames(bytes: Buffer): Generator<{ start: number; size: number }> {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    yield { start: at + 4, size };
    at += frameBytes(size);
  }
}

/** Of a record of that size, its padding too. */
export function frameBytes(size: number): number {
  // Not by bit operations: those are signed, and a capture's length could then lead backwards.
  return 4 + Math.ceil(size / 8) * 8;
}
