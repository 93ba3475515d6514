/** Falco's loader over rules with changes, items made by the grammar, cycles of macros, and texts that are meant to hurt. */
import type { Random } from './random.ts';
import { checkLoading } from './loading.ts';
import { changed, hostileRegex, hostileYaml } from './rule-text.ts';
import { fuzzMain, type FuzzTarget } from './run.ts';

export const falcoLoader: FuzzTarget<string> = {
  name: 'falco-loader',
  generate,
  check: (text) => checkLoading(text, { 'evt.type': 'openat', 'proc.name': 'cat', 'fd.name': '/etc/shadow', 'proc.aname[1]': 'sh', 'proc.args': 'a'.repeat(200), 'fd.sport': 22 }),
  print: (text) => text,
  parse: (text) => text,
  // Ten megabytes of rules.
  inputMsMax: 30_000,
};

function generate(random: Random): string {
  if (random.oneIn(2_000)) return tenMegabytes(random);
  switch (random.integer(0, 10)) {
    case 10:
      return largeScalars(random);
    case 0:
      return `- ${hostileYaml(random, random.pick(pieces)).replaceAll('\n', '\n  ')}`;
    case 1:
      return rule('hostile', `proc.name regex ${JSON.stringify(hostileRegex(random))}`);
    case 2:
      return hostileItems(random);
    case 3:
    case 4:
    case 5:
      return random.several(1, 5, () => madeItem(random)).join('\n');
    default:
      return changed(random, samples, pieces);
  }
}

const samples = [
  `- required_engine_version: 0.57.0
- required_plugin_versions:
    - name: container
      version: 0.4.0
      alternatives: [{name: other, version: 1.0.0}]
- list: shells
  items: [bash, "sh", 'my shell']
- list: all_shells
  items: [shells, zsh]
- macro: spawned
  condition: (evt.type in (execve, execveat) and evt.dir=<)
- rule: Shell in container
  desc: >
    A shell was
    started
  condition: >
    spawned and container.id != host and proc.name in (all_shells)
    and not (proc.pname exists or proc.cmdline contains "a b")
  output: Shell (user=%user.name %evt.time pid=%proc.pid cmd=%proc.cmdline %proc.aname[2])
  priority: NOTICE
  tags: [container, T1059]
  exceptions:
    - name: known
      fields: [proc.name, fd.name]
      comps: [=, startswith]
      values:
        - [bash, /tmp]
    - name: single
      fields: proc.pname
      values: [a, b]
`,
  `- macro: open_read
  condition: (evt.type in (open,openat) and evt.is_open_read=true and fd.typechar='f' and fd.num>=0)
- rule: Read sensitive
  desc: d
  condition: open_read and fd.name pmatch (/etc/shadow, /root/.ssh) and toupper(proc.name) != "CAT" and fd.net in ("10.0.0.0/8")
  output: "%fd.name"
  priority: warning
  enabled: true
- rule: Read sensitive
  condition: and not proc.args glob "*x*" and basename(proc.exepath) = val(proc.name)
  append: true
- rule: Read sensitive
  tags: [a]
  override: {tags: replace}
- macro: open_read
  condition: or evt.rawres < -1
  override:
    condition: append
`,
];

const fieldNames = [
  ...['evt.type', 'proc.name', 'proc.aname[2]', 'proc.aname', 'fd.name', 'fd.ip', 'fd.net', 'fd.sport', 'user.uid', 'evt.arg.flags', 'evt.arg[1]', 'proc.env[HOME]', 'container.id'],
  ...['evt.rawres', 'evt.buffer', 'evt.time', 'nope.x', 'constructor', 'k8s.pod.label[a.b]', 'ka.verb', 'tolower(proc.name)', 'b64(evt.buffer)', 'len(fd.name)', 'val(proc.name)', 'join(",", (proc.name, fd.name))'],
];

const operators = ['=', '==', '!=', '<', '<=', '>', '>=', 'contains', 'icontains', 'bcontains', 'glob', 'iglob', 'startswith', 'bstartswith', 'endswith', 'in', 'intersects', 'pmatch', 'regex', 'exists', 'like', ''];

