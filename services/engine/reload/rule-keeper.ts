/**
 * The rules in use, and their replacement: from the rule files when these change, or from what is published, which counts
 * before the files for as long as it is not withdrawn. All or nothing: a set with any rejected rule changes nothing.
 */
import { basename } from 'node:path';
import { RingfenceError } from '#runtime/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { loadListFiles, type LoadedList, type LoadedLists } from '../lists/list-files.ts';
import type { ListContents } from '../lists/list-contents.ts';
import { parseList } from '../lists/list-file.ts';
import type { ListStore } from '../lists/list-store.ts';
import { rulesVersionOf } from '../interest/publish.ts';
import { Faults, type Diagnostic } from '../rules/diagnostics.ts';
import type { FieldTable } from '../rules/fields.ts';
import { loadRuleFiles, loadRules, type LoadedRules } from '../rules/load.ts';
import type { Rule } from '../rules/rule.ts';
import type { Published } from './assembler.ts';
import { unpackRules } from './content.ts';

export interface KeeperOptions {
  /** Files and folders of rules, folders of lists. */
  readonly rulePaths: readonly string[];
  readonly listFolders: readonly string[];
  readonly fields: FieldTable;
  readonly lists: ListStore;
  readonly logger: Logger;
  /** Puts rules to use, between two batches. */
  readonly swap: (rules: readonly Rule[]) => void;
}

interface PublishedRules {
  readonly content: Buffer;
  readonly version: string;
}

/** What a list is to hold, and the file or subject that says so. */
interface NewContents {
  readonly name: string;
  readonly file: string;
  readonly contents: ListContents;
}

export interface ReloadCounters {
  /** Times that rules, and lists, were replaced; at the start, by what is published. */
  rules: number;
  lists: number;
  /** Sets of rules, and lists, that were refused for a fault. */
  rejected: number;
}

/** Lines of the log for one set with faults. */
const faultsToldMax = 100;

export class RuleKeeper {
  readonly counters: ReloadCounters = { rules: 0, lists: 0, rejected: 0 };
  rules: readonly Rule[] = [];
  private readonly options: KeeperOptions;
  /** What is in use, when it was published. */
  private published: PublishedRules | undefined;
  /** The files had a fault when they were last looked at. */
  private filesRejected = false;
  /** Lists that were published: files of their names do not count. */
  private readonly publishedLists = new Set<string>();
  /** By file, of lists in use as they stand there. */
  private readonly listStamps = new Map<string, string>();
  /** Files of lists were refused for the rules that use them: with other rules they may do. */
  private listFilesRefused = false;
  /** Of the files of lists, until it is known whether anything needs them. */
  private openingFaults: readonly Diagnostic[] = [];
  private changes: Promise<void> = Promise.resolve();

  constructor(options: KeeperOptions) {
    this.options = options;
  }

  /** First of all: the lists of the files, which published rules may refer to. What is wrong with them, `openRules` tells. */
  openLists(): Promise<void> {
    return this.inTurn(async () => {
      const { lists, faults, unreadable } = await loadListFiles(this.options.listFolders);
      // They may come later, as may lists that are published.
      for (const { file, message } of unreadable) this.options.logger.warn({ folder: file, reason: message }, 'a folder of lists cannot be read');
      this.stamp(lists);
      for (const list of lists) this.replaceList(list);
      this.openingFaults = faults;
    });
  }

  /**
   * When what is published is in use: puts the rules of the files to use where none are published. Rejects with
   * RULE_INVALID when they, or lists, have a fault; of files that nothing needs, a fault is only told.
   */
  openRules(): Promise<void> {
    return this.inTurn(async () => {
      const { rulePaths, fields, lists, logger } = this.options;
      const loaded = await loadRuleFiles(rulePaths, { fields, lists });
      const listFaults = this.openingFaults.filter(({ file }) => !this.publishedLists.has(basename(file, '.txt')));
      const faults = [...listFaults, ...faultsOf(loaded)];
      this.filesRejected = faults.length > 0;
      if (this.published !== undefined) return this.tellUnneeded(faults);
      if (faults.length > 0) throw invalid(faults, loaded);
      logger.info({ ...loaded.report.summary, lists: lists.summaries() }, 'rules');
      this.putToUse(loaded);
    });
  }

  /** The rule files have changed. */
  filesChanged(): Promise<void> {
    return this.inTurn(() => this.takeFiles());
  }

