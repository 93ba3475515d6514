/** Sigma's loader over rules with changes, rules made by the grammar, and texts that are meant to hurt. */
import type { Random } from './random.ts';
import { checkLoading } from './loading.ts';
import { changed, hostileRegex, hostileYaml } from './rule-text.ts';
import { fuzzMain, type FuzzTarget } from './run.ts';

export const sigmaLoader: FuzzTarget<string> = {
  name: 'sigma-loader',
  generate,
  check: (text) => checkLoading(text, { Image: '/bin/sh', CommandLine: `sh -c ${'a'.repeat(200)}`, User: 'root', F: ['a', 'b'], time: 1_772_694_489 }),
  print: (text) => text,
  parse: (text) => text,
  // Ten megabytes of rules: 40,000 of them, of which 20,000 are loaded.
  inputMsMax: 30_000,
};

function generate(random: Random): string {
  if (random.oneIn(2_000)) return tenMegabytes(random);
  switch (random.integer(0, 9)) {
    case 0:
      return hostileYaml(random, random.pick(pieces));
    case 1:
      return rule(random, `F|re: ${JSON.stringify(hostileRegex(random))}`, 'selection');
    case 2:
      return hostileCondition(random);
    case 3:
    case 4:
    case 5:
      return random.several(1, 3, () => madeDocument(random)).join('---\n');
    default:
      return changed(random, samples, pieces);
  }
}

const samples = [
  `title: Shell connects
id: 5d8fd9da-6916-45ef-8d4d-3fa9d19d1a64
name: shell_connects
status: test
description: |
  Several lines
  of text
references:
  - https://example.org/a
author: A. Nonymous
date: 2026-03-01
tags:
  - attack.execution
  - attack.t1059.004
logsource:
  category: process_creation
  product: linux
  definition: any
detection:
  selection_img:
    - Image|endswith:
        - '/bash'
        - '\\sh?'
    - 'Original File Name': sh
  selection_cli:
    CommandLine|contains|all:
      - ' -c '
      - '\\*'
    CommandLine|re: '(?i)curl\\s+.{1,20}\\|'
    User: null
  filter_main:
    ParentImage|startswith|cased: /opt/
    DestinationIp|cidr: 10.0.0.0/8
    F|base64offset|contains: /dev/tcp
  keywords:
    - needle
    - 4625
  condition: 1 of selection_* and not (filter_main or keywords)
falsepositives:
  - Administrators
level: high
`,
  `title: Many failures
id: c
correlation: {type: event_count, rules: [shell_connects], group-by: [User], timespan: 5m, condition: {gte: 10}, generate: true}
---
title: Base
name: shell_connects
logsource: {product: windows, service: security}
detection: {s: {EventID|gte: 4625, 'F|expand': '%list%', G|windash|contains: ' -a /b', time|hour: [1, 2]}, condition: [s, all of them]}
---
title: Not the admins
logsource: {product: windows}
filter: {rules: any, selection: {User|fieldref: F}, condition: not selection}
`,
  `logsource:\r\n    category: file_event\r\ntitle: "Quo\\ted \\u0041"\r\ndetection:\r\n    sel: &sel\r\n        TargetFilename|endswith: '.sh'\r\n    other: *sel\r\n    condition: sel or other\r\n`,
];

const fields = ['Image', 'CommandLine', 'User', 'F', 'F', 'a.b', 'Field Name', '', 'time', 'process.uid', 'constructor', '__proto__'];

const modifiers = [
  ...['all', 'contains', 'startswith', 'endswith', 'exists', 'cased', 'neq', 'base64', 'base64offset', 'wide', 'utf16le', 'utf16be', 'utf16', 'windash'],
  ...['re', 'i', 'm', 's', 'cidr', 'lt', 'lte', 'gt', 'gte', 'minute', 'hour', 'day', 'week', 'month', 'year', 'fieldref', 'expand', 'nope', ''],
];

/** Chains that go together, whatever the value. */
const usualChains: readonly (readonly string[])[] = [
  [], [], ['contains'], ['startswith', 'cased'], ['endswith'], ['contains', 'all'], ['neq'], ['all'], ['windash', 'contains'], ['base64offset', 'contains'],
  ['wide', 'base64offset', 'contains'], ['utf16', 'base64'], ['re'], ['re', 'i', 's'], ['fieldref', 'endswith'], ['fieldref', 'neq'], ['expand'],
];

const values = [
  ...['null', "''", 'a', "'*'", "'a?b*'", "'\\\\*'", "'\\'", '42', '-1', '1.5', '1e999', '.nan', '0x10', '99999999999999999999999', 'true', "'%x%'", '10.0.0.0/8', "'fe80::/10'"],
  ...['/bin/sh', "' -a /b -c'", 'é', '😀', "'a\\\\\\*'", '[a, b]', '[]', '{a: b}', '[[a]]', "'(a|b)*'", "'['", '2026-03-01', '"\\0\\u202e\\e[2J"', '~', '&x a', '*x', '!!binary aGk='],
];

const pieces = [
  ...fields, ...values, ...modifiers.map((modifier) => `|${modifier}`),
  ...[': ', '\n', '\n  ', '- ', '---\n', '{', '}', '[', ']', '"', "'", '#', '|', '>', '? ', '\t', '\r', '\0', '\ufeff', '\ud800', ' and ', ' or ', 'not ', '1 of ', 'all of them', '(', ')', 'sel*'],
  ...['title: ', 'id: ', 'detection:', 'condition: ', 'filter:', 'correlation:', 'logsource:', 'tests: [', 'action: global', '<<: ', 'rules: any', 'timeframe: 5m', 'status: ', 'related: [{id: a, type: b}]'],
];

