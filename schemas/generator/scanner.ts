/**
 * Emits schemas/generated/scan.gen.ts: for the records whose values are read straight from their encoded bytes, code that
 * walks a record once, in straight line, and notes where each value stands. It accepts exactly what body-check.ts does.
 *
 * A value of one byte, as most are, costs a comparison; what is longer or wrong goes to the functions of avro-take.ts.
 * A byte that is not there reads as undefined, which is no short value; where that is not looked at, the position ends up
 * behind the end of the bytes, and the caller's checkEnd refuses. `| 0` spares V8 a check of each addition for overflow.
 */
import type { ComplexSchema, Field, Model, RecordSchema, Schema } from './schema.ts';
import { record, unionRecords } from './schema.ts';

export function emitScanner(model: Model): string {
  const parts = new Parts(model);
  const tables = [
    emitEvent(parts),
    emitRest(parts, 'EventBatch'),
    emitTable(parts, 'externalEvent', record(model, 'ringfence.event.ExternalEvent')),
    emitRest(parts, 'ExternalBatch'),
  ];
  const text = [...parts.texts, ...tables].join('\n\n');
  const used = [...new Set(text.match(/\b(?:blocksEnd|choiceAt|choiceEnd|exactLongEnd|intEnd|longEnd|stringEnd|stringMapEnd|stringsEnd|wideLongEnd)\b/g))].sort();
  return `/** Generated from schemas/ by \`npm run generate\`. Do not edit. */
import { ${used.join(', ')} } from '../codec/avro-take.ts';
import type { ItemScan, Leaves } from '../codec/leaf.ts';
import type { EventKind } from './fields.gen.ts';

${text}
`;
}

/** What has been emitted so far; a record of a list is emitted once. */
class Parts {
  readonly model: Model;
  readonly texts: string[] = [];
  private readonly items = new Set<string>();

  constructor(model: Model) {
    this.model = model;
  }

  /** The name of the constant that scans the records of a list. */
  item(schema: RecordSchema): string {
    const name = `${camel(schema.name)}Item`;
    if (!this.items.has(name)) {
      this.items.add(name);
      const { code, leaves, slots } = scanOf(this, schema.fields, 0);
      this.texts.push(
        `${scanFunction(`scan${schema.name}`, code)}

const ${camel(schema.name)}Slots = new Int32Array(${slots});

function ${camel(schema.name)}End(bytes: Uint8Array, at: number): number {
  return scan${schema.name}(bytes, at, ${camel(schema.name)}Slots);
}

const ${name}: ItemScan = { scan: scan${schema.name}, slots: ${slots}, leaves: ${leavesText(leaves)} };`,
      );
    }
    return name;
  }
}

interface Walk {
  readonly code: string[];
  /** Path and the text of its leaf. */
  readonly leaves: [string, string][];
  /** The first slot that is free. */
  readonly slots: number;
}

/** The code for some fields of a record one after another. */
function scanOf(parts: Parts, fields: readonly Field[], firstSlot: number, prefix = ''): Walk {
  const code: string[] = [];
  const leaves: [string, string][] = [];
  let slots = firstSlot;
  for (const field of fields) {
    const walk = scanField(parts, field.type, slots, `${prefix}${field.name}`);
    code.push(`// ${prefix}${field.name}`, ...walk.code);
    leaves.push(...walk.leaves);
    slots = walk.slots;
  }
  return { code, leaves, slots };
}

function scanField(parts: Parts, type: Schema, slot: number, path: string): Walk {
  const optional = Array.isArray(type) ? type.find((branch) => branch !== 'null')! : undefined;
  const inner = recordOf(parts.model, optional ?? type);
  if (inner !== undefined) {
    const walk = scanOf(parts, inner.fields, slot, `${path}.`);
    return optional === undefined ? walk : { ...walk, code: orNull(walk.code, slots(slot, walk.slots), 'absent') };
  }
  const { leaf, code } = scanLeaf(parts, optional ?? type, path);
  const noted = [`slots[${slot}] = at;`, ...code];
  const leaves: [string, string][] = [[path, `{ slot: ${slot}, ${leaf} }`]];
  return { code: optional === undefined ? noted : orNull(noted, [slot], 'null'), leaves, slots: slot + 1 };
}

