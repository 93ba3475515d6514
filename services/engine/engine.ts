/** The engine service: rules loaded once at start, then events in, detections out. */
import type { Clock } from '#runtime/clock/clock.ts';
import { RingfenceError } from '#runtime/errors.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import { closeAll, type Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import { openSigningKey } from '#runtime/signing/keyring.ts';
import type { WindowStore } from '#runtime/window-store/window-store.ts';
import { topics } from '#schemas/topics.ts';
import { eventFields } from './event-fields.ts';
import { broadRules } from './interest/interest-of.ts';
import { publishInterest } from './interest/publish.ts';
import { rewindMs } from './rewind.ts';
import { loadRuleFiles, type LoadedRules, type Rule } from './rules/index.ts';
import type { EngineSettings } from './settings.ts';
import { EngineWorker, type WorkerCounters } from './worker.ts';

export interface EnginePorts {
  readonly log: EventLog;
  readonly store: WindowStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface Engine extends Service {
  readonly counters: Readonly<WorkerCounters>;
  /** Resolves when every event that is in the log now has been judged. */
  caughtUp(): Promise<void>;
}

/** Throws RULE_INVALID when any rule is rejected: rules load all or nothing. */
export async function loadEngineRules(paths: string, logger: Logger): Promise<readonly Rule[]> {
  const { rules, report }: LoadedRules = await loadRuleFiles(paths.split(','), { fields: eventFields() });
  const rejected = report.rules.filter((rule) => rule.status === 'rejected');
  if (rejected.length > 0) {
    const text = rejected.flatMap((rule) => rule.faults ?? []).map((fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.code}: ${fault.message}`);
    throw new RingfenceError('RULE_INVALID', text.join('\n'), { details: { rejected: rejected.length } });
  }
  for (const { id, title, file, missing } of report.rules.filter((rule) => rule.status === 'unsatisfiable')) {
    logger.warn({ id, title, file, missing }, 'rule can never match: no sensor here supplies its fields');
  }
  logger.info(report.summary, 'rules');
  if (rules.length === 0) logger.warn({ paths }, 'no rule is loaded: nothing will be detected');
  return rules;
}

export async function startEngine(settings: EngineSettings, rules: readonly Rule[], ports: EnginePorts): Promise<Engine> {
  const { log, store, clock, logger } = ports;
  await log.createTopics([topics.events, topics.detections, topics.eventsDlq, topics.rules]);
  await tellCollectors(settings, rules, ports);
  const worker = new EngineWorker(rules, store, logger);
  const consumer = await log.consume(
    {
      group: settings.group,
      topics: [topics.events.name],
      from: 'earliest',
      maxWaitMs: settings.fetchMaxWaitMs,
      maxBytes: settings.fetchBytes,
      commitIntervalMs: settings.commitIntervalMs,
      retryDelayMs: settings.retryDelayMs,
      // Windows that died with the process are rebuilt from the events that made them.
      ...(store.volatile ? { rewindMs: rewindMs(rules) } : {}),
      onError: (err) => logger.warn({ err }, 'trying again'),
    },
    (batch) => worker.handle(batch),
  );
  logger.info({ rules: rules.length }, 'judging');
  const stats = clock.every(settings.statsMs, () => logger.info({ ...worker.counters }, 'counters'));
  return {
    counters: worker.counters,
    caughtUp: () => consumer.caughtUp(),
    close: () => closeAll([consumer, { close: () => stats[Symbol.dispose]() }]),
  };
}

/** What these rules can match: collectors need not send anything else. */
async function tellCollectors(settings: EngineSettings, rules: readonly Rule[], { log, clock, logger }: EnginePorts): Promise<void> {
  const key = openSigningKey(settings.home, 'engine', 'interest', []);
  const kinds = await publishInterest(rules, settings.group, key, log, clock.nowMs());
  logger.info({ clauses: Object.fromEntries(kinds.map(({ kind, clauses }) => [kind, clauses.length])) }, 'told collectors what these rules can match');
  for (const [kind, labels] of broadRules(rules)) {
    logger.warn({ kind, rules: labels.length, first: labels[0] }, 'rules need every event of this kind from every node: give them a path, port, address or program to begin or end with');
  }
}
