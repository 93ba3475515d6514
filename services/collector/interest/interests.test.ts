/** What a collector takes for the interest of engines, and what it does not, over the embedded event log. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '#runtime/clock/virtual.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import { openSigningKey, type SigningKey } from '#runtime/signing/keyring.ts';
import { domains, signRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { InterestKind } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { groupsMax, openInterests, type Interests } from './interests.ts';

let home: string;
let log: EventLog;
let key: SigningKey;
let warnings: Record<string, unknown>[];
const open: Interests[] = [];
const clock = new VirtualClock(1_000_000);
const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(JSON.parse(line) as Record<string, unknown>) });

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-interest-'));
  log = openSqliteEventLog({ path: ':memory:', clock });
  key = openSigningKey(home, 'engine', 'interest', []);
  warnings = [];
});

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await log.close();
  rmSync(home, { recursive: true });
});

function start(): Interests {
  const interests = openInterests({ home, node: 'n', fetchMaxWaitMs: 10, retryDelayMs: 10 }, log, clock, logger);
  open.push(interests);
  return interests;
}

const paths = (...texts: string[]): InterestKind[] => [
  { kind: 'file_open', clauses: texts.map((text) => ({ operations: [], path: { match: 'exact', text }, port: null, address: null, program: null })) },
];

async function publish(group: string, issuedMs: number, kinds: InterestKind[], { signer = key, as = `interest/${group}`, domain = domains.interest as (typeof domains)[keyof typeof domains] } = {}): Promise<void> {
  const value = codec('interest').encode({ group, rules_version: 'v', issued_ms: issuedMs, kinds });
  await log.createTopics([topics.rules]);
  const producer = await log.producer();
  await producer.append([{ topic: topics.rules.name, key: as, value, headers: signRecord(domain, value, signer) }]);
}

/** Lets the embedded log deliver: its consumers poll by the clock. */
async function settle(interests: Interests): Promise<boolean> {
  const settled = interests.settled(60_000);
  await clock.advance(1_000);
  return await settled;
}

const textsOf = (interests: Interests) => interests.current.kinds.flatMap(({ clauses }) => clauses.map(({ path }) => path?.text));

test('while nothing is known, nothing is asked for', async () => {
  const interests = start();
  expect(await settle(interests)).toBe(true);
  expect(interests.current).toEqual({ kinds: [], groups: [] });
});

test('the union of the groups counts, of each its newest, and a change is told once', async () => {
  const interests = start();
  const told: number[] = [];
  interests.onChange(({ kinds }) => told.push(kinds.flatMap(({ clauses }) => clauses).length));
  await publish('a', 1, paths('/1', '/2'));
  await publish('b', 1, paths('/2', '/3'));
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/1', '/2', '/3']);
  await publish('a', 2, paths('/4'));
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/4', '/2', '/3']);
  expect(interests.current.groups).toEqual([{ group: 'a', rulesVersion: 'v', issuedMs: 2 }, { group: 'b', rulesVersion: 'v', issuedMs: 1 }]);
  const before = told.length;
  await publish('a', 3, paths('/4'));
  await settle(interests);
  expect(told).toHaveLength(before);
});

test('the next collector knows at once what the last one knew, without the event log', async () => {
  const first = start();
  await publish('a', 1, paths('/1'));
  await settle(first);
  await first.close();
  await log.close();
  expect(textsOf(start())).toEqual(['/1']);
});

test('a kept record whose key is trusted no more is not obeyed', async () => {
  const first = start();
  await publish('a', 1, paths('/1'));
  await settle(first);
  for (const file of readdirSync(join(home, 'keys/trusted'))) rmSync(join(home, 'keys/trusted', file));
  expect(textsOf(start())).toEqual([]);
});

test('a file that is damaged is said, and the topic is read', async () => {
  writeFileSync(join(home, 'interests-n.json'), '{"');
  await publish('a', 1, paths('/1'));
  const interests = start();
  expect(warnings).toHaveLength(1);
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/1']);
});

test.each([
  ['a key that is not trusted', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'ringfence-foreign-'));
    await publish('a', 2, [], { signer: openSigningKey(elsewhere, 'engine', 'interest', []) });
    rmSync(elsewhere, { recursive: true });
  }, 'key_unknown'],
  ['a key for something else', () => publish('a', 2, [], { signer: openSigningKey(home, 'responder', 'command', []) }), 'key_unknown'],
  ['a signature for something else', () => publish('a', 2, [], { domain: domains.command }), 'signature_invalid'],
  ['the place of another group', () => publish('b', 2, [], { as: 'interest/a' }), 'wrong_key'],
])('what has %s changes nothing, and is said', async (_what, forge, reason) => {
  const interests = start();
  await publish('a', 1, paths('/1'));
  await forge();
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/1']);
  expect(warnings).toMatchObject([{ reason }]);
});

test('an old record that is appended again changes nothing', async () => {
  const interests = start();
  await publish('a', 2, paths('/2'));
  await publish('a', 1, paths('/1'));
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/2']);
});

test('a time that an engine with a wrong clock gave does not shut out its later records', async () => {
  const interests = start();
  await publish('a', 9_000_000_000, paths('/2'));
  await publish('a', 1_000_000, paths('/1'));
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/1']);
});

test('more groups than the bound are not heard, and that is said', async () => {
  for (let group = 0; group <= groupsMax; group++) await publish(`g${group}`, 1, paths(`/${group}`));
  const interests = start();
  await settle(interests);
  expect(interests.current.groups).toHaveLength(groupsMax);
  expect(warnings).toMatchObject([{ group: `g${groupsMax}` }]);
});

test('a listener that throws does not stop the reader', async () => {
  const interests = start();
  interests.onChange(() => {
    throw new Error('no');
  });
  await publish('a', 1, paths('/1'));
  await settle(interests);
  expect(textsOf(interests)).toEqual(['/1']);
});

test('it closes while the event log does not answer', async () => {
  await log.close();
  const interests = start();
  const settled = interests.settled(1_000);
  await interests.close();
  expect(await settled).toBe(false);
});
