/**
 * What every WindowStore does, the same cases for each adapter. The oracle at the end recomputes each answer from the
 * whole set of matches, and is too slow and too simple to be wrong in the way an adapter can be.
 */
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hasCode } from '../errors.ts';
import { VirtualClock } from '../clock/virtual.ts';
import { createMemoryWindowStore } from './memory.ts';
import { openRedisWindowStore } from './redis.ts';
import { countMax, latenessMaxNs, membersMax, operationsMax, ownerCharsMax } from './window-store.ts';
import type { CountOperation, WindowOperation, WindowResult, WindowStore, WindowVerdict } from './window-store.ts';

const second = 1_000_000_000n;
const minute = 60n * second;
/** A time whose neighbours in ns a double cannot tell apart. */
const noon = 1_790_000_000n * second + 123_456_789n;
const smallLimits = { windowMembersMax: 20, trimAbove: 10 };

interface Adapter {
  readonly name: string;
  open(limits?: typeof smallLimits): Promise<WindowStore>;
}

const redisUrl = inject('redisUrl');
const whyNoRedis = redisUrl === undefined ? ` (${inject('redisMissing') ?? 'no Redis was started for this run'})` : '';

const adapters: readonly Adapter[] = [
  { name: 'memory', open: async (limits) => createMemoryWindowStore({ clock: new VirtualClock(), ...limits }) },
  {
    name: 'redis',
    open: async (limits) => openRedisWindowStore({ url: redisUrl ?? '', keyPrefix: `test:${randomUUID()}`, ...limits }),
  },
];

