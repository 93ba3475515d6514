/**
 * One partition during one assignment: queues what is fetched, has it handled, and commits. Fetching runs ahead of
 * handling by about one batch, so records gather while a handler or a transaction runs.
 */
import type { Clock } from '../clock/clock.ts';
import type { BatchHandler, ConsumeOptions, LogRecord, ReceivedRecord } from './event-log.ts';
import type { KafkaTransactions, OffsetToCommit } from './kafka-transactions.ts';
import { checkOutputs, recordBytes } from './limits.ts';

/** What a partition needs of the member that it belongs to. */
export interface PartitionContext {
  readonly clock: Clock;
  readonly options: ConsumeOptions;
  readonly handle: BatchHandler;
  openTransactions(partition: KafkaPartition): Promise<KafkaTransactions>;
  /** The group's offset, once no transaction of a previous owner is open. */
  committed(partition: KafkaPartition): Promise<number>;
  /** Commits outside of a transaction; the coordinator refuses it from a former member. */
  commit(offset: OffsetToCommit): Promise<void>;
  /** Rejects when the group no longer counts on this member. */
  assertMember(): Promise<void>;
}

interface Fetched {
  readonly records: readonly ReceivedRecord[];
  /** Where the next fetch begins: past the last record, and past control records and aborted ones behind it. */
  readonly next: number;
  readonly bytes: number;
}

export interface Start {
  readonly offset: number;
  /** Records below are replayed. */
  readonly replayEnd: number;
}

export class KafkaPartition {
  readonly topic: string;
  readonly partition: number;
  /** Resolves when the last handler has ended and, unless revoked, what was handled is committed. */
  ended: Promise<void> = Promise.resolve();
  readonly #context: PartitionContext;
  readonly #queue: Fetched[] = [];
  #queuedBytes = 0;
  #transactions: KafkaTransactions | undefined;
  #start: Start | undefined;
  #fetched = 0;
  /** Everything below was handled here or by an owner before. */
  #position = 0;
  #committed = 0;
  #handledMs: number | undefined;
  #commitDue = false;
  #revoked = false;
  readonly #stop = new AbortController();
  #wake: (() => void) | undefined;
  #taken: (() => void)[] = [];

