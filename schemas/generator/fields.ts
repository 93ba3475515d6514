/** Emits schemas/generated/fields.gen.ts: every field that a rule can name, by kind of event. */
import type { ComplexSchema, Field, Model, RecordSchema, Schema } from './schema.ts';
import { record, unionRecords } from './schema.ts';

interface Entry {
  path: string;
  type: string;
  sigma?: string;
  join?: string;
  symbols?: readonly string[];
  attacker: boolean;
}

export function emitFields(model: Model): string {
  const event = record(model, 'ringfence.event.Event');
  const body = event.fields.find((field) => field.name === 'body')!;
  const common = event.fields.filter((field) => field !== body).flatMap((field) => entries(model, field, '', ''));
  const kinds = unionRecords(model, body).map((each) => {
    const own = each.fields.filter((field) => field.name !== 'kind').flatMap((field) => entries(model, field, 'body.', ''));
    const symbol = (each.fields[0]!.type as ComplexSchema).symbols![0]!;
    return `  ${symbol}: {\n    sigma: ${JSON.stringify(logSources(each))},\n    fields: [...commonFields,\n${own.map((entry) => `      ${JSON.stringify(entry)},`).join('\n')}\n    ],\n  },`;
  });
  return `/** Generated from schemas/ by \`npm run generate\`. Do not edit. */

export interface FieldEntry {
  /** Where the value stands in an Event. */
  readonly path: string;
  readonly type: 'string' | 'number' | 'bigint' | 'boolean' | 'list';
  /** Name in Sigma's taxonomy. */
  readonly sigma?: string;
  /** A list is matched as one text, joined by this. */
  readonly join?: string;
  /** Of an enum, all its values. */
  readonly symbols?: readonly string[];
  /** The watched program can choose the value. */
  readonly attacker: boolean;
}

export interface SigmaSource {
  readonly category: string;
  readonly product?: string;
  /** Only events with one of these values in their body. */
  readonly when?: Readonly<Record<string, readonly (string | boolean)[]>>;
}

export interface KindEntry {
  /** The Sigma log sources that events of this kind answer. */
  readonly sigma: readonly SigmaSource[];
  readonly fields: readonly FieldEntry[];
}

const commonFields: readonly FieldEntry[] = [
${common.map((entry) => `  ${JSON.stringify(entry)},`).join('\n')}
];

export const eventKinds = {
${kinds.join('\n')}
} as const satisfies Record<string, KindEntry>;

export type EventKind = keyof typeof eventKinds;
`;
}

function logSources({ sigma }: RecordSchema): object[] {
  const sources = sigma === undefined ? [] : Array.isArray(sigma) ? sigma : [sigma];
  return sources.map(({ when, ...source }) => (when === undefined ? source : { ...source, when: Object.fromEntries(Object.entries(when).map(([name, value]) => [name, [value].flat()])) }));
}

function entries(model: Model, field: Field, path: string, prefix: string): Entry[] {
  const inner = recordOf(model, field.type);
  if (inner !== undefined) {
    return inner.fields.flatMap((each) => entries(model, each, `${path}${field.name}.`, field.sigma ?? ''));
  }
  const type = fieldType(model, field.type);
  if (type === null) return [];
  const entry: Entry = { path: `${path}${field.name}`, type, attacker: (field.attacker ?? 'no') !== 'no' };
  if (field.sigma !== undefined) entry.sigma = `${prefix}${field.sigma}`;
  if (field.join !== undefined) entry.join = field.join;
  const symbols = symbolsOf(model, field.type);
  if (symbols !== undefined) entry.symbols = symbols;
  return [entry];
}

function recordOf(model: Model, type: Schema): RecordSchema | undefined {
  if (Array.isArray(type)) return type.length === 2 && type[0] === 'null' ? recordOf(model, type[1]!) : undefined;
  if (typeof type === 'string') return model.records.get(type);
  return type.type === 'record' ? (type as RecordSchema) : undefined;
}

function symbolsOf(model: Model, type: Schema): readonly string[] | undefined {
  if (Array.isArray(type)) return undefined;
  return typeof type === 'string' ? model.enums.get(type)?.symbols : type.symbols;
}

function fieldType(model: Model, type: Schema): Entry['type'] | null {
  if (Array.isArray(type)) return fieldType(model, type.find((branch) => branch !== 'null')!);
  if (typeof type === 'string') {
    if (type === 'int' || type === 'long') return 'number';
    if (type === 'string' || type === 'boolean') return type;
    return model.enums.has(type) ? 'string' : null;
  }
  if (type.type === 'enum') return 'string';
  if (type.type === 'long') return type.logicalType === undefined ? 'number' : 'bigint';
  return type.type === 'array' && type.items === 'string' ? 'list' : null;
}