for (const adapter of adapters) {
  const missing = adapter.name === 'redis' ? whyNoRedis : '';
  describe.skipIf(missing !== '')(`WindowStore on ${adapter.name}${missing}`, () => {
    let store: WindowStore;
    let small: WindowStore;
    beforeAll(async () => {
      store = await adapter.open();
      small = await adapter.open(smallLimits);
    });
    afterAll(async () => {
      await store?.close();
      await small?.close();
    });

    describe('claims', () => {
      const claim = { kind: 'claim', key: randomUUID(), keepMs: 60_000 } as const;

      test('the first owner gets a claim, and gets it again', async () => {
        expect(await store.apply([claim], 'a/0/1')).toEqual([{ kind: 'claim', granted: true }]);
        expect(await store.apply([claim, claim], 'a/0/1')).toEqual([
          { kind: 'claim', granted: true },
          { kind: 'claim', granted: true },
        ]);
      });

      test('another owner does not get it', async () => {
        expect(await store.apply([claim], 'a/0/2')).toEqual([{ kind: 'claim', granted: false }]);
      });

      test('results come in the order of the operations, whatever their kind', async () => {
        const operations: WindowOperation[] = [];
        for (let index = 0; index < 50; index += 1) {
          operations.push({ kind: 'claim', key: `order-${randomUUID()}`, keepMs: 60_000 });
          operations.push(count({ rule: `order-${index}`, atLeast: 1 }));
        }
        const results = await store.apply(operations, 'order');
        expect(results.map((result) => result.kind)).toEqual(operations.map((operation) => operation.kind));
        expect(results.every((result) => (result.kind === 'claim' ? result.granted : result.begun.length === 1))).toBe(true);
      });
    });

    describe('windows', () => {
      test('no operations have no results', async () => {
        expect(await store.apply([], 'x')).toEqual([]);
      });

      test('the match that completes the count is a trigger, and lists the members oldest first', async () => {
        const rule = randomUUID();
        const answers = await one(store, [0n, 1n, 2n].map((offset) => count({ rule, id: `e${offset}`, timeNs: noon + offset, atLeast: 3 })));
        const members = [0n, 1n, 2n].map((offset) => ({ id: `e${offset}`, timeNs: noon + offset }));
        expect(answers).toEqual([
          { kind: 'count', count: 1, begun: [], capped: false },
          { kind: 'count', count: 2, begun: [], capped: false },
          { kind: 'count', count: 3, begun: [{ trigger: members[2], count: 3, members }], capped: false },
        ]);
      });

      test('the window is open at its start and closed at its end, to the nanosecond', async () => {
        const rule = randomUUID();
        const base = { rule, timespanNs: minute, atLeast: 2 };
        await store.apply([count({ ...base, id: 'first', timeNs: noon })], 'x');
        const at = count({ ...base, id: 'at', timeNs: noon + minute });
        const before = count({ ...base, rule: `${rule}2`, id: 'before', timeNs: noon + minute - 1n });
        await store.apply([count({ ...base, rule: `${rule}2`, id: 'first', timeNs: noon })], 'x');
        expect(await one(store, [at])).toMatchObject([{ count: 1, begun: [] }]);
        expect(await one(store, [before])).toMatchObject([{ count: 2, begun: [{ trigger: before.event }] }]);
      });

      test('an id counts once, and its run is given again to the same owner, once a batch', async () => {
        const rule = randomUUID();
        const operations = ['a', 'b', 'a', 'b'].map((id) => count({ rule, id, timeNs: noon, atLeast: 2 }));
        const first = await store.apply(operations, 'x');
        expect(first.map((result) => result.kind === 'count' && result.count)).toEqual([2, 2, 2, 2]);
        expect(runsOf(first)).toEqual(['a']);
        expect(await store.apply(operations, 'x')).toEqual(first);
        const others = await store.apply(operations, 'y');
        expect(runsOf(others)).toEqual([]);
        expect(others.map((result) => result.kind === 'count' && result.count)).toEqual([2, 2, 2, 2]);
      });

      test('triggers of at most one timespan after the one before are one run; at equal times the lesser id begins it', async () => {
        const rule = randomUUID();
        const at = (id: string, timeNs: bigint): CountOperation => count({ rule, id, timeNs, atLeast: 1, timespanNs: minute });
        const answers = await one(store, [at('b', noon), at('a', noon), at('c', noon + minute), at('d', noon + 2n * minute + 1n)]);
        expect(answers.map((answer) => answer.begun.length)).toEqual([0, 1, 0, 1]);
      });

      test('rules, versions and groups have windows of their own, whatever characters they hold', async () => {
        const rule = randomUUID();
        const names = [`${rule}@1`, `${rule}@2`];
        const groups = ['', '["a","b"]', '["a\\",\\"b"]', '{s00}', '\u0000\r\n*', 'x'.repeat(50_000)];
        const operations = names.flatMap((name) => groups.map((group) => count({ rule: name, group, atLeast: 2 })));
        operations.push(count({ rule: `${rule}@1x`, group: '', atLeast: 2 }), count({ rule: `${rule}@1`, group: 'x', atLeast: 2 }));
        const answers = await one(store, operations);
        expect(answers.every((answer) => answer.count === 1 && answer.begun.length === 0)).toBe(true);
      });

      test('a late match is judged by its own time over what is there', async () => {
        const rule = randomUUID();
        const at = (id: string, timeNs: bigint): CountOperation => count({ rule, id, timeNs, atLeast: 2, timespanNs: minute });
        await one(store, [at('new', noon + 10n * minute)]);
        await one(store, [at('old-1', noon)]);
        const [late] = await one(store, [at('old-2', noon + second)]);
        expect(late).toMatchObject({ count: 2, begun: [{ trigger: { id: 'old-2' }, count: 2, members: [{ id: 'old-1' }, { id: 'old-2' }] }] });
      });

      test('a late match that completes the window of an earlier one begins its run', async () => {
        const rule = randomUUID();
        const at = (index: bigint): CountOperation => count({ rule, id: `e${index}`, timeNs: noon + index * second, atLeast: 3, timespanNs: minute });
        expect(runsOf(await store.apply([at(0n), at(2n)], 'x'))).toEqual([]);
        const [late] = await one(store, [at(1n)]);
        expect(late).toMatchObject({ count: 2, begun: [{ trigger: at(2n).event, count: 3, members: [{ id: 'e0' }, { id: 'e1' }, { id: 'e2' }] }] });
      });

      test('a run whose start a late match moves is not reported again, to nobody but its owner', async () => {
        const rule = randomUUID();
        const at = (id: string, offset: bigint): CountOperation => count({ rule, id, timeNs: noon + offset, atLeast: 2, timespanNs: minute });
        expect(runsOf(await store.apply([at('c', 2n), at('d', 3n)], 'x'))).toEqual(['d']);
        expect(runsOf(await store.apply([at('a', 0n), at('b', 1n)], 'y'))).toEqual([]);
        expect(runsOf(await store.apply([at('c', 2n), at('d', 3n)], 'x'))).toEqual(['d']);
        expect(runsOf(await store.apply([at('e', minute)], 'y'))).toEqual([]);
      });

      test('at most membersMax members are listed, the newest', async () => {
        const rule = randomUUID();
        const many = Array.from({ length: 150 }, (_, index) => {
          return count({ rule, id: `e${index}`, timeNs: noon + BigInt(index), atLeast: 150 });
        });
        const last = (await one(store, many)).at(-1);
        expect(last).toMatchObject({ count: 150, begun: [{ count: 150 }] });
        const [{ members } = { members: [] }] = last?.begun ?? [];
        expect(members).toHaveLength(membersMax);
        expect(members[0]?.id).toBe('e50');
        expect(members.at(-1)?.id).toBe('e149');
      });

      test('a full window drops its oldest members and says that the count is a lower bound', async () => {
        const rule = randomUUID();
        const at = (index: number): CountOperation => count({ rule, id: `e${index}`, timeNs: noon + BigInt(index), atLeast: 50 });
        expect((await one(small, Array.from({ length: 40 }, (_, index) => at(index)))).at(-1)).toMatchObject({ count: 40, capped: true });
        expect(await one(small, [at(40)])).toMatchObject([{ count: smallLimits.windowMembersMax + 1, capped: true, begun: [] }]);
      });

      test('matches older than any run and lateness allow are trimmed by event time', async () => {
        const rule = randomUUID();
        const far = 2n * minute + latenessMaxNs + 1n;
        const base = { rule, timespanNs: minute };
        await one(small, [count({ ...base, id: 'old', timeNs: noon })]);
        await one(small, Array.from({ length: 15 }, (_, index) => count({ ...base, id: `n${index}`, timeNs: noon + far + BigInt(index) })));
        const [beside] = await one(small, [count({ ...base, id: 'beside', timeNs: noon + 1n })]);
        expect(beside).toMatchObject({ count: 1, capped: true });
        const [within] = await one(small, [count({ ...base, id: 'within', timeNs: noon + far - latenessMaxNs })]);
        expect(within).toMatchObject({ count: 1, capped: false });
      });

      test('events of a clock that runs ahead do not evict what the others saw', async () => {
        const rule = randomUUID();
        const base = { rule, timespanNs: minute, atLeast: 11 };
        const year = 365n * 24n * 60n * minute;
        await one(small, Array.from({ length: 9 }, (_, index) => count({ ...base, id: `good${index}`, timeNs: noon + BigInt(index) })));
        await one(small, Array.from({ length: 8 }, (_, index) => count({ ...base, id: `ahead${index}`, timeNs: noon + year + BigInt(index) })));
        const [tenth, eleventh] = await one(small, [9n, 10n].map((offset) => count({ ...base, id: `good${offset}`, timeNs: noon + offset })));
        expect(tenth).toMatchObject({ count: 10, begun: [] });
        expect(eleventh).toMatchObject({ count: 11, begun: [{ count: 11 }] });
      });

      test.each<[string, Partial<CountOperation>]>([
        ['an id with blanks', { event: { id: 'a b', timeNs: noon } }],
        ['an id of 129 characters', { event: { id: 'x'.repeat(129), timeNs: noon } }],
        ['a negative time', { event: { id: 'a', timeNs: -1n } }],
        ['an empty timespan', { timespanNs: 0n }],
        ['a count of 0', { atLeast: 0 }],
        ['a count above countMax', { atLeast: countMax + 1 }],
        ['no time to keep', { keepMs: 0 }],
      ])('%s is refused', async (_what, fault) => {
        const bad = { ...count({}), ...fault };
        await expect(store.apply([bad], 'x')).rejects.toSatisfy((error) => hasCode(error, 'WINDOW_STORE_REJECTED'));
      });

      test('a batch of too many operations is refused', async () => {
        const batch = Array.from({ length: operationsMax + 1 }, () => count({}));
        await expect(store.apply(batch, 'x')).rejects.toSatisfy((error) => hasCode(error, 'WINDOW_STORE_REJECTED'));
      });

      test('the largest batch on one window is answered', async () => {
        const rule = randomUUID();
        const batch = Array.from({ length: operationsMax }, (_, index) => {
          return count({ rule, id: `e${index}`, timeNs: noon + BigInt(index), atLeast: operationsMax });
        });
        expect((await one(store, batch)).at(-1)).toMatchObject({ count: operationsMax, begun: [{ count: operationsMax }] });
      });
    });

    describe('an owner', () => {
      test.each(['', 'a b', 'x'.repeat(ownerCharsMax + 1)])('%j is refused', async (owner) => {
        await expect(store.apply([count({})], owner)).rejects.toSatisfy((error) => hasCode(error, 'WINDOW_STORE_REJECTED'));
      });
    });

    describe('against the oracle', () => {
      test('a small set in every order and every split into batches is reported once for each run', async () => {
        // Two runs at a distance, the second with a tie; and two matches that make no run.
        const times = [0n, 1n, 2n, 20n, 21n, 21n];
        const events = times.map((time, index): Event => ({ id: `e${index}`, timeNs: noon + time }));
        for (const order of permutationsOf(events)) {
          const splits = fc.sample(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), 1);
          await Promise.all(splits.map((split) => expectEachRunOnce(store, batchesOf(order, split), 4n, 3)));
        }
        for (const order of permutationsOf(events.slice(0, 4))) {
          await Promise.all(splitsOf(4).map((split) => expectEachRunOnce(store, batchesOf(order, split), 4n, 3)));
        }
      });

      test('any batches in any order, with duplicates and replays: no run is lost, none is reported twice', async () => {
        await fc.assert(
          fc.asyncProperty(history, async ({ batches, timespanNs, atLeast }) => {
            const rule = randomUUID();
            const oracle = new Oracle(timespanNs, atLeast);
            for (const [index, batch] of batches.entries()) {
              const operations = batch.map((event) => ({ ...count({ rule, timespanNs, atLeast }), event }));
              const fresh = oracle.reports(batch);
              const answers = await store.apply(operations, `x/${index}`);
              expect(answers.map((each) => each.kind === 'count' && each.count)).toEqual(oracle.counts(batch));
              expect(runsOf(answers)).toEqual(fresh.map((trigger) => trigger.id).sort());
              expect(runsOf(await store.apply(operations.toReversed(), `x/${index}`))).toEqual(runsOf(answers));
              expect(runsOf(await store.apply(operations, 'another'))).toEqual([]);
            }
          }),
          { numRuns: 60 },
        );
      });

      test('in order of event time, and in one batch, the triggers that name the runs are those of the whole history', async () => {
        await fc.assert(
          fc.asyncProperty(history, async ({ batches, timespanNs, atLeast }) => {
            const events = distinctById(batches.flat());
            const inOrder = [...Map.groupBy(events.toSorted(byTimeAndId), (event) => event.timeNs).values()];
            const expected = runStartsOf(events, timespanNs, atLeast).sort();
            for (const each of [inOrder, [events]]) expect(await reportedBy(store, each, timespanNs, atLeast)).toEqual(expected);
          }),
          { numRuns: 40 },
        );
      });
    });
  });
}