  /** The files of lists have changed. */
  listsChanged(): Promise<void> {
    return this.inTurn(() => this.takeLists());
  }

  /** False when what was published cannot be used: what was in use stays. */
  usePublished(published: Published): Promise<boolean> {
    return this.inTurn(() => this.takePublished(published));
  }

  /** One change after the other: each reads files, and what it then decides has to be so still. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.changes.then(change);
    this.changes = turn.then(() => {}, () => {});
    return turn;
  }

  private async takeFiles(): Promise<void> {
    const { rulePaths, logger } = this.options;
    if (this.published !== undefined) return logger.warn({ rulePaths }, 'rule files have changed; published rules are in use and stay so until they are withdrawn');
    if (await this.useFiles()) await this.takeRefusedLists();
  }

  private async takeLists(): Promise<void> {
    const { lists } = this.options;
    const loaded = await this.loadLists();
    if (loaded.faults.length > 0) this.refuse(loaded.faults, 'a list has faults: it stays as it was');
    this.stamp(loaded.lists);
    const changed = loaded.lists.filter(({ name }) => !this.publishedLists.has(name));
    const within = changed.filter(({ name }) => lists.isWithinRules(name));
    this.counters.lists += changed.filter((list) => !within.includes(list) && this.replaceList(list)).length;
    this.listFilesRefused = within.length > 0 && !(await this.replaceWithinRules(within));
    // They are read again with the next change.
    if (this.listFilesRefused) for (const { file } of within) this.listStamps.delete(file);
    else this.counters.lists += within.length;
    // A rule may have been refused for a list that has come now.
    if (within.length === 0 && this.filesRejected && this.published === undefined) await this.loadAgain();
    const present = new Set([...loaded.files.map((file) => basename(file, '.txt')), ...this.publishedLists]);
    const gone = lists.names().filter((name) => !present.has(name));
    if (gone.length > 0) await this.removeLists(gone);
  }

  private async takeRefusedLists(): Promise<void> {
    if (this.listFilesRefused) await this.takeLists();
  }

  private stamp(lists: readonly LoadedList[]): void {
    for (const { file, stamp } of lists) this.listStamps.set(file, stamp);
  }

  /** What has changed; all, when a file is gone: another folder's file of that name may count now. */
  private async loadLists(): Promise<LoadedLists> {
    const { listFolders } = this.options;
    const loaded = await loadListFiles(listFolders, this.listStamps);
    if ([...this.listStamps.keys()].every((file) => loaded.files.includes(file))) return loaded;
    this.listStamps.clear();
    return await loadListFiles(listFolders);
  }

  /** Lists that rules refer to stay with what they hold: without them no rule would be left in use. */
  private async removeLists(names: readonly string[]): Promise<void> {
    const { lists, logger } = this.options;
    const putBack = lists.remove(names);
    if (await this.loadAgain()) {
      this.counters.lists += names.length;
      logger.info({ lists: names }, 'lists removed');
      return;
    }
    putBack();
    logger.warn({ lists: names }, 'lists are gone that rules refer to: what they held stays');
  }

  private async takePublished(published: Published): Promise<boolean> {
    const { subject } = published.manifest;
    return subject.startsWith('list/') ? await this.usePublishedList(published, subject.slice(subject.lastIndexOf('/') + 1)) : await this.usePublishedRules(published);
  }

  private async usePublishedRules({ manifest, content }: Published): Promise<boolean> {
    if (content === undefined) {
      if (this.published === undefined) return true;
      this.published = undefined;
      this.options.logger.info('published rules are withdrawn: the rule files count again');
      if (await this.useFiles()) await this.takeRefusedLists();
      return true;
    }
    const next = { content, version: manifest.version };
    if (!this.useContent(next)) return false;
    this.published = next;
    await this.takeRefusedLists();
    return true;
  }

  private useContent({ content, version }: PublishedRules): boolean {
    const { fields, lists, logger } = this.options;
    try {
      return this.use(loadRules(unpackRules(content), { fields, lists }), `published ${version}`);
    } catch (err) {
      this.counters.rejected += 1;
      logger.error({ code: 'RULE_INVALID', err, version }, 'published rules cannot be read: the rules stay as they were');
      return false;
    }
  }

