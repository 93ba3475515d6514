/** Loading: every fault with its place, what can never match, what refers to other documents, and the bounds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultCodes, loadRules, openFields, renderDiagnostic } from './index.ts';
import type { FieldRef, FieldTable, LoadedRules } from './index.ts';
import { ruleFileBytesMax } from './read-files.ts';

function load(text: string, fields: FieldTable = openFields()): LoadedRules {
  return loadRules([{ file: 'rule.yml', text }], { fields });
}

function rule(id: string, detection: string, more = ''): string {
  const indented = detection.trim().replaceAll(/^/gm, '  ');
  return `title: Rule ${id}\nid: ${id}\nname: name_${id}\n${more}logsource:\n  category: process_creation\n  product: linux\ndetection:\n${indented}\n`;
}

const simple = 'sel:\n  Image: /bin/sh\ncondition: sel';

function correlation(id: string, section: string): string {
  return `title: Correlation ${id}\nid: ${id}\ncorrelation:\n${section.trim().replaceAll(/^/gm, '  ')}\n`;
}

const burst = 'type: event_count\nrules: [name_a]\ngroup-by: [User]\ntimespan: 5m\ncondition: {gte: 10}';

/** A table that knows three fields of Linux process events. */
const closedFields: FieldTable = (() => {
  const known = new Map(['Image', 'CommandLine', 'User'].map((name): [string, FieldRef] => [name, { name, read: () => undefined }]));
  return {
    resolve: (logsource, name) => (logsource.product === 'linux' ? known.get(name) : undefined),
    everyValue: () => undefined,
    names: () => [...known.keys()],
  };
})();

describe('the tests of one load are bounded', () => {
  const values = (count: number): string => Array.from({ length: count }, (_, index) => `v${index}`).join(', ');
  const codes = (text: string): string[] => load(text).report.rules.flatMap(({ title, code }) => (code === undefined ? [] : [`${title} ${code}`]));

  test('over Sigma rules that say a large selection again and again: the rule that goes beyond is named, and those behind', () => {
    const large = (id: string): string => rule(id, `a: {F: [${values(1_000)}]}\ncondition: a${' or all of them'.repeat(89)}`);
    expect(codes(['a', 'b', 'c', 'd', 'e'].map(large).join('---\n'))).toEqual(['Rule d TESTS_TOO_MANY', 'Rule e TESTS_TOO_MANY']);
  });

  test('over Sigma filters and their rules', () => {
    const filter = `title: Filter\nlogsource: {product: linux}\nfilter:\n  rules: any\n  a: {F: [${values(1_000)}]}\n  condition: not a${' and not a'.repeat(89)}\n`;
    expect(codes([filter, ...['a', 'b', 'c', 'd'].map((id) => rule(id, simple))].join('---\n'))).toEqual(['Rule d TESTS_TOO_MANY']);
  });

  test('over Falco rules that name a large macro or list', () => {
    const falco = (name: string, condition: string): string => `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n`;
    const large = `- list: l\n  items: [${values(19_000)}]\n- macro: m\n  condition: proc.name in (l)\n`;
    const rules = Array.from({ length: 16 }, (_, index) => falco(`r${index}`, 'evt.type = open and m'));
    expect(codes(large + rules.join(''))).toEqual(['r14 TESTS_TOO_MANY', 'r15 TESTS_TOO_MANY']);
    const [first] = load(large + falco('r', 'proc.name in (l) or proc.name in (l) or m')).report.rules;
    expect(first).toMatchObject({ code: 'CONDITION_TOO_LARGE', faults: [{ line: 7, column: 44 }] });
  });

  test('also of values that expand, before they are written out', () => {
    const dashed = Array.from({ length: 1_000 }, (_, index) => `' -a -b -c -d${index}'`).join(', ');
    const [first] = load(rule('a', `a:\n  F|windash: [${dashed}]\ncondition: a`)).report.rules;
    expect(first?.faults).toMatchObject([{ code: 'CONDITION_TOO_LARGE', line: 9 }]);
  });
});

