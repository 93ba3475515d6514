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
import { countMax, latenessMaxNs, membersMax, operationsMax } from './window-store.ts';
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
        expect(results.every((result) => (result.kind === 'claim' ? result.granted : result.runStart))).toBe(true);
      });
    });

    describe('windows', () => {
      test('no operations have no results', async () => {
        expect(await store.apply([], 'x')).toEqual([]);
      });

      test('the match that completes the count is a trigger, and lists the members oldest first', async () => {
        const rule = randomUUID();
        const answers = await one(store, [0n, 1n, 2n].map((offset) => count({ rule, id: `e${offset}`, timeNs: noon + offset, atLeast: 3 })));
        expect(answers.map(({ count: members, trigger }) => [members, trigger])).toEqual([
          [1, false],
          [2, false],
          [3, true],
        ]);
        expect(answers[2]).toMatchObject({
          runStart: true,
          capped: false,
          members: [0n, 1n, 2n].map((offset) => ({ id: `e${offset}`, timeNs: noon + offset })),
        });
      });

      test('the window is open at its start and closed at its end, to the nanosecond', async () => {
        const rule = randomUUID();
        const base = { rule, timespanNs: minute, atLeast: 2 };
        await store.apply([count({ ...base, id: 'first', timeNs: noon })], 'x');
        const at = count({ ...base, id: 'at', timeNs: noon + minute });
        const before = count({ ...base, rule: `${rule}2`, id: 'before', timeNs: noon + minute - 1n });
        await store.apply([count({ ...base, rule: `${rule}2`, id: 'first', timeNs: noon })], 'x');
        expect(await one(store, [at])).toMatchObject([{ count: 1, trigger: false }]);
        expect(await one(store, [before])).toMatchObject([{ count: 2, trigger: true }]);
      });

      test('an id counts once, and its verdict is given again', async () => {
        const rule = randomUUID();
        const operations = ['a', 'b', 'a', 'b'].map((id) => count({ rule, id, timeNs: noon, atLeast: 2 }));
        const first = await store.apply(operations, 'x');
        expect(first.map((result) => result.kind === 'count' && result.count)).toEqual([2, 2, 2, 2]);
        expect(await store.apply(operations, 'y')).toEqual(first);
      });

      test('triggers of at most one timespan after the one before are one run; at equal times the lesser id begins it', async () => {
        const rule = randomUUID();
        const at = (id: string, timeNs: bigint): CountOperation => count({ rule, id, timeNs, atLeast: 1, timespanNs: minute });
        const answers = await one(store, [at('b', noon), at('a', noon), at('c', noon + minute), at('d', noon + 2n * minute + 1n)]);
        expect(answers.map((answer) => answer.runStart)).toEqual([false, true, false, true]);
      });

      test('rules, versions and groups have windows of their own, whatever characters they hold', async () => {
        const rule = randomUUID();
        const names = [`${rule}@1`, `${rule}@2`];
        const groups = ['', '["a","b"]', '["a\\",\\"b"]', '{s00}', '\u0000\r\n*', 'x'.repeat(50_000)];
        const operations = names.flatMap((name) => groups.map((group) => count({ rule: name, group, atLeast: 2 })));
        operations.push(count({ rule: `${rule}@1x`, group: '', atLeast: 2 }), count({ rule: `${rule}@1`, group: 'x', atLeast: 2 }));
        const answers = await one(store, operations);
        expect(answers.every((answer) => answer.count === 1 && !answer.trigger)).toBe(true);
      });

      test('a late match is judged by its own time over what is there', async () => {
        const rule = randomUUID();
        const at = (id: string, timeNs: bigint): CountOperation => count({ rule, id, timeNs, atLeast: 2, timespanNs: minute });
        await one(store, [at('new', noon + 10n * minute)]);
        await one(store, [at('old-1', noon)]);
        const [late] = await one(store, [at('old-2', noon + second)]);
        expect(late).toMatchObject({ count: 2, trigger: true, runStart: true });
        expect(late?.members.map((member) => member.id)).toEqual(['old-1', 'old-2']);
      });

      test('at most membersMax members are listed, the newest', async () => {
        const rule = randomUUID();
        const many = Array.from({ length: 150 }, (_, index) => {
          return count({ rule, id: `e${index}`, timeNs: noon + BigInt(index), atLeast: 150 });
        });
        const last = (await one(store, many)).at(-1);
        expect(last).toMatchObject({ count: 150, trigger: true, runStart: true });
        expect(last?.members).toHaveLength(membersMax);
        expect(last?.members[0]?.id).toBe('e50');
        expect(last?.members.at(-1)?.id).toBe('e149');
      });

      test('a full window drops its oldest members and says that the count is a lower bound', async () => {
        const rule = randomUUID();
        const flood = Array.from({ length: 40 }, (_, index) => {
          return count({ rule, id: `e${index}`, timeNs: noon + BigInt(index), atLeast: 30 });
        });
        const last = (await one(small, flood)).at(-1);
        expect(last).toMatchObject({ count: smallLimits.windowMembersMax, capped: true, trigger: false });
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
        expect(tenth).toMatchObject({ count: 10, trigger: false });
        expect(eleventh).toMatchObject({ count: 11, trigger: true });
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
        expect((await one(store, batch)).at(-1)).toMatchObject({ count: operationsMax, runStart: true });
      });
    });

    describe('against the oracle', () => {
      test('any batches in any order, with duplicates and replays, get the answers recomputed from the whole set', async () => {
        await fc.assert(
          fc.asyncProperty(history, async ({ batches, timespanNs, atLeast }) => {
            const rule = randomUUID();
            const oracle = new Oracle(timespanNs, atLeast);
            for (const batch of batches) {
              const operations = batch.map((event) => ({ ...count({ rule, timespanNs, atLeast }), event }));
              const expected = oracle.judge(operations);
              expect(await store.apply(operations, 'x')).toEqual(expected);
              expect(await store.apply(operations.toReversed(), 'x')).toEqual(expected.toReversed());
            }
          }),
          { numRuns: 60 },
        );
      });

      test('in order of event time, the run starts are those of the whole history', async () => {
        await fc.assert(
          fc.asyncProperty(history, async ({ batches, timespanNs, atLeast }) => {
            const rule = randomUUID();
            const events = distinctById(batches.flat()).toSorted(byTimeAndId);
            const starts: string[] = [];
            // Events of one time come together: apart, the earlier could not know of the later.
            for (const batch of Map.groupBy(events, (event) => event.timeNs).values()) {
              const operations = batch.map((event) => ({ ...count({ rule, timespanNs, atLeast }), event }));
              const answers = await one(store, operations);
              batch.forEach((event, index) => answers[index]?.runStart === true && starts.push(event.id));
            }
            expect(starts).toEqual(runStartsOf(events, timespanNs, atLeast));
          }),
          { numRuns: 40 },
        );
      });

      test('in one batch the order does not matter at all', async () => {
        await fc.assert(
          fc.asyncProperty(history, async ({ batches, timespanNs, atLeast }) => {
            const rule = randomUUID();
            const events = distinctById(batches.flat());
            const operations = events.map((event) => ({ ...count({ rule, timespanNs, atLeast }), event }));
            const answers = await one(store, operations);
            const starts = events.filter((_, index) => answers[index]?.runStart === true).toSorted(byTimeAndId);
            expect(starts.map((event) => event.id)).toEqual(runStartsOf(events, timespanNs, atLeast));
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
          const [memory, redis] = await Promise.all(stores.map((store) => store.apply(operations, 'x')));
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

/** The reading of the rule language, word for word, over a whole history. */
function runStartsOf(events: readonly Event[], timespanNs: bigint, atLeast: number): string[] {
  const triggers = events.toSorted(byTimeAndId).filter((event) => windowOf(events, event, timespanNs).length >= atLeast);
  return triggers.filter((event, index) => index === 0 || event.timeNs - (triggers[index - 1]?.timeNs ?? 0n) > timespanNs).map((event) => event.id);
}

/** Everything that came so far, and what was ever found to be a trigger. */
class Oracle {
  private events: Event[] = [];
  private readonly triggers = new Map<string, Event>();
  private readonly timespanNs: bigint;
  private readonly atLeast: number;

  constructor(timespanNs: bigint, atLeast: number) {
    this.timespanNs = timespanNs;
    this.atLeast = atLeast;
  }

  judge(operations: readonly CountOperation[]): WindowVerdict[] {
    this.events = distinctById([...this.events, ...operations.map((operation) => operation.event)]);
    const windows = operations.map(({ event }) => windowOf(this.events, event, this.timespanNs).toSorted(byTimeAndId));
    operations.forEach(({ event }, index) => {
      if ((windows[index]?.length ?? 0) >= this.atLeast) this.triggers.set(event.id, event);
    });
    return operations.map(({ event }, index) => {
      const members = windows[index] ?? [];
      const trigger = members.length >= this.atLeast;
      const earlier = [...this.triggers.values()].some((other) => {
        return byTimeAndId(other, event) < 0 && event.timeNs - other.timeNs <= this.timespanNs;
      });
      const runStart = trigger && !earlier;
      return { kind: 'count', trigger, runStart, count: members.length, capped: false, members: runStart ? members.slice(-membersMax) : [] };
    });
  }
}