  constructor(topic: string, partition: number, context: PartitionContext) {
    this.topic = topic;
    this.partition = partition;
    this.#context = context;
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  get begun(): boolean {
    return this.#start !== undefined;
  }

  /** The bound of the queue is this and one fetch. */
  get full(): boolean {
    return this.#queuedBytes >= this.#context.options.maxBytes;
  }

  /** Fences the previous owner. Does nothing for a read-only consumer. */
  async open(): Promise<void> {
    if (this.#context.options.readOnly === true || this.#transactions !== undefined) return;
    this.#transactions = await this.#context.openTransactions(this);
    if (this.stopped) await this.#closeTransactions();
  }

  begin(start: Start, committed: number): void {
    this.#start = start;
    this.#fetched = start.offset;
    this.#position = start.offset;
    this.#committed = committed;
    this.ended = this.#run();
  }

  /** Takes over what was fetched. `next` is where the following fetch begins. */
  push(fetched: readonly ReceivedRecord[], next: number): void {
    const records = fetched.filter(({ offset }) => offset >= this.#fetched);
    if (next <= this.#fetched) return;
    this.#fetched = next;
    for (const portion of portions(records, next, this.#context.options.maxBytes)) {
      this.#queue.push(portion);
      this.#queuedBytes += portion.bytes;
    }
    this.#wake?.();
  }

  /**
   * The broker returned only control records or aborted ones from `first` to below `next`. Ignored unless that
   * continues what was fetched, since it may belong to a position that a rewind has left.
   */
  skip(first: number, next: number): void {
    if (this.begun && first <= this.#fetched) this.push([], next);
  }

  /** Resolves when the queue was emptied or the partition stopped. */
  taken(): Promise<void> {
    return new Promise((resolve) => (this.stopped ? resolve() : void this.#taken.push(resolve)));
  }

  isPast(offset: number): boolean {
    return this.begun && this.#position >= offset;
  }

  /** Commits what was handled without outputs, after the handler that runs. */
  commitSoon(): void {
    this.#commitDue = true;
    this.#wake?.();
  }

  /** Ends after the handler that runs; then commits. */
  stop(): void {
    this.#stop.abort();
    this.#wake?.();
    this.#releaseWaiting();
  }

  /** The assignment has ended: as `stop`, but without a commit, which would now count for the new assignment. */
  revoke(): void {
    this.#revoked = true;
    this.stop();
  }

  async #run(): Promise<void> {
    while (!this.stopped) {
      if (this.#commitDue) await this.#attempt(() => this.#commitHandled());
      const batch = this.#take();
      if (batch === undefined) await this.#sleep();
      else await this.#process(batch);
    }
    await this.#attempt(() => this.#commitHandled());
    await this.#closeTransactions();
  }

  /** Everything queued, up to `maxBytes`, and never replayed and new records together. */
  #take(): Fetched | undefined {
    const first = this.#queue.shift();
    if (first === undefined) return undefined;
    let { records, next, bytes } = first;
    while (this.#queue.length > 0 && this.#fits(bytes, next)) {
      const more = this.#queue.shift()!;
      records = records.length === 0 ? more.records : records.concat(more.records);
      [next, bytes] = [more.next, bytes + more.bytes];
    }
    this.#queuedBytes -= bytes;
    if (!this.full) this.#releaseWaiting();
    return { records, next, bytes };
  }

  #fits(bytes: number, next: number): boolean {
    const more = this.#queue[0]!;
    const crossesReplay = next < this.#replayEnd || (next === this.#replayEnd && this.#position < this.#replayEnd);
    return !crossesReplay && bytes + more.bytes <= this.#context.options.maxBytes;
  }

  get #replayEnd(): number {
    return this.#start?.replayEnd ?? 0;
  }

  /** Has one taken batch handled, again and again until that works or the partition stops. */
  async #process({ records, next }: Fetched): Promise<void> {
    const replay = records.filter(({ offset }) => offset < this.#replayEnd);
    const fresh = records.filter(({ offset }) => offset >= this.#replayEnd);
    if (!(await this.#untilDone(replay, replay.at(-1)?.offset ?? 0, true))) return;
    if (!(await this.#untilDone(fresh, next - 1, false))) return;
    // Also past what held no records: control records and aborted ones.
    this.#position = Math.max(this.#position, next);
  }

  /** `last`: the offset that is passed once the batch is handled. False when the partition stopped before. */
  async #untilDone(batch: readonly ReceivedRecord[], last: number, replayed: boolean): Promise<boolean> {
    for (;;) {
      // After a commit of unknown outcome, what the group's offset has passed is not handled again.
      const records = batch.filter(({ offset }) => offset >= this.#position);
      if (records.length === 0) return true;
      if (this.stopped) return false;
      if (await this.#attempt(() => this.#handleOnce(records, last + 1, replayed))) continue;
      await this.#context.clock.sleep(this.#context.options.retryDelayMs, this.#stop.signal);
    }
  }

  async #handleOnce(records: readonly ReceivedRecord[], next: number, replayed: boolean): Promise<void> {
    const { options, handle } = this.#context;
    const outputs = await handle({ topic: this.topic, partition: this.partition, records, replayed });
    checkOutputs(options, outputs);
    if (!replayed) {
      const handledMs = records.at(-1)!.appendedMs;
      if (outputs.length > 0) await this.#commitOutputs(outputs, next, handledMs);
      this.#handledMs = handledMs;
    }
    this.#position = next;
  }

  async #commitOutputs(outputs: readonly LogRecord[], next: number, handledMs: number): Promise<void> {
    if (this.#transactions === undefined) await this.#reopen();
    if (this.#revoked) throw new Error('the partition was revoked before its outputs were committed');
    try {
      await this.#transactions!.commit(outputs, this.#offset(next, handledMs));
      this.#committed = next;
    } catch (error) {
      await this.#closeTransactions();
      throw error;
    }
  }

  /**
   * After a failed transaction: a new producer, which ends the old transaction one way or the other, and then the
   * group's offset, which tells which way. Asks for membership first: a zombie must not fence its successor.
   */
  async #reopen(): Promise<void> {
    await this.#context.assertMember();
    await this.open();
    const committed = await this.#context.committed(this);
    if (committed <= this.#position) return;
    this.#committed = committed;
    this.#position = committed;
    throw new Error(`the transaction before had been committed, up to offset ${committed}`);
  }

  async #commitHandled(): Promise<void> {
    this.#commitDue = false;
    if (this.#revoked || this.#committed >= this.#position) return;
    const next = this.#position;
    await this.#context.commit(this.#offset(next, this.#handledMs));
    this.#committed = next;
  }

  /** The metadata is the append time of the last handled record: where a rewind counts back from. */
  #offset(next: number, handledMs: number | undefined): OffsetToCommit {
    const { topic, partition } = this;
    return { group: this.#context.options.group, topic, partition, next, metadata: String(handledMs ?? '') };
  }

  async #closeTransactions(): Promise<void> {
    const transactions = this.#transactions;
    this.#transactions = undefined;
    await transactions?.close();
  }

  async #attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!this.#revoked) this.#context.options.onError?.(error);
      return false;
    }
  }

  #releaseWaiting(): void {
    const waiting = this.#taken;
    this.#taken = [];
    for (const resolve of waiting) resolve();
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      if (this.stopped || this.#commitDue || this.#queue.length > 0) return resolve();
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** Of at most `maxBytes` each, but for one record that is larger: a fetch is bounded as it was compressed. */
function portions(records: readonly ReceivedRecord[], next: number, maxBytes: number): Fetched[] {
  const found: Fetched[] = [];
  let [from, bytes] = [0, 0];
  for (const [at, record] of records.entries()) {
    const size = recordBytes(record);
    if (at > from && bytes + size > maxBytes) {
      found.push({ records: records.slice(from, at), next: record.offset, bytes });
      [from, bytes] = [at, 0];
    }
    bytes += size;
  }
  return [...found, { records: records.slice(from), next, bytes }];
}
