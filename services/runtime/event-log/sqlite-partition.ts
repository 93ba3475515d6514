/**
 * One claimed partition of the SQLite log: reads a batch, has it handled, and commits its outputs together with its
 * offset, until stopped or until the claim has gone to another member.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import type { BatchHandler, ConsumeOptions, LogRecord, ReceivedRecord } from './event-log.ts';
import { checkOutputs } from './limits.ts';
import { RingfenceError } from '../errors.ts';
import type { Claim, SqliteMembership } from './sqlite-group.ts';
import type { SqliteStore } from './sqlite-store.ts';

export interface PartitionContext {
  readonly store: SqliteStore;
  readonly membership: SqliteMembership;
  readonly clock: Clock;
  /** Called after each batch. */
  readonly onHandled: () => void;
}

export class SqlitePartition {
  readonly claim: Claim;
  /** Resolves when the loop has ended and, unless the claim is lost, what was handled is committed. */
  readonly ended: Promise<void>;
  readonly #store: SqliteStore;
  readonly #membership: SqliteMembership;
  readonly #clock: Clock;
  readonly #onHandled: () => void;
  readonly #options: ConsumeOptions;
  readonly #handle: BatchHandler;
  readonly #stop = new AbortController();
  /** Records below it belong to the replay. */
  readonly #replayEnd: number;
  #position: number;
  #committed: number;
  #lost = false;
  #woken = false;
  #wake: (() => void) | undefined;

  constructor(
    claim: Claim,
    context: PartitionContext,
    options: ConsumeOptions,
    handle: BatchHandler,
  ) {
    this.claim = claim;
    this.#store = context.store;
    this.#membership = context.membership;
    this.#clock = context.clock;
    this.#onHandled = context.onHandled;
    this.#options = options;
    this.#handle = handle;
    this.#committed = context.membership.committed(claim.slot);
    this.#replayEnd = this.#committed;
    this.#position = this.#startPosition();
    this.ended = this.#run();
  }

  /** True when everything below `offset` was handled here and, if `commit` was asked for since, committed. */
  isPast(offset: number): boolean {
    return this.#position >= offset && this.#committed >= offset;
  }

  /** Looks for new records. */
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Ends the loop after the handler that runs. */
  stop(): void {
    this.#stop.abort();
    this.wake();
  }

  /** Commits what was handled without outputs. Does nothing when the claim is lost. */
  commit(): void {
    if (this.#committed >= this.#position || this.#lost) return;
    this.#commit([], this.#position);
  }

  #startPosition(): number {
    const { slot } = this.claim;
    const rewindMs = this.#options.rewindMs ?? 0;
    if (rewindMs === 0) return this.#committed;
    const { first } = this.#store.extent(slot);
    const last = this.#store.appendedMs(slot, Math.max(first, this.#committed - 1), this.#committed);
    const fromMs = (last ?? this.#clock.nowMs()) - rewindMs;
    return Math.min(this.#store.offsetAt(slot, fromMs), this.#committed);
  }

  async #run(): Promise<void> {
    while (!this.#stopping()) {
      try {
        if (!(await this.#next())) await this.#sleep();
      } catch (error) {
        this.#options.onError?.(error);
        await this.#clock.sleep(this.#options.retryDelayMs, this.#stop.signal);
      }
    }
    try {
      this.commit();
    } catch (error) {
      this.#options.onError?.(error);
    }
  }

  /** Handles one batch; false when there is none. */
  async #next(): Promise<boolean> {
    this.#woken = false;
    this.#skipTrimmed();
    const replayed = this.#position < this.#replayEnd;
    const end = replayed ? this.#replayEnd : Infinity;
    const { slot } = this.claim;
    const records = this.#store.read(slot, this.#position, end, this.#options.maxBytes);
    if (records.length === 0) {
      if (!replayed) return false;
      this.#position = this.#replayEnd;
      this.#onHandled();
      return true;
    }
    const outputs = await this.#handle({ topic: slot.topic, partition: slot.partition, records, replayed });
    this.#done(replayed, records, outputs);
    this.#onHandled();
    // Reading, memory-only handlers and committing never leave the microtask queue: let timers and sockets have a turn.
    await turn();
    return true;
  }

  #done(replayed: boolean, records: readonly ReceivedRecord[], outputs: readonly LogRecord[]): void {
    checkOutputs(this.#options, outputs);
    const next = records.at(-1)!.offset + 1;
    if (!replayed && outputs.length > 0) this.#commit(outputs, next);
    if (!this.#lost) this.#position = next;
  }

  #commit(outputs: readonly LogRecord[], next: number): void {
    this.#store.write(() => {
      this.#lost = !this.#membership.holds(this.claim);
      if (this.#lost) return;
      this.#store.append(outputs, this.#clock.nowMs());
      this.#membership.commit(this.claim.slot, next);
    });
    if (!this.#lost) this.#committed = next;
  }

  /** Records that retention removed before they were read are a loss, and are told. */
  #skipTrimmed(): void {
    const { first } = this.#store.extent(this.claim.slot);
    if (first <= this.#position) return;
    const { topic, partition } = this.claim.slot;
    const lost = first - Math.max(this.#position, this.#replayEnd);
    if (lost > 0) {
      this.#options.onError?.(
        new RingfenceError('EVENT_LOG_REJECTED', `${lost} records of ${topic}/${partition} were trimmed unread`, {
          details: { topic, partition, lost },
        }),
      );
    }
    this.#position = first;
  }

  #stopping(): boolean {
    return this.#lost || this.#stop.signal.aborted;
  }

  /** Resolves at the next `wake`, or at once when there was one since the last read. */
  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#woken) return resolve();
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
