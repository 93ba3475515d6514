/**
 * Values as the schema of events has them: the emptiest one of a type, and whether a value of a rule's test is one. It
 * reads the schema itself, so that a test can say nothing that no event could.
 */
import { currentSchema } from '#schemas/codec/codec.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, type SourceNode } from '../yaml-source.ts';

export type Schema = string | readonly Schema[] | SchemaObject;

export interface SchemaObject {
  readonly type: Schema;
  readonly name?: string;
  readonly logicalType?: string;
  readonly symbols?: readonly string[];
  readonly items?: Schema;
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
}

export interface ValueFault {
  readonly message: string;
  readonly hint?: string;
}

/** An event of the kind in which nothing is known: no value where it can be null, else 0, false, '' and the first of an enum's. */
export function emptyEvent(kind: EventKind): Record<string, unknown> {
  const event = record(named('Event'));
  return Object.fromEntries(event.map(({ name, type }) => [name, name === 'body' ? emptyOf(bodyOf(kind)) : emptyOf(type)]));
}

export function emptyContainer(): unknown {
  return emptyOf(named('Container'));
}

/** The type at a path such as process.exe in events of the kind; undefined when there is none. */
export function typeAt(kind: EventKind, path: string): Schema | undefined {
  const [first, ...steps] = path.split('.');
  // One value for each ancestor.
  if (first === 'ancestors') return { type: 'array', items: 'string' };
  if (first === 'node' || first === 'hostname') return 'string';
  const start = first === 'body' ? bodyOf(kind) : fieldOf(named('Event'), first!);
  return steps.reduce<Schema | undefined>((type, step) => (type === undefined ? undefined : fieldOf(type, step)), start);
}

/** What the node says as a value of that type. */
export function valueOf(node: SourceNode, type: Schema): { readonly value: unknown } | ValueFault {
  const schema = resolve(type);
  if (isUnion(schema)) {
    const some = schema.filter((branch) => branch !== 'null');
    if (node.kind === 'scalar' && node.value === null) return some.length < schema.length ? { value: null } : { message: 'events always have a value here' };
    return valueOf(node, some[0]!);
  }
  const { type: kind, logicalType, symbols } = typeof schema === 'string' ? { type: schema } : (schema as SchemaObject);
  if (kind === 'array') return listOf(node);
  if (node.kind !== 'scalar' || node.value === null) return { message: `events have one value here, not ${describeNode(node)}` };
  if (symbols !== undefined) return symbols.includes(node.text) ? { value: node.text } : { message: `there is no such value`, hint: didYouMean(node.text, symbols) ?? `one of ${symbols.join(', ')}` };
  if (kind === 'boolean') return typeof node.value === 'boolean' ? { value: node.value } : { message: `events have true or false here, not ${describeNode(node)}` };
  if (kind === 'string') return { value: node.text };
  return numberOf(node.value, kind === 'int' ? intRange : (longRanges[logicalType ?? ''] ?? safeRange), logicalType !== undefined);
}

/** A text stands for its words: a list is matched as them joined again. */
function listOf(node: SourceNode): { value: string[] } | ValueFault {
  if (node.kind === 'scalar' && node.value !== null) return { value: node.text === '' ? [] : node.text.split(' ') };
  if (node.kind === 'list' && node.items.every((item) => item.kind === 'scalar')) return { value: node.items.map((item) => item.text) };
  return { message: `events have a list of texts here, not ${describeNode(node)}` };
}

type Range = readonly [bigint, bigint];

const intRange: Range = [-(2n ** 31n), 2n ** 31n - 1n];
const safeRange: Range = [-(2n ** 53n - 1n), 2n ** 53n - 1n];
const longRanges: Readonly<Record<string, Range>> = { u64: [0n, 2n ** 64n - 1n], 'timestamp-nanos': [0n, 2n ** 63n - 1n] };

function numberOf(value: string | number | bigint | boolean, [least, most]: Range, wide: boolean): { value: number | bigint } | ValueFault {
  if (typeof value !== 'bigint') return { message: 'events have a whole number here' };
  if (value < least || value > most) return { message: `events have a number from ${least} to ${most} here` };
  return { value: wide ? value : Number(value) };
}

function emptyOf(type: Schema): unknown {
  const schema = resolve(type);
  if (isUnion(schema)) return schema.includes('null') ? null : emptyOf(schema[0]!);
  if (typeof schema === 'string') return zeros[schema];
  const object = schema as SchemaObject;
  if (object.logicalType !== undefined) return 0n;
  switch (object.type) {
    case 'record':
      return Object.fromEntries((object.fields ?? []).map((field) => [field.name, emptyOf(field.type)]));
    case 'enum':
      return object.symbols?.[0];
    case 'array':
      return [];
    default:
      return emptyOf(object.type);
  }
}

const zeros: Readonly<Record<string, unknown>> = { int: 0, long: 0, boolean: false, string: '' };

/** Records and enums by name, from all of the batch's schema. */
let names: ReadonlyMap<string, SchemaObject> | undefined;

function named(name: string): SchemaObject {
  names ??= new Map(collect(currentSchema('event_batch') as Schema));
  const found = names.get(name.slice(name.lastIndexOf('.') + 1));
  if (found === undefined) throw new Error(`the schema of events has no ${name}`);
  return found;
}

function* collect(schema: Schema): Generator<[string, SchemaObject]> {
  if (isUnion(schema)) for (const branch of schema) yield* collect(branch);
  else if (typeof schema === 'object') {
    if (schema.name !== undefined) yield [schema.name, schema];
    for (const field of schema.fields ?? []) yield* collect(field.type);
    if (schema.items !== undefined) yield* collect(schema.items);
    if (typeof schema.type === 'object') yield* collect(schema.type);
  }
}

function bodyOf(kind: EventKind): Schema {
  const bodies = fieldOf(named('Event'), 'body') as readonly Schema[];
  const body = bodies.find((branch) => (resolve(fieldOf(branch, 'kind')!) as SchemaObject).symbols?.[0] === kind);
  if (body === undefined) throw new Error(`no body is of kind ${kind}`);
  return body;
}

/** Through a null-or-record, too. */
function fieldOf(type: Schema, name: string): Schema | undefined {
  const schema = resolve(type);
  if (isUnion(schema)) return schema.map((branch) => (branch === 'null' ? undefined : fieldOf(branch, name))).find((found) => found !== undefined);
  return typeof schema === 'object' ? (schema as SchemaObject).fields?.find((field) => field.name === name)?.type : undefined;
}

function record(type: SchemaObject): NonNullable<SchemaObject['fields']> {
  return type.fields ?? [];
}

function resolve(type: Schema): Schema {
  return typeof type === 'string' && !(type in zeros) && type !== 'null' ? named(type) : type;
}

function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema);
}
