/** A consumer over Kafka: a member of its group, and a new one whenever kafkajs gives up on it. */
import type { Admin } from 'kafkajs';
import type { Clock } from '../clock/clock.ts';
import { RingfenceError } from '../errors.ts';
import type { BatchHandler, ConsumeOptions, Consumer } from './event-log.ts';
import { fetchCommitted, keyOf } from './kafka-assignment.ts';
import { eventLogError, withAdmin } from './kafka-client.ts';
import type { KafkaClientOptions } from './kafka-client.ts';
import { KafkaMember } from './kafka-member.ts';

/** How often `caughtUp` looks; a request to the group's coordinator each time. */
const caughtUpPollMs = 10;

interface End {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

export class KafkaConsumer implements Consumer {
  readonly #client: KafkaClientOptions;
  readonly #clock: Clock;
  readonly #options: ConsumeOptions;
  readonly #handle: BatchHandler;
  readonly #closing = new AbortController();
  readonly #started = Promise.withResolvers<void>();
  readonly #timer: Disposable;
  #member: KafkaMember | undefined;
  readonly #lives: Promise<void>;

  constructor(client: KafkaClientOptions, clock: Clock, options: ConsumeOptions, handle: BatchHandler) {
    this.#client = client;
    this.#clock = clock;
    this.#options = options;
    this.#handle = handle;
    this.#timer = clock.every(options.commitIntervalMs, () => {
      for (const partition of this.#member?.partitions() ?? []) partition.commitSoon();
    });
    this.#lives = this.#live();
  }

  /** Resolves when the first member has joined; rejects when the consumer is closed before. */
  async start(): Promise<void> {
    const closed = aborted(this.#closing.signal);
    await Promise.race([this.#started.promise, closed]);
    this.#assertOpen();
  }

  async caughtUp(): Promise<void> {
    this.#assertOpen();
    await this.#started.promise;
    try {
      await withAdmin(this.#client, (admin) => this.#catchUp(admin));
    } catch (error) {
      throw eventLogError(`group ${this.#options.group}`, error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#timer[Symbol.dispose]();
    await this.#lives;
  }

  async #live(): Promise<void> {
    const closed = aborted(this.#closing.signal);
    while (!this.#closing.signal.aborted) {
      const member = new KafkaMember(this.#client, this.#clock, this.#options, this.#handle);
      this.#member = member;
      void member.joined.then(() => this.#started.resolve());
      const failed = member.start().then(() => member.crashed, (error: unknown) => error);
      const failure = await Promise.race([failed, closed]);
      if (this.#closing.signal.aborted) return this.#end(member);
      this.#options.onError?.(eventLogError(`group ${this.#options.group}`, failure));
      await member.abandon();
      await this.#clock.sleep(this.#options.retryDelayMs, this.#closing.signal);
    }
  }

  async #end(member: KafkaMember): Promise<void> {
    try {
      await member.close();
    } catch (error) {
      this.#options.onError?.(eventLogError(`group ${this.#options.group} did not leave`, error));
    }
  }

  async #catchUp(admin: Admin): Promise<void> {
    const ends = await this.#ends(admin);
    for (;;) {
      for (const partition of this.#member?.partitions() ?? []) partition.commitSoon();
      const committed = await fetchCommitted(admin, this.#options.group, [...this.#options.topics]);
      const behind = ends.filter((end) => (committed.get(keyOf(end))?.next ?? end.first) < end.end || !this.#isPast(end));
      if (behind.length === 0) return;
      await this.#clock.sleep(caughtUpPollMs, this.#closing.signal);
      this.#assertOpen();
    }
  }

  /** Another member's partition is past what the group has committed. */
  #isPast({ topic, partition, end }: End): boolean {
    const own = this.#member?.partitions().find((it) => it.topic === topic && it.partition === partition);
    return own === undefined || own.isPast(end);
  }

  async #ends(admin: Admin): Promise<readonly End[]> {
    const ends: End[] = [];
    for (const topic of this.#options.topics) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        ends.push({ topic, partition, first: Number(low), end: Number(high) });
      }
    }
    return ends;
  }

  #assertOpen(): void {
    if (!this.#closing.signal.aborted) return;
    throw new RingfenceError('EVENT_LOG_REJECTED', `the consumer of group ${this.#options.group} is closed`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