/** Of a union with null, which always comes first. */
function orNull(code: readonly string[], empty: readonly number[], what: 'null' | 'absent'): string[] {
  return [
    'head = bytes[at]!;',
    'if (head !== 0 && head !== 2) {',
    '  head = choiceAt(bytes, at, 2) << 1;',
    '  at = longEnd(bytes, at);',
    '} else at = (at + 1) | 0;',
    'if (head === 0) {',
    ...empty.map((slot) => `  slots[${slot}] = ${what === 'null' ? -1 : -2};`),
    '} else {',
    ...code.map((line) => `  ${line}`),
    '}',
  ];
}

function scanLeaf(parts: Parts, type: Schema, path: string): { leaf: string; code: string[] } {
  const symbols = enumOf(parts.model, type)?.symbols;
  if (symbols !== undefined) {
    const code = [`head = bytes[at]!;`, `at = head < ${Math.min(2 * symbols.length, 0x80)} && (head & 1) === 0 ? (at + 1) | 0 : choiceEnd(bytes, at, ${symbols.length});`];
    return { leaf: `type: 'enum', symbols: ${JSON.stringify(symbols)}`, code };
  }
  switch (typeof type === 'string' ? type : (type as ComplexSchema).type) {
    case 'string':
      return { leaf: `type: 'string'`, code: ['head = bytes[at]!;', 'at = (head & 0x81) === 0 ? (at + 1 + (head >> 1)) | 0 : stringEnd(bytes, at);'] };
    case 'int':
      return { leaf: `type: 'int'`, code: number('intEnd', 4) };
    case 'long':
      return scanLong(type);
    case 'boolean':
      return { leaf: `type: 'boolean'`, code: ['at = (at + 1) | 0;'] };
    case 'array':
      return scanArray(parts, (type as ComplexSchema).items!);
    case 'map':
      if ((type as ComplexSchema).values === 'string') return { leaf: `type: 'map'`, code: ['at = stringMapEnd(bytes, at);'] };
  }
  throw new Error(`${path}: no scanner for ${JSON.stringify(type)}`);
}

function scanLong(type: Schema): { leaf: string; code: string[] } {
  const logical = typeof type === 'string' ? undefined : (type as ComplexSchema).logicalType;
  if (logical === undefined) return { leaf: `type: 'long'`, code: number('exactLongEnd', 5) };
  return { leaf: `type: '${logical === 'u64' ? 'u64' : 'timestamp'}'`, code: number('wideLongEnd', 9) };
}

function scanArray(parts: Parts, items: Schema): { leaf: string; code: string[] } {
  if (items === 'string') return { leaf: `type: 'strings'`, code: emptyOr('stringsEnd(bytes, at)') };
  const inner = recordOf(parts.model, items)!;
  return { leaf: `type: 'records', item: ${parts.item(inner)}`, code: emptyOr(`blocksEnd(bytes, at, ${camel(inner.name)}End)`) };
}

/** Numbers of up to `short` bytes are good whatever they are. Written out, because a loop takes half as long again. */
function number(end: string, short: number): string[] {
  const lengths = Array.from({ length: short }, (_, index) => index + 1);
  const choices = lengths.map((length) => `bytes[${length === 1 ? 'at' : `at + ${length - 1}`}]! < 0x80 ? (at + ${length}) | 0 : `);
  return [`at = ${choices.join('')}${end}(bytes, at);`];
}

function emptyOr(end: string): string[] {
  return [`at = bytes[at] === 0 ? (at + 1) | 0 : ${end};`];
}

