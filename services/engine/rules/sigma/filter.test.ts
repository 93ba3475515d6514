/** Filters: which rules they change, what then matches, and what they may not say. */
import { expect, test } from 'vitest';
import { createMatcher, loadRules, openFields } from '../index.ts';
import type { DetectionRule, LoadedRules } from '../index.ts';

const logsource = { category: 'process_creation', product: 'linux' };

function rule(id: string, { product = 'linux', more = '' } = {}): string {
  return `title: Rule ${id}\nid: ${id}\nname: name_${id}\nlogsource: {category: process_creation, product: ${product}}\ndetection:\n  selection: {Image: /bin/sh}\n  condition: selection\n${more}`;
}

function filter(section: string, source = 'product: linux'): string {
  return `title: Not the admins\nid: f\nlogsource: {${source}}\nfilter:\n${section.replaceAll(/^/gm, '  ')}\n`;
}

const admins = 'selection: {User|startswith: adm_}\ncondition: not selection';

function load(...documents: string[]): LoadedRules {
  return loadRules([{ file: 'rules.yml', text: documents.join('---\n') }], { fields: openFields() });
}

/** The labels of the rules that match an event of a user. */
function matched({ rules }: LoadedRules, user: string): string[] {
  const detections = rules.filter((each): each is DetectionRule => each.kind === 'detection');
  return createMatcher(detections).match([logsource], { Image: '/bin/sh', User: user }).map(({ label }) => label);
}

test('a rule matches where its own condition and that of the filter hold', () => {
  const loaded = load(filter(`rules: [a]\n${admins}`), rule('a'), rule('b'));
  expect(loaded.report.summary).toEqual({ ok: 3, unsatisfiable: 0, rejected: 0 });
  expect(matched(loaded, 'adm_ann')).toEqual(['b']);
  expect(matched(loaded, 'bob')).toEqual(['a', 'b']);
});

test.each([
  ['by name', 'rules: [name_a]', ['b']],
  ['by one reference that is no list', 'rules: a', ['b']],
  ['all of the log source', 'rules: any', []],
  ['all of the log source, as an empty list', 'rules: []', []],
])('rules are named %s', (_how, rules, left) => {
  expect(matched(load(filter(`${rules}\n${admins}`), rule('a'), rule('b')), 'adm_ann')).toEqual(left);
});

test('several filters are all at work, and their order and names do not meet those of the rule', () => {
  const second = filter('rules: any\nselection: {User: root}\ncondition: not 1 of them').replace('id: f', 'id: g');
  const loaded = load(filter(`rules: any\n${admins}`), rule('a'), second);
  expect(['adm_ann', 'root', 'bob'].map((user) => matched(loaded, user))).toEqual([[], [], ['a']]);
});

test('a filter stands in the condition as a selection of its title, so that explain shows it', () => {
  const [loaded] = load(filter(`rules: [a]\n${admins}`), rule('a')).rules;
  expect(loaded).toMatchObject({ condition: { kind: 'and', of: [{ kind: 'selection', name: 'selection' }, { kind: 'selection', name: 'Not the admins', of: { kind: 'not' } }] } });
});

test("a rule's version changes with its filters, and only with these", () => {
  const version = (...documents: string[]): string | undefined => load(...documents).rules.find(({ id }) => id === 'a')?.version;
  const plain = version(rule('a'));
  expect(version(rule('a'), rule('b'), filter(`rules: [b]\n${admins}`))).toBe(plain);
  const filtered = version(rule('a'), filter(`rules: [a]\n${admins}`));
  expect(filtered).not.toBe(plain);
  expect(version(rule('a'), filter(`rules: [a]\n${admins.replace('adm_', 'admin_')}`))).not.toBe(filtered);
});

test('the rules that a correlation counts are filtered too, and its version follows', () => {
  const correlation = 'title: c\nid: c\ncorrelation: {type: event_count, rules: [a], timespan: 5m, condition: {gte: 2}}\n';
  const plain = load(correlation, rule('a')).rules[0];
  const filtered = load(correlation, rule('a'), filter(`rules: [a]\n${admins}`)).rules[0];
  expect(filtered).toMatchObject({ kind: 'correlation', inputs: [{ rule: { emits: false, condition: { kind: 'and' } } }] });
  expect(filtered?.version).not.toBe(plain?.version);
});

test('the log source of a filter covers that of its rules, which decides the fields', () => {
  const loaded = load(filter(`rules: any\n${admins}`, 'product: windows'), rule('a'), rule('w', { product: 'windows' }));
  expect(loaded.rules.map(({ label, version }) => [label, version !== load(rule('a')).rules[0]?.version])).toEqual([['a', false], ['w', true]]);
});

test.each<[string, string, string]>([
  ['no rules', admins, 'KEY_MISSING'],
  ['no condition', 'rules: any\nselection: {F: x}', 'KEY_MISSING'],
  ['a list of conditions', `rules: any\nselection: {F: x}\ncondition: [selection]`, 'VALUE_KIND'],
  ['a map of rules', `rules: {a: b}\n${admins}`, 'VALUE_KIND'],
  ['an unknown rule', `rules: [nobody]\n${admins}`, 'RULE_UNKNOWN'],
  ['a rule that was rejected', `rules: [broken]\n${admins}`, 'RULE_REJECTED'],
  ['a correlation', `rules: [c]\n${admins}`, 'FILTER_TARGET'],
  ['an unknown selection', 'rules: any\nselection: {F: x}\ncondition: not selektion', 'SELECTION_UNKNOWN'],
  ['an unknown modifier', 'rules: any\nselection: {F|nope: x}\ncondition: not selection', 'MODIFIER_UNKNOWN'],
])('%s is refused, and the rules stay as they are', (_what, section, code) => {
  const correlation = 'title: c\nid: c\ncorrelation: {type: event_count, rules: [b], timespan: 5m, condition: {gte: 2}}\n';
  const loaded = load(filter(section), rule('a'), rule('b'), rule('broken').replace('Image', 'Image|nope'), correlation);
  expect(loaded.report.rules[0]).toMatchObject({ id: 'f', status: 'rejected', code });
  expect(matched(loaded, 'adm_ann')).toContain('a');
});
