/**
 * Published rules that were refused and refer to lists: they wait until one of these holds something else. Only the newest
 * do, so that there is never more than one publication, whose size is bounded itself.
 */
import type { ListContents } from '../lists/list-contents.ts';
import type { ListStore } from '../lists/list-store.ts';
import type { Published } from './assembler.ts';

export interface RefusedRules {
  readonly published: Published;
  /** Names of lists; there need not be any of that name yet. */
  readonly referred: ReadonlySet<string>;
}

export class WaitingRules {
  private readonly lists: ListStore;
  private published: Published | undefined;
  /** By name, what the lists held when the rules were last tried. */
  private triedWith: ReadonlyMap<string, ListContents | undefined> = new Map();

  constructor(lists: ListStore) {
    this.lists = lists;
  }

  /** What is to be tried again now, because a list has changed. */
  get ready(): Published | undefined {
    const hasChanged = [...this.triedWith].some(([name, contents]) => this.lists.contentsOf(name) !== contents);
    return hasChanged ? this.published : undefined;
  }

  /** Rules that were tried with the lists as they are now, in the place of what waited. Undefined when none are to wait. */
  put(refused: RefusedRules | undefined): void {
    this.published = refused?.published;
    this.triedWith = new Map([...(refused?.referred ?? [])].map((name) => [name, this.lists.contentsOf(name)]));
  }
}
