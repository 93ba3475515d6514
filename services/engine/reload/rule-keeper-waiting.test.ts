/** What was refused, and counts when what it was refused for has changed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { engineFields } from '../engine-fields.ts';
import { ListStore } from '../lists/list-store.ts';
import { broken, entriesOf, listOf, lookUp, publishedList, publishedRules, rule, titles, tooMany } from './keeper-rig.ts';
import type { Versions } from './published.ts';
import { RuleKeeper } from './rule-keeper.ts';

let home: string;
let lists: ListStore;
/** Subjects and times of issue, in order, of what the keeper told that it uses. */
let used: string[];

beforeEach(() => {
  lists = new ListStore();
  used = [];
  home = mkdtempSync(join(tmpdir(), 'ringfence-waiting-'));
  for (const folder of ['rules', 'lists']) mkdirSync(join(home, folder));
});

afterEach(() => rmSync(home, { recursive: true }));

const write = (path: string, text: string): void => writeFileSync(join(home, path), text);

async function open(...versions: Versions[]): Promise<RuleKeeper> {
  const kept = new RuleKeeper({ rulePaths: [join(home, 'rules')], listFolders: [join(home, 'lists')], keptLists: join(home, 'kept'), fields: engineFields(), lists, logger: pino({ level: 'silent' }), swap: () => {}, used: (all) => Promise.resolve(void used.push(...all.map(({ manifest }) => `${manifest.subject} ${manifest.issued_ms}`))) });
  await kept.open(versions, new Map());
  return kept;
}

describe('published rules that are refused', () => {
  const own = publishedRules(rule('Own', '/x'));
  const names = publishedRules(rule('Names', '%names%'));

  test.each([['published', true], ['a file', false]])('for want of a list are used when it is there: %s', async (_from, isPublished) => {
    const kept = await open([own]);
    expect([await kept.use([names]), titles(kept)]).toEqual([false, ['Own']]);
    used = [];
    if (isPublished) expect(await kept.use([publishedList('names', listOf('alpha'))])).toBe(true);
    else {
      write('lists/names.txt', listOf('alpha'));
      await kept.listsChanged();
    }
    expect([titles(kept), used]).toEqual([['Names'], [...(isPublished ? ['list/g/names 1'] : []), 'rules/g 1']]);
  });

  test('for what a list holds are used when it holds something else, and tried no sooner', async () => {
    const kept = await open([own], [publishedList('names', tooMany)]);
    expect(await kept.use([names])).toBe(false);
    expect(kept.counters.rejected).toBe(1);
    await kept.use([publishedList('others', listOf('alpha'))]);
    expect([titles(kept), kept.counters.rejected]).toEqual([['Own'], 1]);
    await kept.use([publishedList('names', listOf('alpha'), 2)]);
    expect([titles(kept), kept.counters.rejected]).toEqual([['Names'], 1]);
  });

  test('wait on while a list that comes is not enough', async () => {
    const kept = await open([own]);
    await kept.use([publishedRules(rule('Both', '%names%%others%'))]);
    await kept.use([publishedList('names', listOf('alpha'))]);
    expect([titles(kept), kept.counters.rejected]).toEqual([['Own'], 2]);
    await kept.use([publishedList('others', listOf('beta'))]);
    expect([titles(kept), kept.counters.rejected]).toEqual([['Both'], 2]);
  });

  test('at the start wait as well, behind those before and behind those of files', async () => {
    for (const versions of [[names, own], [names]] as const) {
      lists = new ListStore();
      write('rules/a.yml', rule('File', '/y'));
      const kept = await open(versions);
      expect([titles(kept), kept.counters.rejected]).toEqual([[versions.length > 1 ? 'Own' : 'File'], 1]);
      await kept.use([publishedList('names', listOf('alpha'))]);
      expect([titles(kept), kept.counters.rejected]).toEqual([['Names'], 1]);
    }
  });

  test('wait when older ones are used in their place', async () => {
    const kept = await open();
    // The newest of all refer to no list: they cannot come to count.
    expect(await kept.use([publishedRules(broken), names, own])).toBe(true);
    await kept.use([publishedList('names', listOf('alpha'))]);
    expect(titles(kept)).toEqual(['Names']);
  });

  test.each([['newer ones', own, ['Own']], ['a withdrawal', { ...own, content: undefined }, ['File']]])('wait no more when %s were taken', async (_what, next, expected) => {
    write('rules/a.yml', rule('File', '/y'));
    const kept = await open();
    await kept.use([names]);
    expect(await kept.use([next])).toBe(true);
    await kept.use([publishedList('names', listOf('alpha'))]);
    expect(titles(kept)).toEqual(expected);
  });

  test('and refer to no list are not tried again', async () => {
    const kept = await open([own]);
    await kept.use([publishedRules(broken)]);
    await kept.use([publishedList('names', listOf('alpha'))]);
    expect([titles(kept), kept.counters.rejected]).toEqual([['Own'], 1]);
  });
});

test('a list that mends the rules of files does so beside one that does not fit', async () => {
  write('lists/own.txt', listOf('alpha'));
  write('rules/a.yml', rule('Own', '%own%'));
  const kept = await open();
  write('rules/b.yml', rule('New', '%new%'));
  await kept.filesChanged();
  expect(titles(kept)).toEqual(['Own']);
  write('lists/own.txt', tooMany);
  write('lists/new.txt', listOf('beta'));
  await kept.listsChanged();
  expect([titles(kept), entriesOf(lists), kept.counters.waiting]).toEqual([['Own', 'New'], { new: 1, own: 1 }, 1]);
});

test.each([['stands within rules', rule], ['is looked up', lookUp]])('a withdrawal waits, and counts, while the file of its list has a fault: it %s', async (_how, ruleOf) => {
  write('lists/names.txt', '# kind: ip\nx\n');
  write('rules/a.yml', ruleOf('Names', '%names%'));
  const kept = await open([publishedList('names', listOf('alpha'))]);
  expect(await kept.use([publishedList('names', undefined, 2)])).toBe(false);
  expect([entriesOf(lists), kept.counters.waiting, used]).toEqual([{ names: 1 }, 1, ['list/g/names 1']]);
  write('lists/names.txt', listOf('beta', 'gamma'));
  await kept.listsChanged();
  expect([entriesOf(lists), kept.counters.waiting, used]).toEqual([{ names: 2 }, 0, ['list/g/names 1', 'list/g/names 2']]);
});