const operands = ['a', '"a b"', "'x'", '(a, b)', '()', '(shells)', '42', '-1', '0x10', '10.0.0.0/8', '"*?[a"', '/etc', '"(a+)+$"', 'val(proc.pname)', '""', '"\\x00\\u202e"', '<NA>', 'true', '99999999999999999999'];

const pieces = [
  ...fieldNames, ...operators.map((operator) => ` ${operator} `), ...operands,
  ...[' and ', ' or ', 'not ', '(', ')', ',', '- rule: ', '- macro: ', '- list: ', 'items: ', 'condition: ', 'output: ', 'priority: ', 'exceptions:', 'override: {', 'append: true', 'enabled: false', 'source: k8s_audit', '%', '%proc', '[', ']', '\n', '\n  ', '\0', '\t', '\ud800', '>', '|', '"', "'", '&a ', '*a', '~'],
];

function rule(name: string, condition: string, more = ''): string {
  return `- rule: ${name}\n  desc: d\n  condition: ${JSON.stringify(condition)}\n  output: "%proc.name"\n  priority: ERROR\n${more}`;
}

function madeItem(random: Random): string {
  const name = random.pick(['a', 'b', 'c', 'shells']);
  switch (random.integer(0, 5)) {
    case 0:
      return `- list: ${name}\n  items: [${random.several(0, 4, () => random.pick([...operands, 'a', 'b', 'shells'])).join(', ').replaceAll(/[()]/g, '')}]\n${madeChange(random, 'items')}`;
    case 1:
      return `- macro: ${name}\n  condition: ${JSON.stringify(madeCondition(random, 0))}\n${madeChange(random, 'condition')}`;
    case 2:
      return `- rule: ${name}\n  condition: ${JSON.stringify(` and ${madeCondition(random, 1)}`)}\n${madeChange(random, 'condition')}`;
    default:
      return rule(name, madeCondition(random, 0), random.oneIn(2) ? madeExceptions(random) : '');
  }
}

function madeChange(random: Random, key: string): string {
  return random.pick(['', '', '  append: true\n', `  override: {${key}: append}\n`, `  override: {${key}: replace, x: y}\n`]);
}

function madeExceptions(random: Random): string {
  const fields = random.several(1, 3, () => random.pick(fieldNames));
  const values = random.several(0, 3, () => `[${fields.map(() => random.pick(operands)).join(', ').replaceAll(/[()<>]/g, '')}]`);
  return `  exceptions:\n    - name: e\n      fields: [${fields.map((field) => JSON.stringify(field)).join(', ')}]\n      comps: [${fields.map(() => JSON.stringify(random.pick(operators))).join(', ')}]\n      values: [${values.join(', ')}]\n`;
}

function madeCondition(random: Random, depth: number): string {
  if (depth > 3 || random.oneIn(3)) {
    return random.oneIn(4) ? random.pick(['a', 'b', 'c', 'nope', 'evt.type']) : `${random.pick(fieldNames)} ${random.pick(operators)} ${random.pick(operands)}`;
  }
  const inner = (): string => madeCondition(random, depth + 1);
  return random.pick([() => `${inner()} and ${inner()}`, () => `${inner()} or ${inner()}`, () => `not ${inner()}`, () => `(${inner()})`, () => `not (${inner()})`])();
}