describe.skipIf(whyNoRedis !== '')(`both adapters${whyNoRedis}`, () => {
  test('give the same answers when windows are trimmed and full', async () => {
    const stores = await Promise.all(adapters.map((adapter) => adapter.open(smallLimits)));
    await fc.assert(
      fc.asyncProperty(wideHistory, async ({ batches, timespanNs, atLeast }) => {
        const rule = randomUUID();
        for (const batch of batches) {
          const operations = batch.map((event) => ({ ...count({ rule, timespanNs, atLeast }), event }));
          const owner = `x/${batches.indexOf(batch) % 2}`;
          const [memory, redis] = await Promise.all(stores.map((store) => store.apply(operations, owner)));
          expect(redis).toEqual(memory);
        }
      }),
      { numRuns: 60 },
    );
    await Promise.all(stores.map((store) => store.close()));
  });
});

interface CountFields extends Partial<Omit<CountOperation, 'event' | 'kind'>> {
  readonly id?: string;
  readonly timeNs?: bigint;
}

function count({ id = 'e', timeNs = noon, ...rest }: CountFields): CountOperation {
  const defaults = { kind: 'count', rule: 'r', group: '', timespanNs: minute, atLeast: 1, keepMs: 60_000 } as const;
  return { ...defaults, ...rest, event: { id, timeNs } };
}

