/** Publishes rules or a list to a group of engines, signed by this home's key, or withdraws what was published. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#runtime/clock/clock.ts';
import type { EventLog, LogRecord } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey } from '#runtime/signing/keyring.ts';
import { topics } from '#schemas/topics.ts';
import { contentRecords, decodeManifest, partOf, type Subject } from './content.ts';

export interface PublishPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A publisher's key, in its home; engines trust it by its trust file in theirs. */
const publisherName = 'publisher';

/** Resolves, when all of it is durable, to the number of parts. `content` undefined withdraws. */
export async function publishContent(home: string, subject: Subject, content: Buffer | undefined, ports: PublishPorts): Promise<number> {
  const { log, clock } = ports;
  const key = openSigningKey(home, publisherName, 'rules', []);
  await log.createTopics([topics.rules]);
  const before = await readBefore(subject, ports);
  // A clock that went back must not make engines refuse it.
  const records = contentRecords(subject, content, Math.max(clock.nowMs(), before.issuedMs + 1), key);
  const producer = await log.producer();
  try {
    for (const record of records) await producer.append([record]);
    const kept = new Set(records.map((record) => record.key));
    for (const stale of before.parts.filter((part) => !kept.has(part))) await producer.append([emptied(stale)]);
  } finally {
    await producer.close();
  }
  return records.length - 1;
}

/** The topic keeps the newest record of each key for ever: of parts that nothing names any more, one without content. */
function emptied(key: string): LogRecord {
  return { topic: topics.rules.name, key, value: Buffer.alloc(0) };
}

interface Before {
  /** Of the newest manifest, as far as it can be read; whether it can be trusted is the engines' business. */
  issuedMs: number;
  /** Keys of parts that have content. */
  readonly parts: string[];
}

async function readBefore(subject: Subject, { log, clock, logger }: PublishPorts): Promise<Before> {
  let issuedMs = -1;
  const parts = new Set<string>();
  const consumer = await log.consume(
    { group: `ringfence-publish-${randomUUID()}`, topics: [topics.rules.name], from: 'earliest', maxWaitMs: 100, maxBytes: 4 << 20, commitIntervalMs: 60_000, retryDelayMs: 250, readOnly: true, onError: (err) => logger.warn({ err }, 'cannot read what was published; trying again') },
    ({ records }) => {
      for (const { key, value } of records) {
        if (key === subject) issuedMs = Math.max(issuedMs, issuedBefore(value, clock.nowMs()));
        if (partOf(key)?.subject !== subject) continue;
        if (value.length > 0) parts.add(key);
        else parts.delete(key);
      }
      return Promise.resolve([]);
    },
  );
  try {
    await consumer.caughtUp();
  } finally {
    await consumer.close();
  }
  return { issuedMs, parts: [...parts] };
}

/** A time far ahead was a clock's mistake or a forger's: engines do not believe it either. */
function issuedBefore(value: Buffer, nowMs: number): number {
  try {
    const { issued_ms } = decodeManifest(value);
    return issued_ms <= nowMs + 5 * 60_000 ? issued_ms : -1;
  } catch {
    return -1;
  }
}
