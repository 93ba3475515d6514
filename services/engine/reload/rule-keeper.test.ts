/** What replaces the rules in use, when several things change at once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#runtime/log.ts';
import { engineFields } from '../engine-fields.ts';
import { ListStore } from '../lists/list-store.ts';
import type { Published } from './assembler.ts';
import { packRules } from './content.ts';
import { RuleKeeper } from './rule-keeper.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-keeper-'));
  for (const folder of ['rules', 'lists']) mkdirSync(join(home, folder));
});

afterEach(() => rmSync(home, { recursive: true }));

const rule = (title: string, path: string): string => JSON.stringify({ title, logsource: { category: 'file_access', product: 'linux' }, detection: { a: { 'TargetFilename|expand': path, 'Image|contains|expand': path }, condition: 'a' } });

function keeper(): RuleKeeper {
  const options = { rulePaths: [join(home, 'rules')], listFolders: [join(home, 'lists')], fields: engineFields(), lists: new ListStore(), logger: createLogger('test', 'silent'), swap: () => {} };
  return new RuleKeeper([], options);
}

function published(text: string): Published {
  return { manifest: { subject: 'rules/g', version: 'v', issued_ms: 1, bytes: 0, parts: [] }, content: packRules([{ file: 'p.yml', text }]), records: [] };
}

test('published rules that come while changed files are read are the ones in use in the end', async () => {
  writeFileSync(join(home, 'rules/a.yml'), rule('From files', '/x'));
  const kept = keeper();
  await Promise.all([kept.filesChanged(), kept.usePublished(published(rule('Published', '/y')))]);
  expect(kept.rules.map(({ title }) => title)).toEqual(['Published']);
});

test('a list that rules refer to and that is gone keeps what it held, and others change on', async () => {
  for (const name of ['one', 'two']) {
    writeFileSync(join(home, `lists/${name}.txt`), '# kind: text\nalpha\n');
    writeFileSync(join(home, `rules/${name}.yml`), rule(name, `%${name}%`));
  }
  const kept = keeper();
  await kept.listsChanged();
  await kept.filesChanged();
  rmSync(join(home, 'lists/two.txt'));
  writeFileSync(join(home, 'lists/one.txt'), '# kind: text\nbeta\n');
  await kept.listsChanged();
  const texts = JSON.stringify(kept.rules, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  expect(kept.rules).toHaveLength(2);
  expect(texts).toContain('beta');
});
