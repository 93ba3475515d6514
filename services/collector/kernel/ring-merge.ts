/**
 * Two rings read as one story: what a process did, and its lives (fork, exec, exit), are given out in the order in which they
 * happened, however far one ring is behind the other.
 *
 * A ring is not quite in the order of its records' times, and whoever reads it has to stop before a record that another CPU
 * is still writing. What holds is this: the kernel side takes a record's time before it takes the record's place in the ring,
 * and has written it before its task goes on. So, of two records of one process, the earlier in one ring and the later in the
 * other: whatever lies before the earlier one in its ring is older than the later one. Therefore a record can go when either
 *
 *   the other ring was read to its end after this one was read: what belongs before it has been read, or
 *   something not older was read of the other ring: what belongs before it lies before that;
 *
 * and of what goes together, whoever takes the older of the two next records is right (see inOrder). Of two records that were
 * read, one of each ring, one can always go: nothing waits, but for a record that is being written. Packets come in
 * interrupts and not from a task; of those, the time alone says where they belong.
 */
import type { RingRead } from 'libbpf-ts';
import { frameBytes, recordTime, type RawRecords } from './kernel.ts';

/** As a RingBuffer. */
export interface RingSource {
  read(into: Uint8Array): RingRead;
  /** Position in the ring behind what was read. */
  readonly cursor: bigint;
}

/** No record is larger (bpf/include/record.bpf.h), and a frame has its length in front. */
const frameBytesMax = 32_768 + 8;

/** A round takes a microsecond or two, about as long as it takes to write a record; what is not there then, the next read finds. */
const roundsMax = 16;

/**
 * How long one ring waits for a record that is being written in the other. As a rule that takes microseconds, and some tens
 * of milliseconds when the CPU is taken away from the writer. Without a bound, a task that may not run would keep back what
 * all others do.
 */
export const writingMsMax = 100;

/** What a record takes in a ring and not in a frame: its header has 8 bytes there, and 4 here. */
const positionBytesMore = 4;

export class RingMerge {
  private readonly lives: Lane;
  private readonly events: Lane;

  /** The process ring and the event ring; of each, `bytesMax` are read at most before they go. */
  constructor(lives: RingSource, events: RingSource, bytesMax: number, monotonicMs: () => number) {
    this.lives = new Lane(0, lives, bytesMax, monotonicMs);
    this.events = new Lane(1, events, bytesMax, monotonicMs);
  }

  /** How many records went although one that may belong before them had been written for `writingMsMax`. */
  get unsure(): number {
    return this.lives.unsure + this.events.unsure;
  }

  /** The last read kept something back, or stopped before a record that may be written within `writingMsMax`: empty was not the end. */
  get waits(): boolean {
    return this.lives.waits || this.events.waits;
  }

  /** The next records, one piece of a ring at most; empty when there are none, or they wait. The bytes are good until the next call. */
  read(): readonly RawRecords[] {
    const { lives, events } = this;
    lives.forgetGiven();
    events.forgetGiven();
    for (let round = 0; round < roundsMax; round++) {
      events.readBefore(lives);
      lives.readBefore(events);
      if (lives.isSettledBeside(events) && events.isSettledBeside(lives)) break;
    }
    return [lives.give(events.newest), events.give(lives.newest)].filter((piece) => piece !== null);
  }
}

/**
 * All that is in two rings to which nobody writes any more, piece by piece as it was read. A program may be in the middle of a
 * record yet: `pause` waits a moment for it.
 */
export function readToEnd(merge: RingMerge, pause: () => void): RawRecords[][] {
  const reads: RawRecords[][] = [];
  for (;;) {
    const pieces = merge.read();
    if (pieces.length > 0) reads.push(pieces.map((piece) => ({ ...piece, bytes: Buffer.from(piece.bytes) })));
    else if (merge.waits) pause();
    else return reads;
  }
}

/**
 * All that is in a ring, piece by piece, for a reader of its own. Other than at its end a record that is being written hides
 * what lies behind it: `pause` waits a moment for such, for `writingMsMax` in all. The bytes are good until the next piece.
 */
