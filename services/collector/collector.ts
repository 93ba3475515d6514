/**
 * The collector: kernel → events → event log, and commands → acts → receipts.
 *
 * The ring's space is released only when the log has the events, so a collector that dies loses nothing: the next one
 * reads them again, with the same ids.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#runtime/clock/clock.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import { closeAll, type Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey, readTrustedKeys } from '#runtime/signing/keyring.ts';
import { decodeKernelRecord } from '#schemas/generated/decode.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { CommandExecutor } from './command/command-executor.ts';
import { CommandJournal } from './command/command-journal.ts';
import { Enricher } from './enrich.ts';
import { resolveCgroup } from './kernel/cgroup.ts';
import { frames, type Kernel, type KernelCounters, type RawRecords } from './kernel/kernel.ts';
import { losses, lossesSince } from './losses.ts';
import { ProcessCache } from './process-cache.ts';
import { Publisher } from './publisher.ts';
import type { CollectorSettings } from './settings.ts';
import { UserNames } from './user-names.ts';

export interface CollectorCounters extends KernelCounters {
  /** Events that the log has acknowledged. */
  readonly published: number;
  /** Records that could not be decoded: only of a damaged capture. */
  readonly undecodable: number;
  /** Live processes known, and those that had to make room. */
  readonly processes: number;
  readonly processesEvicted: number;
}

export interface Collector extends Service {
  counters(): CollectorCounters;
  /** Resolves when what the kernel has said so far is in the log. */
  drain(): Promise<void>;
}

/** Starts reading at once. The kernel is closed with the collector. */
export async function startCollector(settings: CollectorSettings, log: EventLog, kernel: Kernel, clock: Clock, logger: Logger): Promise<Collector> {
  const identity = { node: settings.node, bootId: kernel.bootId };
  await log.createTopics([topics.events, topics.commands, topics.receipts, topics.commandsDlq]);
  const producer = await log.producer();
  const publisher = new Publisher(
    producer,
    {
      ...identity,
      hostname: hostname(),
      batchEventsMax: settings.batchEvents,
      appendRecordsMax: settings.appendRecords,
      pendingEventsMax: settings.pendingEvents,
      retryDelayMs: settings.retryDelayMs,
    },
    {
      published: (events, cursor) => reader.published(events, cursor),
      failed: (err) => logger.warn({ err }, 'could not append events; trying again'),
      sleep: (ms) => clock.sleep(ms),
    },
  );
  const reader = new KernelReader(kernel, publisher, logger, settings.lingerMs, clock);
  reader.start();
  // A capture's processes are of the past: a command for one could only meet another.
  const commands = settings.replay === undefined ? [await startCommands(settings, identity, log, clock, logger)] : [];
  const poll = clock.every(settings.pollMs, () => reader.pump());
  const stats = clock.every(settings.statsMs, () => reader.report());
  const steps = clock.every(clockLookMs, () => reader.followClock());
  const timers = { close: () => [poll, stats, steps].forEach((timer) => timer[Symbol.dispose]()) };
  return {
    counters: () => reader.counters(),
    drain: () => reader.drain(),
    close: () => closeAll([kernel, producer, ...commands, reader, timers]),
  };
}

/** How long events may carry a time that the wall clock has left: well below the age at which they go unanswered. */
const clockLookMs = 10_000;

class KernelReader {
  private readonly kernel: Kernel;
  private readonly publisher: Publisher;
  private readonly logger: Logger;
  private readonly lingerMs: number;
  private readonly clock: Clock;
  private readonly cache = new ProcessCache();
  private readonly enricher: Enricher;
  private lingering = false;
  private closing = false;
  private publishedCount = 0;
  private undecodable = 0;
  private reportedLosses: Readonly<Record<string, bigint>>;

  constructor(kernel: Kernel, publisher: Publisher, logger: Logger, lingerMs: number, clock: Clock) {
    this.kernel = kernel;
    this.publisher = publisher;
    this.logger = logger;
    this.lingerMs = lingerMs;
    this.clock = clock;
    this.enricher = new Enricher(this.cache, new UserNames(), kernel);
    this.reportedLosses = losses(this.counters());
  }

  /** The sensors are on already, so a process is in the snapshot, in the ring, or in both. */
  start(): void {
    const raw = this.kernel.snapshot();
    const records = [...frames(raw.bytes)].flatMap(({ start, size }) => this.decode(raw, start, size) ?? []);
    this.enricher.addSnapshot(records);
    const { seen, droppedRingFull } = this.kernel.counters();
    this.logger.info({ processes: records.length, boot: this.kernel.bootId, seen: Number(seen), droppedRingFull: Number(droppedRingFull) }, 'watching');
    this.kernel.onReadable(() => this.pump());
  }

