/**
 * The lists that rules refer to, and their replacement: from files when these change, or from what is published, which
 * counts before a file of the same name for as long as it is not withdrawn. A list with which the rules in use are refused
 * is not taken, and waits: it is tried again when the rules change.
 */
import { basename } from 'node:path';
import type { Logger } from '#runtime/log.ts';
import type { ListContents } from '../lists/list-contents.ts';
import { parseList } from '../lists/list-file.ts';
import { loadListFiles, type LoadedList, type LoadedLists } from '../lists/list-files.ts';
import type { ListStore } from '../lists/list-store.ts';
import { Faults } from '../rules/diagnostics.ts';
import type { Published } from './assembler.ts';
import { listNameIn } from './content.ts';
import { KeptListFiles } from './kept-list-files.ts';
import type { Versions } from './published.ts';
import type { Refusals } from './refusals.ts';
import { isRefused, type RulesInUse } from './rules-in-use.ts';
import type { StartLists } from './start-lists.ts';
import { WaitingLists, waitingListsBytesMax } from './waiting-lists.ts';

export interface ListsOptions {
  readonly listFolders: readonly string[];
  /** Where copies are kept of the files in use. */
  readonly keptLists: string;
  readonly lists: ListStore;
  readonly logger: Logger;
}

/** What a list is to hold, and the file or subject that says so. */
export interface NewContents {
  readonly name: string;
  readonly file: string;
  readonly contents: ListContents;
}

export class ListKeeper {
  private readonly options: ListsOptions;
  private readonly rules: RulesInUse;
  private readonly refusals: Refusals;
  /** Lists that were published: files of their names do not count. */
  private readonly published = new Set<string>();
  /** By file, of lists in use as they stand there. */
  private readonly stamps = new Map<string, string>();
  /** Lists of files that the rules in use refuse, and those that are gone from there and that rules need. */
  private refusedFiles = 0;
  private readonly waiting = new WaitingLists();
  private readonly kept: KeptListFiles;
  /** What has been parsed, with its faults told. */
  private readonly parsed = new WeakMap<Published, ListContents | undefined>();

  constructor(options: ListsOptions, rules: RulesInUse, refusals: Refusals) {
    this.options = options;
    this.rules = rules;
    this.refusals = refusals;
    this.kept = new KeptListFiles(options.keptLists, options.logger);
  }

  /** Lists that were refused for the rules in use. Those that are withdrawn and needed count as lists that are gone. */
  get waitingCount(): number {
    return this.refusedFiles + this.waiting.all().filter(({ content }) => content !== undefined).length;
  }

  /** Whether the list in a file counts, or a published one of its name. */
  counts(file: string): boolean {
    return !this.published.has(nameOf(file));
  }

  /** At the start: what `takeFiles` need not look at again. */
  async loadFiles(): Promise<LoadedLists> {
    const { listFolders, logger } = this.options;
    const loaded = await loadListFiles(listFolders);
    // They may come later, as may lists that are published.
    for (const { file, message } of loaded.unreadable) logger.warn({ folder: file, reason: message }, 'a folder of lists cannot be read');
    this.stamp(loaded.lists);
    return loaded;
  }

  /** Lists of files as they were last in use, those that are gone included. */
  async keptFiles(): Promise<readonly LoadedList[]> {
    return await this.kept.read();
  }

  /** At the start, of lists with which the rules load that are put to use now. */
  begin({ lists, published, kept }: StartLists): void {
    for (const list of lists) this.replace(list);
    for (const list of kept) this.forgetStamp(list.name);
    for (const { manifest, content } of published) {
      if (content === undefined) continue;
      this.published.add(listNameIn(manifest.subject));
      this.refusals.counters.lists += 1;
    }
  }

  /** At the start: of those that `loadFiles` gave, the ones that are in use, and no others. */
  async keepFiles({ lists }: StartLists, loaded: LoadedLists): Promise<void> {
    for (const list of loaded.lists) if (lists.includes(list)) await this.kept.keep(list);
    await this.kept.forgetAllBut(lists.map(({ name }) => name));
  }

