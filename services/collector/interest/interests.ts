/**
 * What the engines' rules can match, as the collector knows it: the newest signed record of each group of engines, from
 * the topic, kept in the home so that a restart without the event log has it. The union over the groups is what the
 * kernel side shall send. A record that is not trusted, not readable, or older than what is known changes nothing.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '#runtime/clock/clock.ts';
import type { Consumer, EventLog, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import { mergeKinds } from '#runtime/interest/interest.ts';
import type { Logger } from '#runtime/log.ts';
import { readTrustedKeys, type TrustedKey } from '#runtime/signing/keyring.ts';
import { domains, verifyRecord } from '#runtime/signing/signature.ts';
import { codec, DecodeError } from '#schemas/codec/codec.ts';
import type { Interest, InterestKind } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { InterestFile, type KeptRecord } from './interest-file.ts';

export interface InterestOptions {
  readonly home: string;
  /** Node id. */
  readonly node: string;
  readonly fetchMaxWaitMs: number;
  readonly retryDelayMs: number;
}

export interface MergedInterest {
  /** Empty while nothing is known: then only what is always sent is. */
  readonly kinds: readonly InterestKind[];
  readonly groups: readonly { readonly group: string; readonly rulesVersion: string; readonly issuedMs: number }[];
}

export interface Interests {
  readonly current: MergedInterest;
  /** Called after each change of `current.kinds`. What it throws is logged; it is called again at the next change. */
  onChange(listener: (interest: MergedInterest) => void): void;
  /** Resolves to true when what is in the topic now has been read, or to false after `ms`. */
  settled(ms: number): Promise<boolean>;
  close(): Promise<void>;
}

/** More engines than any node has to listen to; one more is not heard, with a warning. */
export const groupsMax = 64;

/** How far the clocks of engines and this node may be apart before a known record's time is not believed. */
const skewMs = 5 * 60_000;

const interests = codec('interest');

/** Knows at once what was kept; reads the topic from then on, for as long as it takes the event log to answer. */
export function openInterests(options: InterestOptions, log: EventLog, clock: Clock, logger: Logger): Interests {
  return new InterestReader(options, log, clock, logger);
}

interface Known {
  readonly interest: Interest;
  readonly record: KeptRecord;
}

class InterestReader implements Interests {
  private readonly options: InterestOptions;
  private readonly log: EventLog;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly file: InterestFile;
  private readonly known = new Map<string, Known>();
  private readonly listeners: ((interest: MergedInterest) => void)[] = [];
  private readonly closing = new AbortController();
  private readonly started: Promise<void>;
  private consumer: Consumer | undefined;
  private merged: MergedInterest = { kinds: [], groups: [] };

  constructor(options: InterestOptions, log: EventLog, clock: Clock, logger: Logger) {
    this.options = options;
    this.log = log;
    this.clock = clock;
    this.logger = logger;
    this.file = new InterestFile(options.home, options.node);
    this.recall();
    this.started = this.start();
  }

  get current(): MergedInterest {
    return this.merged;
  }

  onChange(listener: (interest: MergedInterest) => void): void {
    this.listeners.push(listener);
  }

  async settled(ms: number): Promise<boolean> {
    const waiting = new AbortController();
    const patience = this.clock.sleep(ms, AbortSignal.any([waiting.signal, this.closing.signal])).then(() => false);
    const read = this.started.then(() => this.consumer?.caughtUp()).then(() => this.consumer !== undefined, () => false);
    try {
      return await Promise.race([read, patience]);
    } finally {
      waiting.abort();
    }
  }

  /** Does not wait for an event log that never answered: that attempt ends when the log is closed. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.consumer?.close();
  }

  private recall(): void {
    try {
      this.take(this.file.read(), 'kept');
    } catch (err) {
      this.logger.warn({ err }, 'could not read what engines were last interested in');
    }
  }

  /** Never rejects. */
  private async start(): Promise<void> {
    let said = false;
    while (!this.closing.signal.aborted && this.consumer === undefined) {
      try {
        await this.log.createTopics([topics.rules]);
        const consumer = await this.consume();
        if (this.closing.signal.aborted) await consumer.close();
        else this.consumer = consumer;
      } catch (err) {
        if (this.closing.signal.aborted) return;
        // Once: an event log that is away is said by those who need it now.
        this.logger[said ? 'debug' : 'warn']({ err }, 'cannot read what engines are interested in; trying again');
        said = true;
        await this.clock.sleep(this.options.retryDelayMs, this.closing.signal);
      }
    }
  }

