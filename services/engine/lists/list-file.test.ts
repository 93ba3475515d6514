import { describe, expect, test } from 'vitest';
import { Faults } from '../rules/diagnostics.ts';
import { listNameOf, parseList } from './list-file.ts';
import { ListStore } from './list-store.ts';

function parse(text: string) {
  const faults = new Faults('bad.txt');
  return { list: parseList(text, faults), faults: faults.list.map(({ code, line, column }) => `${code} ${line}:${column}`), hints: faults.list.map(({ hint }) => hint) };
}

describe("a list's file", () => {
  test('has a kind in its head, then entries, with comments and blank lines between', () => {
    const { list, faults } = parse('# Bad addresses\r\n#Kind:  IP\r\n\r\n192.0.2.1\r\n  2001:db8::/32   # since May\r\n# the end\r\n');
    expect(faults).toEqual([]);
    expect(list).toMatchObject({ kind: 'ip', entries: 2 });
  });

  test('keeps a # within paths and texts', () => {
    expect(parse('# kind: path\n/tmp/a #1').list?.has('/tmp/a #1')).toBe(true);
  });

  test('may have no entries', () => {
    expect(parse('# kind: hash').list).toMatchObject({ kind: 'hash', entries: 0 });
  });

  test('is refused as a whole, with every fault and its place', () => {
    const { list, faults } = parse('# kind: ip\n192.0.2.1\n  192.0.2.300\nexample.com # no\n');
    expect(list).toBeUndefined();
    expect(faults).toEqual(['LIST_ENTRY_INVALID 3:3', 'LIST_ENTRY_INVALID 4:1']);
  });

  test.each([
    ['without a kind', '192.0.2.1\n', 'LIST_KIND_UNKNOWN 1:1'],
    ['with a kind that comes after the entries', '\n192.0.2.1\n# kind: ip\n', 'LIST_KIND_UNKNOWN 2:1'],
    ['of a kind that does not exist', '# kind: domains\na.example\n', 'LIST_KIND_UNKNOWN 1:1'],
    ['that is empty', '', 'LIST_KIND_UNKNOWN 1:1'],
  ])('%s is refused', (_, text, fault) => {
    expect(parse(text)).toMatchObject({ list: undefined, faults: [fault] });
  });

  test('of a misspelt kind is told the right one', () => {
    expect(parse('# kind: domains\n').hints).toEqual(['did you mean "domain"?']);
  });

  test.each([['bad.txt', 'bad'], ['lists/ti-2026.v1.txt', 'ti-2026.v1'], ['a b.txt', undefined], [`${'x'.repeat(101)}.txt`, undefined]])('called %j is the list %j', (file, name) => {
    expect(listNameOf(file, new Faults(file))).toBe(name);
  });
});

test('a list that rules have found changes within them', () => {
  const store = new ListStore();
  store.replace('bad', parse('# kind: text\none').list!);
  const found = store.find('bad');
  expect([found?.has('one'), found?.has('two'), store.isWithinRules('bad')]).toEqual([true, false, false]);
  store.replace('bad', parse('# kind: text\ntwo\nTWO').list!);
  expect([found?.has('one'), found?.has('two')]).toEqual([false, true]);
  expect(found?.entries?.(10)).toEqual(['two']);
  expect([found?.entries?.(0), store.isWithinRules('bad')]).toEqual([undefined, true]);
});
