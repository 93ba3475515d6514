/** Lists from disk: the .txt files of folders. A file that is no list changes nothing; its faults are reported. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Faults, type Diagnostic } from '../rules/diagnostics.ts';
import { listBytesMax, listNameOf, parseList } from './list-file.ts';
import type { ListContents } from './list-contents.ts';

export interface LoadedList {
  readonly name: string;
  readonly file: string;
  readonly contents: ListContents;
  /** Changes whenever the file does. */
  readonly stamp: string;
}

export interface LoadedLists {
  readonly lists: readonly LoadedList[];
  /** All files that are lists by name and count, whether or not they were read again, or are in order. */
  readonly files: readonly string[];
  readonly faults: readonly Diagnostic[];
  /** Folders that cannot be read, each a fault at its own name: who wants lists may mind. */
  readonly unreadable: readonly Diagnostic[];
}

/**
 * Never rejects. Of two files with one name the later folder's counts, and the other is not even read: so one's own
 * folder behind another can replace a list of it. A folder that is not there has no lists. `known`: stamps by file, of
 * what need not be read again: a large list takes a second.
 */
export async function loadListFiles(folders: readonly string[], known: ReadonlyMap<string, string> = new Map()): Promise<LoadedLists> {
  const lists: LoadedList[] = [];
  const faults: Diagnostic[] = [];
  const unreadable: Diagnostic[] = [];
  const found = await Promise.all(folders.map((folder) => listFilesIn(folder, unreadable)));
  const files = [...new Map(found.flat().map((file) => [basename(file), file])).values()];
  for (const file of files) {
    const stamp = await stampOf(file);
    if (stamp !== undefined && known.get(file) === stamp) continue;
    const own = new Faults(file);
    const list = await loadListFile(file, own, stamp ?? '');
    faults.push(...own.list);
    if (list !== undefined) lists.push(list);
  }
  return { lists, files, faults, unreadable };
}

/** The files of a folder that are lists by name. */
async function listFilesIn(folder: string, unreadable: Diagnostic[]): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith('.txt') && !name.startsWith('.')).sort().map((name) => join(folder, name));
  } catch (error) {
    unreadable.push({ file: folder, line: 1, column: 1, code: 'FILE_UNREADABLE', message: error instanceof Error ? error.message : String(error) });
    return [];
  }
}

async function loadListFile(file: string, faults: Faults, stamp: string): Promise<LoadedList | undefined> {
  const start = { line: 1, column: 1 };
  const name = listNameOf(file, faults);
  if (name === undefined) return undefined;
  try {
    if ((await stat(file)).size > listBytesMax) return faults.add('LIST_TOO_LARGE', start, `a list's file has at most ${listBytesMax} bytes`);
    const contents = parseList(await readFile(file, 'utf8'), faults);
    return contents === undefined ? undefined : { name, file, contents, stamp };
  } catch (error) {
    return faults.add('FILE_UNREADABLE', start, error instanceof Error ? error.message : String(error));
  }
}

/** Undefined when there is no such file. */
export async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { size, ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [size, ino, mtimeNs, ctimeNs].join('/');
  } catch {
    return undefined;
  }
}
