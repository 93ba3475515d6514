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

function keeper(lists = new ListStore()): RuleKeeper {
  return new RuleKeeper({ rulePaths: [join(home, 'rules')], listFolders: [join(home, 'lists')], fields: engineFields(), lists, logger, swap: () => {} });
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

/** All that the rules hold, with the lists that they look up. */
const textsOf = ({ rules }: RuleKeeper): string => JSON.stringify(rules, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

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
  expect(kept.rules).toHaveLength(2);
  expect(textsOf(kept)).toContain('beta');
});

describe('a list with which the rules that use it are refused', () => {
  const listOf = (...entries: string[]): string => `# kind: text\n${entries.join('\n')}\n`;
  const tooMany = listOf(...Array.from({ length: 201 }, (_, index) => `e${index}`));
  const entriesOf = (lists: ListStore): Record<string, number> => Object.fromEntries(lists.summaries().map(({ name, entries }) => [name, entries]));

  /** Published rules with the published list `names`, and a file of the list `own`. */
  async function running(): Promise<{ kept: RuleKeeper; lists: ListStore }> {
    const lists = new ListStore();
    const kept = keeper(lists);
    writeFileSync(join(home, 'lists/own.txt'), listOf('alpha'));
    await kept.openLists();
    expect(await kept.usePublished(published('list/g/names', Buffer.from(listOf('alpha', 'beta'))))).toBe(true);
    expect(await kept.usePublished(publishedRules(rule('Names', '%names%'), rule('Own', '%own%')))).toBe(true);
    await kept.openRules();
    return { kept, lists };
  }

  test.each([['of too many entries', tooMany, 'VARIANTS_TOO_MANY'], ['of none', listOf(), 'VALUE_EMPTY']])('is not taken when it is published: %s', async (_of, text, code) => {
    const { kept, lists } = await running();
    const before = textsOf(kept);
    expect(await kept.usePublished(published('list/g/names', Buffer.from(text)))).toBe(false);
    expect([textsOf(kept), entriesOf(lists), kept.counters.lists]).toEqual([before, { names: 2, own: 1 }, 1]);
    expect(lines).toContainEqual(expect.objectContaining({ code }));
    expect(await kept.usePublished(published('list/g/names', Buffer.from(listOf('gamma'))))).toBe(true);
    expect([textsOf(kept).includes('gamma'), textsOf(kept).includes('beta')]).toEqual([true, false]);
  });

  test('does not become a published one: its file counts on', async () => {
    const { kept, lists } = await running();
    expect(await kept.usePublished(published('list/g/own', Buffer.from(tooMany)))).toBe(false);
    writeFileSync(join(home, 'lists/own.txt'), listOf('one', 'two', 'three'));
    await kept.listsChanged();
    expect(entriesOf(lists)).toEqual({ names: 2, own: 3 });
  });

  test('is not taken from its file, until there are rules with which it may be used', async () => {
    const { kept, lists } = await running();
    writeFileSync(join(home, 'lists/own.txt'), tooMany);
    writeFileSync(join(home, 'lists/other.txt'), listOf('alpha'));
    await kept.listsChanged();
    expect([entriesOf(lists), kept.counters.lists]).toEqual([{ names: 2, own: 1, other: 1 }, 2]);
    expect(await kept.usePublished(publishedRules(rule('Names', '%names%')))).toBe(true);
    expect([entriesOf(lists), kept.counters.lists]).toEqual([{ names: 2, own: 201, other: 1 }, 3]);
  });

  test('is told apart from one that comes while the rule files have a fault of their own', async () => {
    const lists = new ListStore();
    const kept = keeper(lists);
    writeFileSync(join(home, 'rules/a.yml'), rule('Listed', '%names%'));
    await kept.openLists();
    await kept.usePublished(published('list/g/names', Buffer.from(listOf('alpha'))));
    await kept.openRules();
    writeFileSync(join(home, 'rules/b.yml'), 'title: Broken\ndetection: [\n');
    await kept.filesChanged();
    expect(await kept.usePublished(published('list/g/names', Buffer.from(listOf('gamma', 'delta'))))).toBe(true);
    rmSync(join(home, 'rules/b.yml'));
    await kept.filesChanged();
    expect([entriesOf(lists), textsOf(kept).includes('gamma')]).toEqual([{ names: 2 }, true]);
  });
});
