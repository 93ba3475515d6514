/** Over encoded events of ours the index gives what every rule by itself gives, for literals that events hold in any field. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRecord } from '#schemas/codec/arbitrary-record.ts';
import { codec, currentSchema } from '#schemas/codec/codec.ts';
import { EventBatchScan, ExternalBatchScan } from '#schemas/codec/event-scan.ts';
import type { EventBatch } from '#schemas/generated/types.gen.ts';
import { engineFields } from '../engine-fields.ts';
import { eventFields, type JudgedEvent } from '../event-fields.ts';
import { logSourcesOf } from '../event-sources.ts';
import type { FieldRef, FieldTable, FieldValue, LogSource } from '../rules/fields.ts';
import type { Condition, TextRelation } from '../rules/ir.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { AvroSource } from './avro-source.ts';
import { encodedLogSources } from './avro-log-sources.ts';
import { compileRules } from './program.ts';
import { ruleOf } from './rule-case.ts';

const words = ['/usr/bin/bash', 'bash', '-c', '/tmp/x', 'nc -l -p 80', 'a b', '', 'Sudo', '\u212aill', 'ba\u017fh', '\u0130nit', 'é É', '–enc', '日本', 'x'.repeat(70), '/var/log/syslog', '--option=value', 'halt'];
const text = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) }, { weight: 2, arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 3 }).map((parts) => parts.join(' ')) });

/** Texts that rules are about; others stay as the schema made them. */
const texts = new Set(['exe', 'comm', 'cwd', 'cgroup', 'tty', 'user', 'group', 'path', 'new_path', 'filename', 'loaded_program', 'image', 'name', 'pod_name', 'hostname', 'query']);
const lists = new Set(['args', 'env']);

/** The batch with texts of ours in it, of the `seed`. */
function withTexts(batch: EventBatch, seed: number): EventBatch {
  let count = 0;
  const next = <T>(arbitrary: fc.Arbitrary<T>): T => fc.sample(arbitrary, { numRuns: 1, seed: seed + count++ })[0]!;
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return texts.has(key) ? next(text) : value;
    if (lists.has(key) && Array.isArray(value)) return next(fc.array(text, { maxLength: 4 }));
    if (Array.isArray(value)) return value.map((item) => walk(item, key));
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, name)]));
    return value;
  };
  return walk(batch, '') as EventBatch;
}

const sources: readonly LogSource[] = [{ category: 'process_creation', product: 'linux' }, { category: 'file_event', product: 'linux' }, { product: 'linux', service: 'auditd' }, { product: 'falco' }, { product: 'linux' }];
const table: FieldTable = eventFields();

/** Names beside those that the table lists. */
const further = ['proc.aname[2]', 'proc.apid[2]', 'proc.aexepath[3]', 'a0', 'a1', 'evt.args'];

interface NamedField {
  readonly logsource: LogSource;
  readonly field: FieldRef;
}

const fields: readonly NamedField[] = sources.flatMap((logsource) => [
  ...[...table.names(logsource), ...further].flatMap((name) => table.resolve(logsource, name) ?? []).map((field) => ({ logsource, field })),
  ...[table.everyValue(logsource)].filter((field) => field !== undefined).map((field) => ({ logsource, field })),
]);

/** How a literal is cut from a text, and what is asked for besides. */
const cut = fc.record({ event: fc.nat(), field: fc.nat(), from: fc.nat(), length: fc.integer({ min: 1, max: 30 }), anchor: fc.constantFrom<TextRelation>('contains', 'contains', 'exact', 'prefix', 'suffix'), upper: fc.boolean(), negated: fc.constantFrom(false, false, false, true) });

function testOf({ field }: NamedField, anchor: TextRelation, value: string, { from, length, upper }: { from: number; length: number; upper: boolean }): Condition {
  const start = anchor === 'prefix' || anchor === 'exact' ? 0 : from % (value.length + 1);
  const piece = anchor === 'exact' ? value : anchor === 'suffix' ? value.slice(start) : value.slice(start, start + length);
  return { kind: 'test', name: field.name, field, at: { line: 1, column: 1 }, match: { kind: anchor, text: upper ? piece.toUpperCase() : piece, cased: false } };
}

type Cut = typeof cut extends fc.Arbitrary<infer T> ? T : never;

interface Known {
  readonly named: NamedField;
  readonly value: FieldValue;
}

