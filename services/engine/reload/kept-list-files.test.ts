import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadListFiles, type LoadedList } from '../lists/list-files.ts';
import { KeptListFiles } from './kept-list-files.ts';

let home: string;
let kept: KeptListFiles;
let lines: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-kept-'));
  mkdirSync(join(home, 'lists'));
  lines = [];
  kept = new KeptListFiles(join(home, 'kept'), pino({}, { write: (line: string) => lines.push(line) }));
});

afterEach(() => rmSync(home, { recursive: true }));

async function written(...entries: string[]): Promise<LoadedList> {
  writeFileSync(join(home, 'lists/bad.txt'), `# kind: path\n${entries.join('\n')}\n`);
  return (await loadListFiles([join(home, 'lists')])).lists[0]!;
}

const entries = async (): Promise<Record<string, number>> => Object.fromEntries((await kept.read()).map(({ name, contents }) => [name, contents.entries]));

test('a file is kept as it was read, until it is forgotten', async () => {
  expect(await entries()).toEqual({});
  await kept.keep(await written('/a', '/b'));
  expect(await entries()).toEqual({ bad: 2 });
  await kept.forget('bad');
  await kept.forget('bad');
  expect([await entries(), lines]).toEqual([{}, []]);
});

test('files are forgotten but those of some names, and what else stands there stays', async () => {
  await kept.keep(await written('/a'));
  for (const file of ['gone.txt', 'other.json']) writeFileSync(join(home, 'kept', file), '# kind: path\n');
  await kept.forgetAllBut(['bad']);
  expect(readdirSync(join(home, 'kept'))).toEqual(['bad.txt', 'other.json']);
});

test('a file that has changed since it was read is not kept: the copy before stays', async () => {
  await kept.keep(await written('/a'));
  const list = await written('/a', '/b');
  await written('/a', '/b', '/c');
  await kept.keep(list);
  expect([await entries(), readdirSync(join(home, 'kept'))]).toEqual([{ bad: 1 }, ['bad.txt']]);
});

test('what cannot be kept is told', async () => {
  const list = await written('/a');
  rmSync(list.file);
  await kept.keep(list);
  expect(lines).toEqual([expect.stringContaining('could not keep')]);
});

test('a file that has not changed is not copied again, and one that has is, whatever its size and time say', async () => {
  const copy = join(home, 'kept/bad.txt');
  const list = await written('/a');
  await kept.keep(list);
  const { ino, mtime } = statSync(copy);
  await kept.keep(list);
  expect(statSync(copy).ino).toBe(ino);
  const changed = await written('/b');
  utimesSync(changed.file, mtime, mtime);
  await kept.keep((await loadListFiles([join(home, 'lists')])).lists[0]!);
  expect(readFileSync(copy, 'utf8')).toContain('/b');
});
