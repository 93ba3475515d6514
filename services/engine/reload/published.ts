/**
 * What is published for this group of engines, as it comes: from the rules topic, and, at the start, from the home, where
 * the rules and lists that were last in use are kept, so that one bad publication does not outlive a restart.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#runtime/clock/clock.ts';
import type { Consumer, EventLog, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { readTrustedKeys } from '#runtime/signing/keyring.ts';
import { topics } from '#schemas/topics.ts';
import { Assembler, type Published, type SignedRecord } from './assembler.ts';

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

/** What was published of one subject, newest first. */
export type Versions = readonly [Published, ...Published[]];

/** Puts what was published to use. */
export interface PublishedUser {
  /** All that there is at the start, and what was in use before it. When it rejects, so does `followPublished`. */
  open(all: readonly Versions[], usedMs: UsedBefore['usedMs']): Promise<void>;
  /** What has come since, of one subject. Must not reject. */
  use(versions: Versions): Promise<unknown>;
}

/** What is known of before a restart. */
export interface UsedBefore {
  /** Of rules and lists: handed out where nothing newer can be used. */
  readonly records: readonly SignedRecord[];
  /** By subject, when what was in use was issued: what is older does not count. */
  readonly usedMs: ReadonlyMap<string, number>;
}

/**
 * Reads the topic from its beginning, and hands out each subject's newest content; of what comes together, lists before
 * the rules that may need them. Resolves when all that is in the topic now has been handed out.
 */
export async function followPublished(options: PublishedOptions, before: UsedBefore, ports: FollowPorts, user: PublishedUser): Promise<Consumer> {
  const { log, clock, logger } = ports;
  const assembler = new Assembler(logger, before.usedMs);
  let ready = new Map<string, Versions>();
  let settled = false;
  const take = (records: readonly SignedRecord[], from: 'home' | 'topic'): void => {
    if (records.length === 0) return;
    const keys = readTrustedKeys(options.home, 'rules', (err) => logger.error({ err }, 'ignored a trust file'));
    for (const record of records) {
      const published = assembler.take(record, keys, clock.nowMs(), from);
      if (published !== undefined) ready.set(published.manifest.subject, withNewest(published, ready.get(published.manifest.subject), before));
    }
  };
  const takeReady = (): Versions[] => {
    const all = [...ready].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, versions]) => versions);
    ready = new Map();
    return all;
  };
  // A file of another group's may have been put there: its signature is as good.
  take(before.records.filter(({ key }) => isOwn(key, options.group)), 'home');
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
      take(records.filter(({ key, value }) => value.length > 0 && isOwn(key, options.group)).map(signedRecord), 'topic');
      if (settled) for (const versions of takeReady()) await user.use(versions);
      return [];
    },
  );
  try {
    await consumer.caughtUp();
    settled = true;
    if (assembler.gone.length > 0) logger.error({ subjects: assembler.gone }, 'what was published and in use is not in the rules topic any more, or something older is: publish it again or withdraw it');
    if (assembler.unfinished.length > 0) logger.error({ subjects: assembler.unfinished }, 'parts of what was published are not in the rules topic: it counts when it is published again');
    await user.open(takeReady(), before.usedMs);
    return consumer;
  } catch (error) {
    await consumer.close();
    throw error;
  }
}

/** Of a long history three are enough, the newest; one of them is what was last in use, where that is known. */
function withNewest(published: Published, known: Versions | undefined, { usedMs }: UsedBefore): Versions {
  if (known === undefined) return [published];
  const [newest, ...older] = known;
  const used = older.find(({ manifest }) => manifest.issued_ms === usedMs.get(manifest.subject));
  return [published, newest, ...(used === undefined ? older.slice(0, 1) : [used])];
}

function isOwn(key: string, group: string): boolean {
  return key === `rules/${group}` || key.startsWith(`rules/${group}/part/`) || key.startsWith(`list/${group}/`);
}

function signedRecord({ key, value, headers }: ReceivedRecord): SignedRecord {
  return { key, value, kid: headers['kid'] ?? '', signature: headers['signature'] ?? '' };
}
