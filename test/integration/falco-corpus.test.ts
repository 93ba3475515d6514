/**
 * The fields that Falco's stock rules use, where a copy of them stands beside the project (they are under another
 * licence, so none is kept here): for each the list of fields says where an event has it, or why not.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventKinds } from '../../schemas/generated/fields.gen.ts';
import { falcoFields } from '../../services/engine/rules/falco-fields.ts';

const corpus = resolve(import.meta.dirname, '../../../shared/corpora/falco');
const missing = existsSync(corpus) ? '' : ' (no copy of falcosecurity/rules beside the project)';

describe.skipIf(missing !== '')(`Falco's stock rules${missing}`, () => {
  test('every field that they use is in the list, and none else is unsupplied than those that say why', () => {
    const used = usedFields();
    expect(used.size).toBeGreaterThan(80);
    expect([...used].filter((name) => !Object.hasOwn(falcoFields, name))).toEqual([]);
    const unsupplied = [...used].filter((name) => 'missing' in falcoFields[name]!);
    console.log(`Falco: ${used.size} fields, unsupplied:`, unsupplied);
    expect(unsupplied.length).toBeLessThan(6);
  });
});

test('every path in the list is one of an event', () => {
  // Lists of records are no field that a Sigma rule can name, so that the generated table lacks them.
  const paths = new Set<string>(['ancestors.comm', 'ancestors.exe', 'container.mounts']);
  for (const { fields } of Object.values(eventKinds)) for (const { path } of fields) paths.add(path);
  const named = Object.values(falcoFields).flatMap((field) => ('from' in field ? field.from : []));
  expect(named.filter((path) => !paths.has(path))).toEqual([]);
});

/** In conditions, outputs and exceptions, without arguments in brackets. */
function usedFields(): Set<string> {
  const texts = readdirSync(corpus).filter((file) => file.endsWith('.yaml')).flatMap((file) => {
    const items = parse(readFileSync(resolve(corpus, file), 'utf8')) as Record<string, unknown>[];
    return items.flatMap(({ condition, output, exceptions }) => [condition, output, JSON.stringify(exceptions)]);
  });
  const names = /(?<![\w./-])(?:evt|proc|thread|fd|user|group|container|k8s)\.[a-z][a-z0-9_]*(?:\.[a-z_]+)*/g;
  return new Set(texts.flatMap((text) => String(text ?? '').match(names) ?? []));
}
