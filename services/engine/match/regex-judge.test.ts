/** What a regular expression needs decides only where the expression itself would refuse. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegex } from '../rules/regex.ts';
import { regexJudge } from './regex-judge.ts';
import { EncodedSource } from './rule-case.ts';
import { TableBudget } from './table-budget.ts';

const item = fc.constantFrom('a', 'B', '-', '\\.', '.', '[a-c]', '[^a]', '[-k]', '[\\d_]', '\\s', '\\w', '\\W', 'é', '^', '$', '\\b', '(?:ab|\\d)', '(?i:k|s)', '(?:a|)', '[!-/]');
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{3,}', '{0,2}', '+?');
const sequence = fc.array(fc.tuple(item, quantifier).map(([what, times]) => (/^(?:[\^$]|\\b)$/.test(what) ? what : what + times)), { minLength: 1, maxLength: 5 }).map((items) => items.join(''));
const source = fc.tuple(fc.constantFrom('', '(?i)'), fc.array(sequence, { minLength: 1, maxLength: 2 })).map(([flags, sequences]) => flags + sequences.join('|'));
const text = fc.array(fc.constantFrom('a', 'A', 'b', 'B', 'k', '\u212a', 'ſ', 's', 'é', 'İ', '-', '.', '_', '7', '!', ' ', '\n', '😀'), { maxLength: 12 }).map((parts) => parts.join(''));

/** For no automaton, for few states of one, for all. */
const budget = fc.constantFrom(0, 6_000, 1_000_000).map((bytes) => new TableBudget(bytes));

test('with and without what it needs and whatever memory there is, an expression gives the same verdicts', () => {
  const field = { name: 'Line', read: (event: object) => (event as { line: string }).line };
  const held = { true: 0, false: 0 };
  const property = fc.property(source, budget, fc.array(text, { minLength: 8, maxLength: 8 }), (expression, memory, texts) => {
    const regex = compileRegex(expression, { ignoreCase: false, multiline: false, dotAll: false });
    if ('refused' in regex) throw new Error(`${expression}: ${regex.refused}`);
    const events = new EncodedSource();
    const judge = regexJudge({ kind: 'test', name: 'Line', field, match: { kind: 'regex', regex }, at: { line: 1, column: 1 } }, regex, events, memory);
    for (const line of texts) {
      events.begin({ line });
      const expected = regex.test(line);
      expect(judge(), JSON.stringify([expression, line])).toBe(expected);
      held[`${expected}`] += 1;
    }
  });
  fc.assert(property, { numRuns: 2_000 });
  expect(Math.min(held.true, held.false)).toBeGreaterThan(1_000);
});
