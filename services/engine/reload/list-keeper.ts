/**
 * Where the lists that rules refer to come from: from files when these change, or from what is published, which counts
 * before a file of the same name for as long as it is not withdrawn. A list that is refused waits: it is tried again when
 * the rules in use change, or the lists in them.
 */
import { basename } from 'node:path';
import type { Logger } from '#runtime/log.ts';
import type { ListContents } from '../lists/list-contents.ts';
import { parseList } from '../lists/list-file.ts';
import { loadListFiles, type LoadedList, type LoadedLists } from '../lists/list-files.ts';
import type { ListStore } from '../lists/list-store.ts';
import { Faults } from '../rules/diagnostics.ts';
import type { Rule } from '../rules/rule.ts';
import type { Published } from './assembler.ts';
import { listNameIn } from './content.ts';
import { KeptListFiles } from './kept-list-files.ts';
import { ListsInUse } from './lists-in-use.ts';
import type { Versions } from './published.ts';
import type { Refusals } from './refusals.ts';
import type { LoadedWithLists, RulesInUse } from './rules-in-use.ts';
import type { StartLists } from './start-lists.ts';
import { WaitingLists, waitingListsBytesMax } from './waiting-lists.ts';

export interface ListsOptions {
  readonly listFolders: readonly string[];
  /** Where copies are kept of the files in use. */
  readonly keptLists: string;
  readonly lists: ListStore;
  readonly logger: Logger;
}

export class ListKeeper {
  private readonly options: ListsOptions;
  private readonly rules: RulesInUse;
  private readonly refusals: Refusals;
  private readonly inUse: ListsInUse;
  /** Lists that were published: files of their names do not count. */
  private readonly published = new Set<string>();
  /** By file, as it stood when it was last read and not refused. */
  private readonly stamps = new Map<string, string>();
  /** Files whose lists were refused: they are read again with the next change. */
  private refusedFiles: readonly string[] = [];
  private readonly waiting = new WaitingLists();
  /** The rules in use when what was refused was last tried; undefined when it is to be tried again with any. */
  private triedWith: readonly Rule[] | undefined;
  private readonly kept: KeptListFiles;
  /** What has been parsed, with its faults told. */
  private readonly parsed = new WeakMap<Published, ListContents | undefined>();

  constructor(options: ListsOptions, rules: RulesInUse, refusals: Refusals) {
    this.options = options;
    this.rules = rules;
    this.refusals = refusals;
    this.inUse = new ListsInUse(options.lists, rules, refusals, options.logger);
    this.kept = new KeptListFiles(options.keptLists, options.logger);
  }

  /** Lists that were refused, or are gone or withdrawn and stay; each once, however many of its name wait. */
  get waitingCount(): number {
    const published = this.waiting.all().map(({ manifest }) => listNameIn(manifest.subject));
    return new Set([...this.refusedFiles.map(nameOf), ...this.inUse.neededNames, ...published]).size;
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

  /** At the start, of lists with which the rules load that are put to use now. Returns what is in use of those published. */
  begin({ lists, published, kept }: StartLists, { rules }: LoadedWithLists): readonly Published[] {
    const refused = lists.filter((list) => !this.inUse.put(list)).map(({ file }) => file);
    this.refuseFiles(refused);
    for (const list of kept) this.forgetStamp(list.name);
    const used = published.filter(({ manifest }) => !refused.includes(manifest.subject));
    for (const each of published) if (!used.includes(each)) this.wait(each);
    for (const { manifest } of used.filter(({ content }) => content !== undefined)) {
      this.published.add(listNameIn(manifest.subject));
      this.refusals.counters.lists += 1;
    }
    this.triedWith = rules;
    return used;
  }

  /** At the start: of those that `loadFiles` gave, the ones that are in use, and no others. */
  async keepFiles(loaded: LoadedLists): Promise<void> {
    const { inUse } = this;
    for (const list of loaded.lists) if (inUse.contentsOf(list.name) === list.contents) await this.kept.keep(list);
    await this.kept.forgetAllBut(inUse.names());
  }

  /** The files have changed. */
  async takeFiles(): Promise<void> {
    const loaded = await this.loadChanged();
    if (loaded.faults.length > 0) this.refusals.refuse(loaded.faults, 'a list has faults: it stays as it was');
    this.stamp(loaded.lists);
    const changed = loaded.lists.filter(({ name }) => !this.published.has(name));
    const refused = await this.inUse.take(changed);
    for (const list of changed) if (!refused.includes(list)) await this.kept.keep(list);
    this.refuseFiles(refused.map(({ file }) => file));
    const removed = await this.inUse.removeAllBut(new Set([...loaded.files.map(nameOf), ...this.published]));
    for (const name of removed) await this.kept.forget(name);
    // There may have been too many.
    if (removed.length > 0) this.triedWith = undefined;
    // A withdrawal waits until the file counts again.
    const withdrawn = this.waiting.all().filter(({ content }) => content === undefined).map(({ manifest }) => listNameIn(manifest.subject));
    if (changed.some((list) => withdrawn.includes(list.name) && !refused.includes(list))) this.triedWith = undefined;
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

  /** After each change, which may make room for what was refused. Returns what of the published lists is used now. */
  async tryAgain(): Promise<Published[]> {
    const used: Published[] = [];
    while (this.triedWith !== this.rules.rules) {
      this.triedWith = this.rules.rules;
      if (this.refusedFiles.length + this.inUse.neededNames.size > 0) await this.takeFiles();
      for (const published of this.waiting.all()) {
        if (!(await this.take(published))) continue;
        this.waiting.remove(published.manifest.subject);
        used.push(published);
      }
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
    if ((await this.inUse.take([{ name, file: subject, contents }])).length > 0) return false;
    this.published.add(name);
    return true;
  }

  private wait(refused: Published): void {
    const parsedBytes = this.parsed.get(refused)?.memoryBytes ?? 0;
    for (const { manifest } of this.waiting.add(refused, parsedBytes)) {
      this.options.logger.warn({ subject: manifest.subject, waitingListsBytesMax }, 'lists that were refused fill the memory: this one counts only when it is published again');
    }
  }

  /** False when rules need what the list held, and no file of its name does instead. */
  private async withdraw(name: string): Promise<boolean> {
    const { inUse } = this;
    const before = inUse.contentsOf(name);
    if (this.published.delete(name)) this.options.logger.info({ list: name }, 'a published list is withdrawn: its file counts again');
    if (before === undefined) return true;
    this.forgetStamp(name);
    await this.takeFiles();
    return inUse.contentsOf(name) !== before;
  }

  /** They are read again with the next change. */
  private refuseFiles(files: readonly string[]): void {
    this.refusedFiles = files.filter((file) => this.stamps.delete(file));
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
}

function nameOf(file: string): string {
  return basename(file, '.txt');
}