async function one(store: WindowStore, operations: readonly CountOperation[]): Promise<WindowVerdict[]> {
  const results: readonly WindowResult[] = await store.apply(operations, 'x');
  return results.filter((result) => result.kind === 'count');
}

/** The ids of the triggers reported, sorted. */
function runsOf(results: readonly WindowResult[]): string[] {
  return results.flatMap((result) => (result.kind === 'count' ? result.begun : [])).map((run) => run.trigger.id).sort();
}

/** Applies the batches, each for an owner of its own, to a window of their own. */
async function reportedBy(store: WindowStore, batches: readonly (readonly Event[])[], timespanNs: bigint, atLeast: number): Promise<string[]> {
  const rule = randomUUID();
  const reported: string[] = [];
  for (const [index, batch] of batches.entries()) {
    const operations = batch.map((event) => ({ ...count({ rule, timespanNs, atLeast }), event }));
    reported.push(...runsOf(await store.apply(operations, `x/${index}`)));
  }
  return reported.sort();
}

async function expectEachRunOnce(store: WindowStore, batches: readonly (readonly Event[])[], timespanNs: bigint, atLeast: number): Promise<void> {
  const reported = await reportedBy(store, batches, timespanNs, atLeast);
  const runs = runsIn(batches.flat(), timespanNs, atLeast);
  expect(runs.map((run) => run.filter(({ id }) => reported.includes(id)).length)).toEqual(runs.map(() => 1));
  expect(reported).toHaveLength(runs.length);
}

