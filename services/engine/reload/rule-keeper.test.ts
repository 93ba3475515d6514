/** What replaces the rules in use, when several things change at once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineFields } from '../engine-fields.ts';
import { ListStore } from '../lists/list-store.ts';
import type { Published } from './assembler.ts';
import { broken, entriesOf, listOf, lookUp, publishedList, publishedRules, rule, textsOf, titles, tooMany } from './keeper-rig.ts';
import type { Versions } from './published.ts';
import { RuleKeeper } from './rule-keeper.ts';

let home: string;
let lines: Record<string, unknown>[];
/** Subjects and times of issue, in order, of what the keeper told that it uses. */
let used: string[];
const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });

beforeEach(() => {
  lines = [];
  used = [];
  home = mkdtempSync(join(tmpdir(), 'ringfence-keeper-'));
  for (const folder of ['rules', 'lists']) mkdirSync(join(home, folder));
});

afterEach(() => rmSync(home, { recursive: true }));

function keeper(lists = new ListStore()): RuleKeeper {
  return new RuleKeeper({ rulePaths: [join(home, 'rules')], listFolders: [join(home, 'lists')], keptLists: join(home, 'kept'), fields: engineFields(), lists, logger, swap: () => {}, used: (all) => Promise.resolve(void used.push(...all.map(({ manifest }) => `${manifest.subject} ${manifest.issued_ms}`))) });
}

/** As an engine starts, with what is published for it. */
async function open(...content: (Published | Versions)[]): Promise<RuleKeeper> {
  return await openWith(new ListStore(), ...content);
}

async function openWith(lists: ListStore, ...content: (Published | Versions)[]): Promise<RuleKeeper> {
  return await openAfter(new Map(), lists, ...content);
}

/** In a home that knows when what was in use was issued. */
async function openAfter(usedMs: ReadonlyMap<string, number>, lists: ListStore, ...content: (Published | Versions)[]): Promise<RuleKeeper> {
  const kept = keeper(lists);
  await kept.open(content.map((each) => ('manifest' in each ? [each] : each)), usedMs);
  return kept;
}

describe('at the start', () => {
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
    expect(titles(await open(publishedList('bad', '# kind: text\nalpha\n')))).toEqual(['Listed']);
    expect(lines).toEqual([]);
  });

  test('no rule at all is told', async () => {
    expect(titles(await open())).toEqual([]);
    expect(lines).toMatchObject([{ paths: [join(home, 'rules')], msg: expect.stringContaining('nothing will be detected') }]);
  });

  test('of several published rules the newest are used that can be', async () => {
    const kept = await open([publishedRules(broken), publishedRules(rule('Newer', '/y')), publishedRules(rule('Older', '/z'))]);
    expect([titles(kept), kept.counters.rejected]).toEqual([['Newer'], 1]);
  });

  test('published rules that cannot be read leave those of the files', async () => {
    writeFileSync(join(home, 'rules/a.yml'), rule('From files', '/x'));
    const kept = await open(publishedRules(broken));
    expect([titles(kept), kept.counters.rejected, used]).toEqual([['From files'], 1, []]);
  });
});