  private consume(): Promise<Consumer> {
    return this.log.consume(
      {
        // A group of its own each time: all that is in the topic counts, whatever was read before.
        group: `ringfence-interest-${randomUUID()}`,
        topics: [topics.rules.name],
        from: 'earliest',
        maxWaitMs: this.options.fetchMaxWaitMs,
        maxBytes: 4 << 20,
        commitIntervalMs: 60_000,
        retryDelayMs: this.options.retryDelayMs,
        readOnly: true,
        onError: (err) => this.logger.warn({ err }, 'cannot read what engines are interested in; trying again'),
      },
      (batch) => {
        if (this.take(batch.records.filter(({ key }) => key.startsWith('interest/')).map(keptRecord), 'read')) this.keep();
        return Promise.resolve([]);
      },
    );
  }

  /** Whether something new was learnt. */
  private take(records: readonly KeptRecord[], from: 'kept' | 'read'): boolean {
    const keys = readTrustedKeys(this.options.home, 'interest', (err) => this.logger.error({ err }, 'ignored a trust file'));
    const taken = records.filter((record) => this.takeOne(record, keys, from));
    if (taken.length > 0) this.merge();
    return taken.length > 0;
  }

  private takeOne(record: KeptRecord, keys: ReadonlyMap<string, TrustedKey>, from: 'kept' | 'read'): boolean {
    const interest = verified(record, keys);
    if (typeof interest === 'string') {
      this.logger.warn({ code: 'RECORD_UNDECODABLE', key: record.key, kid: record.kid, reason: interest, from }, 'ignored what an engine says it is interested in');
      return false;
    }
    const known = this.known.get(record.key)?.interest;
    if (known !== undefined && !isNewer(interest, known, this.clock.nowMs())) return false;
    if (known === undefined && this.known.size >= groupsMax) {
      this.logger.warn({ group: interest.group, groupsMax }, 'too many groups of engines: this one is not heard');
      return false;
    }
    this.known.set(record.key, { interest, record });
    return true;
  }

  private merge(): void {
    const all = [...this.known.values()].map(({ interest }) => interest);
    const before = JSON.stringify(this.merged.kinds);
    const groups = all.map(({ group, rules_version, issued_ms }) => ({ group, rulesVersion: rules_version, issuedMs: issued_ms }));
    this.merged = { kinds: mergeKinds(all.map(({ kinds }) => kinds)), groups };
    if (JSON.stringify(this.merged.kinds) === before) return;
    this.logger.info({ groups, kinds: this.merged.kinds.map(({ kind, clauses }) => `${kind}: ${clauses.length}`) }, 'interest changed');
    for (const listener of this.listeners) {
      try {
        listener(this.merged);
      } catch (err) {
        this.logger.error({ err }, 'could not follow the interest of engines');
      }
    }
  }

  private keep(): void {
    try {
      this.file.write([...this.known.values()].map(({ record }) => record));
    } catch (err) {
      this.logger.warn({ err }, 'could not keep what engines are interested in: the next start must read it from the event log');
    }
  }
}

function keptRecord({ key, value, headers }: ReceivedRecord): KeptRecord {
  return { key, value, kid: headers['kid'] ?? '', signature: headers['signature'] ?? '' };
}

/** The interest, or the reason why it does not count. */
function verified({ key, value, kid, signature }: KeptRecord, keys: ReadonlyMap<string, TrustedKey>): Interest | string {
  const verification = verifyRecord(domains.interest, value, { kid, signature }, keys);
  if (!verification.ok) return verification.reason;
  try {
    const interest = interests.decode(value);
    return key === `interest/${interest.group}` ? interest : 'wrong_key';
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

/** Appended again by somebody else, an old record stays old. A known time that has not come yet was a clock's mistake. */
function isNewer(next: Interest, known: Interest, nowMs: number): boolean {
  return next.issued_ms > known.issued_ms || known.issued_ms > nowMs + skewMs;
}
