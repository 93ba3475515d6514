/**
 * The collector: kernel → events → event log, and commands → acts → receipts.
 *
 * The ring's space is released only when the log or the spool has the events, so a collector that dies loses nothing: the
 * next one reads them again, with the same ids.
 */
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#runtime/clock/clock.ts';
import { hasCode } from '#runtime/errors.ts';
import type { EventLog, Producer } from '#runtime/event-log/event-log.ts';
import { closeAll, type Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey, readTrustedKeys } from '#runtime/signing/keyring.ts';
import { eventParts } from '#schemas/codec/event-parts.ts';
import { topics } from '#schemas/topics.ts';
import { CommandExecutor } from './command/command-executor.ts';
import { CommandJournal } from './command/command-journal.ts';
import { ContainerDirectory } from './container/container-directory.ts';
import { BatchWriter } from './encode/batch-writer.ts';
import { Encoder } from './encode/encoder.ts';
import { Enricher, type Redaction } from './enrich.ts';
import { followInterests } from './follow-interest.ts';
import { resolveCgroup } from './kernel/cgroup.ts';
import type { Kernel } from './kernel/kernel.ts';
import { KernelReader, type CollectorCounters } from './kernel-reader.ts';
import { LateProducer } from './late-producer.ts';
import { LossLedger } from './losses.ts';
import { ProcessCache } from './process-cache.ts';
import { Publisher } from './publisher.ts';
import { readPatterns } from './redact/custom-patterns.ts';
import { openRedactionKey } from './redact/redaction-key.ts';
import { Redactor } from './redact/redactor.ts';
import type { CollectorSettings } from './settings.ts';
import { Spool } from './spool/spool.ts';

export interface Collector extends Service {
  /**
   * Resolves when the kernel side reports what the engines are interested in, as far as it is known, or has refused to. The
   * lives of processes are reported before; for the rest, programs are loaded for seconds.
   */
  attached(): Promise<void>;
  counters(): CollectorCounters;
  /** Resolves when what the kernel has said so far is in the log, or in the spool while the log is away. */
  drain(): Promise<void>;
}

/** How long events may carry a time that the wall clock has left: well below the age at which they go unanswered. */
const clockLookMs = 10_000;

/** How long the start waits for what the rules ask for: an engine that started before has said it by then. */
const interestsWaitMs = 2_000;

/** How soon a loss is told. */
const lossLookMs = 1_000;

/** How long after a log that did not answer it is asked again. */
const reachDelayMs = 1_000;

/**
 * Starts reading at once, and resolves when the log answers; until then events go to the spool. The kernel is closed with
 * the collector. Rejects with EVENT_LOG_UNREACHABLE only where there is no spool.
 */
export async function startCollector(settings: CollectorSettings, log: EventLog, kernel: Kernel, clock: Clock, logger: Logger): Promise<Collector> {
  mkdirSync(settings.home, { recursive: true, mode: 0o700 });
  const identity = { node: settings.node, bootId: kernel.bootId };
  const producer = new LateProducer(log, [topics.events, topics.commands, topics.receipts, topics.commandsDlq]);
  const ledger = new LossLedger(join(settings.home, `losses-${encodeURIComponent(settings.node)}.json`), kernel.bootId, clock.nowNs());
  const spool = openSpool(settings, kernel, ledger, logger);
  if (spool === null) await producer.reach();
  const reader = openReader(settings, { kernel, producer, ledger, spool, clock, logger });
  const { interests, caughtUp } = followInterests(settings, log, kernel, clock, logger);
  reader.start();
  const timers = [
    clock.every(settings.pollMs, () => reader.pump()),
    clock.every(settings.statsMs, () => reader.report()),
    clock.every(lossLookMs, () => reader.tellLosses()),
    clock.every(clockLookMs, () => reader.followClock()),
  ];
  const stopTimers = { close: () => timers.forEach((timer) => timer[Symbol.dispose]()) };
  // The timers go on until the reader is closed: they notice a log that is away when the last events are to get there.
  const parts: { close(): void | Promise<void> }[] = [kernel, ...(spool === null ? [] : [spool]), producer, interests, stopTimers, reader];
  try {
    await untilReached(producer, clock, logger);
    await interests.settled(interestsWaitMs);
    // A capture's processes are of the past: a command for one could only meet another.
    if (settings.replay === undefined) parts.splice(-2, 0, await startCommands(settings, identity, log, clock, logger));
  } catch (error) {
    await closeAll(parts).catch((err: unknown) => logger.error({ err }, 'could not stop cleanly'));
    throw error;
  }
  return {
    attached: caughtUp,
    counters: () => reader.counters(),
    drain: () => reader.drain(),
    close: () => closeAll(parts),
  };
}

