/** Keeps the SQLite log within each topic's retention and the file's size bound, a little at a time. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import { RingfenceError } from '../errors.ts';
import type { Slot, SqliteStore } from './sqlite-store.ts';

const trimIntervalMs = 10_000;

/** Records removed in one transaction: some milliseconds. */
const trimRecordsMax = 1_000;

export class SqliteRetention {
  readonly #store: SqliteStore;
  readonly #clock: Clock;
  readonly #sizeBytesMax: number;
  readonly #timer: Disposable;
  /** The end of each compacted slot when it was last compacted. */
  readonly #compactedTo = new Map<number, number>();
  #pass: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(store: SqliteStore, clock: Clock, sizeBytesMax: number) {
    this.#store = store;
    this.#clock = clock;
    this.#sizeBytesMax = sizeBytesMax;
    this.#timer = clock.every(trimIntervalMs, () => (this.#pass = this.#trim()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer[Symbol.dispose]();
    await this.#pass;
  }

  async #trim(): Promise<void> {
    try {
      const slots = this.#store.allSlots();
      for (const slot of slots) {
        if (slot.compacted) this.#compact(slot);
        else await this.#trimByTime(slot);
      }
      await this.#trimBySize(slots.filter((slot) => !slot.compacted));
    } catch (error) {
      // The lock was taken for too long; the next pass tries again.
      if (!(error instanceof RingfenceError)) throw error;
    }
  }

  #compact(slot: Slot): void {
    const { next } = this.#store.extent(slot);
    if (this.#compactedTo.get(slot.id) === next) return;
    this.#store.write(() => this.#store.compact(slot));
    this.#compactedTo.set(slot.id, next);
  }

  async #trimByTime(slot: Slot): Promise<void> {
    const cut = this.#store.offsetAt(slot, this.#clock.nowMs() - slot.retentionMs);
    await this.#trimTo(slot, cut);
  }

  async #trimBySize(slots: readonly Slot[]): Promise<void> {
    while (!this.#closed) {
      const sized = slots.map((slot) => ({ slot, ...this.#store.extent(slot) }));
      const bytes = sized.reduce((sum, { bytes: ofSlot }) => sum + ofSlot, 0);
      if (bytes <= this.#sizeBytesMax) return;
      const filled = sized
        .filter(({ first, next }) => next > first)
        .map(({ slot, first, next }) => ({ slot, first, next, ms: this.#store.appendedMs(slot, first, next) ?? 0 }));
      if (filled.length === 0) return;
      const oldest = filled.reduce((a, b) => (b.ms < a.ms ? b : a));
      await this.#trimTo(oldest.slot, Math.min(oldest.first + trimRecordsMax, oldest.next));
    }
  }

  async #trimTo(slot: Slot, cut: number): Promise<void> {
    for (let { first } = this.#store.extent(slot); first < cut && !this.#closed; ) {
      first = Math.min(cut, first + trimRecordsMax);
      this.#store.write(() => this.#store.trimBelow(slot, first));
      await turn();
    }
  }
}