/** Macros and lists that name each other: in circles, deep, or twice each time, so that they double. */
function hostileItems(random: Random): string {
  const count = random.integer(1, 300);
  const names = Array.from({ length: count }, (_, index) => `m${index}`);
  const next = (index: number): string => `m${index + 1 < count ? index + 1 : random.integer(0, count)}`;
  switch (random.integer(0, 4)) {
    case 0:
      return names.map((name, index) => `- macro: ${name}\n  condition: ${next(index)} and proc.name=a\n`).join('') + rule('r', 'm0');
    case 1:
      return names.map((name, index) => `- macro: ${name}\n  condition: (${next(index)} or not ${next(index)})\n`).join('') + `- macro: m${count}\n  condition: proc.name=a\n${rule('r', 'm0')}`;
    case 2:
      return names.map((name, index) => `- list: ${name}\n  items: [x${index}, ${next(index)}, ${next(index)}]\n`).join('') + rule('r', 'proc.name in (m0, m1)');
    case 3:
      return rule('r', random.pick([`${'('.repeat(count * 20)}proc.name=a`, `${'not '.repeat(count * 20)}proc.name=a`, `proc.name=a${' or proc.name=a'.repeat(count * 5)}`, `${'tolower('.repeat(count)}proc.name${')'.repeat(count)}=a`]));
    default:
      return `${rule('r', 'proc.name=a')}${`- rule: r\n  condition: or proc.name=${'b'.repeat(random.integer(1, 50))}\n  append: true\n`.repeat(count * 3)}`;
  }
}

/** Conditions, outputs and values of many lines or escapes: to say where something stands in one, its text is walked. */
function largeScalars(random: Random): string {
  const sound = random.oneIn(2);
  const check = (): string => (sound ? `proc.name = n${random.integer(0, 999)}` : `${random.pick(fieldNames)} ${random.pick(operators)} ${random.pick(operands)}`);
  const many = (most: number, separators: readonly string[], make: () => string): string => random.several(1, most, make).join(random.pick(separators));
  const condition = many(1_500, [' or ', '\nor ', '\n\n  or\n '], check);
  const output = many(500, [' ', '\n'], () => `%${sound ? 'proc.name' : random.pick(fieldNames)}`);
  const values = (): string => many(1_000, [',', ',\n'], () => (sound ? `n${random.integer(0, 999)}` : random.pick(operands)));
  return [
    `- list: l\n  items:\n    - ${written(random, values())}\n    - ${written(random, values())}\n`,
    `- macro: m\n  condition: ${written(random, check())}\n`,
    `- rule: r\n  desc: ${written(random, output)}\n  condition: ${written(random, `${condition} or m or proc.name in (l)`)}\n  output: ${written(random, output)}\n  priority: INFO\n`,
    `- rule: r\n  condition: ${written(random, ` or ${check()}`)}\n  override: {condition: append}\n`,
  ].join('');
}

/** As one of YAML's scalars: folded or literal lines, or in quotes with what can be escaped escaped. */
function written(random: Random, text: string): string {
  const lines = (): string => text.replaceAll(/[^\n]{60,80} /g, '$&\n').split('\n').map((line, index) => `\n${' '.repeat(index === 0 ? 6 : random.integer(6, 7))}${line}`).join('');
  switch (random.integer(0, 3)) {
    case 0:
      return `${random.pick(['>', '>-', '>+', '|', '|-', '|2'])}${lines()}`;
    case 1:
      return `"${text.replaceAll(/[^]/gu, (character) => (random.oneIn(3) || '"\\\n'.includes(character) ? escaped(random, character) : character))}"`;
    case 2:
      return `'${text.replaceAll("'", "''").replaceAll('\n', '\n\n      ')}'`;
    default:
      return `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\\n      \\n')}"`;
  }
}

function escaped(random: Random, character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return random.pick([code.length <= 2 ? `\\x${code.padStart(2, '0')}` : '\\u2028', code.length <= 4 ? `\\u${code.padStart(4, '0')}` : '\\n', `\\U${code.padStart(8, '0')}`]);
}

function tenMegabytes(random: Random): string {
  const kind = random.integer(0, 3);
  if (kind === 0) return rule('r', `proc.name in (${'xy, '.repeat(2_500_000)}z)`);
  if (kind === 1) return `- list: l\n  items: [${'xy, '.repeat(390_000)}z]\n${rule('r', 'proc.name in (l, l, l)')}`;
  if (kind === 2) return Array.from({ length: 60_000 }, (_, index) => rule(`r${index}`, `proc.name=a${index} and m`)).join('');
  const part = random.pick(samples);
  return part.repeat(Math.floor(10_000_000 / part.length));
}

if (import.meta.main) fuzzMain(falcoLoader);