describe('faults', () => {
  test('a playbook in the same folder is no rule, and no fault', () => {
    const { report } = load(['playbook: kill\nversion: 1\n', rule('good', simple)].join('---\n'));
    expect(report.summary).toEqual({ ok: 1, unsatisfiable: 0, rejected: 0 });
  });

  test('every fault of a rule is reported, in order of place, and the other rules load', () => {
    const bad = rule('bad', "sel:\n  Image|endswiht: sh\n  CommandLine|re: '(?=x)'\n  User|cidr: nowhere\ncondition: sal or", 'level: hihg\n');
    const { rules, report } = load([bad, rule('good', simple)].join('---\n'));
    expect(rules.map((loaded) => loaded.label)).toEqual(['good']);
    expect(report.summary).toEqual({ ok: 1, unsatisfiable: 0, rejected: 1 });
    expect(report.rules[0]).toMatchObject({ id: 'bad', title: 'Rule bad', dialect: 'sigma', file: 'rule.yml', line: 4, column: 8, status: 'rejected', code: 'VALUE_KIND' });
    expect(report.rules[0]?.faults).toMatchObject([
      { line: 4, column: 8, code: 'VALUE_KIND', hint: 'did you mean "high"?' },
      { line: 10, column: 11, code: 'MODIFIER_UNKNOWN', hint: 'did you mean "endswith"?' },
      { line: 11, column: 21, code: 'REGEX_INVALID' },
      { line: 12, column: 16, code: 'CIDR_INVALID' },
      { line: 13, column: 14, code: 'SELECTION_UNKNOWN', hint: 'did you mean "sel"?' },
      { line: 13, column: 20, code: 'CONDITION_SYNTAX' },
    ]);
  });

  test.each<[string, string, string]>([
    ['a modifier that does not exist', 'F|nope: x', 'MODIFIER_UNKNOWN'],
    ['an hour that no day has', 'F|hour: 24', 'NUMBER_RANGE'],
    ['a comparison of an hour', 'F|hour|gte: 3', 'MODIFIER_MISUSED'],
    ['exists without a field', "'|exists': true", 'MODIFIER_MISUSED'],
    ['a fieldref with a wildcard', 'F|fieldref: G*', 'VALUE_KIND'],
    ['a number without digits', 'F: .inf', 'VALUE_KIND'],
    ['a network with bits behind its prefix', 'F|cidr: 10.1.2.3/16', 'CIDR_INVALID'],
    ['a placeholder', "F|expand: '%x%'", 'PLACEHOLDER_UNRESOLVED'],
    ['exists with others', 'F|exists|contains: true', 'MODIFIER_MISUSED'],
    ['exists behind others', 'F|all|exists: true', 'MODIFIER_MISUSED'],
    ['exists with a text', 'F|exists: x', 'VALUE_KIND'],
    ['a flag without re', 'F|i: x', 'MODIFIER_MISUSED'],
    ['re with contains', 'F|contains|re: x', 'MODIFIER_MISUSED'],
    ['two places', 'F|contains|startswith: x', 'MODIFIER_MISUSED'],
    ['the same modifier twice', 'F|contains|contains: x', 'MODIFIER_MISUSED'],
    ['an encoding behind a place', 'F|contains|base64: x', 'MODIFIER_MISUSED'],
    ['an encoding of UTF-16 alone, of what is not ASCII', 'F|wide: ä', 'MODIFIER_MISUSED'],
    ['a wildcard to be encoded', "F|base64: 'x*'", 'MODIFIER_MISUSED'],
    ['a comparison with a text', 'F|gt: many', 'VALUE_KIND'],
    ['null with contains', 'F|contains: null', 'VALUE_KIND'],
    ['an empty list', 'F: []', 'VALUE_EMPTY'],
    ['a map as a value', 'F: {a: b}', 'VALUE_KIND'],
    ['a list as a value', 'F: [[a]]', 'VALUE_KIND'],
    ['too many dashes', "F|windash: '-a -b -c -d -e -f'", 'VARIANTS_TOO_MANY'],
    ['a network with too many bits', 'F|cidr: 10.0.0.0/33', 'CIDR_INVALID'],
    ['a regex that is malformed', "F|re: '['", 'REGEX_INVALID'],
  ])('%s is refused, never ignored', (_what, item, code) => {
    expect(load(rule('x', `sel:\n  ${item}\ncondition: sel`)).report.rules).toMatchObject([{ status: 'rejected', code }]);
  });

  test.each<[string, string, string]>([
    ['no title', 'logsource: {category: c}\ndetection: {s: {F: x}, condition: s}', 'KEY_MISSING'],
    ['no log source', 'title: t\ndetection: {s: {F: x}, condition: s}', 'KEY_MISSING'],
    ['an empty log source', 'title: t\nlogsource: {definition: d}\ndetection: {s: {F: x}, condition: s}', 'KEY_MISSING'],
    ['no condition', 'title: t\nlogsource: {category: c}\ndetection: {s: {F: x}}', 'KEY_MISSING'],
    ['no detection', 'title: t\nlogsource: {category: c}', 'DOCUMENT_KIND'],
    ['a collection of Sigma v1', 'action: global\ntitle: t', 'DOCUMENT_KIND'],
    ['a list', '- a', 'VALUE_KIND'],
    ['broken YAML', 'title: [', 'YAML_INVALID'],
    ['a key twice', 'title: a\ntitle: b', 'YAML_INVALID'],
    ['an unknown alias', 'title: *a', 'YAML_INVALID'],
  ])('%s', (_what, text, code) => {
    expect(load(text).report.rules).toMatchObject([{ status: 'rejected', code }]);
  });

  test('two rules of one id: the second is rejected', () => {
    expect(load([rule('a', simple), rule('a', simple)].join('---\n')).report.rules).toMatchObject([
      { status: 'ok' },
      { status: 'rejected', code: 'ID_DUPLICATE', line: 12 },
    ]);
  });

  test('empty documents and comments are no rules', () => {
    expect(load(`---\n# nothing\n---\n${rule('a', simple)}---\n`).report.summary).toEqual({ ok: 1, unsatisfiable: 0, rejected: 0 });
    expect(load('').report.rules).toEqual([]);
  });

  test('a fault is shown with its line and a caret', () => {
    const text = rule('a', 'sel:\n\tx: y'.replace('\t', '  ') + '\n  Image|endwith: sh\ncondition: sel');
    const [fault] = load(text).report.rules[0]?.faults ?? [];
    expect(fault && renderDiagnostic(fault, text)).toBe(
      [
        'rule.yml:10:11: MODIFIER_UNKNOWN: there is no modifier "endwith"',
        '  10 |     Image|endwith: sh',
        '     |           ^',
        '  hint: did you mean "endswith"?',
      ].join('\n'),
    );
  });

  test('text from a rule is inert where it is shown', () => {
    const text = rule('a', 'sel:\n  F: x\ncondition: "\\e[31mred\\u202e"');
    const [fault] = load(text).report.rules[0]?.faults ?? [];
    expect(fault?.message).toContain('\\u{1b}[31mred\\u{202e}');
    expect(renderDiagnostic({ line: 1, column: 1, file: 'a\u001b[2J.yml', code: 'YAML_INVALID', message: 'm' }, 'x\u0007y')).not.toMatch(/[\u001b\u0007]/);
  });
});

