/** The rules that come with Ringfence: each says what it is about, carries tests that pass, and is cheap. */
import { describe, expect, test } from 'vitest';
import { shipped } from '#runtime/config.ts';
import { engineFields } from './engine-fields.ts';
import { broadRules, interestOf } from './interest/interest-of.ts';
import { openLists } from './lists/open-lists.ts';
import { tactics } from './rules/coverage.ts';
import { loadRuleFiles } from './rules/index.ts';
import { testRuleFiles } from './rules/testing/test-files.ts';

const { lists, faults: listFaults } = await openLists([shipped('rules/lists')]);
const { rules, report } = await loadRuleFiles([shipped('rules/detections')], { fields: engineFields(), lists });
const tested = await testRuleFiles([shipped('rules/detections')], { lists });

test('every rule, list and test loads without a fault or a warning, and can match here', () => {
  expect(listFaults).toEqual([]);
  expect(tested.faults).toEqual([]);
  expect(report.summary).toMatchObject({ unsatisfiable: 0, rejected: 0 });
  expect([...report.warnings, ...report.rules.flatMap(({ warnings = [] }) => warnings)]).toEqual([]);
});

test('no two rules have the same id or title', () => {
  for (const key of ['id', 'title'] as const) {
    const values = rules.map((rule) => rule[key]);
    expect(values.filter((value, index) => values.indexOf(value) < index)).toEqual([]);
  }
});

describe.each(tested.rules)('$title', ({ rule: label, file, tests }) => {
  const rule = rules.find((each) => each.label === label && each.file === file);

  test('fires on what it is about, and stays quiet on what is near', () => {
    expect(tests.filter(({ passed }) => !passed)).toEqual([]);
    expect(tests.map(({ expect: expected }) => expected)).toEqual(expect.arrayContaining(['match', 'none']));
    const names = tests.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('says what it is, how bad, when it is wrong, and where it stands in ATT&CK', () => {
    expect(rule).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), description: expect.any(String), level: expect.any(String), author: expect.any(String) });
    // A rule that only feeds a correlation is wrong in nobody's eyes.
    const emits = rule?.kind === 'correlation' || rule?.emits === true;
    if (emits) expect(rule?.falsepositives).not.toEqual([]);
    expect(rule?.tags.some((tag) => /^attack\.t\d{4}/.test(tag))).toBe(true);
    expect(rule?.tags.some((tag) => tactics.some((tactic) => tag === `attack.${tactic}`))).toBe(true);
  });

  test('asks the kernel for no more than certain paths, operations or connections', () => {
    const own = rule === undefined ? [] : [rule];
    expect(broadRules(own)).toEqual(new Map());
    for (const { kind, clauses } of interestOf(own)) {
      // A connect is seen a second time at the end of its system call, for its result or a unix socket: of named sockets only.
      if (kind === 'network') expect(clauses.filter(({ operations, path }) => operations.includes('ended') && operations.includes('connect') && path === null)).toEqual([]);
      if (kind === 'file_open') expect(clauses.filter(({ path }) => path === null)).toEqual([]);
      expect(clauses.filter(({ operations, path, program }) => operations.length === 0 && path === null && program === null)).toEqual([]);
    }
  });
});
