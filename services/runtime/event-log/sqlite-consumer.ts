/** A member of a group over the SQLite log: keeps its membership alive and runs one loop for each partition it owns. */
import type { Clock } from '../clock/clock.ts';
import { RingfenceError } from '../errors.ts';
import type { BatchHandler, ConsumeOptions, Consumer } from './event-log.ts';
import { leaseMs, SqliteMembership } from './sqlite-group.ts';
import type { Claim } from './sqlite-group.ts';
import { SqlitePartition } from './sqlite-partition.ts';
import type { PartitionContext } from './sqlite-partition.ts';
import type { Slot, SqliteStore } from './sqlite-store.ts';

const heartbeatMs = leaseMs / 5;

/** How soon commits of other processes are noticed. */
const pollMs = 20;

export class SqliteConsumer implements Consumer {
  readonly #store: SqliteStore;
  readonly #clock: Clock;
  readonly #options: ConsumeOptions;
  readonly #handle: BatchHandler;
  readonly #membership: SqliteMembership;
  readonly #partitions = new Map<number, SqlitePartition>();
  readonly #running = new DisposableStack();
  readonly #waiting = new Set<() => void>();
  readonly #closing = new AbortController();
  #epoch = -1;
  #closed: Promise<void> | undefined;

  constructor(store: SqliteStore, clock: Clock, options: ConsumeOptions, handle: BatchHandler) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
    this.#handle = handle;
    this.#membership = new SqliteMembership(store, options.group, options.topics, options.from);
  }

  /** Joins the group; retries until that worked or the consumer is closed. */
  async start(): Promise<void> {
    while (!this.#attempt(() => this.#rebalance())) {
      await this.#clock.sleep(this.#options.retryDelayMs, this.#closing.signal);
      this.#assertOpen();
    }
    this.#running.use(this.#store.onCommit(() => this.#onCommit()));
    this.#running.use(this.#clock.every(pollMs, () => void this.#attempt(() => this.#store.poll())));
    this.#running.use(this.#clock.every(heartbeatMs, () => void this.#attempt(() => this.#rebalance())));
    this.#running.use(this.#clock.every(this.#options.commitIntervalMs, () => this.#commitHandled()));
  }

  async caughtUp(): Promise<void> {
    this.#assertOpen();
    const slots = this.#options.topics.flatMap((topic) => this.#store.slots(topic));
    const ends = slots.map((slot) => ({ slot, end: this.#store.extent(slot).next }));
    for (;;) {
      this.#commitHandled();
      const behind = ends.filter(({ slot, end }) => !this.#isPast(slot, end));
      if (behind.length === 0) return;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
      this.#assertOpen();
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#running.dispose();
    for (const partition of this.#partitions.values()) partition.stop();
    await Promise.all([...this.#partitions.values()].map((partition) => partition.ended));
    this.#attempt(() => this.#membership.leave());
    this.#retryWaiting();
  }

  #isPast(slot: Slot, end: number): boolean {
    const own = this.#partitions.get(slot.id);
    return own === undefined ? this.#membership.committed(slot) >= end : own.isPast(end);
  }

  #onCommit(): void {
    this.#attempt(() => {
      if (this.#membership.epoch() !== this.#epoch) this.#rebalance();
    });
    for (const partition of this.#partitions.values()) partition.wake();
    this.#retryWaiting();
  }

  #rebalance(): void {
    if (this.#closing.signal.aborted) return;
    const { epoch, claimed, unwanted } = this.#membership.tick(this.#clock.nowMs());
    this.#epoch = epoch;
    for (const partition of this.#partitions.values()) {
      const given = unwanted.some((slot) => slot.id === partition.claim.slot.id);
      if (given || !this.#membership.holds(partition.claim)) partition.stop();
    }
    for (const claim of claimed) void this.#runPartition(claim);
  }

  async #runPartition(claim: Claim): Promise<void> {
    const slotId = claim.slot.id;
    // A partition that was lost and won again may still be in its last handler.
    await this.#partitions.get(slotId)?.ended;
    if (this.#closing.signal.aborted) return;
    try {
      const partition = new SqlitePartition(claim, this.#loop(), this.#options, this.#handle);
      this.#partitions.set(slotId, partition);
      await partition.ended;
      if (this.#partitions.get(slotId) === partition) this.#partitions.delete(slotId);
    } catch (error) {
      this.#options.onError?.(error);
      await this.#clock.sleep(this.#options.retryDelayMs, this.#closing.signal);
    }
    if (!this.#closing.signal.aborted) this.#attempt(() => this.#membership.release(claim));
  }

  #loop(): PartitionContext {
    return {
      store: this.#store,
      membership: this.#membership,
      clock: this.#clock,
      onHandled: () => {
        if (this.#waiting.size === 0) return;
        this.#commitHandled();
        this.#retryWaiting();
      },
    };
  }

  /** Batches without outputs are committed here: each `commitIntervalMs`, or at once while `caughtUp` waits. */
  #commitHandled(): void {
    for (const partition of this.#partitions.values()) this.#attempt(() => partition.commit());
  }

  #retryWaiting(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#options.onError?.(error);
      return false;
    }
  }

  #assertOpen(): void {
    if (!this.#closing.signal.aborted) return;
    throw new RingfenceError('EVENT_LOG_REJECTED', `the consumer of group ${this.#options.group} is closed`);
  }
}
