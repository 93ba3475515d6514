/** The matcher over arbitrary rules and encoded events of ours and of others, which come again and again: all ways to run it agree. */
import fc from 'fast-check';
import { eventCase } from '../../services/engine/match/arbitrary-event-case.ts';
import { externalBatch, ownBatch } from '../../services/engine/match/arbitrary-events.ts';
import { judgeEveryWay, type BatchCase, type EventCase } from '../../services/engine/match/event-case.ts';
import type { CaseCondition } from '../../services/engine/match/rule-case.ts';
import { fuzzMain, type FuzzTarget } from './run.ts';

const batches = fc.array(fc.oneof({ weight: 2, arbitrary: ownBatch }, { weight: 1, arbitrary: externalBatch }), { minLength: 1, maxLength: 3 });

/** A value is looked at once more when it has been used 16 times. */
const rounds = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 17, max: 25 }));

const cases = eventCase(batches, { rulesMax: 60, programs: fc.constantFrom(1, 1, 2), rounds });

/** Of all inputs checked so far: that inputs agree says little when nothing matches. */
export const reached = { verdicts: 0, matches: 0 };

export const encodedEvents: FuzzTarget<EventCase> = {
  name: 'encoded-events',
  // Long texts, judged in four ways up to 25 times by each of many rules.
  inputMsMax: 15_000,
  generate: (random) => fc.sample(cases, { seed: random.integer(-(2 ** 31), 2 ** 31 - 1), numRuns: 1 })[0]!,
  check(input) {
    const { verdicts, matches } = judgeEveryWay(input);
    reached.verdicts += verdicts;
    reached.matches += matches;
  },
  print: (input) => JSON.stringify(input, (_, value: unknown) => (typeof value === 'bigint' ? { big: String(value) } : value), 1),
  parse: (text) => JSON.parse(text, (_, value: unknown) => (isBig(value) ? BigInt(value.big) : value)) as EventCase,
  *simpler({ batches, programs, rounds }) {
    for (const fewer of shorter(programs)) if (fewer.length > 0) yield { batches, programs: fewer, rounds };
    for (const fewer of shorter(batches)) yield { batches: fewer, programs, rounds };
    for (const fewer of [1, rounds >> 1, rounds - 1]) if (fewer > 0 && fewer < rounds) yield { batches, programs, rounds: fewer };
    for (const [index, rules] of programs.entries()) {
      for (const fewer of shorter(rules)) yield { batches, programs: programs.with(index, fewer), rounds };
      for (const [number, rule] of rules.entries()) {
        for (const condition of partsOf(rule.condition)) yield { batches, programs: programs.with(index, rules.with(number, { ...rule, condition })), rounds };
      }
    }
    for (const [index, each] of batches.entries()) for (const fewer of withFewerEvents(each)) yield { batches: batches.with(index, fewer), programs, rounds };
  },
};

/** Halves of the items first, then all but one. */
function* shorter<T>(items: readonly T[]): Generator<T[]> {
  const half = items.length >> 1;
  if (half > 1) yield* [items.slice(0, half), items.slice(half)];
  for (const index of items.keys()) yield items.toSpliced(index, 1);
}

function* partsOf(condition: CaseCondition): Generator<CaseCondition> {
  switch (condition.kind) {
    case 'test':
      return;
    case 'not':
    case 'selection':
      yield condition.of;
      for (const of of partsOf(condition.of)) yield { ...condition, of };
      return;
    case 'and':
    case 'or':
      yield* condition.of;
      for (const of of shorter(condition.of)) if (of.length > 0) yield { ...condition, of };
      for (const [index, part] of condition.of.entries()) for (const left of partsOf(part)) yield { ...condition, of: condition.of.with(index, left) };
  }
}

function* withFewerEvents(each: BatchCase): Generator<BatchCase> {
  if (each.kind === 'own') for (const events of shorter(each.batch.events)) yield { kind: 'own', batch: { ...each.batch, events } };
  else for (const events of shorter(each.batch.events)) yield { kind: 'external', batch: { ...each.batch, events } };
}

function isBig(value: unknown): value is { readonly big: string } {
  return typeof value === 'object' && value !== null && 'big' in value && Object.keys(value).length === 1 && typeof value.big === 'string';
}

if (import.meta.main) fuzzMain(encodedEvents);
