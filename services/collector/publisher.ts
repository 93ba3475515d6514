/**
 * Batches → the event log, in order. One append is under way at a time: what arrives meanwhile makes the next one, so
 * appends are small when it is quiet (latency) and large under load (throughput). A ring's cursor is handed back only
 * when everything before it is safe: in the log, or in the spool while the log is away.
 *
 *   writer ──full, or its turn──▶ queue ─────────────append─────────────▶ event log
 *                                   └away, or slow▶ spool ─────oldest first──┘
 *
 * What is in the spool is older than what is in the queue, so the order stays.
 */
import type { LogRecord, Producer } from '#runtime/event-log/event-log.ts';
import type { Loss } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import type { BatchWriter, EncodedBatch, RingShare } from './encode/batch-writer.ts';
import type { Spool } from './spool/spool.ts';

export interface PublisherOptions {
  readonly node: string;
  /** Most records of one append. */
  readonly appendRecordsMax: number;
  /** Bytes waiting for the append under way; above it they go to the spool: the log is slower than the events. Without one the rings fill. */
  readonly pendingBytesMax: number;
  readonly retryDelayMs: number;
  /** An append that has not come to a good end for so long means that the log is away. */
  readonly awayMs: number;
}

export interface PublisherEvents {
  /** The log has these. */
  published(rings: readonly RingShare[]): void;
  /** Everything of the ring up to this cursor is safe. */
  safe(ring: number, cursor: bigint): void;
  /** What a batch tells of losses is safe. */
  told(losses: readonly Loss[]): void;
  /** An append failed and will be tried again. */
  failed(error: unknown): void;
  /** The spool can't be used any more. */
  spoolFailed(error: unknown): void;
  /** The log is away from now on, or is back. */
  away(isAway: boolean): void;
  sleep(ms: number): Promise<void>;
  monotonicMs(): number;
}

/** What one append takes. */
interface Portion {
  readonly records: readonly LogRecord[];
  readonly rings: readonly RingShare[];
  /** From the queue; their memory is in use until the append has ended. */
  readonly batches: readonly EncodedBatch[];
  /** Where they are in the spool; null while they are not. */
  spooled: readonly number[] | null;
}

interface Mark {
  readonly ring: number;
  readonly cursor: bigint;
  /** Number of the last batch that it covers. */
  readonly batch: number;
}

/** Decompressed from the spool at once. */
const spoolBytesAtOnce = 4 << 20;

export class Publisher {
  private readonly producer: Producer;
  private readonly writer: BatchWriter;
  private spool: Spool | null;
  private readonly options: PublisherOptions;
  private readonly on: PublisherEvents;
  private readonly queue: EncodedBatch[] = [];
  private queuedBytes = 0;
  private marks: Mark[] = [];
  private underWay: Portion | null = null;
  private sinceMs: number | null = null;
  private isAway = false;
  /** When the open batch was last closed for the spool. */
  private spilledMs = 0;
  private running: Promise<void> | null = null;
  private wentAway = Promise.withResolvers<void>();

  /** The batches that the writer closes must come to `took`. */
  constructor(producer: Producer, writer: BatchWriter, spool: Spool | null, options: PublisherOptions, on: PublisherEvents) {
    this.producer = producer;
    this.writer = writer;
    this.spool = spool;
    this.options = options;
    this.on = on;
  }

  /** Too much waits: write nothing more for now. */
  get full(): boolean {
    return this.queuedBytes + this.writer.bytes >= this.options.pendingBytesMax;
  }

  /** A batch was closed. */
  took(batch: EncodedBatch): void {
    this.queue.push(batch);
    this.queuedBytes += batch.value.length;
    if (this.isAway || this.full) this.spill();
  }

  /** Everything read of the ring before `cursor` has been written. */
  mark(ring: number, cursor: bigint): void {
    this.marks.push({ ring, cursor, batch: this.writer.events > 0 ? this.writer.openNumber : this.writer.openNumber - 1 });
    this.release();
  }

  /** Brings losses into the stream, with the events that wait. */
  tell(losses: readonly Loss[]): void {
    this.writer.close(losses);
    this.flush();
  }

  /** Starts appending what waits, unless an append is under way: that one goes on with it. */
  flush(): void {
    if (this.running === null && this.waits) this.running = this.run();
  }

  /** Looks how long the append under way has taken, and while the log is away, what has waited for company as long; call it often. */
  tick(): void {
    if (this.sinceMs === null) return;
    const nowMs = this.on.monotonicMs();
    if (!this.isAway && nowMs - this.sinceMs >= this.options.awayMs) this.setAway(true);
    if (!this.isAway || nowMs - this.spilledMs < this.options.awayMs) return;
    this.spilledMs = nowMs;
    this.writer.close([]);
  }