describe('what no sensor supplies', () => {
  test.each<[string, string, 'ok' | 'unsatisfiable', string[]]>([
    ['a needed field', 'sel:\n  Image: a\n  Hashes: b\ncondition: sel', 'unsatisfiable', ['Hashes']],
    ['a field of an alternative', 'a:\n  Image: a\nb:\n  Hashes: b\ncondition: a or b', 'ok', ['Hashes']],
    ['a field of a filter', 'a:\n  Image: a\nb:\n  Hashes: b\ncondition: a and not b', 'ok', ['Hashes']],
    ['a field that should be null', 'sel:\n  Hashes: null\ncondition: sel', 'unsatisfiable', ['Hashes']],
    ['keywords', 'k: [needle]\ncondition: k', 'unsatisfiable', ['keywords']],
    ['one of several values', 'sel:\n  - Image: a\n  - Hashes: b\ncondition: sel', 'ok', ['Hashes']],
  ])('%s', (_what, detection, status, missing) => {
    expect(load(rule('a', detection), closedFields).report.rules).toMatchObject([{ status, missing }]);
  });

  test('a rule for another product is unsatisfiable', () => {
    const text = rule('a', simple).replace('product: linux', 'product: windows');
    const { rules, report } = load(text, closedFields);
    expect(rules).toEqual([]);
    expect(report.rules).toMatchObject([{ status: 'unsatisfiable', code: 'FIELD_UNSUPPLIED', missing: ['Image'] }]);
  });
});

