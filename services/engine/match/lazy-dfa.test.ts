/** An automaton over bytes says of texts of ASCII what RE2 says, and of others that it does not know. */
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test, vi } from 'vitest';
import { compileRegex, type LinearRegex } from '../rules/regex.ts';
import { asciiDfa } from './lazy-dfa.ts';
import { TableBudget } from './table-budget.ts';

const atom = fc.constantFrom('a', 'B', 'k', 's', '-', '\\.', '.', '[a-c]', '[^a]', '[^/]', '\\d', '\\s', '\\S', '\\w', '\\W', 'é', '^', '$', '\\b', '\\B', '\\A', '\\z', '(?m:^a)', '(?m:b$)', '(?s:.)', '(?i:k|s)', '(?i:aB)', '(a|b|)', '[[:alpha:]]', '\\pL');
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{3,}', '{0,2}', '+?', '*?');
const sequence = fc.array(fc.tuple(atom, quantifier).map(([what, times]) => (/^(?:[\^$]|\\[bBAz])$/.test(what) ? what : what + times)), { minLength: 1, maxLength: 5 }).map((items) => items.join(''));
const source = fc.array(fc.oneof(sequence, sequence.map((inner) => `(${inner})+`)), { minLength: 1, maxLength: 3 }).map((sequences) => sequences.join('|'));
const flags = fc.record({ ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() });
const text = fc.array(fc.constantFrom('a', 'A', 'b', 'B', 'c', 'k', 's', 'S', '-', '.', '/', '_', '7', '!', ' ', '\t', '\n', '\0', '\x7f'), { maxLength: 20 }).map((parts) => parts.join(''));

function compiled(expression: string, options: LinearRegex['flags']): LinearRegex {
  const regex = compileRegex(expression, options);
  if ('refused' in regex) throw new Error(`${expression}: ${regex.refused}`);
  return regex;
}

/** Where it stands, bytes before and behind are not its own. */
function testWithin(dfa: ReturnType<typeof asciiDfa>, line: string): boolean | undefined {
  const bytes = Buffer.from(`a${line}b`);
  return dfa!.test(bytes, 1, bytes.length - 1);
}

const plain = { ignoreCase: false, multiline: false, dotAll: false };

describe('of a text of ASCII it gives the verdict of RE2', () => {
  test('for arbitrary expressions', () => {
    const held = { true: 0, false: 0 };
    const property = fc.property(source, flags, fc.array(text, { minLength: 8, maxLength: 8 }), (expression, options, texts) => {
      const regex = compiled(expression, options);
      const dfa = asciiDfa(regex, new TableBudget());
      for (const line of texts) {
        const expected = regex.test(line);
        expect(testWithin(dfa, line), JSON.stringify([expression, options, line])).toBe(expected);
        held[`${expected}`] += 1;
      }
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(Math.min(held.true, held.false)).toBeGreaterThan(2_000);
  });

  test.each([
    ['[^/]{100,}$', ['/usr/bin/a', `/tmp/${'x'.repeat(99)}`, `/tmp/${'x'.repeat(100)}`, `/${'x'.repeat(120)}/y`]],
    ['^\\S+(\\s+-[a-zA-Z]*)*(\\s+-s(\\s.*)?|\\s+--?)?$', ['bash', 'bash -x -s', 'bash -c ls', 'bash -']],
    ['', ['', 'a']],
    ['^$', ['', 'a']],
  ])('for %s', (expression, lines) => {
    const regex = compiled(expression, plain);
    const dfa = asciiDfa(regex, new TableBudget());
    for (const line of [...lines, ...lines]) expect([line, testWithin(dfa, line)]).toEqual([line, regex.test(line)]);
  });
});

/** So many states as there are ways to write thirteen letters. */
const ofManyStates = 'a.{12}b';
const short = 'xaxxxxxxxxxxxxbx';

/** Texts that take it through thousands. */
function manyStates(): () => string {
  let state = 1;
  const letter = (): string => ((state = (state * 48_271) % 0x7fffffff) & 0x400 ? 'a' : 'c');
  return () => Array.from({ length: 6_000 }, letter).join('');
}

describe('its memory', () => {
  test('is taken as states come, never more than there is, and given back when it gives up', () => {
    const bytes = 32_768;
    const budget = new TableBudget(bytes);
    const dfa = asciiDfa(compiled(ofManyStates, plain), budget);
    const atFirst = budget.left;
    const long = manyStates();
    expect([testWithin(dfa, short), testWithin(dfa, long()), testWithin(dfa, short)]).toEqual([true, undefined, true]);
    expect(budget.left).toBeGreaterThanOrEqual(0);
    expect(budget.left).toBeLessThan(bytes / 4);
    for (let times = 0; times < 20; times += 1) expect(testWithin(dfa, long())).toBeUndefined();
    expect(testWithin(dfa, short)).toBeUndefined();
    expect(budget.left).toBeGreaterThan(atFirst);
    expect(budget.left).toBeLessThan(bytes);
  });

  test('stays within bounds whatever there is', () => {
    const budget = new TableBudget();
    const bytes = budget.left;
    const dfa = asciiDfa(compiled(ofManyStates, plain), budget);
    const long = manyStates();
    for (let times = 0; times < 10; times += 1) testWithin(dfa, long());
    expect(bytes - budget.left).toBeGreaterThan(50_000);
    expect(bytes - budget.left).toBeLessThan(1_000_000);
  });

  test('is not taken when there is not enough to begin with', () => {
    const budget = new TableBudget(500);
    expect(asciiDfa(compiled(ofManyStates, plain), budget)).toBeUndefined();
    expect(budget.left).toBe(500);
  });
});

test('there is none where the program of RE2 cannot be read', () => {
  const regex = compiled('a.c', plain);
  const compile = vi.spyOn(RE2JS, 'compile').mockImplementation(() => {
    throw new Error('no program');
  });
  expect(asciiDfa(regex, new TableBudget())).toBeUndefined();
  expect(compile).toHaveBeenCalledOnce();
  compile.mockRestore();
});

describe('it does not know', () => {
  test('of a text with other characters, when they come before it has decided', () => {
    const dfa = asciiDfa(compiled('a.c', plain), new TableBudget());
    expect([testWithin(dfa, 'aéc'), testWithin(dfa, 'abc é')]).toEqual([undefined, true]);
  });

  test('of a text that takes it through more states than it keeps, but still of the next one, as long as these are few', () => {
    const dfa = asciiDfa(compiled(ofManyStates, plain), new TableBudget());
    const long = manyStates();
    expect([testWithin(dfa, long()), testWithin(dfa, short)]).toEqual([undefined, true]);
    for (let times = 0; times < 20; times += 1) expect(testWithin(dfa, long())).toBeUndefined();
    expect(testWithin(dfa, short)).toBeUndefined();
  });

  test('anything of an expression with thousands of steps', () => {
    expect(asciiDfa(compiled('(abcdefghij){150}', plain), new TableBudget())).toBeUndefined();
  });
});
