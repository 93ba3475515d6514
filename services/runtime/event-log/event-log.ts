/**
 * The port to the event log: topics of ordered, partitioned, durable records (Kafka, or one SQLite file with the same
 * meaning). It offers two things: `append` from outside, and `consume`, which turns the records of one partition into
 * other records so that outputs and input offset are committed together or not at all.
 */
export interface EventLog {
  /** Creates the topics that are missing; one that exists is left as it is. Idempotent. */
  createTopics(topics: readonly TopicSpec[]): Promise<void>;

  /** A producer with idempotent retries: each record is appended at least once, in order for each key. */
  producer(): Promise<Producer>;

  /**
   * Starts consuming as a member of `options.group`. Batches of one partition are handled one at a time and in order;
   * different partitions may interleave. Every record returned by the handler is appended in the same transaction as
   * the batch's offsets. When the handler throws, the batch is delivered again after `retryDelayMs`, for ever: a
   * handler that wants to get past a bad record dead-letters it.
   * Resolves when the member has joined its group and its start positions are fixed: a record appended after that is
   * delivered even with `from: 'latest'`. While the log does not answer or a topic is missing, it keeps trying and tells
   * `onError`; `close` then makes it reject.
   */
  consume(options: ConsumeOptions, handle: BatchHandler): Promise<Consumer>;

  /** Closes all producers and consumers; waits for handlers that are running. */
  close(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly compacted?: boolean;
}

export interface LogRecord {
  readonly topic: string;
  /** Decides the partition; records of one key keep their order. */
  readonly key: string;
  readonly value: Buffer;
  /** At most 16 headers, names of at most 64 bytes. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ReceivedRecord extends LogRecord {
  readonly headers: Readonly<Record<string, string>>;
  readonly partition: number;
  readonly offset: number;
  /** When it was appended, in ms since the epoch, by the log's clock. */
  readonly appendedMs: number;
}

export interface Producer {
  /** Resolves when every record is durable (Kafka: acks=all). Rejects with EVENT_LOG_* when that is not known. */
  append(records: readonly LogRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Where a group without a committed offset begins. */
  readonly from: 'earliest' | 'latest';
  /** The longest wait of one fetch when nothing arrives; bounds shutdown too. */
  readonly maxWaitMs: number;
  /** The most bytes of one fetch of a partition. */
  readonly maxBytes: number;
  /** Batches without outputs are committed at least this often, and at close. */
  readonly commitIntervalMs: number;
  readonly retryDelayMs: number;
  /**
   * Begin this long (in the log's time) before the last record that was committed, so that a handler can rebuild what it keeps in memory. Such batches
   * carry `replayed: true`; what the handler returns for them is discarded and no offset is committed.
   */
  readonly rewindMs?: number;
  /** The handler never returns records. Spares Kafka one transactional producer for each partition. */
  readonly readOnly?: boolean;
  /** Called for each failure that `consume` retries by itself (connection, rebalance, handler error). */
  readonly onError?: (error: unknown) => void;
}

export interface LogBatch {
  readonly topic: string;
  readonly partition: number;
  /** Never empty; offsets ascend; never mixes replayed and new records. */
  readonly records: readonly ReceivedRecord[];
  readonly replayed: boolean;
}

export type BatchHandler = (batch: LogBatch) => Promise<readonly LogRecord[]>;

export interface Consumer {
  /**
   * Resolves when the group (this member and others) has handled and committed every record that was in its topics at
   * the time of the call. Rejects with EVENT_LOG_REJECTED when this consumer is closed before.
   */
  caughtUp(): Promise<void>;
  /** Leaves the group after the running handlers; commits what was handled. */
  close(): Promise<void>;
}
