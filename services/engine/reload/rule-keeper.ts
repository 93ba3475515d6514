/**
 * What an engine judges by, and each change of it: rules and lists, from files and from what is published, which counts
 * before the files for as long as it is not withdrawn.
 */
import { RingfenceError } from '#runtime/errors.ts';
import type { LoadedLists } from '../lists/list-files.ts';
import type { Diagnostic } from '../rules/diagnostics.ts';
import type { Rule } from '../rules/rule.ts';
import type { Published } from './assembler.ts';
import { isListSubject } from './content.ts';
import { ListKeeper, type ListsOptions } from './list-keeper.ts';
import type { PublishedUser, Versions } from './published.ts';
import { Refusals, type ReloadCounters } from './refusals.ts';
import { faultsOf, isRefused, RulesInUse, type LoadedWithLists, type RulesFrom, type RulesOptions } from './rules-in-use.ts';
import { startLists, type ListSources, type StartLists } from './start-lists.ts';
import { WaitingRules, type RefusedRules } from './waiting-rules.ts';

export interface KeeperOptions extends RulesOptions, ListsOptions {
  /** Told after each change what was published and is in use now, or is withdrawn; the next change waits for it. Must not reject. */
  readonly used: (published: readonly Published[]) => Promise<void>;
}

/** Rules, and the lists with which they were loaded. */
interface Loaded {
  readonly rules: LoadedWithLists;
  readonly start: StartLists;
}

