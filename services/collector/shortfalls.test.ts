import { expect, it } from 'vitest';
import { shortfalls, shortfallsSince } from './shortfalls.ts';

const none = { droppedRingFull: 0n, droppedSpoolFull: 0, undecodable: 0, processesEvicted: 0, faults: { args_unreadable: 0n } };

it('names what has grown, by how much, and no other', () => {
  const before = shortfalls({ ...none, droppedRingFull: 5n, undecodable: 1 });
  const now = { ...none, droppedRingFull: 7n, undecodable: 1, processesEvicted: 3, faults: { args_unreadable: 4n } };
  expect(shortfallsSince(before, now)).toEqual({
    dropped_ring_full: { new: 2, total: 7 },
    processes_evicted: { new: 3, total: 3 },
    args_unreadable: { new: 4, total: 4 },
  });
});

it('does not name records whose order is not sure, which are there', () => {
  expect(shortfallsSince(shortfalls(none), { ...none, faults: { order_unsure: 2n } })).toBeNull();
});

it('is silent while nothing grows', () => {
  expect(shortfallsSince(shortfalls(none), none)).toBeNull();
  const lost = { ...none, droppedRingFull: 5n };
  expect(shortfallsSince(shortfalls(lost), lost)).toBeNull();
});