/** The fields with texts of each event. */
function knownOf(events: readonly object[], of: readonly NamedField[]): Known[][] {
  return events.map((event) => of.map((named) => ({ named, value: named.field.read(event) })).filter(({ value }) => typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || (Array.isArray(value) && value.length > 0)));
}

/** A rule for each of the cuts: the piece in the field that it was cut from, or its absence. */
function rulesOf(known: readonly Known[][], cuts: readonly Cut[]): DetectionRule[] {
  return cuts.flatMap((each, number) => {
    const of = known[each.event % known.length]!;
    if (of.length === 0) return [];
    const { named, value } = of[each.field % of.length]!;
    const piece = testOf(named, each.anchor, typeof value === 'object' ? String((value as readonly string[])[each.from % (value as readonly string[]).length]) : String(value), each);
    const condition: Condition = each.negated ? { kind: 'and', of: [{ kind: 'test', name: named.field.name, field: named.field, at: { line: 1, column: 1 }, match: { kind: 'exists' } }, { kind: 'not', of: piece }] } : piece;
    return [ruleOf(String(number), named.logsource, condition)];
  });
}

/** With several rounds the same events come again. */
function matchesOf(batch: EventBatch, rules: readonly DetectionRule[], index: boolean, rounds = 1): string[][] {
  const source = new AvroSource();
  const program = compileRules(rules, source, { index });
  return Array.from({ length: rounds }).flatMap(() => {
    const scan = new EventBatchScan(codec('event_batch').encode(batch));
    return batch.events.map((event) => {
      scan.walk.next();
      source.begin(scan);
      expect(encodedLogSources(scan)).toBe(logSourcesOf(event));
      return program.match(encodedLogSources(scan)).map(({ label }) => label);
    });
  });
}

describe('an event of ours', () => {
  // More than the uses after which a value is asked which rules it rules out.
  test.each([['', 1, 1_000], [', however often it came before', 20, 60]])('matches with the index the rules that it matches without%s', { timeout: 120_000 }, (_when, rounds, numRuns) => {
    const batches = arbitraryRecord(currentSchema('event_batch')) as fc.Arbitrary<EventBatch>;
    let matches = 0;
    const property = fc.property(batches.filter(({ events }) => events.length > 0), fc.integer({ min: 0, max: 2 ** 30 }), fc.array(cut, { minLength: 1, maxLength: 40 }), (arbitrary, seed, cuts) => {
      const batch = withTexts(arbitrary, seed);
      const judged = batch.events.map((event): JudgedEvent => Object.assign(structuredClone(event), { node: batch.node, hostname: batch.hostname }));
      const rules = rulesOf(knownOf(judged, fields), cuts);
      const indexed = matchesOf(batch, rules, true, rounds);
      expect(indexed).toEqual(matchesOf(batch, rules, false, rounds));
      matches += indexed.flat().length;
    });
    fc.assert(property, { numRuns });
    expect(matches).toBeGreaterThan(1_000);
  });
});

describe('an event of another sensor', () => {
  const logsource = { category: 'process_creation', product: 'windows' };
  const open = engineFields([{ product: 'windows' }]);
  const names = ['Image', 'CommandLine', 'ParentImage', 'User', 'Hashes'];
  const named = [...names.map((name) => open.resolve(logsource, name)!), open.everyValue(logsource)!].map((field): NamedField => ({ logsource, field }));
  const events = fc.array(fc.dictionary(fc.constantFrom(...names, 'Other'), text, { noNullPrototype: true }), { minLength: 1, maxLength: 5 });

  function matches(events: readonly Record<string, string>[], rules: readonly DetectionRule[], index: boolean): string[][] {
    const source = new AvroSource();
    const program = compileRules(rules, source, { index });
    const scan = new ExternalBatchScan(codec('external_batch').encode({ source: 's', stream: 't', events: events.map((each, seq) => ({ seq, time: 0n, service: null, ...logsource, fields: each })) }));
    return events.map(() => {
      scan.walk.next();
      source.beginExternal(scan);
      return program.match([logsource]).map(({ label }) => label);
    });
  }

  test('matches with the index the rules that it matches without', { timeout: 120_000 }, () => {
    let found = 0;
    const property = fc.property(events, fc.array(cut, { minLength: 1, maxLength: 40 }), (each, cuts) => {
      const rules = rulesOf(knownOf(each, named), cuts);
      const indexed = matches(each, rules, true);
      expect(indexed).toEqual(matches(each, rules, false));
      found += indexed.flat().length;
    });
    fc.assert(property, { numRuns: 1_000 });
    expect(found).toBeGreaterThan(1_000);
  });
});
