/** What is kept of values that come again changes no match: neither when they are new, nor when enough is known of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codec } from '#schemas/codec/codec.ts';
import { ExternalBatchScan } from '#schemas/codec/event-scan.ts';
import { engineFields } from '../engine-fields.ts';
import type { FieldRef } from '../rules/fields.ts';
import type { Condition } from '../rules/ir.ts';
import type { DetectionRule } from '../rules/rule.ts';
import { ruleCase } from './arbitrary-case.ts';
import { AvroSource } from './avro-source.ts';
import { compileRules } from './program.ts';
import { conditionOf, ruleOf, type CaseEvent } from './rule-case.ts';

const logsource = { category: 'process_creation', product: 'windows' };
const names = ['f', 'g', 'h'];
const table = engineFields([{ product: 'windows' }]);
const fields = new Map<string, FieldRef>(names.map((name) => [name, table.resolve(logsource, name)!]));

/** So many literals within a field that its texts are kept. */
const manyLiterals: readonly DetectionRule[] = [...fields.values()].flatMap((field) =>
  Array.from({ length: 6 }, (_, index) => ruleOf(`${field.name} ${index}`, {}, { kind: 'test', name: field.name, field, at: { line: 1, column: 1 }, match: { kind: 'contains', text: `${index}literal`, cased: false } })),
);

/** More than the uses after which a value is asked which rules it rules out. */
const rounds = 24;

function matches(events: readonly Record<string, string>[], rules: readonly DetectionRule[], index: boolean): string[][] {
  const source = new AvroSource();
  const program = compileRules(rules, source, { index });
  return Array.from({ length: rounds }, () => events).flatMap((round) => {
    const record = { source: 's', stream: 't', events: round.map((each, seq) => ({ seq, time: 0n, service: null, ...logsource, fields: each })) };
    const scan = new ExternalBatchScan(codec('external_batch').encode(record));
    return round.map(() => {
      scan.walk.next();
      source.beginExternal(scan);
      return program.match([logsource]).map(({ label }) => label);
    });
  });
}

function textsOf({ values }: CaseEvent): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].isWellFormed()));
}

test('texts that come again match what they match when they are new, with the index and without', { timeout: 120_000 }, () => {
  let found = 0;
  const property = fc.property(ruleCase, ({ rules, events }) => {
    const conditions = rules.map(({ condition }): Condition => conditionOf(condition, fields));
    const all = [...manyLiterals, ...conditions.map((condition, number) => ruleOf(String(number), {}, condition))];
    const texts = events.map(textsOf);
    const indexed = matches(texts, all, true);
    expect(indexed).toEqual(matches(texts, all, false));
    found += indexed.flat().length;
  });
  fc.assert(property, { numRuns: 500 });
  expect(found).toBeGreaterThan(1_000);
});