  /** The files have changed. */
  async takeFiles(): Promise<void> {
    const { lists } = this.options;
    const { counters } = this.refusals;
    const loaded = await this.loadChanged();
    if (loaded.faults.length > 0) this.refusals.refuse(loaded.faults, 'a list has faults: it stays as it was');
    this.stamp(loaded.lists);
    const changed = loaded.lists.filter(({ name }) => !this.published.has(name));
    const within = changed.filter(({ name }) => lists.isWithinRules(name));
    const refused = [...changed.filter((list) => !within.includes(list) && !this.replace(list)), ...(await this.replaceWithinRules(within))];
    counters.lists += changed.length - refused.length;
    for (const list of changed) if (!refused.includes(list)) await this.kept.keep(list);
    // They are read again with the next change.
    for (const { file } of refused) this.stamps.delete(file);
    if (within.length === 0) await this.mendRules();
    const present = new Set([...loaded.files.map(nameOf), ...this.published]);
    const gone = lists.names().filter((name) => !present.has(name));
    const needed = gone.length > 0 ? await this.remove(gone) : [];
    this.refusedFiles = refused.length + needed.length;
  }

  /** The newest that can be used, if any: it is. The newest that rules refuse waits for others. */
  async takeFirst(versions: Versions): Promise<Published | undefined> {
    let refused: Published | undefined;
    for (const published of versions) {
      if (await this.take(published)) {
        this.waiting.remove(published.manifest.subject);
        if (refused !== undefined) this.wait(refused);
        return published;
      }
      if (published.content === undefined || this.parse(published) !== undefined) refused ??= published;
    }
    if (refused !== undefined) this.wait(refused);
    return undefined;
  }

  /** The rules have changed. Returns what of the published lists that wait can be used now. */
  async tryAgain(): Promise<Published[]> {
    if (this.refusedFiles > 0) await this.takeFiles();
    const used: Published[] = [];
    for (const published of this.waiting.all()) {
      if (!(await this.take(published))) continue;
      this.waiting.remove(published.manifest.subject);
      used.push(published);
    }
    return used;
  }

  /** Undefined when it is no list, which is told once. */
  parse(published: Published): ListContents | undefined {
    if (!this.parsed.has(published)) this.parsed.set(published, this.parseNow(published));
    return this.parsed.get(published);
  }

  private parseNow({ manifest, content }: Published): ListContents | undefined {
    const faults = new Faults(manifest.subject);
    const contents = parseList(content?.toString('utf8') ?? '', faults);
    if (contents === undefined) this.refusals.refuse(faults.list, 'a published list has faults: it stays as it was');
    return contents;
  }

  /** False when what was published cannot be used, or its withdrawal: what the list held stays. */
  private async take(published: Published): Promise<boolean> {
    const { subject } = published.manifest;
    const name = listNameIn(subject);
    if (published.content === undefined) return await this.withdraw(name);
    const contents = this.parse(published);
    if (contents === undefined) return false;
    const { lists } = this.options;
    const list = { name, file: subject, contents };
    const isWithin = lists.isWithinRules(name);
    if (isWithin ? (await this.replaceWithinRules([list])).length > 0 : !this.replace(list)) return false;
    this.refusals.counters.lists += 1;
    this.published.add(name);
    if (!isWithin) await this.mendRules();
    return true;
  }

  private wait(refused: Published): void {
    for (const { manifest } of this.waiting.add(refused)) {
      this.options.logger.warn({ subject: manifest.subject, waitingListsBytesMax }, 'lists that were refused fill the memory: this one counts only when it is published again');
    }
  }

  /** False when rules need what the list held, and no file of its name does instead. */
  private async withdraw(name: string): Promise<boolean> {
    const { lists, logger } = this.options;
    const before = lists.contentsOf(name);
    if (this.published.delete(name)) logger.info({ list: name }, 'a published list is withdrawn: its file counts again');
    if (before === undefined) return true;
    this.forgetStamp(name);
    await this.takeFiles();
    return lists.contentsOf(name) !== before;
  }