describe('a list with which the rules are refused at the start', () => {
  const good = publishedList('names', listOf('alpha', 'beta'), 1);
  const bad = publishedList('names', tooMany, 2);

  test('leaves the one before in use, and the rules; other lists are the newest', async () => {
    const lists = new ListStore();
    const rules = publishedRules(rule('Names', '%names%'), rule('Others', '%others%'));
    const kept = await openWith(lists, [bad, good], [publishedList('others', listOf('gamma'), 4), publishedList('others', listOf('delta', 'epsilon'), 3)], rules);
    expect([titles(kept), entriesOf(lists), textsOf(kept).includes('gamma')]).toEqual([['Names', 'Others'], { names: 2, others: 1 }, true]);
    expect(used).toEqual(['rules/g 1', 'list/g/names 1', 'list/g/others 3', 'list/g/others 4']);
    // It is tried once more after the other list changed.
    expect(kept.counters).toEqual({ rules: 2, lists: 3, rejected: 2, waiting: 1 });
    const refusal = [[50, 'VARIANTS_TOO_MANY'], [50, undefined], [50, undefined]];
    expect(lines.map(({ level, code }) => [level, code])).toEqual([...refusal, ...refusal]);
  });

  test('leaves, in a new home, the newest before it that the rules take: what is older still may fit as little', async () => {
    const lists = new ListStore();
    const versions: Versions = [bad, publishedList('names', listOf('alpha', 'beta'), 1), publishedList('names', tooMany, 0)];
    const kept = await openWith(lists, versions, publishedList('others', listOf('gamma')), publishedRules(rule('Names', '%names%')));
    expect([titles(kept), entriesOf(lists), used]).toEqual([['Names'], { names: 2, others: 1 }, ['rules/g 1', 'list/g/names 1', 'list/g/others 1']]);
  });

  test('leaves that of the file in use when no other was published', async () => {
    const lists = new ListStore();
    writeFileSync(join(home, 'lists/names.txt'), listOf('gamma'));
    expect(titles(await openWith(lists, bad, publishedRules(rule('Names', '%names%'))))).toEqual(['Names']);
    expect([entriesOf(lists), used]).toEqual([{ names: 1 }, ['rules/g 1']]);
  });

  test('does not keep the rules of files from being used', async () => {
    writeFileSync(join(home, 'rules/a.yml'), rule('From files', '%names%'));
    expect(titles(await open([bad, good]))).toEqual(['From files']);
    expect(used).toEqual(['list/g/names 1']);
  });

  describe.each(['files', 'published'])('and the only one of its name, with rules that need others (%s),', (from) => {
    const names = publishedList('names', tooMany, 5);
    const others = publishedList('others', listOf('delta', 'epsilon'), 3);
    const rules = [rule('Names', '%names%'), rule('Others', '%others%')];
    const content = from === 'files' ? [names, others] : [names, others, publishedRules(...rules)];

    beforeEach(() => {
      writeFileSync(join(home, 'lists/names.txt'), listOf('gamma'));
      if (from === 'files') for (const [index, text] of rules.entries()) writeFileSync(join(home, `rules/${index}.yml`), text);
    });

    test.each([['was refused before the restart', [['list/g/others', 3], ['rules/g', 1]]], ['is there in a new home', []]] as const)('leaves these in use, and that of the file: it %s', async (_when, usedMs) => {
      const lists = new ListStore();
      const kept = await openAfter(new Map(usedMs), lists, ...content);
      expect([titles(kept), entriesOf(lists), kept.counters.waiting]).toEqual([['Names', 'Others'], { names: 1, others: 2 }, 1]);
      expect(used.filter((each) => each.startsWith('list/'))).toEqual(['list/g/others 3']);
    });
  });

  test('is taken with newer rules that it fits, however it does with those before', async () => {
    const lists = new ListStore();
    const kept = await openWith(lists, [bad, good], [publishedRules(lookUp('Looked up', '%names%')), publishedRules(rule('Names', '%names%'))]);
    expect([titles(kept), entriesOf(lists), kept.counters.rejected]).toEqual([['Looked up'], { names: 201 }, 0]);
  });

  test('is told apart from rules that have a fault of their own: those before are used', async () => {
    const lists = new ListStore();
    const kept = await openWith(lists, [publishedList('names', listOf('gamma'), 2), good], [publishedRules(broken), publishedRules(rule('Names', '%names%'))]);
    expect([titles(kept), entriesOf(lists), kept.counters.rejected]).toEqual([['Names'], { names: 1 }, 1]);
  });

  test.each([['of a file is gone', undefined, 'PLACEHOLDER_UNRESOLVED'], ['of a file has changed to it', tooMany, 'VARIANTS_TOO_MANY'], ['of a file is none any more', '# kind: no\n', 'LIST_KIND_UNKNOWN']])('leaves the one before in use when that %s, and the published rules', async (_how, text, code) => {
    const rules = publishedRules(rule('Own', '%own%'), rule('Other', '%other%'));
    for (const name of ['own', 'other']) writeFileSync(join(home, `lists/${name}.txt`), listOf('alpha'));
    await open(rules);
    rmSync(join(home, 'lists/own.txt'));
    if (text !== undefined) writeFileSync(join(home, 'lists/own.txt'), text);
    writeFileSync(join(home, 'lists/other.txt'), listOf('beta', 'gamma'));
    for (const start of ['first', 'second']) {
      const lists = new ListStore();
      const kept = await openWith(lists, rules);
      expect([start, titles(kept), entriesOf(lists), textsOf(kept).includes('gamma')]).toEqual([start, ['Own', 'Other'], { own: 1, other: 2 }, true]);
      expect(lines.splice(0)).toContainEqual(expect.objectContaining({ level: 50, code }));
    }
    // The rules of files would not do without it.
    writeFileSync(join(home, 'rules/a.yml'), rule('Own', '%own%'));
    await expect(open()).rejects.toThrow(code);
    const lists = new ListStore();
    const kept = await openWith(lists, rules);
    await kept.use([publishedRules(lookUp('Other', '%other%'))]);
    expect(entriesOf(lists)).toEqual({ other: 2, ...(text === tooMany ? { own: 201 } : text === undefined ? {} : { own: 1 }) });
  });

  test('may be one that is withdrawn and needed', async () => {
    const lists = new ListStore();
    const kept = await openWith(lists, [publishedList('names', undefined, 2), good], publishedRules(rule('Names', '%names%')));
    expect([titles(kept), entriesOf(lists), used]).toEqual([['Names'], { names: 2 }, ['rules/g 1', 'list/g/names 1']]);
    expect(lines).toContainEqual(expect.objectContaining({ level: 50, code: 'PLACEHOLDER_UNRESOLVED' }));
  });
});

