/**
 * The partitions that a member was given in one generation of its group, and where each begins. In this order: end the
 * work of the generation before, fence former owners, read the committed offsets, seek.
 */
import type { Admin, IMemberAssignment } from 'kafkajs';
import { withAdmin } from './kafka-client.ts';
import type { KafkaMember } from './kafka-member.ts';
import { KafkaPartition } from './kafka-partition.ts';
import type { PartitionContext, Start } from './kafka-partition.ts';
import { KafkaTransactions } from './kafka-transactions.ts';

export interface CommittedOffset {
  /** Undefined when the group never committed one. */
  readonly next: number | undefined;
  readonly metadata: string;
}

export class KafkaAssignment {
  readonly partitions: readonly KafkaPartition[];
  /** Resolves when every partition has begun or the assignment was revoked. */
  readonly begun: Promise<void>;
  readonly #begun = Promise.withResolvers<void>();
  readonly #member: KafkaMember;
  readonly #ended = new AbortController();

  constructor(member: KafkaMember, assigned: IMemberAssignment) {
    this.#member = member;
    this.begun = this.#begun.promise;
    const context = partitionContext(member);
    this.partitions = Object.entries(assigned).flatMap(([topic, partitions]) =>
      partitions.map((partition) => new KafkaPartition(topic, partition, context)),
    );
  }

  find(topic: string, partition: number): KafkaPartition | undefined {
    return this.partitions.find((it) => it.partition === partition && it.topic === topic);
  }

  /** Tries until it works or the assignment ends. `previous`: the end of the work under the assignment before. */
  async begin(previous: Promise<void> | undefined): Promise<void> {
    const { options, clock } = this.#member;
    await previous;
    while (!this.#ended.signal.aborted) {
      try {
        await Promise.all(this.partitions.map((partition) => partition.open()));
        await withAdmin(this.#member.client, (admin) => this.#begin(admin));
        break;
      } catch (error) {
        options.onError?.(error);
        await clock.sleep(options.retryDelayMs, this.#ended.signal);
      }
    }
    this.#begun.resolve();
  }

  commitSoon(): void {
    for (const partition of this.partitions) partition.commitSoon();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    for (const partition of this.partitions) partition.stop();
    await this.#allEnded();
  }

  async revoke(): Promise<void> {
    this.#ended.abort();
    for (const partition of this.partitions) partition.revoke();
    await this.#allEnded();
  }

  async #allEnded(): Promise<void> {
    await this.#begun.promise;
    await Promise.all(this.partitions.map((partition) => partition.ended));
  }

  async #begin(admin: Admin): Promise<void> {
    const { options, consumer } = this.#member;
    const committed = await fetchCommitted(admin, options.group, [...new Set(this.partitions.map((it) => it.topic))]);
    const starts = await Promise.all(
      this.partitions.map((partition) => this.#startOf(admin, partition, committed.get(keyOf(partition)))),
    );
    await this.#fixStarts(starts, committed);
    if (this.#ended.signal.aborted) return;
    for (const { partition, start } of starts) {
      consumer.seek({ topic: partition.topic, partition: partition.partition, offset: String(start.offset) });
      partition.begin(start, committed.get(keyOf(partition))?.next ?? start.replayEnd);
    }
  }

  async #startOf(
    admin: Admin,
    partition: KafkaPartition,
    committed: CommittedOffset | undefined,
  ): Promise<{ partition: KafkaPartition; start: Start }> {
    const { options, clock } = this.#member;
    if (committed?.next === undefined) {
      const bounds = (await admin.fetchTopicOffsets(partition.topic)).find((it) => it.partition === partition.partition);
      const offset = Number(options.from === 'earliest' ? bounds?.low : bounds?.high);
      return { partition, start: { offset, replayEnd: offset } };
    }
    const { next } = committed;
    if (options.rewindMs === undefined || options.rewindMs === 0) return { partition, start: { offset: next, replayEnd: next } };
    const fromMs = (Number(committed.metadata) || clock.nowMs()) - options.rewindMs;
    const at = await admin.fetchTopicOffsetsByTimestamp(partition.topic, Math.max(0, fromMs));
    const rewound = Number(at.find((it) => it.partition === partition.partition)?.offset ?? next);
    return { partition, start: { offset: Math.min(rewound, next), replayEnd: next } };
  }

  /** Without this, a group that begins at the end would skip what arrives between its start and its first commit. */
  async #fixStarts(
    starts: readonly { partition: KafkaPartition; start: Start }[],
    committed: ReadonlyMap<string, CommittedOffset>,
  ): Promise<void> {
    const { options, consumer } = this.#member;
    if (options.from === 'earliest') return;
    const unfixed = starts
      .filter(({ partition }) => committed.get(keyOf(partition))?.next === undefined)
      .map(({ partition: { topic, partition }, start }) => ({ topic, partition, offset: String(start.offset) }));
    if (unfixed.length > 0 && !this.#ended.signal.aborted) await consumer.commitOffsets(unfixed);
  }
}

/** By `topic/partition`. */
export async function fetchCommitted(
  admin: Admin,
  group: string,
  topics: string[],
): Promise<Map<string, CommittedOffset>> {
  const found = topics.length === 0 ? [] : await admin.fetchOffsets({ groupId: group, topics, resolveOffsets: false });
  return new Map(
    found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset, metadata }) => [
        keyOf({ topic, partition }),
        { next: Number(offset) < 0 ? undefined : Number(offset), metadata: metadata ?? '' },
      ]),
    ),
  );
}

export function keyOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`;
}

function partitionContext(member: KafkaMember): PartitionContext {
  const { client, clock, options, handle } = member;
  return {
    clock,
    options,
    handle,
    openTransactions: ({ topic, partition }) =>
      KafkaTransactions.open(client, `${options.group}-${topic}-${partition}`),
    committed: async (partition) => {
      const committed = await withAdmin(client, (admin) => fetchCommitted(admin, options.group, [partition.topic]));
      return committed.get(keyOf(partition))?.next ?? 0;
    },
    commit: (offset) => member.commit(offset),
    assertMember: () => member.assertMember(),
  };
}
