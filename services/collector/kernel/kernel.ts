/**
 * The port to the kernel's side of the sensor: records in, release when they are safe elsewhere. Live (eBPF) or a
 * recorded capture. What it yields is raw bytes; decoding is the collector's.
 */
export interface Kernel {
  /** Ring number in event ids. */
  readonly ring: number;
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

  /** Calls back when there may be something to read; at most one call is pending. */
  onReadable(callback: () => void): void;

  /**
   * Copies the next records, at most `limit` bytes of them; null when there is none. The bytes belong to the caller
   * until the next call.
   */
  read(): RawRecords | null;

  /** Everything read up to this cursor is safe: its space is free, and no later reader sees it again. */
  release(cursor: bigint): void;

  counters(): KernelCounters;

  /** From now on nothing is reported; what was can still be read and released. */
  stop(): void;

  /** Ends it; stops first. What was not released is gone. */
  close(): void;
}

export interface RawRecords {
  /** Frames: u32 length (little-endian), the record, padding to 8 bytes. */
  readonly bytes: Buffer;
  readonly count: number;
  /** For release; grows. */
  readonly cursor: bigint;
}

export interface KernelCounters {
  /** Events of this node that passed the scope since boot, over all its collectors: the newest sequence number. */
  readonly seen: bigint;
  /** Those of them that found the ring full. */
  readonly droppedRingFull: bigint;
  /** Fields that could not be read since the sensor was loaded, by reason. */
  readonly faults: Readonly<Record<string, bigint>>;
  /** Bytes in the ring that are not released, and the ring's size. */
  readonly ringUsedBytes: number;
  readonly ringBytes: number;
}

/** Which processes the kernel side reports. Empty: all. */
export interface Scope {
  /** Absolute path of a cgroup v2 directory: that cgroup and what is below it. */
  readonly cgroup?: string;
  /** This process and what it starts from now on. */
  readonly tree?: number;
}

/** Walks the frames of raw records. One that reaches past the end is the last; its reader has to notice. */
export function* frames(bytes: Buffer): Generator<{ start: number; size: number }> {
  let at = 0;
  while (at + 4 <= bytes.length) {
    const size = bytes.readUInt32LE(at);
    yield { start: at + 4, size };
    // Not by bit operations: those are signed, and a capture's length could then lead backwards.
    at += 4 + Math.ceil(size / 8) * 8;
  }
}
