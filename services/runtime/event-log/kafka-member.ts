/**
 * One life of a group member: from joining until it is closed or its client gives up. Fetches through kafkajs, hands
 * the records to its partitions, and replaces all of them at each assignment.
 */
import type { Consumer as KafkajsConsumer, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import type { Clock } from '../clock/clock.ts';
import type { BatchHandler, ConsumeOptions } from './event-log.ts';
import { KafkaAssignment } from './kafka-assignment.ts';
import { kafkaClient, retry } from './kafka-client.ts';
import type { KafkaClientOptions } from './kafka-client.ts';
import { toRecord } from './kafka-messages.ts';
import type { KafkaPartition } from './kafka-partition.ts';
import type { OffsetToCommit } from './kafka-transactions.ts';

/** Longer than any pause of a healthy event loop; a crashed worker's partitions stand still for as long. */
const sessionTimeoutMsDefault = 10_000;
/** Also how soon a member learns of a rebalance. */
const heartbeatIntervalMs = 500;
/** How long the group waits for a member to come back in a rebalance. */
const rebalanceTimeoutMs = 30_000;
/** How soon added partitions are seen. */
const metadataMaxAgeMs = 30_000;
/** Batches of one fetch handed over at a time. Handing over waits only for full queues, so more than any host needs. */
const concurrentPartitions = 64;
/** A fetch may hold so many partitions' worth of `maxBytes`. */
const fetchPartitions = 8;

export class KafkaMember {
  readonly consumer: KafkajsConsumer;
  readonly options: ConsumeOptions;
  readonly client: KafkaClientOptions;
  readonly clock: Clock;
  readonly handle: BatchHandler;
  /** Resolves when the first assignment's positions are fixed. */
  readonly joined: Promise<void>;
  /** Resolves with the reason when kafkajs has given up and a new member is needed. */
  readonly crashed: Promise<unknown>;
  readonly #joined = Promise.withResolvers<void>();
  readonly #crashed = Promise.withResolvers<unknown>();
  #assignment: KafkaAssignment | undefined;
  #payload: EachBatchPayload | undefined;

  constructor(client: KafkaClientOptions, clock: Clock, options: ConsumeOptions, handle: BatchHandler) {
    this.client = client;
    this.clock = clock;
    this.options = options;
    this.handle = handle;
    this.joined = this.#joined.promise;
    this.crashed = this.#crashed.promise;
    this.consumer = kafkaClient(client).consumer({
      groupId: options.group,
      sessionTimeout: client.sessionTimeoutMs ?? sessionTimeoutMsDefault,
      heartbeatInterval: heartbeatIntervalMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      metadataMaxAge: metadataMaxAgeMs,
      maxWaitTimeInMs: options.maxWaitMs,
      minBytes: 1,
      maxBytesPerPartition: options.maxBytes,
      maxBytes: options.maxBytes * fetchPartitions,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      // Restarts are ours: kafkajs would not restart after every kind of failure.
      retry: { ...retry, restartOnFailure: async () => false },
    });
  }

  /** Rejects when the brokers can't be reached or a topic is missing. */
  async start(): Promise<void> {
    const { consumer, options } = this;
    this.#listen();
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: options.from === 'earliest' });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: concurrentPartitions,
      eachBatch: (payload) => this.#onBatch(payload),
    });
  }

  partitions(): readonly KafkaPartition[] {
    return this.#assignment?.partitions ?? [];
  }

  /** Waits for running handlers, commits, and leaves the group. */
  async close(): Promise<void> {
    await this.#assignment?.stop();
    await this.consumer.disconnect();
  }

  /** Ends the partitions without commits: the group no longer knows this member. */
  async abandon(): Promise<void> {
    await this.#assignment?.revoke();
    await this.consumer.disconnect().catch(() => undefined);
  }

  /**
   * Through the batch payload, because `consumer.commitOffsets` tries again after a rebalance, then under the new
   * generation, and would so move back the offset of a partition that another member owns by then.
   */
  async commit({ topic, partition, next, metadata }: OffsetToCommit): Promise<void> {
    const partitions = [{ partition, offset: String(next), metadata }];
    await this.#payload?.commitOffsetsIfNecessary({ topics: [{ topic, partitions }] });
  }

  /** Membership was confirmed within the heartbeat interval, or is now. */
  async assertMember(): Promise<void> {
    await this.#payload?.heartbeat();
  }

  #listen(): void {
    const { consumer } = this;
    consumer.on(consumer.events.GROUP_JOIN, (event) => this.#assign(event));
    // Sent before the join request, so that the next owner starts where this one is.
    consumer.on(consumer.events.REBALANCING, () => this.#assignment?.commitSoon());
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#crashed.resolve(payload.error));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0 || payload.firstOffset === null) return;
      const partition = this.#assignment?.find(payload.topic, payload.partition);
      partition?.skip(Number(payload.firstOffset), Number(payload.lastOffset) + 1);
    });
  }

  #assign({ payload }: ConsumerGroupJoinEvent): void {
    const previous = this.#assignment?.revoke();
    const assignment = new KafkaAssignment(this, payload.memberAssignment);
    this.#assignment = assignment;
    void assignment.begin(previous).then(() => {
      if (this.#assignment === assignment) this.#joined.resolve();
    });
  }

  async #onBatch(payload: EachBatchPayload): Promise<void> {
    this.#payload = payload;
    const { batch, heartbeat } = payload;
    const assignment = this.#assignment;
    const partition = assignment?.find(batch.topic, batch.partition);
    if (assignment === undefined || partition === undefined) return;
    await this.#alive(assignment.begun, heartbeat);
    if (partition.stopped || payload.isStale()) return;
    const records = batch.messages.map((message) => toRecord(batch.topic, batch.partition, message));
    partition.push(records, Number(batch.lastOffset()) + 1);
    payload.resolveOffset(batch.messages.at(-1)!.offset);
    if (partition.full) await this.#hold(partition, payload);
  }

  /** A full queue holds up the next fetch for a moment, and after that only its own partition. */
  async #hold(partition: KafkaPartition, payload: EachBatchPayload): Promise<void> {
    await Promise.race([partition.taken(), this.clock.sleep(this.options.maxWaitMs)]);
    if (!partition.full || partition.stopped) return;
    const resume = payload.pause();
    void partition.taken().then(resume);
  }

  /** Waits for `work` without falling silent towards the group. */
  async #alive(work: Promise<void>, heartbeat: () => Promise<void>): Promise<void> {
    let done = false;
    const finished = work.then(() => void (done = true));
    while (!done) {
      const tick = new AbortController();
      await Promise.race([finished, this.clock.sleep(heartbeatIntervalMs, tick.signal)]);
      tick.abort();
      if (!done) await heartbeat();
    }
  }
}
