/**
 * The lists in use, and each change of them, held against the rules in use: a list with which these are refused is not
 * taken, and one that is gone and that they refer to stays with what it held.
 */
import type { Logger } from '#runtime/log.ts';
import type { ListContents } from '../lists/list-contents.ts';
import type { ListStore } from '../lists/list-store.ts';
import type { Refusals } from './refusals.ts';
import { faultsOf, isRefused, type RulesInUse } from './rules-in-use.ts';

/** What a list is to hold, and the file or subject that says so. */
export interface NewContents {
  readonly name: string;
  readonly file: string;
  readonly contents: ListContents;
}

export class ListsInUse {
  private readonly lists: ListStore;
  private readonly rules: RulesInUse;
  private readonly refusals: Refusals;
  private readonly logger: Logger;
  private needed: ReadonlySet<string> = new Set();

  constructor(lists: ListStore, rules: RulesInUse, refusals: Refusals, logger: Logger) {
    this.lists = lists;
    this.rules = rules;
    this.refusals = refusals;
    this.logger = logger;
  }

  /** Names of those that are gone and stay, because rules refer to them. */
  get neededNames(): ReadonlySet<string> {
    return this.needed;
  }

  /** The same object until the list is replaced. */
  contentsOf(name: string): ListContents | undefined {
    return this.lists.contentsOf(name);
  }

  names(): readonly string[] {
    return this.lists.names();
  }

  /** Without a look at the rules: the caller has loaded them with it, or they only look it up. False when there are too many. */
  put({ name, file, contents }: NewContents): boolean {
    const isPut = this.lists.replace(name, contents);
    const { kind, entries } = contents;
    this.logger[isPut ? 'info' : 'error']({ list: name, from: file, kind, entries }, isPut ? 'list replaced' : 'too many lists: this one is not used');
    return isPut;
  }

  /** Returns those that are refused. */
  async take<T extends NewContents>(changed: readonly T[]): Promise<readonly T[]> {
    const within = changed.filter(({ name }) => this.lists.isWithinRules(name));
    const others = changed.filter((list) => !within.includes(list));
    const refused = others.filter((list) => !this.put(list));
    // They may have been refused for want of a list that has come now, or for what it held.
    if (refused.length < others.length && this.rules.areBehindFiles) await this.rules.useFiles();
    refused.push(...(await this.takeWithinRules(within)));
    this.refusals.counters.lists += changed.length - refused.length;
    return refused;
  }

  /** Removes those that are not `present`, but for those that rules refer to. Returns the removed. */
  async removeAllBut(present: ReadonlySet<string>): Promise<readonly string[]> {
    const gone = this.names().filter((name) => !present.has(name));
    const needed = new Set(gone.filter((name) => this.rules.refersTo(name)));
    const removed = gone.filter((name) => !needed.has(name));
    if (removed.length > 0) {
      this.lists.remove(removed);
      this.refusals.counters.lists += removed.length;
      this.logger.info({ lists: removed }, 'lists removed');
    }
    if (!needed.isSubsetOf(this.needed)) await this.tellNeeded([...needed]);
    this.needed = needed;
    return removed;
  }

  /** Once, with the rules that refer to them. */
  private async tellNeeded(needed: readonly string[]): Promise<void> {
    const putBack = this.lists.remove(needed);
    try {
      const loaded = await this.rules.loadAgain();
      this.refusals.refuse(faultsOf(loaded), 'lists are gone that rules refer to: what they held stays', { lists: needed });
    } finally {
      putBack();
    }
  }

  /**
   * Of lists whose entries stand within rules: these are loaded again, with all the lists, or with each for which they are
   * not refused. They are new lists beside those that the rules in use hold, so that for these nothing has changed when
   * they are. Returns the lists that were not taken.
   */
  private async takeWithinRules<T extends NewContents>(changed: readonly T[]): Promise<readonly T[]> {
    if (changed.length === 0) return [];
    const { lists, rules } = this;
    const wereBehind = rules.areBehindFiles;
    const putBack = lists.remove(changed.map(({ name }) => name));
    let used = false;
    let oneByOne = false;
    try {
      for (const { name, contents } of changed) lists.replace(name, contents);
      const loaded = await rules.loadAgain();
      oneByOne = isRefused(loaded) && changed.length > 1 && !wereBehind;
      used = !oneByOne && rules.renew(loaded);
    } finally {
      if (!used) putBack();
    }
    if (oneByOne) return await this.takeEachWithinRules(changed);
    // The rule files had a fault before, which is not the lists': what rules look up changes, their entries when it is mended.
    if (used || wereBehind) return changed.filter((list) => !this.put(list));
    this.logger.error({ lists: changed.map(({ name }) => name), from: changed.map(({ file }) => file) }, 'lists with which the rules are refused: they stay as they were');
    return changed;
  }

  private async takeEachWithinRules<T extends NewContents>(changed: readonly T[]): Promise<T[]> {
    const refused: T[] = [];
    for (const list of changed) refused.push(...(await this.takeWithinRules([list])));
    return refused;
  }
}
