/** How items become rules: lists, macros, exceptions, overrides, requirements; and what is said of each fault. */
import { describe, expect, test } from 'vitest';
import { loadRules, matchLines, openFields, renderDiagnostic, type LoadedRules, type RuleReport } from '../index.ts';

function load(...texts: string[]): LoadedRules {
  return loadRules(texts.map((text, index) => ({ file: `${index}.yaml`, text })), { fields: openFields() });
}

/** The names of the rules that one event matches. */
async function matches({ rules }: LoadedRules, event: object): Promise<string[]> {
  const results = await Array.fromAsync(matchLines(rules, [JSON.stringify({ event })]));
  return results.map((result) => (result.kind === 'match' ? result.rule : 'fault'));
}

const ruleText = (condition: string, more = '', name = 'r'): string => `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n${more}`;

function codesOf({ report }: LoadedRules): string[] {
  return report.rules.flatMap((rule) => (rule.faults ?? []).map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`));
}

function warningsOf({ report }: LoadedRules): string[] {
  return [...report.warnings, ...report.rules.flatMap((rule) => rule.warnings ?? [])].map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

describe('a rule', () => {
  const { rules, report } = load(`- rule: Shell in container
  desc: >
    A shell
    was started.
  condition: evt.type = execve and proc.name = bash
  output: shell %proc.name
  priority: WARNING
  tags: [maturity_stable, T1059]
`);

  test('has its name as label and title, its priority as level, and no id', () => {
    expect(report.rules).toEqual([{ title: 'Shell in container', dialect: 'falco', file: '0.yaml', line: 1, status: 'ok' }]);
    expect(rules).toMatchObject([{
      kind: 'detection', label: 'Shell in container', title: 'Shell in container', description: 'A shell was started.', level: 'medium', dialect: 'falco',
      tags: ['maturity_stable', 'T1059'], logsource: { product: 'falco' }, emits: true, output: { text: 'shell %proc.name' }, version: expect.stringMatching(/^[0-9a-f]{16}$/),
    }]);
    expect(rules[0]).not.toHaveProperty('id');
  });

  test.each([
    ['EMERGENCY', 'critical'], ['Alert', 'critical'], ['critical', 'critical'], ['ERROR', 'high'], ['WARNING', 'medium'], ['NOTICE', 'low'], ['INFO', 'informational'],
    ['INFORMATIONAL', 'informational'], ['DEBUG', 'informational'],
  ])('of priority %s is of level %s', (priority, level) => {
    expect(load(ruleText('evt.num=1').replace('INFO', priority)).rules).toMatchObject([{ level }]);
  });

  test('that is switched off is checked and judges nothing', async () => {
    const loaded = load(ruleText('evt.type=open', '  enabled: false\n'));
    expect(loaded.report).toMatchObject({ summary: { ok: 1 }, rules: [{ status: 'ok', disabled: true }] });
    expect(loaded.rules).toEqual([]);
    expect(codesOf(load(ruleText('evt.typo=open', '  enabled: false\n')))).toEqual(['0.yaml:3:14 FIELD_UNKNOWN']);
  });

  test('on events of a plugin may name its fields, and judges its events alone', async () => {
    const loaded = load(ruleText('ka.verb = create and jevt.value[/x] startswith y', '  source: k8s_audit\n'));
    expect(loaded.report.summary).toEqual({ ok: 1, unsatisfiable: 0, rejected: 0 });
    expect(await matches(loaded, { 'ka.verb': 'create', 'jevt.value[/x]': 'yes' })).toEqual([]);
    const line = JSON.stringify({ logsource: { product: 'falco', service: 'k8s_audit' }, event: { 'ka.verb': 'create', 'jevt.value[/x]': 'yes' } });
    expect(await Array.fromAsync(matchLines(loaded.rules, [line]))).toEqual([{ kind: 'match', event: 0, rule: 'r' }]);
  });

  test('that may be skipped is, when it names a field that does not exist', () => {
    const loaded = load(ruleText('evt.type=open and evt.typo=1', '  skip-if-unknown-filter: true\n'));
    expect(loaded.report.rules).toMatchObject([{ status: 'unsatisfiable', missing: ['evt.typo'] }]);
    expect(loaded.rules).toEqual([]);
    expect(warningsOf(loaded)).toEqual(['0.yaml:1:3 FIELD_UNKNOWN']);
    const shared = load(`- macro: m\n  condition: evt.typo=1\n${['r', 's'].map((name) => ruleText('evt.type=open or m', '  skip-if-unknown-filter: true\n', name)).join('')}`);
    expect(shared.report.summary).toEqual({ ok: 0, unsatisfiable: 2, rejected: 0 });
  });

  test('changes its version with a list or macro that it needs, and with nothing else', () => {
    const text = (item: string, desc: string, macro = 'm'): string => `- list: l\n  items: [${item}]\n- macro: ${macro}\n  condition: proc.name in (l)\n${ruleText(`evt.type=open and ${macro}`).replace('desc: d', `desc: ${desc}`)}`;
    const version = (item: string, desc: string, macro?: string): string | undefined => load(text(item, desc, macro)).rules[0]?.version;
    expect(version('a', 'd')).toBe(version('a', 'other'));
    expect(version('a', 'd')).toBe(version('a', 'd', 'n'));
    expect(version('a', 'd')).not.toBe(version('b', 'd'));
  });
});

describe('lists', () => {
  const lists = `- list: inner
  items: [b, '"c d"', e f, 10]
- list: outer
  items: [a, inner]
- list: none
  items: []
`;

  test.each(['a', 'b', 'c d', 'e f', '10'])('hold %j, written out with the lists in them', async (name) => {
    expect(await matches(load(lists + ruleText('proc.name in (outer, x, none)')), { 'proc.name': name })).toEqual(['r']);
  });

  test('that are quoted, or unknown, are plain values', async () => {
    const loaded = load(lists + ruleText('proc.name in ("outer", other)'));
    expect([await matches(loaded, { 'proc.name': 'a' }), await matches(loaded, { 'proc.name': 'outer' }), await matches(loaded, { 'proc.name': 'other' })]).toEqual([[], ['r'], ['r']]);
  });

  test('that are empty hold nothing', async () => {
    expect(await matches(load(lists + ruleText('proc.name in (none)')), { 'proc.name': 'a' })).toEqual([]);
    expect(await matches(load(lists + ruleText('not proc.name in (none)')), { 'proc.name': 'a' })).toEqual(['r']);
  });

  test('stand for one value where they have one', async () => {
    const text = '- list: ports\n  items: [22]\n' + ruleText('fd.sport = ports');
    expect(await matches(load(text), { 'fd.sport': 22 })).toEqual(['r']);
    expect(codesOf(load(text.replace('[22]', '[22, 23]')))).toEqual(['0.yaml:5:25 OPERATOR_MISUSED']);
  });

  test('see only those before them, and may be extended by later items and files', async () => {
    const late = load('- list: outer\n  items: [late]\n- list: late\n  items: [a]\n' + ruleText('proc.name in (outer)'));
    expect([await matches(late, { 'proc.name': 'a' }), await matches(late, { 'proc.name': 'late' })]).toEqual([[], ['r']]);
    const extended = load(lists + ruleText('proc.name in (outer)'), '- list: inner\n  items: [g]\n  override: {items: append}\n- list: outer\n  items: [h]\n  append: true\n');
    expect([await matches(extended, { 'proc.name': 'g' }), await matches(extended, { 'proc.name': 'h' })]).toEqual([['r'], ['r']]);
    expect(warningsOf(extended)).toContain('1.yaml:6:3 KEY_DEPRECATED');
  });
});

test('lists that name a large one over and over are refused where they are used', () => {
  const large = `- list: l\n  items: [${Array.from({ length: 10_000 }, (_, index) => index).join(', ')}]\n`;
  const others = Array.from({ length: 60 }, (_, index) => `- list: l${index}\n  items: [l]\n`).join('');
  const faults = codesOf(load(large + others + ruleText('proc.name in (l48)') + ruleText('proc.name in (l49)', '', 's')));
  expect(faults).toEqual([expect.stringContaining('LIST_TOO_LONG')]);
});

test('the values of a list or an exception are no longer than a condition', () => {
  const long = 'a,'.repeat(40_000);
  expect(codesOf(load(`- list: l\n  items: ["${long}b"]\n`))).toContain('0.yaml:2:12 CONDITION_TOO_LARGE');
  const spaced = `${'a b '.repeat(20_000)}`;
  expect(codesOf(load(`- list: l\n  items: ["${spaced}"]\n`))).toContain('0.yaml:2:12 CONDITION_TOO_LARGE');
});

describe('macros', () => {
  test('see those above them; a later definition keeps the first place and brings its own body', async () => {
    const first = '- macro: a\n  condition: proc.name = a\n- macro: b\n  condition: a or proc.name = b\n' + ruleText('evt.type = open and b');
    expect(await matches(load(first), { 'evt.type': 'open', 'proc.name': 'a' })).toEqual(['r']);
    const replaced = load(first, '- macro: a\n  condition: proc.name = z\n');
    expect([await matches(replaced, { 'evt.type': 'open', 'proc.name': 'a' }), await matches(replaced, { 'evt.type': 'open', 'proc.name': 'z' })]).toEqual([[], ['r']]);
    expect(codesOf(load('- macro: b\n  condition: a\n- macro: a\n  condition: evt.num=1\n' + ruleText('b')))).toEqual(['0.yaml:2:14 MACRO_UNKNOWN', '0.yaml:7:14 MACRO_REJECTED']);
  });

  test('are appended to as text, so that an "or" before and an "and" behind bind as they do in one line', async () => {
    const loaded = load('- macro: a\n  condition: proc.name = a or proc.name = b\n' + ruleText('a'), '- macro: a\n  condition: and proc.tty = 0\n  override:\n    condition: append\n');
    expect([await matches(loaded, { 'proc.name': 'a' }), await matches(loaded, { 'proc.name': 'b' }), await matches(loaded, { 'proc.name': 'b', 'proc.tty': 0 })]).toEqual([['r'], [], ['r']]);
  });

  test('that lead back to themselves are a fault', () => {
    const loaded = load('- macro: a\n  condition: evt.num=1\n- macro: b\n  condition: a\n- macro: a\n  condition: b\n' + ruleText('b'));
    expect(codesOf(loaded)).toContain('0.yaml:6:14 MACRO_LOOP');
    expect(loaded.rules).toEqual([]);
  });

  test('that double each other are refused before they are written out', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => `- macro: m${index + 1}\n  condition: m${index} and m${index}\n`);
    const loaded = load(`- macro: m0\n  condition: evt.num=1\n${doubling.join('')}${ruleText('m60')}`);
    expect(codesOf(loaded)).toContain('0.yaml:32:22 CONDITION_TOO_LARGE');
    expect(loaded.rules).toEqual([]);
  });

  test('and lists that nothing refers to are told of', () => {
    expect(warningsOf(load('- macro: a\n  condition: evt.num=1\n- list: l\n  items: [x]\n' + ruleText('evt.type=open')))).toEqual(['0.yaml:1:3 MACRO_UNUSED', '0.yaml:3:3 LIST_UNUSED']);
  });

  test('stand in the condition under their names', () => {
    const { rules } = load('- macro: a\n  condition: evt.type=open\n' + ruleText('a and not a'));
    expect(rules).toMatchObject([{ condition: { kind: 'and', of: [{ kind: 'selection', name: 'a' }, { kind: 'not', of: { kind: 'selection', name: 'a' } }] } }]);
  });
});

describe('exceptions', () => {
  const of = (exceptions: string): string => ruleText('evt.type=open', `  exceptions:\n${exceptions}`);

  test.each<[string, string, object, boolean]>([
    ['one field is compared with "in"', '    - {name: e, fields: proc.name, values: [a, "b c"]}', { 'proc.name': 'b c' }, false],
    ['others match', '    - {name: e, fields: proc.name, values: [a, b]}', { 'proc.name': 'c' }, true],
    ['one field with "pmatch"', '    - {name: e, fields: fd.name, comps: pmatch, values: [/etc]}', { 'fd.name': '/etc/x' }, false],
    ['several fields are compared with "="', '    - {name: e, fields: [proc.name, fd.name], values: [[a, /x], [b, /y]]}', { 'proc.name': 'b', 'fd.name': '/y' }, false],
    ['all fields of a row must fit', '    - {name: e, fields: [proc.name, fd.name], values: [[a, /x], [b, /y]]}', { 'proc.name': 'b', 'fd.name': '/x' }, true],
    ['each field has its comparison', '    - {name: e, fields: [proc.name, fd.name], comps: [in, startswith], values: [[[a, b], /x]]}', { 'proc.name': 'b', 'fd.name': '/xyz' }, false],
    ['a comparison with a list takes the text of one', '    - {name: e, fields: [proc.name, fd.name], comps: [in, "="], values: [["(a, b)", /x]]}', { 'proc.name': 'b', 'fd.name': '/x' }, false],
    ['without values nothing is excepted', '    - {name: e, fields: proc.name}', { 'proc.name': 'a' }, true],
  ])('%s', async (_what, exceptions, event, expected) => {
    expect(await matches(load(of(`${exceptions}\n`)), { 'evt.type': 'open', ...event })).toEqual(expected ? ['r'] : []);
  });

  test('are extended by later items: values of a known one, or a whole one', async () => {
    const first = of('    - {name: e, fields: proc.name, values: [a]}\n');
    const more = '- rule: r\n  exceptions:\n    - {name: e, values: [b]}\n    - {name: f, fields: fd.name, values: [/x]}\n  override: {exceptions: append}\n';
    const loaded = load(first, more);
    expect(codesOf(loaded)).toEqual([]);
    const event = { 'evt.type': 'open' };
    expect(await Promise.all([{ 'proc.name': 'a' }, { 'proc.name': 'b' }, { 'fd.name': '/x' }, { 'proc.name': 'c' }].map((each) => matches(loaded, { ...event, ...each })))).toEqual([[], [], [], ['r']]);
  });

  test.each([
    ['lists of different length', '    - {name: e, fields: [proc.name, fd.name], comps: [in], values: [[a, b]]}', 'EXCEPTION_MISUSED'],
    ['a row of another length', '    - {name: e, fields: [proc.name, fd.name], values: [[a]]}', 'EXCEPTION_MISUSED'],
    ['a comparison that one field cannot have', '    - {name: e, fields: proc.name, comps: startswith, values: [a]}', 'EXCEPTION_MISUSED'],
    ['a field that does not exist', '    - {name: e, fields: proc.nam, values: [a]}', 'FIELD_UNKNOWN'],
    ['no fields', '    - {name: e, values: [a]}', 'KEY_MISSING'],
    ['no name', '    - {fields: proc.name, values: [a]}', 'KEY_MISSING'],
    ['a name twice', '    - {name: e, fields: proc.name}\n    - {name: e, fields: fd.name}', 'EXCEPTION_MISUSED'],
  ])('refuse %s', (_what, exceptions, code) => {
    expect(load(of(`${exceptions}\n`)).report.rules[0]).toMatchObject({ status: 'rejected', code });
  });
});

describe('later items change a rule', () => {
  const base = ruleText('evt.type=open and proc.name=a', '  tags: [x]\n');

  test('by override, key by key', () => {
    const { rules, report } = load(base, '- rule: r\n  output: " %fd.name"\n  tags: [y]\n  priority: ERROR\n  desc: e\n  override: {output: append, tags: append, priority: replace, desc: append}\n');
    expect(report.summary).toEqual({ ok: 1, unsatisfiable: 0, rejected: 0 });
    expect(rules).toMatchObject([{ level: 'high', description: 'd e', tags: ['x', 'y'], output: { text: 'o  %fd.name' }, file: '0.yaml' }]);
  });

  test('by append, which is deprecated', async () => {
    const loaded = load(base, '- rule: r\n  condition: and proc.tty=0\n  append: true\n');
    expect([await matches(loaded, { 'evt.type': 'open', 'proc.name': 'a' }), await matches(loaded, { 'evt.type': 'open', 'proc.name': 'a', 'proc.tty': 0 })]).toEqual([[], ['r']]);
    expect(warningsOf(loaded)).toEqual(['1.yaml:3:3 KEY_DEPRECATED']);
  });

  test('by enabled alone, which is deprecated', () => {
    const loaded = load(base, '- rule: r\n  enabled: false\n');
    expect(loaded.rules).toEqual([]);
    expect(warningsOf(loaded)).toEqual(['1.yaml:2:3 KEY_DEPRECATED']);
  });

  test('by another definition, which keeps the first place', () => {
    const { rules } = load(base + ruleText('evt.type=open', '', 's') + ruleText('evt.type=close'));
    expect(rules.map(({ label }) => label)).toEqual(['r', 's']);
  });

  test.each([
    ['a key that is given and not overridden', '- rule: r\n  condition: and proc.tty=0\n  tags: [y]\n  override: {tags: append}\n', '1.yaml:2:3 OVERRIDE_MISUSED'],
    ['a key that is overridden and not given', '- rule: r\n  override: {tags: append}\n', '1.yaml:2:14 OVERRIDE_MISUSED'],
    ['a key that cannot be appended to', '- rule: r\n  priority: INFO\n  override: {priority: append}\n', '1.yaml:3:24 OVERRIDE_MISUSED'],
    ['a way that does not exist', '- rule: r\n  tags: [y]\n  override: {tags: add}\n', '1.yaml:3:20 OVERRIDE_MISUSED'],
    ['both ways', '- rule: r\n  tags: [y]\n  append: true\n  override: {tags: append}\n', '1.yaml:3:3 OVERRIDE_MISUSED'],
    ['a rule that is not there', '- rule: q\n  condition: and proc.tty=0\n  append: true\n', '1.yaml:1:9 ITEM_MISSING'],
    ['another source', ruleText('evt.type=open', '  source: k8s_audit\n'), '1.yaml:6:11 OVERRIDE_MISUSED'],
    ['what breaks its condition', '- rule: r\n  condition: or\n  append: true\n', '1.yaml:2:15 CONDITION_SYNTAX'],
  ])('but not %s', (_what, text, code) => {
    expect(codesOf(load(base, text))).toContain(code);
  });
});

describe('requirements', () => {
  test.each(['- required_engine_version: 26', '- required_engine_version: 0.57.0', '- required_plugin_versions: [{name: container, version: 0.4.0, alternatives: [{name: c, version: 1.0.0}]}]'])('%s is met', (text) => {
    expect(codesOf(load(text))).toEqual([]);
  });

  test.each([
    ['- required_engine_version: 0.58.0', '0.yaml:1:28 ENGINE_TOO_OLD'],
    ['- required_engine_version: 99', '0.yaml:1:28 ENGINE_TOO_OLD'],
    ['- required_engine_version: 1.0.0', '0.yaml:1:28 ENGINE_TOO_OLD'],
    ['- required_engine_version: x', '0.yaml:1:28 VALUE_KIND'],
    ['- required_plugin_versions: [{name: container}]', '0.yaml:1:30 KEY_MISSING'],
  ])('%s is refused', (text, code) => {
    expect(codesOf(load(text))).toEqual([code]);
  });
});

describe('faults', () => {
  test('are all reported, each with its place and a hint', () => {
    const text = `- rule: r
  condition: >
    evt.type = open
    and proc.nmae = bash
    and fd.name startwith /etc
  output: "%proc.nam"
  priority: WARN ING
- rule: s
  desc: d
  condition: spawned
  output: o
  priority: INFO
- macro: spawnd
  condition: evt.type = execve
`;
    const faults = load(text).report.rules.flatMap((rule: RuleReport) => rule.faults ?? []);
    expect(faults.map((fault) => renderDiagnostic(fault, text))).toEqual([
      '0.yaml:1:3: KEY_MISSING: the key "desc" is missing\n  1 | - rule: r\n    |   ^',
      '0.yaml:5:17: CONDITION_SYNTAX: an operator must stand here, not "startwith"\n  5 |     and fd.name startwith /etc\n    |                 ^\n  hint: did you mean "startswith"?',
      '0.yaml:6:13: FIELD_UNKNOWN: Falco has no field "proc.nam"\n  6 |   output: "%proc.nam"\n    |             ^\n  hint: did you mean "proc.name"?',
      '0.yaml:7:13: VALUE_KIND: "WARN ING" is no priority\n  7 |   priority: WARN ING\n    |             ^\n  hint: did you mean "WARNING"?',
      '0.yaml:10:14: MACRO_UNKNOWN: there is no macro "spawned"\n  10 |   condition: spawned\n     |              ^\n  hint: did you mean "spawnd"?',
    ]);
  });

  test('several within one condition are told together', () => {
    expect(codesOf(load(ruleText('evt.typo=a and proc.nam=b or fd.num contains 3')))).toEqual(['0.yaml:3:14 FIELD_UNKNOWN', '0.yaml:3:29 FIELD_UNKNOWN', '0.yaml:3:50 OPERATOR_MISUSED']);
  });

  test.each([
    ['- a', 'VALUE_KIND'],
    ['- macro: a b\n  condition: evt.num=1', 'NAME_INVALID'],
    ['- list: "a,b"\n  items: []', 'NAME_INVALID'],
    ['- list: l\n  items: x', 'VALUE_KIND'],
    ['- list: l\n  items: [[x]]', 'VALUE_KIND'],
    ['- list: l', 'KEY_MISSING'],
    ['- macro: m', 'KEY_MISSING'],
    ['- macro: m\n  condition: ""', 'VALUE_EMPTY'],
    ['- rule: r\n  desc: d', 'KEY_MISSING'],
  ])('%j is refused', (text, code) => {
    expect(load(text).report.rules[0]).toMatchObject({ status: 'rejected', code });
  });

  test('keys and items without meaning are told of and do no harm', () => {
    const loaded = load(ruleText('evt.type=open', '  tag: [x]\n  capture: true\n'), '- rules: x\n');
    expect(loaded.report.summary.ok).toBe(1);
    expect(warningsOf(loaded)).toEqual(['1.yaml:1:3 ITEM_UNKNOWN', '0.yaml:6:3 KEY_UNKNOWN']);
  });

  test('a rule that says nothing of its events is told of, unless it asks not to be', () => {
    expect(warningsOf(load(ruleText('proc.name=a or evt.type=open')))).toEqual(['0.yaml:1:3 EVENT_TYPES_OPEN']);
    expect(warningsOf(load(ruleText('proc.name=a', '  warn_evttypes: false\n')))).toEqual([]);
  });

  test('several documents of a file and empty items are read', () => {
    expect(load(`${ruleText('evt.type=open')}-\n---\n${ruleText('evt.type=close', '', 's')}`).rules.map(({ label }) => label)).toEqual(['r', 's']);
  });
});
