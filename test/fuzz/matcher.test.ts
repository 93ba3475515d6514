/** A short run of the matcher's fuzz, and what once failed in a long one: see run.ts. */
import { expect, test } from 'vitest';
import { matcher } from './matcher.ts';
import { fuzz, runKept } from './run.ts';

test('over arbitrary rules and events, all ways to run the matcher agree', { timeout: 30_000 }, () => {
  const { failures, runs } = fuzz(matcher, { ms: 3_000, seed: 1 });
  expect(failures).toEqual([]);
  expect(runs).toBeGreaterThan(100);
});

test('inputs on which they once disagreed', () => {
  expect(runKept(matcher)).toBeGreaterThan(0);
});
