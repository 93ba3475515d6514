import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeAbandoned, replaceFile, replaceFileBy } from './replace-file.ts';

let home: string;
let path: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-replace-'));
  path = join(home, 'kept/file');
});

afterEach(() => rmSync(home, { recursive: true }));

/** Of files that are not whole yet. */
const unfinished = (): string[] => readdirSync(dirname(path)).filter((name) => name !== 'file').map((name) => join(dirname(path), name));

test('a file is made, with its folder, for its owner alone, and replaced', async () => {
  await replaceFileBy(path, ['a', 'b']);
  await replaceFileBy(path, ['c']);
  expect([readFileSync(path, 'utf8'), readdirSync(join(home, 'kept')), statSync(path).mode & 0o777, statSync(join(home, 'kept')).mode & 0o777]).toEqual(['c', ['file'], 0o600, 0o700]);
});

test('the old one stands until the new one is whole, and stays when that fails or is not wanted', async () => {
  await replaceFileBy(path, ['old']);
  const seen: string[] = [];
  const failing = function* (): Generator<string> {
    yield 'new';
    seen.push(readFileSync(path, 'utf8'), ...unfinished().map((each) => readFileSync(each, 'utf8')));
    throw new Error('no more');
  };
  await expect(replaceFileBy(path, failing())).rejects.toThrow('no more');
  await replaceFile(path, (next) => Promise.resolve(writeFileSync(next, 'new')).then(() => false));
  expect([seen, readFileSync(path, 'utf8'), readdirSync(join(home, 'kept'))]).toEqual([['old', 'new'], 'old', ['file']]);
});

test('a process that is killed on the way leaves the old one', async () => {
  await replaceFileBy(path, ['old']);
  const program = `
    import { replaceFileBy } from ${JSON.stringify(new URL('./replace-file.ts', import.meta.url).href)};
    await replaceFileBy(${JSON.stringify(path)}, (function* () {
      yield 'new';
      process.kill(process.pid, 'SIGKILL');
      yield 'never';
    })());`;
  expect(spawnSync(process.execPath, ['--input-type=module', '--eval', program]).signal).toBe('SIGKILL');
  expect([readFileSync(path, 'utf8'), unfinished().map((each) => readFileSync(each, 'utf8'))]).toEqual(['old', ['new']]);
  await replaceFileBy(path, ['newer']);
  expect(readFileSync(path, 'utf8')).toBe('newer');
});

test('what a crash has left is removed when nobody can be at it any more, and nothing else is', async () => {
  await replaceFileBy(path, ['old']);
  const id = '0b7f6f2e-6a53-4c1e-9f0d-2f3f5a0c9d11';
  const left = ['file', 'other.new', `file.${id}.new`, `list.txt.${id.replace('0b', '1b')}.new`];
  for (const name of left.slice(1)) writeFileSync(join(dirname(path), name), 'torn');
  for (const name of left.slice(0, 3)) utimesSync(join(dirname(path), name), 1_000, 1_000);
  utimesSync(join(dirname(path), left[3]!), 2_000, 2_000);
  chmodSync(join(dirname(path), left[2]!), 0o400);
  await removeAbandoned(dirname(path), 1_000_000 + 3_600_000 + 1);
  expect(readdirSync(dirname(path)).sort()).toEqual(['file', left[3], 'other.new']);
  await removeAbandoned(join(home, 'none'), 0);
});

test('two writers of one path at the same time both succeed, and what is there is whole', async () => {
  for (let round = 0; round < 20; round++) {
    await Promise.all(['a', 'b'].map((text) => replaceFileBy(path, Array.from({ length: 20 }, () => text.repeat(1_000)))));
    expect(readFileSync(path, 'utf8')).toMatch(/^(?:a{20000}|b{20000})$/);
  }
  expect(unfinished()).toEqual([]);
});

test('a writer that ends while another is at work puts its own in place, and the other then replaces it', async () => {
  const seen: string[] = [];
  await replaceFile(path, async (next) => {
    writeFileSync(next, 'first, ');
    await replaceFileBy(path, ['second']);
    seen.push(readFileSync(path, 'utf8'));
    writeFileSync(next, 'whole', { flag: 'a' });
    return true;
  });
  expect([seen, readFileSync(path, 'utf8'), unfinished()]).toEqual([['second'], 'first, whole', []]);
});

test('others have their turn between the pieces', async () => {
  let turns = 0;
  const turn = (): NodeJS.Immediate => setImmediate(() => (turns++, (next = turn())));
  let next = turn();
  await replaceFileBy(path, Array.from({ length: 100 }, () => 'x'.repeat(100_000)));
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(100);
});
