/**
 * The lists by name, as rules refer to them. Rules keep the object that `find` gave them; an update replaces what it
 * holds, at once and as a whole, so that no rule has to be loaded again.
 */
import type { ListContents, ListKind } from './list-contents.ts';
import type { ValueList } from '../rules/ir.ts';
import type { ListDirectory } from '../rules/lists.ts';

/** More lists than anybody keeps apart by name. */
const listsMax = 1_000;

export interface ListSummary {
  readonly name: string;
  readonly kind: ListKind;
  readonly entries: number;
  readonly memoryBytes: number;
}

export class ListStore implements ListDirectory {
  private readonly lists = new Map<string, NamedList>();
  private readonly max: number;

  constructor(max = listsMax) {
    this.max = max;
  }

  find(name: string): ValueList | undefined {
    return this.lists.get(name);
  }

  names(): readonly string[] {
    return [...this.lists.keys()].sort();
  }

  /** Whether rules were loaded with the entries of the list in them: these do not change with it. */
  isWithinRules(name: string): boolean {
    return this.lists.get(name)?.withinRules === true;
  }

  /** What the list holds; the same object until it is replaced. */
  contentsOf(name: string): ListContents | undefined {
    return this.lists.get(name)?.contents;
  }

  /** False when there are too many lists for another one. */
  replace(name: string, contents: ListContents): boolean {
    const known = this.lists.get(name);
    if (known !== undefined) known.contents = contents;
    else if (this.lists.size >= this.max) return false;
    else this.lists.set(name, new NamedList(name, contents));
    return true;
  }

  /** Rules that are loaded from then on do not find them. Returns what puts them back, with what they held. */
  remove(names: readonly string[]): () => void {
    const removed = names.flatMap((name) => this.lists.get(name) ?? []);
    for (const { name } of removed) this.lists.delete(name);
    return () => {
      for (const list of removed) this.lists.set(list.name, list);
    };
  }

  summaries(): ListSummary[] {
    return this.names().map((name) => {
      const { kind, entries, memoryBytes } = this.lists.get(name)!.contents;
      return { name, kind, entries, memoryBytes };
    });
  }
}

class NamedList implements ValueList {
  readonly name: string;
  contents: ListContents;
  withinRules = false;

  constructor(name: string, contents: ListContents) {
    this.name = name;
    this.contents = contents;
  }

  has(text: string): boolean {
    return this.contents.has(text);
  }

  entries(max: number): readonly string[] | undefined {
    const { texts, entries } = this.contents;
    if (texts === undefined || entries > max) return undefined;
    this.withinRules = true;
    return [...new Set(texts())];
  }
}
