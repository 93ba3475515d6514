/** Over encoded events the index gives what every rule by itself gives, for literals that events hold in any field. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventCase } from './arbitrary-event-case.ts';
import { externalBatch, ownBatch } from './arbitrary-events.ts';
import { judgeEveryWay, type BatchCase } from './event-case.ts';

test.each<[string, fc.Arbitrary<BatchCase>, { rounds: number; numRuns: number }]>([
  ['an event of ours', ownBatch, { rounds: 1, numRuns: 60 }],
  // More than the uses after which a value is asked which rules it rules out.
  ['an event of ours, however often it came before', ownBatch, { rounds: 20, numRuns: 12 }],
  ['an event of another sensor', externalBatch, { rounds: 1, numRuns: 60 }],
])('%s matches with the index the rules that it matches without', { timeout: 120_000 }, (_which, batch, { rounds, numRuns }) => {
  let matches = 0;
  let verdicts = 0;
  const cases = eventCase(fc.tuple(batch), { rulesMax: 40, programs: fc.constant(1), rounds: fc.constant(rounds) });
  const property = fc.property(cases, (each) => {
    const reached = judgeEveryWay(each);
    matches += reached.matches;
    verdicts += reached.verdicts;
  });
  fc.assert(property, { numRuns });
  expect(matches / verdicts).toBeGreaterThan(0.05);
});
