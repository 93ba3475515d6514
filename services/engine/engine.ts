/**
 * The engine service: events in, detections out, by rules that can be replaced while it runs: from the files they stand
 * in, and from what is published through the rules topic.
 */
import type { Clock } from '#runtime/clock/clock.ts';
import type { Consumer, EventLog } from '#runtime/event-log/event-log.ts';
import { closeAll, type Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import type { WindowStore } from '#runtime/window-store/window-store.ts';
import { topics } from '#schemas/topics.ts';
import { engineFields } from './engine-fields.ts';
import { InterestPublisher } from './interest/interest-publisher.ts';
import { ListStore } from './lists/list-store.ts';
import type { Published } from './reload/assembler.ts';
import { keepPublished, keptListsFolder, readKept } from './reload/kept-published.ts';
import { followPublished, type UsedBefore } from './reload/published.ts';
import type { ReloadCounters } from './reload/refusals.ts';
import { RuleKeeper } from './reload/rule-keeper.ts';
import { removeAbandoned } from './reload/replace-file.ts';
import { readUsedTimes } from './reload/used-times.ts';
import { lookAtFiles, type KnownFiles } from './reload/watch-files.ts';
import { rewindMs } from './rewind.ts';
import type { Rule } from './rules/index.ts';
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
  readonly reloads: Readonly<ReloadCounters>;
  /** Resolves when every event that is in the log now has been judged. */
  caughtUp(): Promise<void>;
}

/**
 * What is published is in use before the first event is judged; where no rules are, those of the files are. Rejects with
 * RULE_INVALID when these are needed and have a fault.
 */
export async function startEngine(settings: EngineSettings, ports: EnginePorts): Promise<Engine> {
  const { log, store, clock, logger } = ports;
  const files = settings.watchMs > 0 ? await lookAt(settings, clock) : undefined;
  await log.createTopics([topics.events, topics.external, topics.detections, topics.eventsDlq, topics.externalDlq, topics.rules]);
  await tidy(settings, ports);
  const worker = new EngineWorker([], store, logger);
  const interest = new InterestPublisher(settings, ports);
  const started: { close(): void | Promise<void> }[] = [interest];
  try {
    let judging = false;
    const before = usedBefore(settings, logger);
    const keeper = keeperOf(settings, logger, before.keep, (next) => {
      worker.use(next);
      if (judging) interest.publish(next);
    });
    started.push(await followPublished(settings, before, ports, keeper));
    judging = true;
    await interest.published(keeper.rules);
    const consumer = await judge(settings, keeper.rules, worker, ports);
    started.push(consumer);
    if (files !== undefined) started.push(files.lists.watch(() => keeper.listsChanged()), files.rules.watch(() => keeper.filesChanged()));
    logger.info({ rules: keeper.rules.length }, 'judging');
    const stats = clock.every(settings.statsMs, () => logger.info({ ...worker.counters, reloads: { ...keeper.counters } }, 'counters'));
    started.push({ close: () => stats[Symbol.dispose]() });
    return { counters: worker.counters, reloads: keeper.counters, caughtUp: () => consumer.caughtUp(), close: () => closeAll(started) };
  } catch (error) {
    await closeAll(started);
    throw error;
  }
}

function keeperOf({ rules, lists, external, home, group }: EngineSettings, logger: Logger, used: (published: readonly Published[]) => Promise<void>, swap: (rules: readonly Rule[]) => void): RuleKeeper {
  return new RuleKeeper({ rulePaths: rules.split(','), listFolders: lists.split(','), keptLists: keptListsFolder(home, group), fields: engineFields(external), lists: new ListStore(), logger, swap, used });
}

/** Of what crashes have left in the home. */
async function tidy({ home, group }: EngineSettings, { clock, logger }: EnginePorts): Promise<void> {
  for (const folder of [home, keptListsFolder(home, group)]) {
    await removeAbandoned(folder, clock.nowMs()).catch((err: unknown) => logger.warn({ err, folder }, 'could not remove files that were never finished'));
  }
}

/** What the home knows of before a restart, and what keeps there what is used from now on. */
function usedBefore({ home, group }: EngineSettings, logger: Logger): UsedBefore & { keep(used: readonly Published[]): Promise<void> } {
  const records = readKept(home, group, logger);
  const kept = new WeakSet(records);
  const times = readUsedTimes(home, group, logger);
  const keep = async (used: readonly Published[]): Promise<void> => {
    for (const published of used) {
      if (!published.records.every((record) => kept.has(record))) await keepPublished(home, group, published, logger);
      times.note(published.manifest);
    }
    // Once for all: at the start there may be a thousand.
    await times.write();
  };
  return { records, usedMs: times.bySubject, keep };
}

function judge(settings: EngineSettings, rules: readonly Rule[], worker: EngineWorker, { log, store, logger }: EnginePorts): Promise<Consumer> {
  return log.consume(
    {
      group: settings.group,
      topics: [topics.events.name, topics.external.name],
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
}

/** Before anything of them is read. */
async function lookAt({ rules, lists, watchMs: checkMs, settleMs }: EngineSettings, clock: Clock): Promise<Record<'rules' | 'lists', KnownFiles>> {
  const each = { clock, checkMs, settleMs };
  return {
    rules: await lookAtFiles({ ...each, paths: rules.split(','), extensions: ['.yml', '.yaml'] }),
    lists: await lookAtFiles({ ...each, paths: lists.split(','), extensions: ['.txt'] }),
  };
}
