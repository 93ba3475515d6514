/** The event log in one SQLite file, for a single host: the same meaning as Kafka's, without a server. */
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system.ts';
import { RingfenceError } from '../errors.ts';
import type { BatchHandler, ConsumeOptions, Consumer, EventLog, LogRecord, Producer, TopicSpec } from './event-log.ts';
import { checkConsumeOptions, checkRecords, checkTopics } from './limits.ts';
import { SqliteConsumer } from './sqlite-consumer.ts';
import { SqliteProducer } from './sqlite-producer.ts';
import { SqliteRetention } from './sqlite-retention.ts';
import { SqliteStore } from './sqlite-store.ts';

export interface SqliteEventLogOptions {
  /** The file; created when missing. Several processes of one host may open it; not over a network file system. */
  readonly path: string;
  readonly clock?: Clock;
  /** Above it the oldest records go, whatever their topic's retention. Default 2 GiB. */
  readonly sizeBytesMax?: number;
}

/** Fills in hours, not minutes, at 100 events a second of 1 kB, and fits any disk that runs containers. */
const sizeBytesMaxDefault = 2 * 1024 ** 3;

/** Opens the log. Throws EVENT_LOG_UNREACHABLE when the file can't be opened. Keeps the process alive until closed. */
export function openSqliteEventLog(options: SqliteEventLogOptions): EventLog {
  return new SqliteEventLog(options);
}

class SqliteEventLog implements EventLog {
  readonly #clock: Clock;
  readonly #store: SqliteStore;
  readonly #producer: SqliteProducer;
  readonly #retention: SqliteRetention;
  readonly #consumers = new Set<SqliteConsumer>();
  #closed: Promise<void> | undefined;

  constructor(options: SqliteEventLogOptions) {
    this.#clock = options.clock ?? systemClock();
    this.#store = new SqliteStore(options.path);
    this.#producer = new SqliteProducer(this.#store, this.#clock);
    this.#retention = new SqliteRetention(this.#store, this.#clock, options.sizeBytesMax ?? sizeBytesMaxDefault);
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#assertOpen();
    checkTopics(topics);
    this.#store.createTopics(topics);
  }

  /** All producers of one log share a queue, so that what they append in one turn is one transaction. */
  async producer(): Promise<Producer> {
    this.#assertOpen();
    let open = true;
    const append = async (records: readonly LogRecord[]) => {
      this.#assertOpen();
      if (!open) throw new RingfenceError('EVENT_LOG_REJECTED', 'the producer is closed');
      checkRecords(records);
      await this.#producer.append(records);
    };
    const close = async () => {
      open = false;
    };
    return { append, close };
  }

  async consume(options: ConsumeOptions, handle: BatchHandler): Promise<Consumer> {
    this.#assertOpen();
    checkConsumeOptions(options);
    const consumer = new SqliteConsumer(this.#store, this.#clock, options, handle);
    this.#consumers.add(consumer);
    await consumer.start();
    return consumer;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    await this.#retention.close();
    await this.#producer.drained();
    this.#store.close();
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new RingfenceError('EVENT_LOG_REJECTED', 'the event log is closed');
  }
}
