/**
 * Events → the event log, in order, in batches. One append is under way at a time: what arrives meanwhile makes the next
 * batch, so batches are small when it is quiet (latency) and large under load (throughput). The cursor of a batch
 * is handed back only when the log has it safely.
 */
import type { Producer } from '#runtime/event-log/event-log.ts';
import { valueBytesMax } from '#runtime/event-log/limits.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';

export interface PublisherOptions {
  readonly node: string;
  readonly bootId: string;
  readonly hostname: string;
  /** Most events of one record. */
  readonly batchEventsMax: number;
  /** Most records of one append. */
  readonly appendRecordsMax: number;
  /** Events waiting for the append under way; above it the ring is left to fill. */
  readonly pendingEventsMax: number;
  readonly retryDelayMs: number;
}

export interface PublisherEvents {
  /** The log has everything up to this cursor. */
  published(events: number, cursor: bigint): void;
  /** An append failed and will be tried again. */
  failed(error: unknown): void;
  sleep(ms: number): Promise<void>;
}

const batches = codec('event_batch');

export class Publisher {
  private readonly producer: Producer;
  private readonly options: PublisherOptions;
  private readonly on: PublisherEvents;
  private pending: Event[] = [];
  private cursor = 0n;
  private running: Promise<void> | null = null;

  constructor(producer: Producer, options: PublisherOptions, on: PublisherEvents) {
    this.producer = producer;
    this.options = options;
    this.on = on;
  }

  get full(): boolean {
    return this.pending.length >= this.options.pendingEventsMax;
  }

  /** Takes events in order; `cursor` covers all of them. */
  add(events: readonly Event[], cursor: bigint): void {
    for (const event of events) this.pending.push(event);
    this.cursor = cursor;
  }

  /** Starts appending what is pending, unless an append is under way: that one goes on with it. */
  flush(): void {
    if (this.pending.length > 0 && this.running === null) this.running = this.run();
  }

  /** Resolves when everything added so far is in the log. */
  async drain(): Promise<void> {
    while (this.pending.length > 0 || this.running !== null) {
      this.flush();
      await this.running;
    }
  }

  private async run(): Promise<void> {
    while (this.pending.length > 0) {
      const events = this.pending;
      const cursor = this.cursor;
      this.pending = [];
      await this.append(events);
      this.on.published(events.length, cursor);
    }
    // In the same turn as the last look at what is pending: a flush in between would find it running and be lost.
    this.running = null;
  }

  private async append(events: readonly Event[]): Promise<void> {
    const values = this.encode(events);
    for (let from = 0; from < values.length; from += this.options.appendRecordsMax) {
      const records = values.slice(from, from + this.options.appendRecordsMax).map((value) => ({ topic: topics.events.name, key: this.options.node, value }));
      await this.appendUntilDone(records);
    }
  }

  /** An event in the ring is never given up for an unreachable log: the ring is the buffer, and it counts its drops. */
  private async appendUntilDone(records: Parameters<Producer['append']>[0]): Promise<void> {
    for (;;) {
      try {
        return await this.producer.append(records);
      } catch (error) {
        this.on.failed(error);
        await this.on.sleep(this.options.retryDelayMs);
      }
    }
  }

  private encode(events: readonly Event[]): Buffer[] {
    const values: Buffer[] = [];
    for (let from = 0; from < events.length; from += this.options.batchEventsMax) {
      values.push(...this.encodeBatch(events.slice(from, from + this.options.batchEventsMax)));
    }
    return values;
  }

  /** Halves a batch that is too large for one record. One event alone always fits: its strings are bounded. */
  private encodeBatch(events: readonly Event[]): Buffer[] {
    const { node, bootId, hostname } = this.options;
    const value = batches.encode({ node, boot_id: bootId, hostname, events: events as Event[] });
    if (value.length <= valueBytesMax || events.length === 1) return [value];
    const half = events.length >> 1;
    return [...this.encodeBatch(events.slice(0, half)), ...this.encodeBatch(events.slice(half))];
  }
}
