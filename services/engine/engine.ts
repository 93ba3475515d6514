/**
 * The engine service: events in, detections out, by rules that can be replaced while it runs: from the files they stand
 * in, and from what is published through the rules topic.
 */
import type { Clock } from '#runtime/clock/clock.ts';
import { RingfenceError } from '#runtime/errors.ts';
import type { Consumer, EventLog } from '#runtime/event-log/event-log.ts';
import { closeAll, type Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import type { WindowStore } from '#runtime/window-store/window-store.ts';
import { topics } from '#schemas/topics.ts';
import { engineFields } from './engine-fields.ts';
import { InterestPublisher } from './interest/interest-publisher.ts';
import { ListStore } from './lists/list-store.ts';
import { openLists } from './lists/open-lists.ts';
import { keepRules, readKeptRules } from './reload/kept-rules.ts';
import { followPublished } from './reload/published.ts';
import { RuleKeeper, type ReloadCounters } from './reload/rule-keeper.ts';
import { watchFiles, type FileWatch } from './reload/watch-files.ts';
import { rewindMs } from './rewind.ts';
import { loadRuleFiles, type Diagnostic, type LoadedRules, type LogSource, type Rule } from './rules/index.ts';
import type { EngineSettings } from './settings.ts';
import { EngineWorker, type WorkerCounters } from './worker.ts';

export interface EnginePorts {
  readonly log: EventLog;
  readonly store: WindowStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Those that the rules were loaded with; none when left out. */
  readonly lists?: ListStore;
}

export interface Engine extends Service {
  readonly counters: Readonly<WorkerCounters>;
  readonly reloads: Readonly<ReloadCounters>;
  /** Resolves when every event that is in the log now has been judged. */
  caughtUp(): Promise<void>;
}

/** Throws RULE_INVALID when a list has a fault. A folder that is not there may come later, as may lists that are published. */
export async function loadEngineLists(paths: string, logger: Logger): Promise<ListStore> {
  const folders = paths.split(',');
  const { lists, faults: all } = await openLists(folders);
  const faults = all.filter(({ file }) => !folders.includes(file));
  if (faults.length < all.length) logger.warn({ folders: folders.filter((folder) => all.some(({ file }) => file === folder)) }, 'folders of lists cannot be read');
  if (faults.length > 0) throw invalid(faults);
  logger.info({ lists: lists.summaries() }, 'lists');
  return lists;
}

/** Throws RULE_INVALID when any rule is rejected: rules load all or nothing. `external`: what other sensors feed. */
export async function loadEngineRules(paths: string, logger: Logger, lists = new ListStore(), external: readonly LogSource[] = []): Promise<readonly Rule[]> {
  const { rules, report }: LoadedRules = await loadRuleFiles(paths.split(','), { fields: engineFields(external), lists });
  const rejected = report.rules.filter((rule) => rule.status === 'rejected');
  if (rejected.length > 0) throw invalid(rejected.flatMap((rule) => rule.faults ?? []), rejected.length);
  for (const { id, title, file, missing } of report.rules.filter((rule) => rule.status === 'unsatisfiable')) {
    logger.warn({ id, title, file, missing }, 'rule can never match: no sensor here supplies its fields');
  }
  logger.info(report.summary, 'rules');
  if (rules.length === 0) logger.warn({ paths }, 'no rule is loaded: nothing will be detected');
  return rules;
}

function invalid(faults: readonly Diagnostic[], rejected = faults.length): RingfenceError {
  const text = faults.map((fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.code}: ${fault.message}`);
  return new RingfenceError('RULE_INVALID', text.join('\n'), { details: { rejected } });
}

/** `rules` are those of the files, loaded. What is published counts before them, and is in use before the first event is judged. */
export async function startEngine(settings: EngineSettings, rules: readonly Rule[], ports: EnginePorts): Promise<Engine> {
  const { log, store, clock, logger } = ports;
  await log.createTopics([topics.events, topics.external, topics.detections, topics.eventsDlq, topics.externalDlq, topics.rules]);
  const worker = new EngineWorker(rules, store, logger);
  const interest = new InterestPublisher(settings, ports);
  const started: { close(): void | Promise<void> }[] = [interest];
  try {
    const keeper = keeperOf(settings, rules, ports, (next) => {
      worker.use(next);
      interest.publish(next);
    });
    started.push(await followRules(settings, keeper, ports));
    await interest.published(keeper.rules);
    const consumer = await judge(settings, keeper.rules, worker, ports);
    started.push(consumer);
    if (settings.watchMs > 0) started.push(...(await watch(settings, keeper, clock)));
    logger.info({ rules: keeper.rules.length }, 'judging');
    const stats = clock.every(settings.statsMs, () => logger.info({ ...worker.counters, reloads: { ...keeper.counters } }, 'counters'));
    started.push({ close: () => stats[Symbol.dispose]() });
    return { counters: worker.counters, reloads: keeper.counters, caughtUp: () => consumer.caughtUp(), close: () => closeAll(started) };
  } catch (error) {
    await closeAll(started);
    throw error;
  }
}

function keeperOf(settings: EngineSettings, rules: readonly Rule[], ports: EnginePorts, swap: (rules: readonly Rule[]) => void): RuleKeeper {
  const { lists = new ListStore(), logger } = ports;
  return new RuleKeeper(rules, { rulePaths: settings.rules.split(','), listFolders: settings.lists.split(','), fields: engineFields(settings.external), lists, logger, swap });
}

/** Resolves when what is published has been put to use. */
function followRules(settings: EngineSettings, keeper: RuleKeeper, { log, clock, logger }: EnginePorts): Promise<Consumer> {
  const { home, group } = settings;
  const kept = readKeptRules(home, group, logger);
  return followPublished(settings, kept, { log, clock, logger }, async (published) => {
    const used = await keeper.usePublished(published);
    if (used && published.manifest.subject.startsWith('rules/')) keepRules(home, group, published, logger);
    return used;
  });
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

function watch({ rules, lists, watchMs: checkMs, settleMs }: EngineSettings, keeper: RuleKeeper, clock: Clock): Promise<FileWatch[]> {
  const each = { clock, checkMs, settleMs };
  return Promise.all([
    watchFiles({ ...each, paths: lists.split(','), extensions: ['.txt'] }, () => keeper.listsChanged()),
    watchFiles({ ...each, paths: rules.split(','), extensions: ['.yml', '.yaml'] }, () => keeper.filesChanged()),
  ]);
}