function rule(random: Random, items: string, condition: string, logsource = 'category: process_creation, product: linux'): string {
  const name = random.oneIn(2) ? `name: n${random.integer(0, 3)}\n` : '';
  return `title: t\n${name}logsource: {${logsource}}\ndetection:\n  selection:\n    ${items}\n  condition: ${condition}\n`;
}

const names = ['sel', 'sel_a', 'sel_b', '_hidden', 'keywords', 'filter', 'a-b', "'x y'", "'1'"];

function madeDocument(random: Random): string {
  const chosen = [...new Set(random.several(1, 4, () => random.pick(names)))];
  const selections = chosen.map((name) => `  ${name}:${madeSelection(random)}`);
  const section = [...selections, `  condition: ${madeCondition(random, 0, random.oneIn(5) ? names : chosen.filter((name) => !name.startsWith("'")))}`].join('\n');
  switch (random.integer(0, 5)) {
    case 0:
      return `title: f\nlogsource: {product: linux}\nfilter:\n  rules: ${random.pick(['any', '[n0, n1]', 'n2', '[]', '[nobody]'])}\n${section}\n`;
    case 1:
      return `title: c\ncorrelation:\n  type: ${random.pick(['event_count', 'event_count', 'temporal', 'value_count', 'x'])}\n  rules: [n${random.integer(0, 3)}]\n  timespan: ${random.pick(['5m', '1d', '0s', '9y', '5'])}\n  condition: {${random.pick(['gte', 'gt', 'lt', 'x'])}: ${random.pick(['1', '5', ...values])}}\n  group-by: [${JSON.stringify(random.pick(fields))}]\n`;
    default:
      return `title: t\nname: n${random.integer(0, 3)}\nlogsource:\n  product: linux\ndetection:\n${section}\n`;
  }
}

function madeSelection(random: Random): string {
  const flow = random.oneIn(3);
  if (flow) return random.oneIn(3) ? ` [${random.several(1, 3, () => (random.oneIn(2) ? madeMap(random) : random.pick(values))).join(', ')}]` : ` ${madeMap(random)}`;
  const item = (): string => `${madeKey(random)}:${random.oneIn(3) ? random.several(1, 3, () => `\n        - ${madeValue(random)}`).join('') : ` ${madeValue(random)}`}`;
  const items = random.several(1, 3, item);
  return random.oneIn(4) ? items.map((each) => `\n    - ${each}`).join('') : items.map((each) => `\n      ${each}`).join('');
}

/** Mostly one that any chain of modifiers takes. */
function madeValue(random: Random): string {
  return random.oneIn(3) ? random.pick(values) : random.pick(['a', "'-a /b'", "'*\\sh.exe'", 'cmd', "'%x%'", "'(a|b)+'", 'é']);
}

function madeMap(random: Random): string {
  return `{${random.several(1, 3, () => `${madeKey(random)}: ${random.pick(values)}`).join(', ')}}`;
}

function madeKey(random: Random): string {
  const chain = random.oneIn(4) ? random.several(0, 3, () => random.pick(modifiers)) : random.pick(usualChains);
  const key = [random.pick(fields), ...chain].join('|');
  return /[^\w.|]|^\|/.test(key) || key === '' ? `'${key}'` : key;
}

function madeCondition(random: Random, depth: number, known: readonly string[]): string {
  if (depth > 3 || random.oneIn(3)) return random.pick([...known, ...known, 'all of them', ...(random.oneIn(6) ? ['1 of sel*', 'any of _*', 'nope', '1'] : [])]);
  const inner = (): string => madeCondition(random, depth + 1, known);
  return random.pick([() => `${inner()} and ${inner()}`, () => `${inner()} or ${inner()}`, () => `not ${inner()}`, () => `(${inner()})`, ...(random.oneIn(10) ? [() => `${inner()} ${inner()}`] : [])])();
}

/** Conditions that nest, or that say large selections again and again. */
function hostileCondition(random: Random): string {
  const count = random.integer(1, 2_000);
  const condition = random.pick([
    `${'not '.repeat(count)}selection`,
    `${'('.repeat(count)}selection${')'.repeat(count)}`,
    `selection${' or selection'.repeat(count)}`,
    `1 of them${' and all of *'.repeat(count)}`,
    `1 of ${'*s'.repeat(count)}`,
  ]);
  const items = random.several(1, 200, () => `F${random.integer(0, 9)}${random.integer(0, 1e6)}: [${random.several(1, 20, () => 'x').join(', ')}]`);
  return rule(random, items.join('\n    '), condition);
}

function tenMegabytes(random: Random): string {
  const part = `${random.oneIn(2) ? rule(random, 'F: x', 'selection') : random.pick(samples)}---\n`;
  const kind = random.integer(0, 3);
  if (kind === 0) return rule(random, `F: [${'xy, '.repeat(2_500_000)}]`, 'selection');
  if (kind === 1) return rule(random, `F|re: '${'a'.repeat(10_000_000)}'`, 'selection');
  if (kind === 2) return rule(random, Array.from({ length: 300_000 }, (_, index) => `F${index}|contains: 'a*b${index}'`).join('\n    '), '1 of them');
  return part.repeat(Math.floor(10_000_000 / part.length));
}

if (import.meta.main) fuzzMain(sigmaLoader);
