/**
 * What is published for this group of engines, as it comes: from the rules topic, and, at the start, from the home, where
 * the rules that were last in use are kept, so that one bad publication does not outlive a restart.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#runtime/clock/clock.ts';
import type { Consumer, EventLog, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { readTrustedKeys } from '#runtime/signing/keyring.ts';
import { topics } from '#schemas/topics.ts';
import { Assembler, type Published, type SignedRecord } from './assembler.ts';
import type { UsedTimes } from './used-times.ts';

export interface FollowPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface PublishedOptions {
  readonly home: string;
  readonly group: string;
  readonly fetchMaxWaitMs: number;
  readonly retryDelayMs: number;
}

/** Puts what was published to use; false when it cannot be, and what was in use before stays. Must not reject. */
export type UsePublished = (published: Published) => Promise<boolean>;

/** What is known of before a restart. */
export interface UsedBefore {
  /** The rules: handed out where nothing newer can be used. */
  readonly records: readonly SignedRecord[];
  /** What is older does not count. Of what is put to use, the time is kept here. */
  readonly times: UsedTimes;
}

/**
 * Reads the topic from its beginning, and hands out each subject's newest content; of what comes together, lists before
 * the rules that may need them. Resolves when all that is in the topic now has been handed out.
 */
export async function followPublished(options: PublishedOptions, before: UsedBefore, ports: FollowPorts, use: UsePublished): Promise<Consumer> {
  const { log, clock, logger } = ports;
  const assembler = new Assembler(logger, before.times.bySubject);
  /** By subject, newest first. */
  const ready = new Map<string, Published[]>();
  let settled = false;
  const take = (records: readonly SignedRecord[]): void => {
    if (records.length === 0) return;
    const keys = readTrustedKeys(options.home, 'rules', (err) => logger.error({ err }, 'ignored a trust file'));
    for (const record of records) {
      const published = assembler.take(record, keys, clock.nowMs());
      // Of a long history the newest two are enough: the last that was used, and the last.
      if (published !== undefined) ready.set(published.manifest.subject, [published, ...(ready.get(published.manifest.subject) ?? []).slice(-1)]);
    }
  };
  const useFirst = async (candidates: readonly Published[]): Promise<void> => {
    for (const published of candidates) if (await use(published)) return before.times.note(published.manifest);
  };
  const handOut = async (): Promise<void> => {
    const all = [...ready].sort(([a], [b]) => (a < b ? -1 : 1));
    ready.clear();
    for (const [, candidates] of all) await useFirst(candidates);
    // Once for all: at the start there may be a thousand.
    before.times.write();
  };
  take(before.records);
  const consumer = await log.consume(
    {
      // A group of its own each time: all that is in the topic counts, whatever was read before.
      group: `ringfence-rules-${randomUUID()}`,
      topics: [topics.rules.name],
      from: 'earliest',
      maxWaitMs: options.fetchMaxWaitMs,
      maxBytes: 4 << 20,
      commitIntervalMs: 60_000,
      retryDelayMs: options.retryDelayMs,
      readOnly: true,
      onError: (err) => logger.warn({ err }, 'cannot read what is published; trying again'),
    },
    async ({ records }) => {
      // A part without content was emptied, because nothing names it any more.
      take(records.filter(({ key, value }) => value.length > 0 && isOwn(key, options.group)).map(signedRecord));
      if (settled) await handOut();
      return [];
    },
  );
  await consumer.caughtUp();
  settled = true;
  if (assembler.gone.length > 0) logger.error({ subjects: assembler.gone }, 'what was published and in use is not in the rules topic any more, or something older is: publish it again or withdraw it');
  await handOut();
  return consumer;
}

function isOwn(key: string, group: string): boolean {
  return key === `rules/${group}` || key.startsWith(`rules/${group}/part/`) || key.startsWith(`list/${group}/`);
}

function signedRecord({ key, value, headers }: ReceivedRecord): SignedRecord {
  return { key, value, kid: headers['kid'] ?? '', signature: headers['signature'] ?? '' };
}
