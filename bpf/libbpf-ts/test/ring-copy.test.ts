/** The C that reads ring memory, on plain memory and under sanitizers: see programs/ring-copy.c for the cases. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const sanitizers = '-fsanitize=address,undefined';
const skip = spawnSync('cc', ['-x', 'c', '-', '-o', '/dev/null', sanitizers], { input: 'int main(void) { return 0; }' }).status !== 0;

describe.skipIf(skip)(`the copy out of ring memory${skip ? ' (the compiler has no sanitizers here)' : ''}`, () => {
  let directory: string;
  beforeAll(() => void (directory = mkdtempSync(join(tmpdir(), 'libbpf-ts-'))));
  afterAll(() => rmSync(directory, { recursive: true }));

  test('stays within its memory for busy, discarded, wrapped, oversized and corrupt records', () => {
    const binary = join(directory, 'ring-copy');
    const sources = [join(root, 'test', 'programs', 'ring-copy.c'), join(root, 'native', 'ring-copy.c')];
    const options = ['-std=gnu11', '-g', '-O1', '-Wall', '-Wextra', '-Werror', sanitizers, '-fno-sanitize-recover'];
    expect(spawnSync('cc', [...options, ...sources, '-o', binary], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    expect(spawnSync(binary, [], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