  /** Rules may have been refused for want of a list that has come now, or for what it held. */
  private async mendRules(): Promise<void> {
    if (this.rules.areBehindFiles) this.rules.replace(await this.rules.loadAgain(), 'files');
  }

  private forgetStamp(name: string): void {
    for (const file of this.stamps.keys()) if (nameOf(file) === name) this.stamps.delete(file);
  }

  private stamp(lists: readonly LoadedList[]): void {
    for (const { file, stamp } of lists) this.stamps.set(file, stamp);
  }

  /** What has changed; all, when a file is gone: another folder's file of that name may count now. */
  private async loadChanged(): Promise<LoadedLists> {
    const { listFolders } = this.options;
    const loaded = await loadListFiles(listFolders, this.stamps);
    if ([...this.stamps.keys()].every((file) => loaded.files.includes(file))) return loaded;
    this.stamps.clear();
    return await loadListFiles(listFolders);
  }

  /** Lists that rules refer to stay with what they hold, and are returned: without them no rule would be left in use. */
  private async remove(names: readonly string[]): Promise<readonly string[]> {
    const { lists, logger } = this.options;
    const { rules } = this;
    const putBack = lists.remove(names);
    const loaded = await rules.loadAgain();
    // Rule files that had a fault before are refused without each of them.
    if (isRefused(loaded) && names.length > 1 && !rules.areBehindFiles) {
      putBack();
      return await this.removeEach(names);
    }
    if (rules.renew(loaded)) {
      this.refusals.counters.lists += names.length;
      for (const name of names) await this.kept.forget(name);
      logger.info({ lists: names }, 'lists removed');
      return [];
    }
    putBack();
    logger.warn({ lists: names }, 'lists are gone that rules refer to: what they held stays');
    return names;
  }

  private async removeEach(names: readonly string[]): Promise<string[]> {
    const needed: string[] = [];
    for (const name of names) needed.push(...(await this.remove([name])));
    return needed;
  }

  /**
   * Of lists whose entries stand within rules: these are loaded again, with all the lists, or with each for which they are
   * not refused. They are new lists beside those that the rules in use hold, so that for these nothing has changed when
   * they are. Returns the lists that were not taken.
   */
  private async replaceWithinRules<T extends NewContents>(changed: readonly T[]): Promise<readonly T[]> {
    if (changed.length === 0) return [];
    const { lists, logger } = this.options;
    const { rules } = this;
    const wereBehind = rules.areBehindFiles;
    const putBack = lists.remove(changed.map(({ name }) => name));
    for (const { name, contents } of changed) lists.replace(name, contents);
    const loaded = await rules.loadAgain();
    if (isRefused(loaded) && changed.length > 1 && !wereBehind) {
      putBack();
      return await this.replaceEach(changed);
    }
    const used = rules.renew(loaded);
    if (!used) putBack();
    // The rule files had a fault before, which is not the lists': what rules look up changes, their entries when it is mended.
    if (used || wereBehind) return changed.filter((list) => !this.replace(list));
    logger.error({ lists: changed.map(({ name }) => name), from: changed.map(({ file }) => file) }, 'lists with which the rules are refused: they stay as they were');
    return changed;
  }

  private async replaceEach<T extends NewContents>(changed: readonly T[]): Promise<T[]> {
    const refused: T[] = [];
    for (const list of changed) refused.push(...(await this.replaceWithinRules([list])));
    return refused;
  }

  private replace({ name, file, contents }: NewContents): boolean {
    const { lists, logger } = this.options;
    const replaced = lists.replace(name, contents);
    const { kind, entries } = contents;
    logger[replaced ? 'info' : 'error']({ list: name, from: file, kind, entries }, replaced ? 'list replaced' : 'too many lists: this one is not used');
    return replaced;
  }
}

function nameOf(file: string): string {
  return basename(file, '.txt');
}