  /** Resolves when everything written so far is in the log, or in the spool while the log is away. */
  async drain(): Promise<void> {
    while (this.waits || this.running !== null) {
      this.flush();
      if (this.isAway && this.spool !== null) {
        this.writer.close([]);
        this.spill();
        return;
      }
      await Promise.race([this.running, this.wentAway.promise]);
    }
  }

  private get waits(): boolean {
    return this.queue.length > 0 || this.writer.events > 0 || this.spool?.isEmpty === false;
  }

  private async run(): Promise<void> {
    for (let portion = this.next(); portion !== null; portion = this.next()) {
      this.underWay = portion;
      this.sinceMs ??= this.on.monotonicMs();
      if (await this.append(portion.records)) {
        this.done(portion);
      } else {
        this.undone(portion);
        await this.on.sleep(this.options.retryDelayMs);
        this.tick();
      }
    }
    // In the same turn as the last look at what waits: a flush in between would find it running and be lost.
    this.running = null;
  }

  private async append(records: readonly LogRecord[]): Promise<boolean> {
    try {
      await this.producer.append(records);
      return true;
    } catch (error) {
      this.on.failed(error);
      return false;
    }
  }

  private next(): Portion | null {
    const spooled = this.fromSpool((spool) => (spool.isEmpty ? [] : spool.take(this.options.appendRecordsMax, spoolBytesAtOnce))) ?? [];
    if (spooled.length > 0) {
      return { records: this.records(spooled), rings: spooled.flatMap((batch) => batch.rings), batches: [], spooled: spooled.map((batch) => batch.id) };
    }
    if (this.queue.length === 0) this.writer.close([]);
    const batches = this.queue.splice(0, this.options.appendRecordsMax);
    if (batches.length === 0) return null;
    this.queuedBytes -= bytesOf(batches);
    return { records: this.records(batches), rings: batches.flatMap((batch) => batch.rings), batches, spooled: null };
  }

  private done(portion: Portion): void {
    this.underWay = null;
    this.sinceMs = null;
    const { spooled } = portion;
    if (spooled !== null) this.fromSpool((spool) => spool.remove(spooled));
    else this.on.told(portion.batches.flatMap((batch) => batch.losses));
    for (const batch of portion.batches) this.writer.recycle(batch);
    if (this.isAway) this.setAway(false);
    this.on.published(portion.rings);
    this.release();
  }

  private undone(portion: Portion): void {
    this.underWay = null;
    if (portion.spooled === null) {
      this.queue.unshift(...portion.batches);
      this.queuedBytes += bytesOf(portion.batches);
      return;
    }
    this.spool?.putBack();
    for (const batch of portion.batches) this.writer.recycle(batch);
  }

  private setAway(isAway: boolean): void {
    this.isAway = isAway;
    this.on.away(isAway);
    if (!isAway) return;
    this.spill();
    this.wentAway.resolve();
    this.wentAway = Promise.withResolvers();
  }

  /** Moves what waits to the spool; what that does not take is lost, and counted. */
  private spill(): void {
    this.fromSpool((spool) => {
      if (this.underWay?.spooled === null) this.spillUnderWay(this.underWay, spool);
      for (let batch = this.queue[0]; batch !== undefined; batch = this.queue[0]) {
        if (spool.put(batch) === null) spool.drop(batch);
        else this.on.told(batch.losses);
        this.queue.shift();
        this.queuedBytes -= batch.value.length;
        this.writer.recycle(batch);
      }
    });
    this.release();
  }

  /** They may come to a good end yet: only when all of them fit they count as safe before that. */
  private spillUnderWay(portion: Portion, spool: Spool): void {
    const ids: number[] = [];
    for (const batch of portion.batches) {
      const id = spool.put(batch);
      if (id === null) return spool.remove(ids);
      ids.push(id);
      spool.hold(id);
    }
    portion.spooled = ids;
    this.on.told(portion.batches.flatMap((batch) => batch.losses));
  }

  /** A spool that fails is used no more: the rings then hold what they can. What is in it is for the next collector. */
  private fromSpool<T>(work: (spool: Spool) => T): T | null {
    if (this.spool === null) return null;
    try {
      return work(this.spool);
    } catch (error) {
      this.spool = null;
      this.on.spoolFailed(error);
      return null;
    }
  }

  private release(): void {
    const oldest = this.underWay?.spooled === null ? this.underWay.batches[0] : this.queue[0];
    const unsafe = oldest?.number ?? this.writer.openNumber;
    for (let mark = this.marks[0]; mark !== undefined && mark.batch < unsafe; mark = this.marks[0]) {
      this.marks.shift();
      this.on.safe(mark.ring, mark.cursor);
    }
  }

  private records(batches: readonly { readonly value: Buffer }[]): LogRecord[] {
    return batches.map(({ value }) => ({ topic: topics.events.name, key: this.options.node, value }));
  }
}

function bytesOf(batches: readonly EncodedBatch[]): number {
  return batches.reduce((sum, { value }) => sum + value.length, 0);
}
