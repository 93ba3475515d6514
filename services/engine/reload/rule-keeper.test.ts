/** What replaces the rules in use, when several things change at once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineFields } from '../engine-fields.ts';
import { ListStore } from '../lists/list-store.ts';
import type { Published } from './assembler.ts';
import { packRules } from './content.ts';
import { RuleKeeper } from './rule-keeper.ts';

let home: string;
let lines: Record<string, unknown>[];
const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });

beforeEach(() => {
  lines = [];
  home = mkdtempSync(join(tmpdir(), 'ringfence-keeper-'));
  for (const folder of ['rules', 'lists']) mkdirSync(join(home, folder));
});

afterEach(() => rmSync(home, { recursive: true }));

const rule = (title: string, path: string): string => JSON.stringify({ title, logsource: { category: 'file_access', product: 'linux' }, detection: { a: { 'TargetFilename|expand': path, 'Image|contains|expand': path }, condition: 'a' } });

function keeper(): RuleKeeper {
  return new RuleKeeper({ rulePaths: [join(home, 'rules')], listFolders: [join(home, 'lists')], fields: engineFields(), lists: new ListStore(), logger, swap: () => {} });
}

function publishedRules(...texts: string[]): Published {
  return published('rules/g', packRules(texts.map((text, index) => ({ file: `${index}.yml`, text }))));
}

function published(subject: string, content: Buffer): Published {
  return { manifest: { subject, version: 'v', issued_ms: 1, bytes: 0, parts: [] }, content, records: [] };
}

/** As an engine starts, with what is published for it. */
async function open(...content: Published[]): Promise<RuleKeeper> {
  const kept = keeper();
  await kept.openLists();
  for (const each of content) expect(await kept.usePublished(each)).toBe(true);
  await kept.openRules();
  return kept;
}

const titles = ({ rules }: RuleKeeper): string[] => rules.map(({ title }) => title);

describe('at the start', () => {
  const broken = 'title: Broken\ndetection: [\n';

  test('the rules of the files are used when none are published', async () => {
    writeFileSync(join(home, 'rules/a.yml'), rule('From files', '/x'));
    expect(titles(await open())).toEqual(['From files']);
  });

  test('a fault of the files ends it, with its place, when they are needed', async () => {
    writeFileSync(join(home, 'rules/a.yml'), broken);
    writeFileSync(join(home, 'lists/bad.txt'), '# kind: ip\nx\n');
    await expect(open()).rejects.toThrow(/bad\.txt:2:1: LIST_ENTRY_INVALID: .*\n.*a\.yml:\d+:\d+: YAML_INVALID/);
  });

  test('a timespan that the kept events cannot rebuild is refused, with its place', async () => {
    const base = 'title: Base\nname: base\nlogsource: { category: process_creation, product: linux }\ndetection: { a: { Image: /x }, condition: a }\n';
    writeFileSync(join(home, 'rules/a.yml'), `${base}---\ntitle: Burst\ncorrelation: { type: event_count, rules: [base], group-by: [node], condition: { gte: 2 }, timespan: 12h }\n`);
    await expect(open()).rejects.toThrow(/a\.yml:7:\d+: TIMESPAN_TOO_LONG/);
  });

  test('files and lists with faults that nothing needs, because rules are published, are only told', async () => {
    writeFileSync(join(home, 'rules/a.yml'), broken);
    writeFileSync(join(home, 'lists/bad.txt'), '# kind: ip\nx\n');
    expect(titles(await open(publishedRules(rule('Published', '/y'))))).toEqual(['Published']);
    expect(lines.map(({ level, code }) => [level, code])).toEqual([[40, 'LIST_ENTRY_INVALID'], [40, 'YAML_INVALID'], [40, undefined]]);
  });

  test('rules of the files find a list that is only published, whatever its file holds', async () => {
    writeFileSync(join(home, 'rules/a.yml'), rule('Listed', '%bad%'));
    writeFileSync(join(home, 'lists/bad.txt'), '# kind: ip\nx\n');
    expect(titles(await open(published('list/g/bad', Buffer.from('# kind: text\nalpha\n'))))).toEqual(['Listed']);
    expect(lines).toEqual([]);
  });

  test('no rule at all is told', async () => {
    expect(titles(await open())).toEqual([]);
    expect(lines).toMatchObject([{ paths: [join(home, 'rules')], msg: expect.stringContaining('nothing will be detected') }]);
  });

  test('published rules that cannot be read leave those of the files', async () => {
    writeFileSync(join(home, 'rules/a.yml'), rule('From files', '/x'));
    const kept = keeper();
    await kept.openLists();
    expect(await kept.usePublished(publishedRules(broken))).toBe(false);
    await kept.openRules();
    expect(titles(kept)).toEqual(['From files']);
  });
});

test('published rules that come while changed files are read are the ones in use in the end', async () => {
  writeFileSync(join(home, 'rules/a.yml'), rule('From files', '/x'));
  const kept = keeper();
  await Promise.all([kept.filesChanged(), kept.usePublished(publishedRules(rule('Published', '/y')))]);
  expect(titles(kept)).toEqual(['Published']);
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
