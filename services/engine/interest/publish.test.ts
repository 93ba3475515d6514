import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { everything, clausesMax } from '#runtime/interest/interest.ts';
import { openSigningKey, readTrustedKeys } from '#runtime/signing/keyring.ts';
import { domains, verifyRecord } from '#runtime/signing/signature.ts';
import { codec } from '#schemas/codec/codec.ts';
import { eventFields } from '../event-fields.ts';
import { loadRules } from '../rules/index.ts';
import { interestBytesMax, interestRecord, rulesVersionOf } from './publish.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ringfence-publish-'));
});

afterEach(() => rmSync(home, { recursive: true }));

const keyOf = () => openSigningKey(home, 'engine', 'interest', []);

test('the record says who speaks for whom, and is signed by a key that the home trusts', () => {
  const kinds = [{ kind: 'file_open', clauses: [everything] }];
  const record = interestRecord({ kinds, rulesVersion: 'v' }, 'g', keyOf(), 7);
  expect(record).toMatchObject({ topic: 'ringfence.rules.v1', key: 'interest/g' });
  expect(codec('interest').decode(record.value)).toEqual({ group: 'g', rules_version: 'v', issued_ms: 7, kinds });
  const keys = readTrustedKeys(home, 'interest', () => undefined);
  expect(verifyRecord(domains.interest, record.value, record.headers ?? {}, keys)).toMatchObject({ ok: true });
});

test('what the event log would not take is told by operations alone', () => {
  const long = (index: number) => ({ ...everything, operations: ['write'], path: { match: 'exact' as const, text: `/${index}`.padEnd(128, 'x') }, program: { match: 'exact' as const, text: 'y'.repeat(128) } });
  const kinds = ['file_open', 'file_change', 'mount'].map((kind) => ({ kind, clauses: Array.from({ length: clausesMax }, (_, index) => long(index)) }));
  const { value } = interestRecord({ kinds, rulesVersion: 'v' }, 'g', keyOf(), 7);
  expect(value.length).toBeLessThan(interestBytesMax);
  expect(codec('interest').decode(value).kinds[0]).toEqual({ kind: 'file_open', clauses: [{ ...everything, operations: ['write'] }] });
});

test('the version of the rules is that of what they match, in any order', () => {
  const rule = (title: string, path: string) => JSON.stringify({ title, logsource: { category: 'file_access' }, detection: { a: { TargetFilename: path }, condition: 'a' } });
  const versionOf = (...texts: string[]) => rulesVersionOf(loadRules([{ file: 'rules.yml', text: texts.join('\n---\n') }], { fields: eventFields() }).rules);
  expect(versionOf(rule('a', '/x'), rule('b', '/y'))).toBe(versionOf(rule('b', '/y'), rule('a', '/x')));
  expect(versionOf(rule('a', '/x'))).not.toBe(versionOf(rule('a', '/y')));
});
