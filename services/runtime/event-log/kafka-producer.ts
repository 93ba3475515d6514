/**
 * Appends to Kafka: idempotent, acks from all, one request at a time. What is appended while a request is under way
 * goes out together in the next one.
 */
import kafkajs from 'kafkajs';
import type { Producer as KafkajsProducer } from 'kafkajs';
import { RingfenceError } from '../errors.ts';
import type { LogRecord, Producer } from './event-log.ts';
import { compressionOf, eventLogError, kafkaClient, reach, retry } from './kafka-client.ts';
import type { KafkaClientOptions } from './kafka-client.ts';
import { requests, toTopicMessages } from './kafka-messages.ts';
import { checkRecords } from './limits.ts';

/** How long the leader may wait for its replicas. */
export const acksTimeoutMs = 5_000;

interface Pending {
  readonly records: readonly LogRecord[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export class KafkaProducer implements Producer {
  readonly #options: KafkaClientOptions;
  #client: Promise<KafkajsProducer> | undefined;
  #pending: Pending[] = [];
  #sending: Promise<void> | undefined;
  #closed = false;

  constructor(options: KafkaClientOptions) {
    this.#options = options;
  }

  /** Rejects with EVENT_LOG_UNREACHABLE when no broker answers in time. */
  async connect(): Promise<void> {
    await this.#connected();
  }

  append(records: readonly LogRecord[]): Promise<void> {
    return new Promise((done, failed) => {
      if (this.#closed) throw new RingfenceError('EVENT_LOG_REJECTED', 'the producer is closed');
      checkRecords(records);
      this.#pending.push({ records, done, failed });
      this.#sending ??= this.#send();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending;
    await this.#discard();
  }

  async #send(): Promise<void> {
    await undefined; // what the same turn appends next joins this request
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      await this.#sendBatch(batch);
    }
    this.#sending = undefined;
  }

  async #sendBatch(batch: readonly Pending[]): Promise<void> {
    try {
      for (const records of requests(batch.flatMap((pending) => pending.records))) {
        const client = await this.#connected();
        await client.sendBatch({
          acks: -1,
          timeout: acksTimeoutMs,
          compression: compressionOf(records, this.#options.compression),
          topicMessages: toTopicMessages(records),
        });
      }
      for (const { done } of batch) done();
    } catch (cause) {
      // Its records may be in the log, and kafkajs would give their sequence numbers to the next ones, which brokers
      // would then drop as duplicates. A new producer id starts a new sequence.
      await this.#discard();
      const error = eventLogError('records were not appended, or that is not known', cause);
      if (error.code === 'EVENT_LOG_REJECTED' && batch.length > 1) return this.#sendSingly(batch);
      for (const { failed } of batch) failed(error);
    }
  }

  /** One append's refusal (an unknown topic) is not to fail those that shared its request. */
  async #sendSingly(batch: readonly Pending[]): Promise<void> {
    for (const pending of batch) await this.#sendBatch([pending]);
  }

  #connected(): Promise<KafkajsProducer> {
    this.#client ??= reach('no producer', this.#create());
    return this.#client;
  }

  async #create(): Promise<KafkajsProducer> {
    const client = kafkaClient(this.#options).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry,
    });
    try {
      await client.connect();
    } catch (error) {
      await client.disconnect().catch(() => undefined);
      throw error;
    }
    return client;
  }

  async #discard(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.then((it) => it.disconnect()).catch(() => undefined);
  }
}