  private async usePublishedList({ manifest, content }: Published, name: string): Promise<boolean> {
    if (content === undefined) {
      if (!this.publishedLists.delete(name)) return true;
      this.options.logger.info({ list: name }, 'a published list is withdrawn: its file counts again');
      this.listStamps.clear();
      await this.takeLists();
      return true;
    }
    const faults = new Faults(manifest.subject);
    const contents = parseList(content.toString('utf8'), faults);
    if (contents === undefined) {
      this.refuse(faults.list, 'a published list has faults: it stays as it was');
      return false;
    }
    const list = { name, file: manifest.subject, contents };
    if (!(this.options.lists.isWithinRules(name) ? await this.replaceWithinRules([list]) : this.replaceList(list))) return false;
    this.counters.lists += 1;
    this.publishedLists.add(name);
    return true;
  }

  /**
   * Of lists whose entries stand within rules: these are loaded again, with all the lists or none. They are new lists beside
   * those that the rules in use hold, so that nothing has changed for these when they are refused, which false says.
   */
  private async replaceWithinRules(changed: readonly NewContents[]): Promise<boolean> {
    const { lists, logger } = this.options;
    const { filesRejected } = this;
    const putBack = lists.remove(changed.map(({ name }) => name));
    for (const { name, contents } of changed) lists.replace(name, contents);
    const used = await this.loadAgain();
    if (!used) putBack();
    // The rule files had a fault before, which is not the lists': what rules look up changes, their entries when it is mended.
    if (used || (filesRejected && this.published === undefined)) return changed.every((list) => this.replaceList(list));
    this.filesRejected = filesRejected;
    logger.error({ lists: changed.map(({ name }) => name), from: changed.map(({ file }) => file) }, 'lists with which the rules are refused: they stay as they were');
    return false;
  }

  private replaceList({ name, file, contents }: NewContents): boolean {
    const { lists, logger } = this.options;
    const replaced = lists.replace(name, contents);
    const { kind, entries } = contents;
    logger[replaced ? 'info' : 'error']({ list: name, from: file, kind, entries }, replaced ? 'list replaced' : 'too many lists: this one is not used');
    return replaced;
  }

  private async loadAgain(): Promise<boolean> {
    return this.published === undefined ? await this.useFiles() : this.useContent(this.published);
  }

  private async useFiles(): Promise<boolean> {
    const { rulePaths, fields, lists } = this.options;
    const used = this.use(await loadRuleFiles(rulePaths, { fields, lists }), 'files');
    this.filesRejected = !used;
    return used;
  }

  private use(loaded: LoadedRules, from: string): boolean {
    const { summary } = loaded.report;
    if (summary.rejected > 0) {
      this.refuse(faultsOf(loaded), 'rules were refused: the rules stay as they were', { from, ...summary });
      return false;
    }
    const before = rulesVersionOf(this.rules);
    this.putToUse(loaded);
    this.counters.rules += 1;
    this.options.logger.info({ from, version: rulesVersionOf(this.rules), before, ...summary }, 'rules replaced');
    return true;
  }

  private putToUse({ rules, report }: LoadedRules): void {
    const { logger, swap } = this.options;
    for (const { id, title, file, missing } of report.rules.filter((rule) => rule.status === 'unsatisfiable')) {
      logger.warn({ id, title, file, missing }, 'rule can never match: no sensor here supplies its fields');
    }
    if (rules.length === 0) logger.warn({ paths: this.options.rulePaths }, 'no rule is loaded: nothing will be detected');
    this.rules = rules;
    swap(rules);
  }

  private refuse(faults: readonly Diagnostic[], message: string, details: object = {}): void {
    this.counters.rejected += 1;
    this.tell('error', faults, message, details);
  }

  private tellUnneeded(faults: readonly Diagnostic[]): void {
    if (faults.length > 0) this.tell('warn', faults, 'files have faults: published rules are in use, and once withdrawn nothing can replace them');
  }

  private tell(level: 'warn' | 'error', faults: readonly Diagnostic[], message: string, details: object = {}): void {
    const { logger } = this.options;
    for (const { code, file, line, column, message: fault } of faults.slice(0, faultsToldMax)) logger[level]({ code, file, line, column }, fault);
    logger[level]({ ...details, faults: faults.length }, message);
  }
}

function faultsOf({ report }: LoadedRules): readonly Diagnostic[] {
  return report.rules.flatMap((rule) => rule.faults ?? []);
}

function invalid(faults: readonly Diagnostic[], { report }: LoadedRules): RingfenceError {
  const text = faults.map((fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.code}: ${fault.message}`);
  return new RingfenceError('RULE_INVALID', text.join('\n'), { details: { rejected: report.summary.rejected } });
}
