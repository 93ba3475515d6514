/** The event log over Kafka, through kafkajs, which is unmaintained: no type or error of it passes this folder. */
import kafkajs from 'kafkajs';
import type { Clock } from '../clock/clock.ts';
import { systemClock } from '../clock/system.ts';
import { RingfenceError } from '../errors.ts';
import type { BatchHandler, ConsumeOptions, Consumer, EventLog, Producer, TopicSpec } from './event-log.ts';
import { protocolError, reach, withAdmin } from './kafka-client.ts';
import type { KafkaClientOptions } from './kafka-client.ts';
import { KafkaConsumer } from './kafka-consumer.ts';
import { KafkaProducer } from './kafka-producer.ts';
import { checkConsumeOptions, checkTopics } from './limits.ts';

export interface KafkaEventLogOptions extends KafkaClientOptions {
  /** Replicas of topics created here. Default: the brokers' `default.replication.factor`. */
  readonly replicationFactor?: number;
  readonly clock?: Clock;
}

/** How long brokers may take to create topics. */
const createTimeoutMs = 5_000;
const leaderPollMs = 25;

/** A broker that has just learnt of a topic says one of these for a moment. */
const notYet: readonly string[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/** Makes no connection yet. Throws CONFIG_INVALID when `brokers` is not a list of host:port. */
export function openKafkaEventLog(options: KafkaEventLogOptions): EventLog {
  for (const broker of options.brokers.split(',')) {
    if (/^\s*[^\s:,/]+:\d{1,5}\s*$/.test(broker) || /^\s*\[[0-9a-f:]+\]:\d{1,5}\s*$/i.test(broker)) continue;
    throw new RingfenceError('CONFIG_INVALID', `not a Kafka broker (host:port): ${JSON.stringify(broker)}`);
  }
  return new KafkaEventLog(options);
}

class KafkaEventLog implements EventLog {
  readonly #options: KafkaEventLogOptions;
  readonly #clock: Clock;
  readonly #open = new Set<{ close(): Promise<void> }>();
  #closed: Promise<void> | undefined;

  constructor(options: KafkaEventLogOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock();
  }

  async createTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.#assertOpen();
    checkTopics(topics);
    const missing = (admin: kafkajs.Admin) =>
      admin.listTopics().then((existing) => topics.filter(({ name }) => !existing.includes(name)));
    const create = withAdmin(this.#options, async (admin) => {
      for (const topic of await missing(admin)) await this.#createTopic(admin, topic);
      // All of them: one that another process is just creating is listed before it can be used.
      await this.#untilLed(admin, topics.map(({ name }) => name));
    });
    await reach('topics were not created', create);
  }

  async producer(): Promise<Producer> {
    this.#assertOpen();
    const producer = new KafkaProducer(this.#options);
    await producer.connect();
    this.#open.add(producer);
    return producer;
  }

  async consume(options: ConsumeOptions, handle: BatchHandler): Promise<Consumer> {
    this.#assertOpen();
    checkConsumeOptions(options);
    const consumer = new KafkaConsumer(this.#options, this.#clock, options, handle);
    this.#open.add(consumer);
    await consumer.start();
    return consumer;
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([...this.#open].map((it) => it.close())).then(() => undefined);
    return this.#closed;
  }

  async #createTopic(admin: kafkajs.Admin, { name, partitions, retentionMs, compacted }: TopicSpec): Promise<void> {
    const configEntries = [
      { name: 'cleanup.policy', value: compacted === true ? 'compact' : 'delete' },
      { name: 'retention.ms', value: String(retentionMs) },
      // Records carry the log's time, not the producer's: see ReceivedRecord.appendedMs.
      { name: 'message.timestamp.type', value: 'LogAppendTime' },
    ];
    const replicationFactor = this.#options.replicationFactor ?? -1;
    const topic = { topic: name, numPartitions: partitions, replicationFactor, configEntries };
    try {
      // kafkajs's own wait for leaders fails when the broker asked does not know the topic yet.
      await admin.createTopics({ topics: [topic], timeout: createTimeoutMs, waitForLeaders: false });
    } catch (error) {
      // Another process was faster.
      if (protocolError(error)?.type !== 'TOPIC_ALREADY_EXISTS') throw error;
    }
  }

  async #untilLed(admin: kafkajs.Admin, topics: string[]): Promise<void> {
    for (const deadlineMs = this.#clock.monotonicMs() + createTimeoutMs; !(await allLed(admin, topics)); await this.#clock.sleep(leaderPollMs)) {
      if (this.#clock.monotonicMs() > deadlineMs) throw new RingfenceError('EVENT_LOG_UNREACHABLE', `topics have no leader after ${createTimeoutMs} ms`);
    }
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw new RingfenceError('EVENT_LOG_REJECTED', 'the event log is closed');
  }
}

async function allLed(admin: kafkajs.Admin, topics: string[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics });
    return metadata.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    if (notYet.includes(protocolError(error)?.type ?? '')) return false;
    throw error;
  }
}
