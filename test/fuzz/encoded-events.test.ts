/** The fuzz over encoded events for a moment: inputs of one seed, and every input that once failed. */
import { expect, test } from 'vitest';
import { encodedEvents, reached } from './encoded-events.ts';
import { Random } from './random.ts';
import { runKept } from './run.ts';

/** Few enough for some seconds. */
const inputs = 40;

test('over arbitrary rules and encoded events, all ways to run the matcher agree, and many rules match', { timeout: 60_000 }, () => {
  for (let number = 0; number < inputs; number += 1) {
    const input = encodedEvents.generate(new Random(1, number));
    expect(() => encodedEvents.check(encodedEvents.parse(encodedEvents.print(input))), `--seed 1 --only ${number}`).not.toThrow();
  }
  expect(reached.verdicts).toBeGreaterThan(100 * inputs);
  expect(reached.matches / reached.verdicts).toBeGreaterThan(0.05);
  expect(reached.matches / reached.verdicts).toBeLessThan(0.5);
});

test('inputs are made simpler by what is left out of them', () => {
  const input = encodedEvents.generate(new Random(1, 0));
  const simpler = [...encodedEvents.simpler!(input)];
  expect(simpler.length).toBeGreaterThan(10);
  const { length } = encodedEvents.print(input);
  for (const each of simpler) expect(each.rounds < input.rounds || encodedEvents.print(each).length < length).toBe(true);
});

test('inputs on which the ways once disagreed', () => {
  expect(runKept(encodedEvents)).toBeGreaterThanOrEqual(0);
});
