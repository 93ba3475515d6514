/** The condition grammar: who binds tighter, what patterns cover, and where faults are put. */
import { describe, expect, test } from 'vitest';
import { createMatcher, loadRules, openFields } from '../index.ts';
import type { Diagnostic } from '../index.ts';

const names = ['a', 'b', 'c', 'sel_one', 'sel_two', '_hidden'];

function load(condition: string): ReturnType<typeof loadRules> {
  const selections = names.map((name) => `  ${name}: {${name}: 1}`).join('\n');
  const text = `title: t\nlogsource: {category: c}\ndetection:\n${selections}\n  condition: ${condition}\n`;
  return loadRules([{ file: 'rule.yml', text }], { fields: openFields() });
}

/** Whether the condition holds when exactly the named selections do. */
function holds(condition: string, ...selections: string[]): boolean {
  const { rules, report } = load(condition);
  expect(report.rules).toMatchObject([{ status: 'ok' }]);
  const event = Object.fromEntries(selections.map((name) => [name, 1]));
  return createMatcher(rules.filter((rule) => rule.kind === 'detection')).match([{ category: 'c' }], event).length === 1;
}

function faultsOf(condition: string): readonly Diagnostic[] {
  return load(condition).report.rules[0]?.faults ?? [];
}

test.each<[string, string[], boolean]>([
  ['a or b and c', ['a'], true],
  ['a or b and c', ['b'], false],
  ['(a or b) and c', ['a'], false],
  ['not a and b', ['b'], true],
  ['not (a and b)', ['a'], true],
  ['not not a', ['a'], true],
  ['not a or b', ['a', 'b'], true],
  ['a AND NOT b', ['a'], true],
  ['1 of sel_*', ['sel_two'], true],
  ['any of sel_*', ['a'], false],
  ['all of sel_*', ['sel_one'], false],
  ['all of sel_*', ['sel_one', 'sel_two'], true],
  ['1 of them', ['_hidden'], false],
  ['1 of *', ['_hidden'], false],
  ['1 of _*', ['_hidden'], true],
  ['_hidden', ['_hidden'], true],
  ['all of *_one', ['sel_one'], true],
  ['1 of s*_*e', ['sel_one'], true],
  ['not 1 of sel_* and a', ['a'], true],
  ['1 of sel_one or a', ['a'], true],
  ['((((a))))', ['a'], true],
  ['(a)and(b)', ['a', 'b'], true],
  ['[a, b and c]', ['a'], true],
  ['[a, b and c]', ['b'], false],
])('%s with %j is %j', (condition, selections, expected) => {
  expect(holds(condition, ...selections)).toBe(expected);
});

describe('faults', () => {
  const prefix = '  condition: '.length;

  test.each<[string, string, string, number]>([
    ['an operand is missing', 'a and', 'CONDITION_SYNTAX', 5],
    ['an operator is missing', 'a b', 'CONDITION_SYNTAX', 2],
    ['a parenthesis is open', '(a or b', 'CONDITION_SYNTAX', 7],
    ['a parenthesis too many', 'a )', 'CONDITION_SYNTAX', 2],
    ['a quantifier of 2', '2 of sel_*', 'CONDITION_SYNTAX', 0],
    ['nothing behind of', '1 of', 'CONDITION_SYNTAX', 4],
    ['a pattern without a quantifier', 'a and sel_*', 'SELECTION_UNKNOWN', 6],
    ['a pattern that covers nothing', 'a and 1 of nope*', 'SELECTION_UNKNOWN', 11],
    ['an unknown selection', 'a or sel_on', 'SELECTION_UNKNOWN', 5],
    ['the aggregation of Sigma v1', 'a | count() > 5', 'CONDITION_AGGREGATION', 2],
  ])('%s', (_what, condition, code, offset) => {
    expect(faultsOf(condition)).toMatchObject([{ code, line: 10, column: prefix + offset + 1 }]);
  });

  test('every unknown selection is reported, with the name that was meant', () => {
    expect(faultsOf('sel_on or sel_tow')).toMatchObject([
      { code: 'SELECTION_UNKNOWN', hint: 'did you mean "sel_one"?' },
      { code: 'SELECTION_UNKNOWN', hint: 'did you mean "sel_two"?' },
    ]);
  });

  test('nesting is bounded', () => {
    expect(faultsOf(`${'('.repeat(5_000)}a${')'.repeat(5_000)}`)).toMatchObject([{ code: 'CONDITION_TOO_DEEP' }]);
    expect(faultsOf(`${'not '.repeat(4_000)}a`)).toMatchObject([{ code: 'CONDITION_TOO_DEEP' }]);
  });

  test('a selection that is large and said again and again is refused', () => {
    const values = Array.from({ length: 2_000 }, (_, index) => `v${index}`).join(', ');
    const text = `title: t\nlogsource: {category: c}\ndetection:\n  s: {F: [${values}]}\n  condition: s${' and 1 of them'.repeat(60)}\n`;
    const [rule] = loadRules([{ file: 'rule.yml', text }], { fields: openFields() }).report.rules;
    expect(rule).toMatchObject({ code: 'CONDITION_TOO_LARGE', line: 5 });
  });

  test('length is bounded', () => {
    expect(faultsOf(`a${' or a'.repeat(10_000)}`)).toMatchObject([{ code: 'CONDITION_SYNTAX' }]);
  });
});
