/** What is published, put together from its records: complete, trusted, never older than what is known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { LogRecord } from '#runtime/event-log/event-log.ts';
import { openSigningKey, readTrustedKeys, type TrustedKey } from '#runtime/signing/keyring.ts';
import { Assembler, type Published } from './assembler.ts';
import { contentRecords, partBytesMax, rulesSubject } from './content.ts';

const home = mkdtempSync(join(tmpdir(), 'ringfence-assembler-'));
const key = openSigningKey(home, 'publisher', 'rules', []);
const keys = readTrustedKeys(home, 'rules', () => undefined);
const subject = rulesSubject('g');
const nowMs = 1_000_000;

let lines: Record<string, unknown>[];
let assembler: Assembler;

beforeEach(() => {
  lines = [];
  assembler = new Assembler(pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) }));
});

afterAll(() => rmSync(home, { recursive: true }));

/** Bytes that do not compress, so that they come in several parts. */
function noise(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes);
  for (let index = 0, state = seed; index < bytes; index++) content[index] = (state = (Math.imul(state, 1_103_515_245) + 12_345) | 0) >>> 16;
  return content;
}

const records = (content: Buffer | undefined, issuedMs: number, by = key): LogRecord[] => contentRecords(subject, content, issuedMs, by);

function take(all: readonly LogRecord[], trusted: ReadonlyMap<string, TrustedKey> = keys, from: 'home' | 'topic' = 'topic'): Published[] {
  return all.flatMap(({ key: recordKey, value, headers = {} }) => {
    const published = assembler.take({ key: recordKey, value, kid: headers['kid'] ?? '', signature: headers['signature'] ?? '' }, trusted, nowMs, from);
    return published === undefined ? [] : [published];
  });
}

