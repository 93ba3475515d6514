/**
 * The lists that an engine can start with. As while it runs, a list with which the rules are refused must not be taken;
 * but at the start there are no rules in use that it could be held against. So rules are tried with the newest of all
 * lists, then with those that were last in use, then with those of the files, until they load. A new home does not know
 * what was in use: there it is a step back at a time, as far as it goes, and then each is left out once before all are.
 */
import type { ListContents } from '../lists/list-contents.ts';
import type { Published } from './assembler.ts';
import { listNameIn } from './content.ts';
import type { NewContents } from './lists-in-use.ts';
import type { Versions } from './published.ts';

/** Lists that a new home leaves out one by one: each is another load of all the rules, which may have a fault of their own. */
const leftOutMax = 32;

export interface StartLists {
  readonly lists: readonly NewContents[];
  /** What they are of what is published; where that is withdrawn, the file's list is among them. */
  readonly published: readonly Published[];
  /** Those that count in place of files, as these were. */
  readonly kept: readonly NewContents[];
  /** What is newer, to be offered when the rules are in use. */
  readonly newer: readonly Versions[];
}

/** What there is to choose from. */
export interface ListSources {
  readonly files: readonly NewContents[];
  /** Files as they were. */
  readonly kept: () => Promise<readonly NewContents[]>;
  readonly published: readonly Versions[];
  /** By subject, when what was last in use was issued; empty in a new home. */
  readonly usedMs: ReadonlyMap<string, number>;
  /** Undefined when what was published is no list. It is asked no more than it must: a large one takes a second. */
  readonly contentsOf: (published: Published) => ListContents | undefined;
}

export async function* startLists({ files, kept, published: all, usedMs, contentsOf }: ListSources): AsyncGenerator<StartLists> {
  const isUsable = (published: Published): boolean => published.content === undefined || contentsOf(published) !== undefined;
  const newest = all.map((versions) => versions.findIndex(isUsable));
  yield pick(newest, []);
  const before = await kept();
  if (before.length > 0) yield pick(newest, before);
  let last: readonly number[] = newest;
  for (const earlier of usedMs.size > 0 ? lastUsed() : stepsBack()) yield pick((last = earlier), before);
  if (usedMs.size === 0 && all.length > 1) {
    for (const subject of all.keys().filter((each) => last[each]! >= 0).take(leftOutMax)) yield pick(last.with(subject, -1), before);
  }
  if (newest.some((index) => index >= 0)) yield pick(all.map(() => -1), []);

  /** Of what was refused while the engine ran, nothing was in use: there the file's list was. */
  function* lastUsed(): Generator<readonly number[]> {
    const used = all.map((versions) => versions.findIndex((each) => usedMs.get(each.manifest.subject) === each.manifest.issued_ms && isUsable(each)));
    if (used.some((index, subject) => index !== newest[subject])) yield used;
  }

  /** Of all that have a version before. */
  function* stepsBack(): Generator<readonly number[]> {
    for (let from: readonly number[] = newest; ; ) {
      const earlier = from.map((index, subject) => Math.max(index, all[subject]!.findIndex((each, at) => at > index && isUsable(each))));
      if (earlier.every((index, subject) => index === from[subject])) return;
      yield (from = earlier);
    }
  }

  /** `indices`: of the version of each subject; negative for none. */
  function pick(indices: readonly number[], inPlace: readonly NewContents[]): StartLists {
    const published = all.flatMap((versions, subject) => versions[indices[subject]!] ?? []);
    const lists = new Map([...files, ...inPlace].map((list) => [list.name, list]));
    for (const each of published) {
      const { subject } = each.manifest;
      const contents = each.content === undefined ? undefined : contentsOf(each);
      if (contents !== undefined) lists.set(listNameIn(subject), { name: listNameIn(subject), file: subject, contents });
    }
    const newer = all.flatMap((versions, subject) => {
      const [first, ...more] = indices[subject]! < 0 ? versions : versions.slice(0, indices[subject]);
      return first === undefined ? [] : [[first, ...more] as const];
    });
    return { lists: [...lists.values()], published, kept: inPlace, newer };
  }
}