  /** Moves what the ring holds to the publisher, one bounded read a turn. */
  pump(): void {
    if (this.closing || this.publisher.full) return;
    const raw = this.kernel.read();
    if (raw === null) return;
    this.publisher.add(this.events(raw), raw.cursor);
    this.flushSoon();
    setImmediate(() => this.pump());
  }

  async drain(): Promise<void> {
    for (let raw = this.kernel.read(); raw !== null; raw = this.kernel.read()) {
      this.publisher.add(this.events(raw), raw.cursor);
      if (this.publisher.full) await this.publisher.drain();
    }
    await this.publisher.drain();
  }

  /** Ends reporting, then brings everything reported to the log: an orderly end leaves no hole. */
  async close(): Promise<void> {
    this.closing = true;
    try {
      this.kernel.stop();
    } finally {
      await this.drain();
    }
    const counters = this.counters();
    this.logger.info(printable(counters), 'stopping');
    this.warnOfLosses(counters);
  }

  published(events: number, cursor: bigint): void {
    this.publishedCount += events;
    this.kernel.release(cursor);
  }

  counters(): CollectorCounters {
    return {
      ...this.kernel.counters(),
      published: this.publishedCount,
      undecodable: this.undecodable,
      processes: this.cache.size,
      processesEvicted: this.cache.evicted,
    };
  }

  /** The counters, and a warning when something was lost since the last report. */
  report(): void {
    const counters = this.counters();
    this.logger.info(printable(counters), 'counters');
    this.warnOfLosses(counters);
  }

  private warnOfLosses(counters: CollectorCounters): void {
    const lost = lossesSince(this.reportedLosses, counters);
    if (lost !== null) this.logger.warn(lost, 'lost since the last report');
    this.reportedLosses = losses(counters);
  }

  followClock(): void {
    try {
      const byNs = this.kernel.followClock();
      if (byNs !== 0n) this.logger.warn({ byMs: Number(byNs / 1_000_000n) }, 'the clock of this host was set; events have the new time from now on');
    } catch (err) {
      this.logger.error({ err }, 'could not follow the clock of this host');
    }
  }

  private flushSoon(): void {
    if (this.lingerMs === 0) return this.publisher.flush();
    if (this.lingering) return;
    this.lingering = true;
    void this.clock.sleep(this.lingerMs).then(() => {
      this.lingering = false;
      this.publisher.flush();
    });
  }

  private events(raw: RawRecords): Event[] {
    const events: Event[] = [];
    for (const { start, size } of frames(raw.bytes)) {
      const record = this.decode(raw, start, size);
      const event = record === null ? null : this.enricher.event(record);
      if (event !== null) events.push(event);
    }
    return events;
  }

  private decode(raw: RawRecords, start: number, size: number): ReturnType<typeof decodeKernelRecord> | null {
    try {
      return decodeKernelRecord(raw.bytes, start, size);
    } catch (err) {
      this.undecodable++;
      this.logger.error({ err }, 'undecodable kernel record');
      return null;
    }
  }
}

async function startCommands(settings: CollectorSettings, identity: { node: string; bootId: string }, log: EventLog, clock: Clock, logger: Logger): Promise<Service> {
  const journal = new CommandJournal(join(settings.home, `commands-${settings.node}.journal`), clock.nowMs());
  const executor = new CommandExecutor(
    {
      identity,
      key: openSigningKey(settings.home, `node-${settings.node}`, 'receipt', []),
      trustedKeys: () => readTrustedKeys(settings.home, 'command', (err) => logger.error({ err }, 'ignored a trust file')),
      journal,
      withinCgroup: settings.scopeCgroup === undefined ? null : resolveCgroup(settings.scopeCgroup).path,
      killsPerMinute: settings.killsPerMinute,
      killsBurst: settings.killsBurst,
    },
    clock,
    logger,
  );
  const consumer = await log.consume(
    {
      group: `ringfence-collector-${settings.node}`,
      topics: [topics.commands.name],
      from: 'earliest',
      maxWaitMs: settings.fetchMaxWaitMs,
      maxBytes: 1 << 20,
      commitIntervalMs: 1000,
      retryDelayMs: settings.retryDelayMs,
      onError: (err) => logger.warn({ err }, 'commands: trying again'),
    },
    (batch) => executor.handle(batch),
  );
  return { close: () => closeAll([journal as { close(): void }, consumer]) };
}

function printable(counters: CollectorCounters): object {
  return JSON.parse(JSON.stringify(counters, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))) as object;
}
