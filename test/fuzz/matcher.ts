/** The matcher over arbitrary rules and events: the index on and off, over objects and over encoded texts, agree. */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { ruleCase } from '../../services/engine/match/arbitrary-case.ts';
import { verdictsOn, type RuleCase } from '../../services/engine/match/rule-case.ts';
import { fuzzMain, type FuzzTarget } from './run.ts';

export const matcher: FuzzTarget<RuleCase> = {
  name: 'matcher',
  generate: (random) => fc.sample(ruleCase, { seed: random.integer(-(2 ** 31), 2 ** 31 - 1), numRuns: 1 })[0]!,
  check(input) {
    const { plain, indexed, encoded } = verdictsOn(input);
    deepStrictEqual(indexed, plain, 'index over objects');
    deepStrictEqual(encoded, plain, 'index over encoded texts');
  },
  print: (input) => JSON.stringify(input, null, 1),
  parse: (text) => JSON.parse(text) as RuleCase,
};

if (import.meta.main) fuzzMain(matcher);