export class RuleKeeper implements PublishedUser {
  private readonly options: KeeperOptions;
  private readonly refusals: Refusals;
  private readonly inUse: RulesInUse;
  private readonly lists: ListKeeper;
  private readonly waiting: WaitingRules;
  /** Not told yet. */
  private readonly used: Published[] = [];
  private changes: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.options = options;
    this.refusals = new Refusals(options.logger);
    this.inUse = new RulesInUse(options, this.refusals);
    this.lists = new ListKeeper(options, this.inUse, this.refusals);
    this.waiting = new WaitingRules(options.lists);
  }

  get rules(): readonly Rule[] {
    return this.inUse.rules;
  }

  get counters(): Readonly<ReloadCounters> {
    return this.refusals.counters;
  }

  /**
   * First of all: puts to use what is published, and where no rules are, those of the files. Rejects with RULE_INVALID when
   * these, or lists of files, have a fault; of files that nothing needs, a fault is only told.
   */
  open(all: readonly Versions[], usedMs: ReadonlyMap<string, number>): Promise<void> {
    return this.inTurn(async () => {
      const files = await this.lists.loadFiles();
      const lists = all.filter(([{ manifest }]) => isListSubject(manifest.subject));
      const rules = all.filter((versions) => !lists.includes(versions)).flat();
      const sources = { files: files.lists, kept: () => this.lists.keptFiles(), published: lists, usedMs, contentsOf: (published: Published) => this.lists.parse(published) };
      const refused: RefusedRules[] = [];
      if (await this.openPublished(rules, files, sources, refused)) await this.checkFiles(files);
      // Files say what is meant now: what rules of files lack ends the start, and is not made up for from the home.
      else await this.openFiles(files, { ...sources, kept: () => Promise.resolve([]) });
      this.waiting.put(refused[0]);
    });
  }

  /** False when nothing of it can be used: what was in use stays. */
  use(versions: Versions): Promise<boolean> {
    return this.inTurn(async () => {
      const isList = isListSubject(versions[0].manifest.subject);
      const taken = isList ? await this.lists.takeFirst(versions) : await this.takeFirstRules(versions);
      if (taken !== undefined) this.used.push(taken);
      return taken !== undefined;
    });
  }

  /** The rule files have changed. */
  filesChanged(): Promise<void> {
    const { rulePaths, logger } = this.options;
    return this.inTurn(async () => {
      if (this.inUse.from === 'files') await this.inUse.useFiles();
      else logger.warn({ rulePaths }, 'rule files have changed; published rules are in use and stay so until they are withdrawn');
    });
  }

  /** The files of lists have changed. */
  listsChanged(): Promise<void> {
    return this.inTurn(() => this.lists.takeFiles());
  }

  /** One change after the other: each reads files, and what it then decides has to be so still. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.changes.then(async () => {
      const result = await change();
      do this.used.push(...(await this.lists.tryAgain()));
      while (await this.tryRulesAgain());
      this.refusals.counters.waiting = this.lists.waitingCount;
      await this.options.used(this.used.splice(0));
      return result;
    });
    this.changes = turn.then(() => {}, () => {});
    return turn;
  }

  /** The newest that load are used; adds those to `refused` that lists may mend. False when the rules of the files count. */
  private async openPublished(versions: readonly Published[], files: LoadedLists, sources: ListSources, refused: RefusedRules[]): Promise<boolean> {
    for (const published of versions) {
      const from = rulesFrom(published);
      if (from === 'files') {
        this.used.push(published);
        return false;
      }
      const loaded = await this.loadWithFirst(sources, from);
      if (loaded === undefined) continue;
      if (!this.inUse.replace(loaded.rules, from)) {
        refused.push(...mendable(published, loaded.rules));
        continue;
      }
      this.used.push(published, ...this.lists.begin(loaded.start, loaded.rules));
      await this.takeNewer(loaded.start, files);
      return true;
    }
    return false;
  }

  private async openFiles(files: LoadedLists, sources: ListSources): Promise<void> {
    const { start, rules } = (await this.loadWithFirst(sources, 'files'))!;
    this.used.push(...this.lists.begin(start, rules));
    const faults = this.faultsOfFiles(files, rules);
    if (faults.length > 0) throw invalid(faults, rules);
    this.options.logger.info({ ...rules.report.summary, lists: this.options.lists.summaries() }, 'rules');
    this.inUse.putToUse(rules);
    await this.takeNewer(start, files);
  }

  /** With the first lists with which they are not refused; with the newest, where they always are. */
  private async loadWithFirst(sources: ListSources, from: RulesFrom): Promise<Loaded | undefined> {
    const { lists } = this.options;
    let newest: Loaded | undefined;
    for await (const start of startLists(sources)) {
      lists.remove(lists.names());
      for (const { name, contents } of start.lists) lists.replace(name, contents);
      const rules = await this.inUse.load(from);
      if (rules === undefined) return undefined;
      if (!isRefused(rules)) return { start, rules };
      newest ??= { start, rules };
    }
    return newest;
  }

  /** Keeps the lists that the rules were loaded with, and offers what is newer, as it would come while the engine runs. */
  private async takeNewer(start: StartLists, files: LoadedLists): Promise<void> {
    await this.lists.keepFiles(files);
    if (start.kept.length > 0) await this.lists.takeFiles();
    for (const versions of start.newer) {
      const taken = await this.lists.takeFirst(versions);
      if (taken !== undefined) this.used.push(taken);
    }
  }

  private async checkFiles(files: LoadedLists): Promise<void> {
    const faults = this.faultsOfFiles(files, await this.inUse.loadFiles());
    if (faults.length > 0) this.refusals.tell('warn', faults, 'files have faults: published rules are in use, and once withdrawn nothing can replace them');
  }

  /** Without those of lists that are published. */
  private faultsOfFiles(files: LoadedLists, rules: LoadedWithLists): Diagnostic[] {
    return [...files.faults.filter(({ file }) => this.lists.counts(file)), ...faultsOf(rules)];
  }

  /** The newest that can be used, if any: they are. The newest that lists may mend wait for these. */
  private async takeFirstRules(versions: Versions): Promise<Published | undefined> {
    const refused: RefusedRules[] = [];
    for (const published of versions) {
      if (!(await this.takeRules(published, refused))) continue;
      this.waiting.put(refused[0]);
      return published;
    }
    if (refused.length > 0) this.waiting.put(refused[0]);
    return undefined;
  }

  private async takeRules(published: Published, refused: RefusedRules[]): Promise<boolean> {
    const from = rulesFrom(published);
    if (from === 'files') {
      if (this.inUse.from === 'files') return true;
      this.options.logger.info('published rules are withdrawn: the rule files count again');
      await this.inUse.useFiles();
      return true;
    }
    const loaded = await this.inUse.load(from);
    if (loaded === undefined) return false;
    if (this.inUse.replace(loaded, from)) return true;
    refused.push(...mendable(published, loaded));
    return false;
  }

  /** True when published rules are in use now that were refused before. */
  private async tryRulesAgain(): Promise<boolean> {
    const published = this.waiting.ready;
    if (published === undefined) return false;
    const taken = await this.takeFirstRules([published]);
    if (taken !== undefined) this.used.push(taken);
    return taken !== undefined;
  }
}

/** Of rules that were refused: none when they refer to no list, whose change could make a difference. */
function mendable(published: Published, { referred }: LoadedWithLists): RefusedRules[] {
  return referred.size > 0 ? [{ published, referred }] : [];
}

function rulesFrom({ manifest, content }: Published): RulesFrom {
  return content === undefined ? 'files' : { content, version: manifest.version };
}

function invalid(faults: readonly Diagnostic[], { report }: LoadedWithLists): RingfenceError {
  const text = faults.map((fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.code}: ${fault.message}`);
  return new RingfenceError('RULE_INVALID', text.join('\n'), { details: { rejected: report.summary.rejected } });
}