export function* readAhead(lives: RingSource, bytesMax: number, monotonicMs: () => number, pause: () => void): Generator<RawRecords> {
  const buffer = Buffer.allocUnsafeSlow(bytesMax);
  for (let waitedMs = 0; ; ) {
    const { bytes, records, stop } = lives.read(buffer);
    if (records > 0) yield { ring: 0, bytes: buffer.subarray(0, bytes), count: records, cursor: lives.cursor };
    if (stop === 'full') continue;
    if (stop === 'empty' || waitedMs >= writingMsMax) return;
    const beforeMs = monotonicMs();
    pause();
    waitedMs += monotonicMs() - beforeMs;
  }
}

/** What was read of a ring and has not gone. */
class Lane {
  /** ns since boot, of all that was ever read. */
  newest = 0;
  unsure = 0;
  private readonly ring: number;
  private readonly source: RingSource;
  private readonly buffer: Buffer;
  private readonly monotonicMs: () => number;
  private stop: RingRead['stop'] = 'empty';
  /** Where in the ring the buffer begins. */
  private position: bigint;
  private bytes = 0;
  private count = 0;
  /** Of these, from the beginning: what belongs before them has been read. */
  private sureBytes = 0;
  private sureCount = 0;
  /** From the beginning, too. */
  private givenBytes = 0;
  /** When the record was first seen being written at which the last read stopped. */
  private writingSinceMs: number | null = null;

  constructor(ring: number, source: RingSource, bytesMax: number, monotonicMs: () => number) {
    this.ring = ring;
    this.source = source;
    this.buffer = Buffer.allocUnsafeSlow(bytesMax);
    this.monotonicMs = monotonicMs;
    this.position = source.cursor;
  }

  get waits(): boolean {
    return this.bytes > this.givenBytes || (this.writingSinceMs !== null && !this.hasWaited);
  }

  /** Long enough for the record that is being written. */
  private get hasWaited(): boolean {
    return this.monotonicMs() - this.writingSinceMs! >= writingMsMax;
  }

  /** Nothing is there that waits, or all that it may wait for can be read only when the other has given some of what it has. */
  isSettledBeside(other: Lane): boolean {
    return this.sureBytes === this.bytes || other.stop === 'full';
  }

  forgetGiven(): void {
    if (this.givenBytes === 0) return;
    this.buffer.copyWithin(0, this.givenBytes, this.bytes);
    this.bytes -= this.givenBytes;
    this.givenBytes = 0;
  }

  /** Reads on. When that comes to the ring's end, what was read of the other ring before has all of this one that belongs before it. */
  readBefore(other: Lane): void {
    this.read();
    if (this.stop === 'empty') other.makeSure();
    else if (this.stop === 'busy' && this.hasWaited) other.unsure += other.makeSure();
  }

  /** What is sure, and what follows up to the first that is newer than `time`. */
  give(time: number): RawRecords | null {
    let [bytes, count] = [this.sureBytes, this.sureCount];
    for (; bytes < this.bytes && this.timeAt(bytes) <= time; count++) bytes += this.frameBytesAt(bytes);
    if (count === 0) return null;
    this.position += BigInt(bytes + count * positionBytesMore);
    this.count -= count;
    this.givenBytes = bytes;
    this.sureBytes = this.sureCount = 0;
    return { ring: this.ring, bytes: this.buffer.subarray(0, bytes), count, cursor: this.position };
  }

  private read(): void {
    if (this.buffer.length - this.bytes < frameBytesMax && this.bytes > 0) {
      this.stop = 'full';
      return;
    }
    const { bytes, records, discarded, stop } = this.source.read(this.buffer.subarray(this.bytes));
    if (discarded > 0) throw new Error('a program has discarded a record: where the others lie is not known then');
    const end = this.bytes + bytes;
    for (; this.bytes < end; this.bytes += this.frameBytesAt(this.bytes)) this.newest = Math.max(this.newest, this.timeAt(this.bytes));
    this.count += records;
    this.stop = stop;
    if (stop === 'busy' && (records > 0 || this.writingSinceMs === null)) this.writingSinceMs = this.monotonicMs();
    else if (stop !== 'busy') this.writingSinceMs = null;
  }

  /** How many were not. */
  private makeSure(): number {
    const before = this.sureCount;
    this.sureBytes = this.bytes;
    this.sureCount = this.count;
    return this.count - before;
  }

  private timeAt(frame: number): number {
    return recordTime(this.buffer, frame + 4);
  }

  private frameBytesAt(frame: number): number {
    return frameBytes(this.buffer.readUInt32LE(frame));
  }
}
