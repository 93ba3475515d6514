/** Judges that share their work and their memory give what each test by itself gives. */
import { describe, expect, test, vi } from 'vitest';
import type { FieldRef } from '../rules/fields.ts';
import { anyOf, type Condition, type Match, type Test } from '../rules/ir.ts';
import { compileRegex } from '../rules/regex.ts';
import { compile } from './compile.ts';
import { Judges } from './judges.ts';
import { compileRules } from './program.ts';
import { EncodedSource, ruleOf, shapeCount } from './rule-case.ts';
import { TableBudget } from './table-budget.ts';

const field: FieldRef = { name: 'Line', read: (event) => (event as { line: string }).line };

function testOf(match: Match): Test {
  return { kind: 'test', name: field.name, field, match, at: { line: 1, column: 1 } };
}

function anyIn(...texts: string[]): Condition {
  return anyOf(texts.map((text) => testOf({ kind: 'contains', text, cased: false })));
}

function verdictOn(line: string, conditions: readonly Condition[]): boolean[] {
  const source = new EncodedSource();
  source.begin({ line });
  const judges = new Judges(source, new TableBudget());
  return conditions.map((condition) => judges.judgeOf(condition)());
}

describe('literals that hold what stands between the parts of keys', () => {
  const betweens = ['\n', '\n 0 contains false ', '\n["one",false,0,"contains",false,"', ',', '","', '\\",\\"', '"],["', ']', '\\'];

  test.each(betweens)('are not taken for several: %j', (between) => {
    const several = anyIn('aaa', 'bbb', 'ccc');
    const one = anyIn(`aaa${between}bbb`, 'ccc');
    const alone = anyIn(`aaa${between}bbb`);
    const two = anyIn('aaa', 'bbb');
    expect(verdictOn('x aaa y', [several, one, two, alone])).toEqual([true, false, true, false]);
    expect(verdictOn('x aaa y', [alone, two, one, several])).toEqual([false, true, false, true]);
  });
});

describe('of events of several shapes', () => {
  const word = (number: number): string => `${(number * 7_919) % 99_991}-of-${number}`;
  const groups = Array.from({ length: 40 }, (_, group) => Array.from({ length: 12 }, (_each, index) => word(group * 12 + index)));
  const regexes = groups.map((_, number) => compileRegex(`=[a-f]+${word(number)}`, { ignoreCase: false, multiline: false, dotAll: false }));
  const conditions = [
    ...groups.map((group) => anyIn(...group)),
    ...groups.map((group) => anyOf(group.map((text, index) => testOf({ kind: (['exact', 'prefix', 'suffix'] as const)[index % 3]!, text, cased: false })))),
    ...regexes.flatMap((regex) => ('test' in regex ? [testOf({ kind: 'regex', regex })] : [])),
  ];
  const lines = groups.slice(0, 10).flatMap(([first, second, third], number) => [`x ${first} y`, `${second}x`, `x${third}`, `x=abc${word(number)}y`]);

  /** How many judges have been made for which nothing was taken. */
  const judgeWith = (budget: TableBudget): number => {
    let untouched = 0;
    for (let shape = 0; shape < shapeCount; shape += 1) {
      const source = new EncodedSource();
      const judges = new Judges(source, budget);
      for (const line of lines) {
        source.begin({ line }, shape);
        for (const condition of conditions) {
          const before = budget.left;
          expect(judges.judgeOf(condition)()).toBe(compile(condition, source)());
          expect(budget.left).toBeGreaterThanOrEqual(0);
          if (line === lines[0] && budget.left === before) untouched += 1;
        }
      }
    }
    return untouched;
  };

  test('judges have enough memory as a rule, and stay within it; without it they give the same verdicts', () => {
    expect(conditions).toHaveLength(3 * groups.length);
    const ample = new TableBudget();
    const bytes = ample.left;
    expect(judgeWith(ample)).toBe(0);
    const without = judgeWith(new TableBudget((bytes - ample.left) / 2));
    expect(without).toBeGreaterThan(conditions.length);
    expect(without).toBeLessThan((shapeCount - 1) * conditions.length);
    expect(judgeWith(new TableBudget(0))).toBe(shapeCount * conditions.length);
  });

  test('those of one program have one memory', () => {
    const taken = vi.spyOn(TableBudget.prototype, 'take');
    const source = new EncodedSource();
    // Without a witness, for each rule to be judged.
    const program = compileRules(conditions.map((of, number) => ruleOf(`${number}`, {}, { kind: 'not', of })), source);
    for (let shape = 0; shape < shapeCount; shape += 1) {
      source.begin({ line: lines[0] }, shape);
      expect(program.match([{}])).toHaveLength(conditions.length - 1);
    }
    expect(taken.mock.calls.length).toBeGreaterThanOrEqual(shapeCount * conditions.length);
    expect(new Set(taken.mock.contexts).size).toBe(1);
    taken.mockRestore();
  });
});
