import { expect, test } from 'vitest';
import type { Published } from './assembler.ts';
import { WaitingLists, waitingListsBytesMax } from './waiting-lists.ts';

const list = (subject: string, bytes = 1): Published => ({ manifest: { subject, issued_ms: 1, version: 'v', bytes, parts: [] }, content: Buffer.alloc(bytes), records: [] });

test('the newest of each list waits, until it is removed', () => {
  const waiting = new WaitingLists();
  const [a, b, newer] = [list('a'), list('b'), list('a')];
  expect([a, b, newer].flatMap((each) => waiting.add(each, 1))).toEqual([]);
  expect(waiting.all()).toEqual([b, newer]);
  waiting.remove('b');
  waiting.remove('c');
  expect(waiting.all()).toEqual([newer]);
});

test('what waits longest is forgotten, and told, when all together are too large', () => {
  const waiting = new WaitingLists();
  const [a, b, c] = ['a', 'b', 'c'].map((subject) => list(subject, waitingListsBytesMax / 2)) as [Published, Published, Published];
  expect([a, b, c].map((each) => waiting.add(each, 0))).toEqual([[], [], [a]]);
  waiting.remove('b');
  expect([waiting.add(list('d'), 0), waiting.all().length]).toEqual([[], 2]);
});

test('what was made of a list counts with it', () => {
  const waiting = new WaitingLists();
  const [a, b] = [list('a'), list('b')];
  expect([waiting.add(a, waitingListsBytesMax / 2), waiting.add(b, waitingListsBytesMax / 2)]).toEqual([[], [a]]);
  waiting.remove('b');
  expect([waiting.add(a, waitingListsBytesMax - 1), waiting.all()]).toEqual([[], [a]]);
});
