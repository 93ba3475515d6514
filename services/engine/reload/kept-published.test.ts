import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Published, SignedRecord } from './assembler.ts';
import { keepPublished, readKept } from './kept-published.ts';

let home: string;
let lines: string[];
const logger = pino({}, { write: (line: string) => lines.push(line) });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-kept-'));
  lines = [];
});

afterEach(() => rmSync(home, { recursive: true }));

const text = Buffer.from('x');
const record = (key: string): SignedRecord => ({ key, value: Buffer.from([0, 255]), kid: 'k', signature: 's' });

async function keep(subject: string, content: Buffer | undefined): Promise<void> {
  const published: Published = { manifest: { subject, issued_ms: 1, version: 'v', bytes: 1, parts: [] }, content, records: [record(`${subject}/part/1`), record(subject)] };
  await keepPublished(home, subject.split('/')[1]!, published, logger);
}

const keysOf = (group: string): string[] => readKept(home, group, logger).map(({ key }) => key);

test('rules and each list are kept as they came, of each group', async () => {
  for (const subject of ['rules/g', 'list/g/a', 'list/g/b', 'list/g-h/a']) await keep(subject, text);
  expect(readKept(home, 'g', logger)).toEqual(['rules/g', 'list/g/a', 'list/g/b'].flatMap((subject) => [record(`${subject}/part/1`), record(subject)]));
  expect(keysOf('g-h')).toEqual(['list/g-h/a/part/1', 'list/g-h/a']);
  expect(keysOf('other')).toEqual([]);
});

test('a list that is withdrawn is kept no more, rules that are withdrawn are, as such', async () => {
  for (const subject of ['rules/g', 'list/g/a', 'list/g/b']) await keep(subject, text);
  await keep('list/g/a', undefined);
  await keep('list/g/never', undefined);
  await keep('rules/g', undefined);
  expect(keysOf('g').filter((key) => !key.includes('/part/'))).toEqual(['rules/g', 'list/g/b']);
  expect(readdirSync(join(home, 'lists-g'))).toEqual(['b.json']);
});

test('a file that is none of ours is told, and the others count', async () => {
  await keep('list/g/a', text);
  writeFileSync(join(home, 'lists-g/b.json'), '[{"key":"list/g/b"}]');
  writeFileSync(join(home, 'rules-g.json'), 'torn');
  expect(keysOf('g')).toEqual(['list/g/a/part/1', 'list/g/a']);
  expect(lines).toHaveLength(2);
});

test('what cannot be kept is told', async () => {
  mkdirSync(join(home, 'rules-g.json'));
  await keep('rules/g', text);
  expect(lines).toEqual([expect.stringContaining('could not keep')]);
});