test('published rules that come while changed files are read are the ones in use in the end', async () => {
  writeFileSync(join(home, 'rules/a.yml'), rule('From files', '/x'));
  const kept = keeper();
  await Promise.all([kept.filesChanged(), kept.use([publishedRules(rule('Published', '/y'))])]);
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

test('rules of files that were refused for a list are used when it is published', async () => {
  const kept = await open();
  writeFileSync(join(home, 'rules/a.yml'), rule('Names', '%names%'));
  await kept.filesChanged();
  expect(titles(kept)).toEqual([]);
  expect(await kept.use([publishedList('names', listOf('alpha'))])).toBe(true);
  expect(titles(kept)).toEqual(['Names']);
});

test('rules of files that were refused because a list was too large are used when one that fits is published', async () => {
  const kept = await open(publishedList('names', tooMany, 1));
  writeFileSync(join(home, 'rules/a.yml'), rule('Names', '%names%'));
  await kept.filesChanged();
  expect(titles(kept)).toEqual([]);
  expect(await kept.use([publishedList('names', listOf('alpha'), 2)])).toBe(true);
  expect(titles(kept)).toEqual(['Names']);
});

test('of several lists that are gone, only those stay that rules refer to', async () => {
  const lists = new ListStore();
  for (const name of ['one', 'two', 'three']) writeFileSync(join(home, `lists/${name}.txt`), listOf('alpha'));
  writeFileSync(join(home, 'rules/a.yml'), rule('Two', '%two%'));
  const kept = await openWith(lists);
  for (const name of ['one', 'two', 'three']) rmSync(join(home, `lists/${name}.txt`));
  await kept.listsChanged();
  expect([titles(kept), entriesOf(lists), kept.counters]).toEqual([['Two'], { two: 1 }, { rules: 0, lists: 2, rejected: 1, waiting: 1 }]);
});

test('however many lists are gone that rules refer to, the rules are loaded and refused once, until others need them less', async () => {
  const lists = new ListStore();
  const names = Array.from({ length: 50 }, (_, index) => `l${index}`);
  for (const name of names) {
    writeFileSync(join(home, `lists/${name}.txt`), listOf('alpha'));
    writeFileSync(join(home, `rules/${name}.yml`), rule(name, `%${name}%`));
  }
  const kept = await openWith(lists);
  for (const name of names) rmSync(join(home, `lists/${name}.txt`));
  await kept.listsChanged();
  expect(kept.counters).toEqual({ rules: 0, lists: 0, rejected: 1, waiting: 50 });
  expect(lines.filter(({ code }) => code === 'PLACEHOLDER_UNRESOLVED')).toHaveLength(100);
  writeFileSync(join(home, 'lists/other.txt'), listOf('alpha'));
  await kept.listsChanged();
  expect(kept.counters).toEqual({ rules: 0, lists: 1, rejected: 1, waiting: 50 });
  for (const name of names.slice(1)) rmSync(join(home, `rules/${name}.yml`));
  await kept.filesChanged();
  expect([kept.counters, entriesOf(lists)]).toEqual([{ rules: 1, lists: 50, rejected: 1, waiting: 1 }, { l0: 1, other: 1 }]);
});

test('lists beyond what an engine keeps wait at the start, and are used when there is room', async () => {
  const lists = new ListStore(2);
  for (const name of ['l1', 'l2']) writeFileSync(join(home, `lists/${name}.txt`), listOf('alpha'));
  const kept = await openWith(lists, publishedList('names', listOf('alpha')));
  expect([used, kept.counters, lists.find('names')]).toEqual([[], { rules: 0, lists: 0, rejected: 0, waiting: 1 }, undefined]);
  // Nor does it stand in for its file.
  writeFileSync(join(home, 'lists/names.txt'), listOf('alpha', 'beta'));
  await kept.listsChanged();
  expect([kept.counters.waiting, entriesOf(lists)['names']]).toEqual([1, undefined]);
  for (const name of ['l1', 'names']) rmSync(join(home, `lists/${name}.txt`));
  await kept.listsChanged();
  expect([used, kept.counters.waiting, entriesOf(lists)['names']]).toEqual([['list/g/names 1'], 0, 1]);
});

describe('lists that rules refuse only together', () => {
  const ten = listOf(...Array.from({ length: 10 }, (_, index) => `n${index}`));
  const thirty = listOf(...Array.from({ length: 30 }, (_, index) => `n${index}`));
  const one = listOf('n0');

  /** The rules take 200 combinations. */
  async function running(): Promise<{ kept: RuleKeeper; lists: ListStore }> {
    const lists = new ListStore();
    writeFileSync(join(home, 'rules/a.yml'), rule('Both', 'x%names%/%others%'));
    return { kept: await openWith(lists, publishedList('names', ten), publishedList('others', ten)), lists };
  }

  test('wait for each other: one that was published is tried again when the other changes', async () => {
    const { kept, lists } = await running();
    expect(await kept.use([publishedList('names', thirty, 2)])).toBe(false);
    expect([entriesOf(lists), kept.counters.waiting]).toEqual([{ names: 10, others: 10 }, 1]);
    expect(await kept.use([publishedList('others', one, 2)])).toBe(true);
    expect([entriesOf(lists), kept.counters.waiting, used.slice(-2)]).toEqual([{ names: 30, others: 1 }, 0, ['list/g/others 2', 'list/g/names 2']]);
    expect(textsOf(kept)).toContain('n29');
  });

  test('wait for each other: so does that of a file, which counts again because a published one is withdrawn', async () => {
    writeFileSync(join(home, 'lists/others.txt'), one);
    const { kept, lists } = await running();
    writeFileSync(join(home, 'lists/others.txt'), thirty);
    await kept.use([publishedList('others', undefined, 2)]);
    expect([entriesOf(lists), kept.counters.waiting]).toEqual([{ names: 10, others: 10 }, 1]);
    expect(await kept.use([publishedList('names', one, 3)])).toBe(true);
    expect([entriesOf(lists), kept.counters.waiting]).toEqual([{ names: 1, others: 30 }, 0]);
    expect(await kept.use([publishedList('names', thirty, 4)])).toBe(false);
    writeFileSync(join(home, 'lists/others.txt'), one);
    await kept.listsChanged();
    expect([entriesOf(lists), kept.counters.waiting]).toEqual([{ names: 30, others: 1 }, 0]);
  });

  test('do so at the start too, whatever their order', async () => {
    for (const [names, others] of [['names', 'others'], ['others', 'names']] as const) {
      const lists = new ListStore();
      writeFileSync(join(home, 'rules/a.yml'), rule('Both', 'x%names%/%others%'));
      // What was in use before fits neither of the newest until both are.
      const kept = await openWith(lists, [publishedList(names, thirty, 2), publishedList(names, ten, 1)], [publishedList(others, one, 2), publishedList(others, ten, 1)]);
      expect([entriesOf(lists), kept.counters.waiting]).toEqual([{ [names]: 30, [others]: 1 }, 0]);
    }
  });
});

describe('a list with which the rules that use it are refused', () => {
  /** Published rules with the published list `names`, and a file of the list `own`. */
  async function running(): Promise<{ kept: RuleKeeper; lists: ListStore }> {
    const lists = new ListStore();
    writeFileSync(join(home, 'lists/own.txt'), listOf('alpha'));
    return { kept: await openWith(lists, publishedList('names', listOf('alpha', 'beta')), publishedRules(rule('Names', '%names%'), rule('Own', '%own%'))), lists };
  }

  test.each([['of too many entries', tooMany, 'VARIANTS_TOO_MANY'], ['of none', listOf(), 'VALUE_EMPTY']])('is not taken when it is published: %s', async (_of, text, code) => {
    const { kept, lists } = await running();
    const before = textsOf(kept);
    expect(await kept.use([publishedList('names', text)])).toBe(false);
    expect([textsOf(kept), entriesOf(lists), kept.counters.lists]).toEqual([before, { names: 2, own: 1 }, 1]);
    expect(lines).toContainEqual(expect.objectContaining({ code }));
    expect(await kept.use([publishedList('names', listOf('gamma'))])).toBe(true);
    expect([textsOf(kept).includes('gamma'), textsOf(kept).includes('beta')]).toEqual([true, false]);
  });

  test('does not become a published one: its file counts on', async () => {
    const { kept, lists } = await running();
    expect(await kept.use([publishedList('own', tooMany)])).toBe(false);
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
    expect(await kept.use([publishedRules(rule('Names', '%names%'))])).toBe(true);
    expect([entriesOf(lists), kept.counters.lists]).toEqual([{ names: 2, own: 201, other: 1 }, 3]);
  });

  test('does not hold up others that changed with it', async () => {
    const { kept, lists } = await running();
    writeFileSync(join(home, 'lists/more.txt'), listOf('alpha'));
    await kept.listsChanged();
    expect(await kept.use([publishedRules(rule('Own', '%own%'), rule('More', '%more%'))])).toBe(true);
    writeFileSync(join(home, 'lists/own.txt'), tooMany);
    writeFileSync(join(home, 'lists/more.txt'), listOf('one', 'two', 'three'));
    await kept.listsChanged();
    expect([entriesOf(lists), kept.counters.waiting]).toEqual([{ names: 2, own: 1, more: 3 }, 1]);
  });

  test('waits, when it was published, for rules with which it may be used', async () => {
    const { kept, lists } = await running();
    expect(await kept.use([publishedList('names', tooMany, 3)])).toBe(false);
    expect([kept.counters.waiting, used.at(-1)]).toEqual([1, 'list/g/names 1']);
    expect(await kept.use([publishedRules(rule('Names', '%names%'), rule('Own', '%own%'))])).toBe(true);
    expect([kept.counters.waiting, entriesOf(lists)['names']]).toEqual([1, 2]);
    expect(await kept.use([publishedRules(lookUp('Names', '%names%'))])).toBe(true);
    expect([kept.counters.waiting, entriesOf(lists)['names'], used.slice(-2)]).toEqual([0, 201, ['rules/g 1', 'list/g/names 3']]);
  });

  test('waits no more when a newer one was taken, and does when an older one was', async () => {
    const { kept, lists } = await running();
    await kept.use([publishedList('names', tooMany, 3)]);
    expect(await kept.use([publishedList('names', listOf('gamma'), 4)])).toBe(true);
    expect(kept.counters.waiting).toBe(0);
    expect(await kept.use([publishedList('names', tooMany, 6), publishedList('names', listOf('a', 'b', 'c'), 5)])).toBe(true);
    expect([kept.counters.waiting, entriesOf(lists)['names']]).toEqual([1, 3]);
    await kept.use([publishedRules(lookUp('Names', '%names%'))]);
    expect(entriesOf(lists)['names']).toBe(201);
  });

  test('may be one that is withdrawn: it goes with the rules that need it', async () => {
    const { kept, lists } = await running();
    expect(await kept.use([publishedList('names', undefined, 3)])).toBe(false);
    expect([entriesOf(lists), used.at(-1)]).toEqual([{ names: 2, own: 1 }, 'list/g/names 1']);
    await kept.use([publishedRules(rule('Own', '%own%'))]);
    expect([entriesOf(lists), used.at(-1), kept.counters.waiting]).toEqual([{ own: 1 }, 'list/g/names 3', 0]);
  });

  test('is told apart from one that comes while the rule files have a fault of their own', async () => {
    const lists = new ListStore();
    writeFileSync(join(home, 'rules/a.yml'), rule('Listed', '%names%'));
    const kept = await openWith(lists, publishedList('names', listOf('alpha')));
    writeFileSync(join(home, 'rules/b.yml'), 'title: Broken\ndetection: [\n');
    await kept.filesChanged();
    expect(await kept.use([publishedList('names', listOf('gamma', 'delta'))])).toBe(true);
    rmSync(join(home, 'rules/b.yml'));
    await kept.filesChanged();
    expect([entriesOf(lists), textsOf(kept).includes('gamma')]).toEqual([{ names: 2 }, true]);
  });
});
