/** Which files of a folder are rules. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRuleFiles } from './read-files.ts';

test('a folder that Kubernetes mounts a ConfigMap at has each of its files once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringfence-configmap-'));
  try {
    const data = '..2026_01_01_00_00_00.123';
    mkdirSync(join(folder, data));
    writeFileSync(join(folder, data, 'a.yml'), 'title: A\n');
    symlinkSync(data, join(folder, '..data'));
    symlinkSync('..data/a.yml', join(folder, 'a.yml'));
    const { sources, unreadable } = await readRuleFiles([folder]);
    expect(sources).toEqual([{ file: join(folder, 'a.yml'), text: 'title: A\n' }]);
    expect(unreadable).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
