/** Appends to the SQLite log. What is handed over within one turn of the event loop becomes one transaction. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import type { LogRecord } from './event-log.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** Records of one transaction: about 40 ms of inserts, so that large appends leave the event loop some turns. */
const transactionRecordsMax = 2_000;

interface Pending {
  readonly records: readonly LogRecord[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export class SqliteProducer {
  readonly #store: SqliteStore;
  readonly #clock: Clock;
  #pending: Pending[] = [];
  #flushing: Promise<void> | undefined;

  constructor(store: SqliteStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Resolves when all records are committed. Its caller waits for that, which bounds the queue. */
  append(records: readonly LogRecord[]): Promise<void> {
    // An unknown topic fails its own append here, not the transaction it would share.
    for (const { topic } of records) this.#store.slots(topic);
    return new Promise((done, failed) => {
      this.#pending.push({ records, done, failed });
      this.#flushing ??= this.#flush();
    });
  }

  async drained(): Promise<void> {
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    await undefined; // what the same turn appends next joins this transaction
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      await this.#commit(batch);
    }
    this.#flushing = undefined;
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    try {
      const records = batch.flatMap((pending) => pending.records);
      for (let from = 0; from < records.length; from += transactionRecordsMax) {
        if (from > 0) await turn();
        const part = records.slice(from, from + transactionRecordsMax);
        this.#store.write(() => this.#store.append(part, this.#clock.nowMs()));
      }
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
}