describe('correlations', () => {
  test('a rule that only feeds a correlation makes no detections, and is found by name or id', () => {
    const { rules, report } = load([correlation('c', burst), rule('a', simple), rule('b', simple)].join('---\n'));
    expect(report.summary.rejected).toBe(0);
    expect(rules[0]).toMatchObject({ kind: 'correlation', label: 'c', groupBy: ['User'], timespanNs: 300_000_000_000n, atLeast: 10 });
    expect(rules.map((loaded) => loaded.kind === 'detection' && loaded.emits)).toEqual([false, false, true]);
    expect(rules[0]?.kind === 'correlation' && rules[0].inputs[0]?.rule).toBe(rules[1]);
  });

  test('with generate: true it makes detections as well', () => {
    const { rules } = load([rule('a', simple), correlation('c', `${burst}\ngenerate: true`)].join('---\n'));
    expect(rules[0]).toMatchObject({ emits: true });
  });

  test('gt counts one more, and the narrowest bound decides', () => {
    const { rules } = load([rule('a', simple), correlation('c', burst.replace('{gte: 10}', '{gt: 10, gte: 3}'))].join('---\n'));
    expect(rules[1]).toMatchObject({ atLeast: 11 });
  });

  test.each<[string, string, string, string]>([
    ['a type not supported yet', 'event_count', 'temporal', 'CORRELATION_TYPE_UNSUPPORTED'],
    ['an unknown type', 'event_count', 'event_cuont', 'CORRELATION_TYPE_UNKNOWN'],
    ['an unknown rule', '[name_a]', '[nobody]', 'RULE_UNKNOWN'],
    ['a chain', '[name_a]', '[c2]', 'CORRELATION_CHAIN_UNSUPPORTED'],
    ['a rule that was rejected', '[name_a]', '[broken]', 'RULE_REJECTED'],
    ['a timespan without a unit', '5m', "'5'", 'TIMESPAN_INVALID'],
    ['a timespan of nothing', '5m', '0s', 'TIMESPAN_INVALID'],
    ['a timespan too long', '5m', '2y', 'TIMESPAN_INVALID'],
    ['an upper bound', '{gte: 10}', '{lt: 10}', 'CORRELATION_CONDITION_UNSUPPORTED'],
    ['a range', '{gte: 10}', '{gte: 10, lte: 20}', 'CORRELATION_CONDITION_UNSUPPORTED'],
    ['an unknown relation', '{gte: 10}', '{gtee: 10}', 'VALUE_KIND'],
    ['a count of nothing', '{gte: 10}', '{gte: 0}', 'NUMBER_RANGE'],
    ['a count too large', '{gte: 10}', '{gte: 10001}', 'NUMBER_RANGE'],
    ['aliases', 'timespan', 'aliases: {}\ntimespan', 'CORRELATION_ALIASES_UNSUPPORTED'],
    ['an unknown key', 'group-by', 'gruop-by', 'VALUE_KIND'],
  ])('%s is refused', (_what, from, to, code) => {
    const documents = [rule('a', simple), correlation('c2', burst), rule('broken', 'sel: {}\ncondition: sel'), correlation('c', burst.replace(from, to))];
    expect(load(documents.join('---\n')).report.rules[3]).toMatchObject({ id: 'c', status: 'rejected', code });
  });

  test('a group-by field that no sensor supplies makes it unsatisfiable', () => {
    const documents = [rule('a', simple), correlation('c', burst.replace('[User]', '[Computer]'))];
    expect(load(documents.join('---\n'), closedFields).report.rules[1]).toMatchObject({ status: 'unsatisfiable', missing: ['Computer'] });
  });

  test.each([
    ['can never match', ['[User]', '[Computer]']],
    ['is rejected when it is linked', ['[name_a]', '[name_a, nobody]']],
    ['is rejected by itself', ['5m', '5']],
    ['has the id of another rule', ['timespan', 'timespan']],
  ] as const)('a correlation that %s does not mute the rule that it counts', (what, [from, to]) => {
    const id = what.startsWith('has') ? 'a' : 'c';
    const { rules } = load([rule('a', simple), correlation(id, burst.replace(from, to))].join('---\n'), closedFields);
    expect(rules).toMatchObject([{ label: 'a', emits: true }]);
  });

  test('a timespan for which events are not kept is refused with its place', () => {
    const text = [rule('a', simple), correlation('c', burst.replace('5m', '61m'))].join('---\n');
    const limited = { ...openFields(), timespanMaxNs: 3_600_000_000_000n };
    const line = text.split('\n').findIndex((each) => each.includes('61m')) + 1;
    expect(load(text, limited).report.rules[1]).toMatchObject({ status: 'rejected', code: 'TIMESPAN_TOO_LONG', line, column: 13 });
    expect(load(text.replace('61m', '60m'), limited).report.summary.rejected).toBe(0);
  });
});

