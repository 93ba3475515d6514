import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile, replaceFileBy } from './replace-file.ts';

let home: string;
let path: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-replace-'));
  path = join(home, 'kept/file');
});

afterEach(() => rmSync(home, { recursive: true }));

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
    seen.push(readFileSync(path, 'utf8'), readFileSync(`${path}.new`, 'utf8'));
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
  expect([readFileSync(path, 'utf8'), readFileSync(`${path}.new`, 'utf8')]).toEqual(['old', 'new']);
  await replaceFileBy(path, ['newer']);
  expect([readFileSync(path, 'utf8'), readdirSync(join(home, 'kept'))]).toEqual(['newer', ['file']]);
});

test('what a crash has left is written over', async () => {
  await replaceFileBy(path, ['old']);
  writeFileSync(`${path}.new`, 'a longer text, torn');
  chmodSync(`${path}.new`, 0o400);
  await replaceFileBy(path, ['new']);
  expect([readFileSync(path, 'utf8'), readdirSync(join(home, 'kept'))]).toEqual(['new', ['file']]);
});

test('others have their turn between the pieces', async () => {
  let turns = 0;
  const turn = (): NodeJS.Immediate => setImmediate(() => (turns++, (next = turn())));
  let next = turn();
  await replaceFileBy(path, Array.from({ length: 100 }, () => 'x'.repeat(100_000)));
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(100);
});
