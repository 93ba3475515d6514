/** What only the memory adapter does by itself: forgetting by the clock and by its bound. */
import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtual.ts';
import { createMemoryWindowStore } from './memory.ts';
import type { CountOperation } from './window-store.ts';

function match(group: string, id: string): CountOperation {
  const event = { id, timeNs: 1_790_000_000_000_000_000n };
  return { kind: 'count', rule: 'r', group, event, timespanNs: 1_000_000_000n, atLeast: 2, keepMs: 1_000 };
}

test('a window is forgotten keepMs after its last match, by the wall clock', async () => {
  const clock = new VirtualClock();
  const store = createMemoryWindowStore({ clock });
  await store.apply([match('g', 'a')], 'x');
  await clock.advance(999);
  expect(await store.apply([match('g', 'b')], 'x')).toMatchObject([{ count: 2 }]);
  await clock.advance(1_000);
  expect(await store.apply([match('g', 'c')], 'x')).toMatchObject([{ count: 1 }]);
});

test('a claim is free again after keepMs', async () => {
  const clock = new VirtualClock();
  const store = createMemoryWindowStore({ clock });
  const claim = { kind: 'claim', key: 'k', keepMs: 1_000 } as const;
  await store.apply([claim], 'x');
  await clock.advance(999);
  expect(await store.apply([claim], 'y')).toMatchObject([{ granted: false }]);
  await clock.advance(1);
  expect(await store.apply([claim], 'y')).toMatchObject([{ granted: true }]);
});

test('above its bound the store drops the window that was used longest ago, and tells', async () => {
  const evicted: string[] = [];
  const store = createMemoryWindowStore({ clock: new VirtualClock(), entriesMax: 2, onEvict: (kind) => evicted.push(kind) });
  await store.apply([match('old', 'a')], 'x');
  await store.apply([match('new', 'a')], 'x');
  await store.apply([match('old', 'b')], 'x');
  await store.apply([match('newest', 'a')], 'x');
  expect(evicted).toEqual(['count']);
  expect(await store.apply([match('old', 'c')], 'x')).toMatchObject([{ count: 3 }]);
});

test('a store that claims for ever stays within its bound', async () => {
  const evicted: string[] = [];
  const store = createMemoryWindowStore({ clock: new VirtualClock(), entriesMax: 10, onEvict: (kind) => evicted.push(kind) });
  for (let index = 0; index < 25; index += 1) await store.apply([{ kind: 'claim', key: `k${index}`, keepMs: 1_000 }], 'x');
  expect(evicted).toHaveLength(15);
});
