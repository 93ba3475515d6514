/** Reads the .avsc sources into a model: records by full name, with our extra attributes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Schema = string | Schema[] | ComplexSchema;

export interface ComplexSchema {
  type: string;
  name?: string;
  namespace?: string;
  doc?: string;
  items?: Schema;
  values?: Schema;
  symbols?: string[];
  logicalType?: string;
  fields?: Field[];
  /** Name of the C struct that the kernel side fills. */
  kernel?: string;
  /** The Sigma log sources that such an event answers. */
  sigma?: LogSource[] | LogSource;
  /** Only from the kernel side to the collector, never in the event log. */
  transient?: boolean;
}

export interface LogSource {
  category: string;
  product?: string;
  /** Only events with one of these values in their body. */
  when?: Record<string, string | boolean | (string | boolean)[]>;
}

export interface Field {
  name: string;
  type: Schema;
  doc: string;
  /** What a reader puts where an older writer had no such field: each field added after the first release needs one. */
  default?: unknown;
  /** C type: u8, u32, s32, u64, char[N], ip (16 bytes), syscall (its number), str (one string), strv (NUL-separated strings), bytes, or a struct's name. */
  kernel?: string;
  /** Bytes that the kernel side takes of a str or strv at most. */
  max?: number;
  /** The kernel's value that stands for null. */
  absent?: number;
  /** Name in Sigma's taxonomy; on a field of a record type, the prefix of that record's names. */
  sigma?: string;
  /** A list is one text to Sigma, joined by this. */
  join?: string;
  source?: string;
  attacker?: string;
}

export interface Model {
  readonly records: ReadonlyMap<string, RecordSchema>;
  readonly enums: ReadonlyMap<string, ComplexSchema>;
}

export type RecordSchema = ComplexSchema & { name: string; doc: string; fields: Field[] };

export function loadModel(schemaDirectory: string): Model {
  const records = new Map<string, RecordSchema>();
  const enums = new Map<string, ComplexSchema>();
  for (const folder of ['events', 'messages']) {
    for (const file of readdirSync(join(schemaDirectory, folder)).sort()) {
      if (!file.endsWith('.avsc')) continue;
      const schema = JSON.parse(readFileSync(join(schemaDirectory, folder, file), 'utf8')) as ComplexSchema;
      register(schema, schema.namespace ?? '', { records, enums });
    }
  }
  return { records, enums };
}

function register(schema: Schema | undefined, namespace: string, model: { records: Map<string, RecordSchema>; enums: Map<string, ComplexSchema> }): void {
  if (schema === undefined || typeof schema === 'string') return;
  if (Array.isArray(schema)) return schema.forEach((branch) => register(branch, namespace, model));
  const inner = schema.namespace ?? namespace;
  if (schema.type === 'record') {
    if (!schema.doc || schema.fields === undefined) throw new Error(`record ${schema.name}: needs doc and fields`);
    model.records.set(`${inner}.${schema.name}`, schema as RecordSchema);
    for (const field of schema.fields) {
      if (!field.doc) throw new Error(`${schema.name}.${field.name}: needs a doc`);
      register(field.type, inner, model);
    }
  } else if (schema.type === 'enum') {
    model.enums.set(`${inner}.${schema.name}`, schema);
  } else {
    register(schema.items ?? schema.values, inner, model);
    if (typeof schema.type === 'object') register(schema.type, inner, model);
  }
}

export function record(model: Model, fullName: string): RecordSchema {
  const found = model.records.get(fullName);
  if (found === undefined) throw new Error(`no record ${fullName}`);
  return found;
}

/** The record types of a union field. */
export function unionRecords(model: Model, field: Field): RecordSchema[] {
  if (!Array.isArray(field.type)) throw new Error(`${field.name}: not a union`);
  return field.type.map((branch) => (typeof branch === 'string' ? record(model, branch) : (branch as RecordSchema)));
}

/** The schema with every named type written out where it is first used, so that it stands alone. */
export function selfContained(model: Model, fullName: string): unknown {
  const seen = new Set<string>();
  const expand = (schema: Schema, namespace: string): unknown => {
    if (typeof schema === 'string') {
      const named = model.records.get(schema) ?? model.enums.get(schema);
      if (named === undefined || seen.has(schema)) return schema;
      return expand(named, schema.slice(0, schema.lastIndexOf('.')));
    }
    if (Array.isArray(schema)) return schema.map((branch) => expand(branch, namespace));
    const inner = schema.namespace ?? namespace;
    if (schema.name !== undefined) seen.add(`${inner}.${schema.name}`);
    const { kernel: _kernel, sigma: _sigma, transient: _transient, ...plain } = schema;
    return {
      ...plain,
      ...(schema.name === undefined ? {} : { namespace: inner }),
      ...(schema.fields === undefined ? {} : { fields: schema.fields.map((field) => plainField(field, expand(field.type, inner))) }),
      ...(schema.items === undefined ? {} : { items: expand(schema.items, inner) }),
      ...(schema.values === undefined ? {} : { values: expand(schema.values, inner) }),
    };
  };
  return expand(fullName, '');
}

function plainField({ name, doc, default: value }: Field, type: unknown): object {
  return { name, type, doc, ...(value === undefined ? {} : { default: value }) };
}
