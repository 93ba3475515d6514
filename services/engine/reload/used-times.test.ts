import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#runtime/log.ts';
import { keepUsedTime, readUsedTimes, usedTimesMax } from './used-times.ts';

let home: string;
const logger = createLogger('test', 'silent');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-used-'));
});

afterEach(() => rmSync(home, { recursive: true }));

const keep = (subject: string, issued_ms: number, group = 'g'): void => keepUsedTime(home, group, { subject, issued_ms, version: '', bytes: 0, parts: [] }, logger);

test('the last time of each subject is kept, for each group', () => {
  keep('list/g/a', 1);
  keep('list/g/b', 2);
  // A clock that was ahead is corrected by what was issued after it.
  keep('list/g/a', 0);
  keep('rules/h', 3, 'h/i');
  expect([...readUsedTimes(home, 'g', logger)]).toEqual([['list/g/b', 2], ['list/g/a', 0]]);
  expect([...readUsedTimes(home, 'h/i', logger)]).toEqual([['rules/h', 3]]);
  expect(readdirSync(home).sort()).toEqual(['published-g.json', 'published-h%2Fi.json']);
});

test('what was not published for the longest goes when there are too many', () => {
  writeFileSync(join(home, 'published-g.json'), JSON.stringify(Object.fromEntries(Array.from({ length: usedTimesMax }, (_, index) => [`list/g/l${index}`, index]))));
  keep('list/g/new', 1);
  const subjects = [...readUsedTimes(home, 'g', logger).keys()];
  expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([usedTimesMax, 'list/g/l1', 'list/g/new']);
});

test('a file that is none of ours is as good as none', () => {
  writeFileSync(join(home, 'published-g.json'), '{"list/g/a": "soon"}');
  expect(readUsedTimes(home, 'g', logger).size).toBe(0);
  keep('list/g/a', 1);
  expect(readUsedTimes(home, 'g', logger).get('list/g/a')).toBe(1);
});
