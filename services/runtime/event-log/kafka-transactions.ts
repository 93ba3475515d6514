/**
 * The transactions of one owned input partition. kafkajs has no group metadata in transactions (KIP-447), so each
 * partition has a transactional id of its own: opening it fences whoever owned the partition before, and finishes or
 * aborts what that one had begun. After that, only this owner can move the partition's offset by a transaction.
 */
import kafkajs from 'kafkajs';
import type { Producer as KafkajsProducer } from 'kafkajs';
import type { LogRecord } from './event-log.ts';
import { compressionOf, kafkaClient } from './kafka-client.ts';
import type { KafkaClientOptions } from './kafka-client.ts';
import { requests, toTopicMessages } from './kafka-messages.ts';
import { acksTimeoutMs } from './kafka-producer.ts';

/** A dead owner's open transaction holds readers back until its successor opens, or for this long. */
const transactionTimeoutMs = 15_000;

/** Quick at first: the broker says CONCURRENT_TRANSACTIONS for the moment in which it completes the previous one. */
const retry = { initialRetryTime: 1, multiplier: 2, factor: 0.2, maxRetryTime: 1_000, retries: 13 };

export interface OffsetToCommit {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read. */
  readonly next: number;
  readonly metadata: string;
}

export class KafkaTransactions {
  readonly #producer: KafkajsProducer;
  readonly #compression: KafkaClientOptions['compression'];

  private constructor(producer: KafkajsProducer, compression: KafkaClientOptions['compression']) {
    this.#producer = producer;
    this.#compression = compression;
  }

  static async open(options: KafkaClientOptions, transactionalId: string): Promise<KafkaTransactions> {
    const producer = kafkaClient(options).producer({
      transactionalId,
      transactionTimeout: transactionTimeoutMs,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry,
    });
    try {
      await producer.connect();
      // Asks for the producer id, which fences the previous owner; with nothing in it, the abort stays local.
      const empty = await producer.transaction();
      await empty.abort();
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
    return new KafkaTransactions(producer, options.compression);
  }

  /** Outputs and offset, both or neither. After a failure the outcome is not known: close, and open again. */
  async commit(outputs: readonly LogRecord[], offset: OffsetToCommit): Promise<void> {
    const transaction = await this.#producer.transaction();
    for (const records of requests(outputs)) {
      await transaction.sendBatch({
        acks: -1,
        timeout: acksTimeoutMs,
        compression: compressionOf(records, this.#compression),
        topicMessages: toTopicMessages(records),
      });
    }
    const { group, topic, partition, next, metadata } = offset;
    const partitions = [{ partition, offset: String(next), metadata }];
    await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions }] });
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.#producer.disconnect().catch(() => undefined);
  }
}
