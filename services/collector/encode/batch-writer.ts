/**
 * Puts encoded events one behind the other into the bytes of an event batch, which is what a record of the event log
 * holds: no object stands for an event on its way through.
 *
 *     │ headroom │ events …                                    │ room for what follows them │
 *     └ the batch's first fields and the count are written here, right before the events, when the batch is closed
 */
import { putU32 } from '#schemas/codec/avro-put.ts';
import type { EventParts } from '#schemas/codec/event-parts.ts';
import type { EventBatch, Loss } from '#schemas/generated/types.gen.ts';

/** Events of one batch that came through one ring. */
export interface RingShare {
  readonly ring: number;
  events: number;
  readonly firstSeq: number;
  lastSeq: number;
}

export interface EncodedBatch {
  /** From 1, in the order of the events. */
  readonly number: number;
  /** The record's value; a view of `memory`. */
  readonly value: Buffer;
  readonly events: number;
  readonly rings: readonly RingShare[];
  readonly losses: readonly Loss[];
  /** Goes back to the writer when the value is needed no more. */
  readonly memory: Buffer;
}

export interface BatchWriterOptions {
  readonly node: string;
  readonly bootId: string;
  readonly hostname: string;
  readonly batchEventsMax: number;
}

/** The count of a batch's events. */
const countBytesMax = 5;

/** What a batch says of losses at most: a hundred records of a hundred bytes, and some. */
const lossesBytesMax = 16_384;

/**
 * One batch, well below what a record of the log may hold (valueBytesMax), and above the largest event with all its texts:
 * 26 kB in the kernel's record, each byte of which can become three.
 */
const blockBytes = 393_216;

/**
 * Blocks kept for the next batches: what a flood has under way. A quiet node uses two. The others would be garbage after
 * one use, of a size that only V8's garbage collector gives back.
 */
const spareMax = 24;

export class BatchWriter {
  private readonly options: BatchWriterOptions;
  private readonly parts: EventParts;
  private readonly onClosed: (batch: EncodedBatch) => void;
  private readonly headroom: number;
  private readonly spare: Buffer[] = [];
  private memory: Buffer;
  private number = 1;
  private count = 0;
  private rings: RingShare[] = [];
  /** Where the next event goes. */
  at: number;

  /** `onClosed` gets each batch that is full, and those that `close` ends. */
  constructor(options: BatchWriterOptions, parts: EventParts, onClosed: (batch: EncodedBatch) => void) {
    this.options = options;
    this.parts = parts;
    this.onClosed = onClosed;
    this.headroom = parts.batch(this.batch([])).before.length + countBytesMax;
    this.memory = this.block();
    this.at = this.headroom;
  }

  /** Events of the batch that is open. */
  get events(): number {
    return this.count;
  }

  get bytes(): number {
    return this.at - this.headroom;
  }

  /** Number of the batch that is open. */
  get openNumber(): number {
    return this.number;
  }

  /** The memory to write the next event to, at `at`, with room for `bytes`. Throws when no batch has that much. */
  room(bytes: number): Buffer {
    if (this.at + bytes > this.end && this.count > 0) this.close([]);
    if (this.at + bytes > this.end) throw new Error(`an event of up to ${bytes} bytes is larger than a batch`);
    return this.memory;
  }

  /** The event that was written at `at` ends before `end`. */
  took(ring: number, seq: number, end: number): void {
    this.at = end;
    this.count++;
    this.share(ring, seq);
    if (this.count >= this.options.batchEventsMax) this.close([]);
  }

  /** Ends the open batch, unless there is nothing to say. */
  close(losses: readonly Loss[]): void {
    if (this.count === 0 && losses.length === 0) return;
    const { before, after } = this.parts.batch(this.batch(losses));
    const memory = this.memory;
    let at = this.at;
    if (this.count > 0) memory[at++] = 0;
    at += after.copy(memory, at);
    const count = this.count === 0 ? 1 : putU32(Buffer.alloc(countBytesMax), 0, this.count);
    const start = this.headroom - count - before.length;
    before.copy(memory, start);
    putU32(memory, this.headroom - count, this.count);
    const closed = { number: this.number++, value: memory.subarray(start, at), events: this.count, rings: this.rings, losses, memory };
    this.memory = this.block();
    this.at = this.headroom;
    this.count = 0;
    this.rings = [];
    this.onClosed(closed);
  }

  /** Takes a batch's memory back. */
  recycle({ memory }: EncodedBatch): void {
    if (this.spare.length < spareMax) this.spare.push(memory);
  }

  /** One byte for the end of the events. */
  private get end(): number {
    return this.memory.length - lossesBytesMax - 1;
  }

  private share(ring: number, seq: number): void {
    for (const share of this.rings) {
      if (share.ring !== ring) continue;
      share.events++;
      share.lastSeq = seq;
      return;
    }
    this.rings.push({ ring, events: 1, firstSeq: seq, lastSeq: seq });
  }

  private batch(losses: readonly Loss[]): EventBatch {
    const { node, bootId, hostname } = this.options;
    return { node, boot_id: bootId, hostname, events: [], losses: losses as Loss[] };
  }

  private block(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  }
}