describe('versions', () => {
  const version = (text: string): string | undefined => load(text).rules.at(-1)?.version;

  test('a description does not change it, a value does', () => {
    expect(version(rule('a', simple, 'description: x\n'))).toBe(version(rule('a', simple)));
    expect(version(rule('a', simple.replace('sh', 'zsh')))).not.toBe(version(rule('a', simple)));
  });

  test('a number is not the text that spells it, although both match the same', () => {
    expect(version(rule('a', simple.replace('/bin/sh', '1')))).not.toBe(version(rule('a', simple.replace('/bin/sh', "'1'"))));
  });

  test('a correlation changes with the rules that it counts', () => {
    const both = (image: string): string => [rule('a', simple.replace('/bin/sh', image)), correlation('c', burst)].join('---\n');
    expect(version(both('/bin/sh'))).not.toBe(version(both('/bin/zsh')));
  });
});

describe('bounds', () => {
  test('a file too large is refused unread', () => {
    expect(load('#'.repeat(ruleFileBytesMax + 1)).report.rules).toMatchObject([{ code: 'FILE_TOO_LARGE' }]);
  });

  test('aliases cannot multiply', () => {
    const levels = Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(',')}]`);
    const text = `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`;
    expect(load(text).report.rules).toMatchObject([{ code: 'YAML_TOO_LARGE' }]);
  });

  test('an alias to what contains it ends', () => {
    expect(load('a: &a [*a]').report.rules).toMatchObject([{ status: 'rejected' }]);
  });

  test('nesting is bounded', () => {
    expect(load(`a: ${'['.repeat(60)}${']'.repeat(60)}`).report.rules).toMatchObject([{ code: 'YAML_TOO_DEEP' }]);
    expect(load('['.repeat(9_000_000)).report.rules).toMatchObject([{ code: 'YAML_TOO_DEEP', line: 1, column: 102 }]);
    expect(load('- '.repeat(4_000_000)).report.rules).toMatchObject([{ code: 'YAML_TOO_DEEP' }]);
  });

  test('tokens are bounded before anything is built of them', () => {
    expect(load(`a: [${'b,'.repeat(4_000_000)}]`).report.rules).toMatchObject([{ code: 'YAML_TOO_LARGE' }]);
    expect(load('a: 1\n---\n'.repeat(900_000)).report.rules).toMatchObject([{ code: 'YAML_TOO_LARGE' }]);
  });
});

describe('arbitrary text', () => {
  const codes = Object.keys(faultCodes);

  function expectCoded({ report, rules }: LoadedRules): void {
    expect(rules.length).toBe(report.summary.ok);
    for (const entry of report.rules) {
      if (entry.status === 'rejected') expect(codes).toContain(entry.code);
      expect(entry.line).toBeGreaterThanOrEqual(1);
    }
  }

  test('never throws, and every fault has a code', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => expectCoded(load(text))), { numRuns: 300 });
  });

  test('nor do rules with characters changed, cut or put in', () => {
    const original = [rule('a', "sel:\n  Image|endswith: ['/sh', '*x?']\n  F|re: 'a+'\ncondition: 1 of s* and not sel"), correlation('c', burst)].join('---\n');
    const edit = fc.record({ at: fc.nat(original.length), cut: fc.nat(20), put: fc.string({ maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = original;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        expectCoded(load(text));
      }),
      { numRuns: 500 },
    );
  });

  test('nor do conditions of any words', () => {
    const word = fc.constantFrom('and', 'or', 'not', 'of', '1', 'all', 'any', 'them', '(', ')', 'sel', 's*', '*', '_', '|', "'");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        expectCoded(load(rule('a', `sel:\n  F: x\ncondition: ${JSON.stringify(words.join(' '))}`)));
      }),
      { numRuns: 500 },
    );
  });
});
