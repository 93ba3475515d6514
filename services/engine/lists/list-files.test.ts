import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadListFiles, type LoadedLists } from './list-files.ts';

let home: string;
let folders: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-lists-'));
  folders = ['shipped', 'own'].map((folder) => join(home, folder));
  for (const folder of folders) mkdirSync(folder);
});

afterEach(() => rmSync(home, { recursive: true }));

const write = (file: string, ...entries: string[]): void => writeFileSync(join(home, file), `# kind: path\n${entries.join('\n')}\n`);
const entriesOf = ({ lists }: LoadedLists): Record<string, number> => Object.fromEntries(lists.map(({ file, contents }) => [file.slice(home.length + 1), contents.entries]));

describe('of two files of one list', () => {
  beforeEach(() => {
    write('shipped/bad.txt', '/a');
    write('shipped/other.txt', '/a');
    write('own/bad.txt', '/a', '/b');
  });

  test("the later folder's counts, whichever changed last", async () => {
    const loaded = await loadListFiles(folders);
    expect(entriesOf(loaded)).toEqual({ 'own/bad.txt': 2, 'shipped/other.txt': 1 });
    const stamps = new Map(loaded.lists.map(({ file, stamp }) => [file, stamp]));
    write('shipped/bad.txt', '/a', '/b', '/c');
    expect(entriesOf(await loadListFiles(folders, stamps))).toEqual({});
    write('own/bad.txt', '/a', '/b', '/c', '/d');
    expect(entriesOf(await loadListFiles(folders, stamps))).toEqual({ 'own/bad.txt': 4 });
    expect(entriesOf(await loadListFiles(folders.toReversed()))).toEqual({ 'shipped/bad.txt': 3, 'shipped/other.txt': 1 });
  });

  test("the later folder's counts with its faults: the other does not stand in for it", async () => {
    writeFileSync(join(home, 'own/bad.txt'), '# kind: nothing\n');
    const loaded = await loadListFiles(folders);
    expect([entriesOf(loaded), loaded.faults.map(({ file, code }) => [file, code])]).toEqual([{ 'shipped/other.txt': 1 }, [[join(home, 'own/bad.txt'), 'LIST_KIND_UNKNOWN']]]);
  });
});