async function untilReached(producer: LateProducer, clock: Clock, logger: Logger): Promise<void> {
  for (let told = false; ; told = true) {
    try {
      return void (await producer.reach());
    } catch (err) {
      if (!hasCode(err, 'EVENT_LOG_UNREACHABLE')) throw err;
      if (!told) logger.warn({ err }, 'the event log does not answer yet; events go to the spool');
      await clock.sleep(reachDelayMs);
    }
  }
}

interface OpenParts {
  readonly kernel: Kernel;
  readonly producer: Producer;
  readonly ledger: LossLedger;
  readonly spool: Spool | null;
  readonly clock: Clock;
  readonly logger: Logger;
}

function openReader(settings: CollectorSettings, { kernel, producer, ledger, spool, clock, logger }: OpenParts): KernelReader {
  const parts = eventParts();
  const containers = new ContainerDirectory(clock);
  const cache = new ProcessCache(containers);
  const enricher = new Enricher(cache, kernel, redaction(settings));
  const about = { node: settings.node, bootId: kernel.bootId, hostname: hostname(), batchEventsMax: settings.batchEvents };
  const writer = new BatchWriter(about, parts, (batch) => publisher.took(batch));
  const encoder = new Encoder(parts, writer, enricher);
  const options = {
    node: settings.node,
    appendRecordsMax: settings.appendRecords,
    pendingBytesMax: settings.pendingBytes,
    retryDelayMs: settings.retryDelayMs,
    awayMs: settings.spoolAfterMs,
  };
  const publisher = new Publisher(producer, writer, spool, options, {
    published: (shares) => reader.acknowledged(shares),
    safe: (ring, cursor) => kernel.release(ring, cursor),
    told: (losses) => reader.told(losses),
    failed: (err) => logger.warn({ err }, 'could not append events; trying again'),
    spoolFailed: (err) => logger.error({ err }, 'the spool failed and is not used any more; the rings hold what they can'),
    away: (isAway) => logger.warn({ away: isAway, ...spool?.fill }, isAway ? 'the event log is away' : 'the event log is back'),
    sleep: (ms) => clock.sleep(ms),
    monotonicMs: () => clock.monotonicMs(),
  });
  const reader = new KernelReader({ kernel, cache, enricher, encoder, publisher, spool, ledger, clock, logger, lingerMs: settings.lingerMs, beforeRead: () => containers.tick() });
  return reader;
}

/** Secrets go before anything leaves the collector; of the environment, all but what was asked for. */
function redaction(settings: CollectorSettings): Redaction {
  const redactor = new Redactor(openRedactionKey(settings.home), settings.redactPatterns === undefined ? [] : readPatterns(settings.redactPatterns));
  const kept = new Set(settings.environmentKept.split(',').map((name) => name.trim()));
  return {
    args: (args) => redactor.args(args),
    env: (variables) => redactor.env(variables.filter((variable) => kept.has(variable.slice(0, variable.indexOf('='))))),
    text: (text) => redactor.text(text),
  };
}

/** Null when none is wanted, or none can be had: then the rings are the only buffer. */
function openSpool(settings: CollectorSettings, kernel: Kernel, ledger: LossLedger, logger: Logger): Spool | null {
  if (settings.spoolBytes === 0) return null;
  const path = join(settings.home, `spool-${encodeURIComponent(settings.node)}.sqlite`);
  try {
    return new Spool({ path, bytesMax: settings.spoolBytes, overflow: settings.spoolOverflow, bootId: kernel.bootId }, (losses) => ledger.untold(losses));
  } catch (err) {
    logger.error({ err, path }, 'no spool: while the event log is away, only the rings hold events');
    return null;
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
