import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger } from '#runtime/log.ts';
import { readUsedTimes, usedTimesMax, type UsedTimes } from './used-times.ts';

let home: string;
const logger = createLogger('test', 'silent');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-used-'));
});

afterEach(() => rmSync(home, { recursive: true }));

const open = (group = 'g'): UsedTimes => readUsedTimes(home, group, logger);
const file = (): string => join(home, 'published-g.json');

test('the last time of each subject is kept, for each group', async () => {
  const times = open();
  times.note({ subject: 'list/g/a', issued_ms: 1 });
  times.note({ subject: 'list/g/b', issued_ms: 2 });
  // A clock that was ahead is corrected by what was issued after it.
  times.note({ subject: 'list/g/a', issued_ms: 0 });
  await times.write();
  const others = open('h/i');
  others.note({ subject: 'rules/h', issued_ms: 3 });
  await others.write();
  expect([...open().bySubject]).toEqual([['list/g/b', 2], ['list/g/a', 0]]);
  expect([...open('h/i').bySubject]).toEqual([['rules/h', 3]]);
  expect(readdirSync(home).sort()).toEqual(['published-g.json', 'published-h%2Fi.json']);
});

test('what was not published for the longest goes when there are too many', async () => {
  writeFileSync(file(), JSON.stringify(Object.fromEntries(Array.from({ length: usedTimesMax }, (_, index) => [`list/g/l${index}`, index]))));
  const times = open();
  times.note({ subject: 'list/g/new', issued_ms: 1 });
  await times.write();
  const subjects = [...open().bySubject.keys()];
  expect([subjects.length, subjects[0], subjects.at(-1)]).toEqual([usedTimesMax, 'list/g/l1', 'list/g/new']);
});

test('a file that turns unreadable once it was read costs no subject its time', async () => {
  writeFileSync(file(), '{"list/g/a":1}');
  const times = open();
  writeFileSync(file(), 'torn');
  times.note({ subject: 'list/g/b', issued_ms: 2 });
  await times.write();
  expect([...open().bySubject]).toEqual([['list/g/a', 1], ['list/g/b', 2]]);
});

test('what could not be written is written with the next', async () => {
  const times = open();
  mkdirSync(file());
  times.note({ subject: 'list/g/a', issued_ms: 1 });
  await times.write();
  rmdirSync(file());
  await times.write();
  expect([...open().bySubject]).toEqual([['list/g/a', 1]]);
});

test('times that are known already do not touch the file', async () => {
  writeFileSync(file(), '{"list/g/a":1,"list/g/b":2}');
  const { ino } = statSync(file());
  const times = open();
  times.note({ subject: 'list/g/a', issued_ms: 1 });
  await times.write();
  expect([statSync(file()).ino, [...times.bySubject.keys()]]).toEqual([ino, ['list/g/a', 'list/g/b']]);
});

test.each(['{"list/g/a": "soon"}', '{"list/g/a":1'])('a file that cannot be read is left alone, and said so: %s', async (text) => {
  writeFileSync(file(), text);
  const lines: string[] = [];
  const times = readUsedTimes(home, 'g', pino({}, { write: (line: string) => lines.push(line) }));
  times.note({ subject: 'list/g/b', issued_ms: 1 });
  await times.write();
  expect([...times.bySubject]).toEqual([['list/g/b', 1]]);
  expect(readFileSync(file(), 'utf8')).toBe(text);
  expect(lines).toEqual([expect.stringContaining('nothing is kept until the file is mended or removed')]);
});

test('what is there and no file is no empty file', async () => {
  mkdirSync(file());
  const times = open();
  rmdirSync(file());
  times.note({ subject: 'list/g/b', issued_ms: 1 });
  await times.write();
  expect(readdirSync(home)).toEqual([]);
});