describe('content', () => {
  test('of several parts is there when its manifest has come, whatever the order of its records', () => {
    const content = noise(3 * partBytesMax);
    const all = records(content, nowMs);
    expect(all.length).toBeGreaterThan(3);
    expect(take(all.slice(0, -1))).toEqual([]);
    expect(take(all.slice(-1)).map((published) => published.content?.equals(content))).toEqual([true]);
    const next = records(noise(3 * partBytesMax, 2), nowMs + 1);
    const [whole] = take(next.toReversed());
    expect(whole?.records.map((record) => record.key).sort()).toEqual(next.map((record) => record.key).sort());
  });

  test('that is withdrawn is told as no content', () => {
    expect(take(records(Buffer.from('x'), nowMs)).map(({ content }) => String(content))).toEqual(['x']);
    expect(take(records(undefined, nowMs + 1)).map(({ content }) => content)).toEqual([undefined]);
  });

  test('that comes again, or is older than what is known, is not told', () => {
    const old = records(Buffer.from('old'), nowMs - 1);
    const now = records(Buffer.from('now'), nowMs);
    expect(take([...now, ...now, ...old]).map(({ content }) => String(content))).toEqual(['now']);
    expect(lines.map((line) => line['reason'])).toEqual(['older_than_known']);
  });

  test('that is older than what was in use before a restart is not told; what is as new is, and what has not come is gone', () => {
    const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
    assembler = new Assembler(logger, new Map([[subject, nowMs], ['list/g/far', nowMs + 3_600_000], ['list/g/other', 1]]));
    const far = contentRecords('list/g/far', Buffer.from('far'), nowMs, key);
    expect(take([...records(Buffer.from('old'), nowMs - 1), ...far]).map(({ content }) => String(content))).toEqual(['far']);
    expect(assembler.gone).toEqual([subject, 'list/g/other']);
    const [part, manifest] = records(Buffer.from('now'), nowMs) as [LogRecord, LogRecord];
    expect(take([manifest])).toEqual([]);
    expect(assembler.gone).toEqual([subject, 'list/g/other']);
    expect(take([part]).map(({ content }) => String(content))).toEqual(['now']);
    expect(assembler.gone).toEqual(['list/g/other']);
  });

  test('of the home is told once, and as gone until the topic has it, too, whose parts are not kept in memory', () => {
    assembler = new Assembler(pino({ level: 'silent' }), new Map([[subject, nowMs]]));
    const all = records(noise(3 * partBytesMax), nowMs);
    expect(take(all, keys, 'home')).toHaveLength(1);
    expect(assembler.gone).toEqual([subject]);
    expect([take(all), assembler.gone]).toEqual([[], []]);
    // Its manifest alone does not bring back the parts.
    expect(take(records(noise(3 * partBytesMax), nowMs + 1).slice(-1))).toEqual([]);
    expect(assembler.gone).toEqual([subject]);
  });

  test.each([
    ['was complete', []],
    ['came again', [nowMs]],
    ['was too old', [nowMs + 1]],
  ])('whose parts came before another of the subject %s is there with its manifest, and nothing else is kept for it', (_, known) => {
    const others = records(noise(3 * partBytesMax), nowMs);
    const next = records(noise(3 * partBytesMax, 2), nowMs + 2);
    for (const issuedMs of known) take(records(noise(3 * partBytesMax), issuedMs));
    take([...others.slice(0, -1), ...next.slice(0, -1), ...others.slice(-1)]);
    expect(take(next.slice(-1))).toHaveLength(1);
    for (const [index, seed] of [1, 2].entries()) expect(take(records(noise(3 * partBytesMax, seed), nowMs + 3 + index).slice(-1))).toEqual([]);
  });

  test('that shares parts with the one before is there, though compaction left these behind the manifest of that one', () => {
    const content = noise(3 * partBytesMax - 1024);
    const changed = Buffer.from(content);
    changed[changed.length - 5]! ^= 1;
    const before = records(content, nowMs);
    const next = records(changed, nowMs + 1);
    const keysOfNext = next.map((record) => record.key);
    // Of each key the newest is left: A, M1, S, B, M2.
    const compacted = [...before.filter((record) => record.key === subject || !keysOfNext.includes(record.key)), ...next];
    expect(compacted.length).toBeLessThan(before.length + next.length);
    expect(take(compacted.slice(0, 2))).toEqual([]);
    expect(assembler.unfinished).toEqual([subject]);
    const told = take(compacted.slice(2));
    expect(told.map((published) => published.manifest.issued_ms)).toEqual([nowMs, nowMs + 1]);
    expect([told[0]!.content?.equals(content), told[1]!.content?.equals(changed), assembler.unfinished]).toEqual([true, true, []]);
    // Its own manifest was the last that needed them.
    expect(take(records(changed, nowMs + 2).slice(-1))).toEqual([]);
  });

  test('that waits for its manifest is not forgotten for parts of others that never had one', () => {
    assembler = new Assembler(pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) }), new Map(), 6 * partBytesMax);
    for (const seed of [1, 2]) expect(take(records(noise(3 * partBytesMax - 1024, seed), nowMs - 1).slice(0, -1))).toEqual([]);
    expect(lines).toEqual([]);
    expect(take(records(noise(3 * partBytesMax, 3), nowMs))).toHaveLength(1);
    expect(lines.length).toBeGreaterThan(0);
  });

  test('of a clock far ahead does not forbid what comes after', () => {
    expect(take([...records(Buffer.from('ahead'), nowMs + 3_600_000), ...records(Buffer.from('now'), nowMs)]).map(({ content }) => String(content))).toEqual(['ahead', 'now']);
  });
});

describe('nothing is taken, and the log says so,', () => {
  const stranger = openSigningKey(join(home, 'stranger'), 'publisher', 'rules', []);
  const forged = records(Buffer.from('x'), nowMs, stranger);
  const good = records(Buffer.from('x'), nowMs);
  const [part, manifest] = good as [LogRecord, LogRecord];

  test.each<[string, LogRecord[], string[]]>([
    ['of a key that is not trusted', forged, ['key_unknown', 'key_unknown']],
    ['without a signature', [{ ...manifest, headers: {} }], ['key_unknown']],
    ['of a value that was changed', [{ ...manifest, value: Buffer.concat([manifest.value, Buffer.from('x')]) }], ['signature_invalid']],
    ['of a manifest under the key of another group', [{ ...manifest, key: rulesSubject('other') }], ['wrong_key']],
    ['of a part under the name of another', [{ ...part, key: `${subject}/part/${'0'.repeat(64)}` }], ['wrong_hash']],
    ['of a part where a manifest should be', [{ ...part, key: subject }], ['HEADER_INVALID']],
  ])('%s', (_, all, reasons) => {
    expect(take(all)).toEqual([]);
    expect(lines.map((line) => line['reason'])).toEqual(reasons);
  });
});