/** Slot 0 is the number of the event's kind; what all kinds have comes next; the bodies share the slots behind that. */
function emitEvent(parts: Parts): string {
  const { fields } = record(parts.model, 'ringfence.event.Event');
  const body = fields.find((field) => field.name === 'body')!;
  if (fields.at(-1) !== body) throw new Error('the body of an event is not its last field');
  const common = scanOf(parts, fields.slice(0, -1), 1);
  const bodies = unionRecords(parts.model, body).map((schema) => ({ schema, walk: scanOf(parts, schema.fields, common.slots, 'body.') }));
  const kinds = bodies.map(({ schema, walk }) => ({ kind: (schema.fields[0]!.type as ComplexSchema).symbols![0]!, name: `scan${schema.name}`, walk }));
  return `${kinds.map(({ name, walk }) => scanFunction(name, walk.code)).join('\n\n')}

${scanFunction('scanCommon', common.code)}

/** The kinds by their number in slot 0. */
export const scannedKinds: readonly EventKind[] = ${JSON.stringify(kinds.map(({ kind }) => kind))};

export const eventSlots = ${Math.max(...bodies.map(({ walk }) => walk.slots))};

/** What every event has. */
export const commonLeaves: Leaves = ${leavesText(common.leaves)};

/** What the body of each kind adds. */
export const bodyLeaves: Readonly<Record<EventKind, Leaves>> = {
${kinds.map(({ kind, walk }) => `  ${kind}: ${leavesText(walk.leaves, '  ')},`).join('\n')}
};

export function scanEvent(bytes: Uint8Array, at: number, slots: Int32Array): number {
  at = scanCommon(bytes, at, slots);
  const kind = choiceAt(bytes, at, ${kinds.length});
  slots[0] = kind;
  at = longEnd(bytes, at);
  switch (kind) {
${kinds.map(({ name }, index) => `    ${index === kinds.length - 1 ? 'default' : `case ${index}`}:\n      return ${name}(bytes, at, slots);`).join('\n')}
  }
}`;
}

/** What stands around the events of a batch. */
function emitRest(parts: Parts, name: string): string {
  const { fields } = record(parts.model, `ringfence.event.${name}`);
  const index = fields.findIndex((field) => field.name === 'events');
  const before = scanOf(parts, fields.slice(0, index), 0);
  const after = scanOf(parts, fields.slice(index + 1), before.slots);
  return `/** What stands before and after the events. */
export const ${camel(name)}Slots = ${after.slots};

export const ${camel(name)}Leaves: Leaves = ${leavesText([...before.leaves, ...after.leaves])};

${scanFunction(`scanBefore${name}`, before.code, true)}

${scanFunction(`scanAfter${name}`, after.code, true)}`;
}

function emitTable(parts: Parts, name: string, schema: RecordSchema): string {
  const walk = scanOf(parts, schema.fields, 0);
  return `export const ${name}Slots = ${walk.slots};

export const ${name}Leaves: Leaves = ${leavesText(walk.leaves)};

${scanFunction(`scan${schema.name}`, walk.code, true)}`;
}

function scanFunction(name: string, code: readonly string[], exported = false): string {
  const needsHead = code.some((line) => /\bhead\b/.test(line));
  const [bytes, slots] = code.length === 0 ? ['_bytes', '_slots'] : ['bytes', 'slots'];
  return `${exported ? 'export ' : ''}function ${name}(${bytes}: Uint8Array, at: number, ${slots}: Int32Array): number {
${needsHead ? '  let head: number;\n' : ''}${code.map((line) => `  ${line}\n`).join('')}  return at;
}`;
}

function leavesText(leaves: readonly [string, string][], indent = ''): string {
  return `{\n${leaves.map(([path, leaf]) => `${indent}  '${path}': ${leaf},\n`).join('')}${indent}}`;
}

function slots(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function recordOf(model: Model, type: Schema): RecordSchema | undefined {
  if (Array.isArray(type)) return undefined;
  if (typeof type === 'string') return model.records.get(type);
  return type.type === 'record' ? (type as RecordSchema) : undefined;
}

function enumOf(model: Model, type: Schema): ComplexSchema | undefined {
  if (typeof type === 'string') return model.enums.get(type);
  return !Array.isArray(type) && type.type === 'enum' ? type : undefined;
}

function camel(name: string): string {
  return `${name[0]!.toLowerCase()}${name.slice(1)}`;
}