function permutationsOf<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutationsOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** For each place between two of `size` items, whether a new batch begins there: all ways. */
function splitsOf(size: number): boolean[][] {
  return Array.from({ length: 2 ** (size - 1) }, (_, bits) => Array.from({ length: size - 1 }, (_, place) => ((bits >> place) & 1) === 1));
}

function batchesOf(events: readonly Event[], split: readonly boolean[]): Event[][] {
  const batches: Event[][] = [[]];
  events.forEach((event, index) => {
    if (index > 0 && split[index - 1]) batches.push([]);
    batches.at(-1)!.push(event);
  });
  return batches;
}

type Event = CountOperation['event'];

/** Few ids and times close together around the edges of the window, so that ties, duplicates and edges are common. */
function historyOf(stepNs: bigint): fc.Arbitrary<{ batches: Event[][]; timespanNs: bigint; atLeast: number }> {
  const event = fc.integer({ min: 0, max: 60 }).map((index): Event => {
    // The time follows from the id: an id always comes with the same time.
    return { id: `e${index}`, timeNs: noon + (BigInt((index * 7) % 31) * stepNs) / 4n };
  });
  return fc.record({
    batches: fc.array(fc.array(event, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
    timespanNs: fc.constantFrom(1n, stepNs / 4n + 1n, stepNs, 2n * stepNs),
    atLeast: fc.integer({ min: 1, max: 5 }),
  });
}

const history = historyOf(4n);
/** Steps of minutes, so that lateness matters. */
const wideHistory = historyOf(20n * minute);

function byTimeAndId(a: Event, b: Event): number {
  if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function distinctById(events: readonly Event[]): Event[] {
  return [...new Map(events.map((event) => [event.id, event])).values()];
}

function windowOf(events: readonly Event[], at: Event, timespanNs: bigint): Event[] {
  return events.filter((event) => event.timeNs > at.timeNs - timespanNs && event.timeNs <= at.timeNs);
}

/** The reading of the rule language, word for word, over a whole history: each run's triggers. */
function runsIn(events: readonly Event[], timespanNs: bigint, atLeast: number): Event[][] {
  const triggers = distinctById(events).toSorted(byTimeAndId).filter((event) => windowOf(events, event, timespanNs).length >= atLeast);
  const runs: Event[][] = [];
  triggers.forEach((event, index) => {
    const previous = triggers[index - 1];
    if (previous === undefined || event.timeNs - previous.timeNs > timespanNs) runs.push([]);
    runs.at(-1)!.push(event);
  });
  return runs;
}

function runStartsOf(events: readonly Event[], timespanNs: bigint, atLeast: number): string[] {
  return runsIn(events, timespanNs, atLeast).map(([first]) => first!.id);
}

/** Everything that came so far, and what was reported. */
class Oracle {
  private events: Event[] = [];
  private readonly reported = new Set<string>();
  private readonly timespanNs: bigint;
  private readonly atLeast: number;

  constructor(timespanNs: bigint, atLeast: number) {
    this.timespanNs = timespanNs;
    this.atLeast = atLeast;
  }

  /** The first trigger of each run that holds no trigger reported before. */
  reports(batch: readonly Event[]): Event[] {
    this.events = distinctById([...this.events, ...batch]);
    const fresh = runsIn(this.events, this.timespanNs, this.atLeast).filter((run) => !run.some(({ id }) => this.reported.has(id)));
    const triggers = fresh.map(([first]) => first!);
    for (const { id } of triggers) this.reported.add(id);
    return triggers;
  }

  counts(batch: readonly Event[]): number[] {
    return batch.map((event) => windowOf(this.events, event, this.timespanNs).length);
  }
}
