/**
 * Emits schemas/generated/scan.gen.ts: for the records whose values are read straight from their encoded bytes, code that
 * walks a record once and notes where each value stands. It accepts exactly what body-check.ts does, in one of two ways:
 *
 *   quick     straight code for what is usual, numbers and strings written short, and nothing else: with hardly a call in
 *             it V8 keeps the bounds of the bytes in registers; it answers -1 when it meets anything that is not so
 *   careful   the steps of careful-scan.ts: any record, and the only one of the two that refuses
 *
 * The quick way reads bytes without asking whether they are there: it begins, and goes on behind a string, only where as
 * many are left as all else in the record can take (its reach). The last record or so of a batch goes the careful way.
 */
import type { ComplexSchema, Field, Model, RecordSchema, Schema } from './schema.ts';
import { record, unionRecords } from './schema.ts';

export function emitScanner(model: Model): string {
  const parts = new Parts(model);
  const tables = [
    emitEvent(parts),
    emitRest(parts, 'EventBatch'),
    emitExternalEvent(parts),
    emitRest(parts, 'ExternalBatch'),
  ];
  const text = [...parts.texts, ...tables].join('\n\n');
  const used = [...new Set(text.match(/\b(?:boolean|choice|int|long|map|optional|optionalRecord|records|scanOf|sequence|string|strings|wide|withBody)\b(?=[(),])/g))].sort();
  return `/** Generated from schemas/ by \`npm run generate\`. Do not edit. */
import { ${used.join(', ')} } from '../codec/careful-scan.ts';
import type { ItemScan, Leaves } from '../codec/leaf.ts';
import type { EventKind } from './fields.gen.ts';

/** Where the values stand of a record in a list, while that is only stepped over. */
const unread = new Int32Array(${parts.itemSlots});

${text}
`;
}

/** What has been emitted so far; a record of a list is emitted once. */
class Parts {
  readonly model: Model;
  readonly texts: string[] = [];
  private readonly items = new Map<string, Walk>();

  constructor(model: Model) {
    this.model = model;
  }

  /** The most slots that a record of a list has. */
  get itemSlots(): number {
    return Math.max(...this.items.values().map(({ slots }) => slots));
  }

  /** A record of a list: its scans are there from now on, and a constant for the leaves that are such lists. */
  item({ name, fields }: RecordSchema): Walk {
    let walk = this.items.get(name);
    if (walk === undefined) {
      walk = walkOf(this, fields, 0);
      this.items.set(name, walk);
      const base = camel(name);
      this.texts.push(
        `${emitWays(base, name, walk)}

const ${base}Item: ItemScan = { scan: scan${name}, slots: ${walk.slots}, leaves: ${leavesText(walk.leaves)} };`,
      );
    }
    return walk;
  }
}

/** Fields one after another, or a part of them. */
interface Walk {
  /** The quick way. */
  readonly code: readonly string[];
  /** The most bytes that the quick way goes on without asking whether they are there. */
  readonly reach: number;
  /** The careful way: the texts of its steps. */
  readonly steps: readonly string[];
  /** Path and the text of its leaf. */
  readonly leaves: readonly [string, string][];
  /** The first slot that is free. */
  readonly slots: number;
}

function walkOf(parts: Parts, fields: readonly Field[], firstSlot: number, prefix = ''): Walk {
  const walks: Walk[] = [];
  for (const { name, type } of fields) {
    const walk = fieldOf(parts, type, walks.at(-1)?.slots ?? firstSlot, `${prefix}${name}`);
    walks.push({ ...walk, code: [`// ${prefix}${name}`, ...walk.code] });
  }
  return {
    code: walks.flatMap(({ code }) => code),
    reach: walks.reduce((sum, { reach }) => sum + reach, 0),
    steps: walks.flatMap(({ steps }) => steps),
    leaves: walks.flatMap(({ leaves }) => leaves),
    slots: walks.at(-1)?.slots ?? firstSlot,
  };
}

function fieldOf(parts: Parts, type: Schema, slot: number, path: string): Walk {
  const optional = Array.isArray(type) ? type.find((branch) => branch !== 'null')! : undefined;
  const inner = recordOf(parts.model, optional ?? type);
  const walk = inner === undefined ? valueOf(parts, optional ?? type, slot, path) : walkOf(parts, inner.fields, slot, `${path}.`);
  return optional === undefined ? walk : orNull(walk, slot, inner === undefined ? 'null' : 'record');
}

/** A union with null, which always comes first. */
function orNull(walk: Walk, firstSlot: number, what: 'null' | 'record'): Walk {
  const empty = Array.from({ length: walk.slots - firstSlot }, (_, index) => `slots[${firstSlot + index}] = ${what === 'null' ? -1 : -2};`);
  return {
    ...walk,
    reach: walk.reach + 1,
    code: ['head = bytes[at]!;', 'at = (at + 1) | 0;', 'if (head === 2) {', ...indented(walk.code), '} else if (head === 0) {', ...indented(empty), '} else return -1;'],
    steps: what === 'null' ? [`optional(${walk.steps[0]!})`] : [call('optionalRecord', walk.steps)],
  };
}

function valueOf(parts: Parts, type: Schema, slot: number, path: string): Walk {
  const { leaf, step, code, reach } = formOf(parts, type, path);
  return { code: [`slots[${slot}] = at;`, ...code], reach, steps: [step], leaves: [[path, `{ slot: ${slot}, ${leaf ?? `type: '${step}'`} }`]], slots: slot + 1 };
}

interface Form {
  /** As in leaf.ts; like the step when left out. */
  readonly leaf?: string;
  /** A constant of careful-scan.ts. */
  readonly step: string;
  readonly code: readonly string[];
  readonly reach: number;
}

function formOf(parts: Parts, type: Schema, path: string): Form {
  const symbols = enumOf(parts.model, type)?.symbols;
  if (symbols !== undefined) return choiceOf(symbols);
  const complex = typeof type === 'string' ? undefined : (type as ComplexSchema);
  switch (complex?.type ?? type) {
    case 'string':
      return { step: 'string', ...string };
    case 'int':
      return { step: 'int', ...number(4) };
    case 'long':
      return longOf(complex?.logicalType);
    case 'boolean':
      return { step: 'boolean', code: ['at = (at + 1) | 0;'], reach: 1 };
    case 'array':
      return arrayOf(parts, complex!.items!);
    case 'map':
      if (complex!.values === 'string') return { step: 'map', ...block([...string.code, ...string.code], 2 * string.reach) };
  }
  throw new Error(`${path}: no scanner for ${JSON.stringify(type)}`);
}

function choiceOf(symbols: readonly string[]): Form {
  return {
    leaf: `type: 'enum', symbols: ${JSON.stringify(symbols)}`,
    step: `choice(${symbols.length})`,
    code: ['head = bytes[at]!;', `if (head >= ${Math.min(2 * symbols.length, 0x80)} || (head & 1) !== 0) return -1;`, 'at = (at + 1) | 0;'],
    reach: 1,
  };
}

function longOf(logicalType: string | undefined): Form {
  if (logicalType === undefined) return { step: 'long', ...number(5) };
  return { leaf: `type: '${logicalType === 'u64' ? 'u64' : 'timestamp'}'`, step: 'wide', ...number(9) };
}

function arrayOf(parts: Parts, items: Schema): Form {
  if (items === 'string') return { step: 'strings', ...block(string.code, string.reach) };
  const { name } = recordOf(parts.model, items)!;
  const { reach } = parts.item(recordOf(parts.model, items)!);
  const item = [`at = quick${name}(bytes, at, unread, last);`, 'if (at < 0 || at > last) return -1;'];
  return { leaf: `type: 'records', item: ${camel(name)}Item`, step: `records(${camel(name)}Steps)`, ...block(item, reach) };
}

interface Quick {
  readonly code: readonly string[];
  readonly reach: number;
}

/** Numbers of up to `short` bytes are good whatever they are. Written out: a loop takes half as long again, words of a DataView too. */
function number(short: number): Quick {
  const choices = Array.from({ length: short }, (_, index) => `if (bytes[${index === 0 ? 'at' : `at + ${index}`}]! < 0x80) at = (at + ${index + 1}) | 0;`);
  return { code: [`${choices.join(' else ')} else return -1;`], reach: short };
}

/** Of less than 8 KiB: its length has one byte, or two. */
const string: Quick = {
  code: [
    'head = bytes[at]!;',
    'if ((head & 1) !== 0) return -1;',
    'if (head < 0x80) at = (at + 1 + (head >> 1)) | 0;',
    'else {',
    '  const high = bytes[at + 1]!;',
    '  if (high >= 0x80) return -1;',
    '  at = (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0;',
    '}',
    'if (at > last) return -1;',
  ],
  reach: 2,
};

/** A list or a map in one block of less than 64; each item asks for what is left. */
function block(item: readonly string[], itemReach: number): Quick {
  return {
    code: ['head = bytes[at]!;', 'at = (at + 1) | 0;', 'if (head !== 0) {', '  if ((head & 0x81) !== 0) return -1;', '  for (let left = head >> 1; left > 0; left--) {', ...indented(indented(item)), '  }', '  if (bytes[at] !== 0) return -1;', '  at = (at + 1) | 0;', '}'],
    reach: itemReach + 2,
  };
}

/** Slot 0 is the number of the event's kind; what all kinds have comes next; the bodies share the slots behind that. */
function emitEvent(parts: Parts): string {
  const { fields } = record(parts.model, 'ringfence.event.Event');
  const body = fields.find((field) => field.name === 'body')!;
  if (fields.at(-1) !== body) throw new Error('the body of an event is not its last field');
  const common = walkOf(parts, fields.slice(0, -1), 1);
  const kinds = unionRecords(parts.model, body).map((schema) => ({
    kind: (schema.fields[0]!.type as ComplexSchema).symbols![0]!,
    name: schema.name,
    walk: walkOf(parts, schema.fields, common.slots, 'body.'),
  }));
  const walks = kinds.map(({ walk }) => walk);
  const reach = common.reach + 1 + Math.max(...walks.map((walk) => walk.reach));
  return `${kinds.map(({ name, walk }) => `${emitQuick(name, walk.code)}\n\n${emitSteps(camel(name), walk.steps)}`).join('\n\n')}

${emitQuick('Common', common.code)}

/** The kinds by their number in slot 0. */
export const scannedKinds: readonly EventKind[] = ${JSON.stringify(kinds.map(({ kind }) => kind))};

export const eventSlots = ${Math.max(...walks.map((walk) => walk.slots))};

/** What every event has. */
export const commonLeaves: Leaves = ${leavesText(common.leaves)};

/** What the body of each kind adds. */
export const bodyLeaves: Readonly<Record<EventKind, Leaves>> = {
${kinds.map(({ kind, walk }) => `  ${kind}: ${leavesText(walk.leaves, '  ')},`).join('\n')}
};

export function quickEvent(bytes: Uint8Array, at: number, slots: Int32Array, last: number): number {
  at = quickCommon(bytes, at, slots, last);
  if (at < 0) return -1;
  const kind = bytes[at]!;
  slots[0] = kind >> 1;
  at = (at + 1) | 0;
  switch (kind) {
${kinds.map(({ name }, index) => `    case ${2 * index}:\n      return quick${name}(bytes, at, slots, last);`).join('\n')}
    default:
      return -1;
  }
}

${emitSteps('common', common.steps)}

export const eventSteps = withBody(commonSteps, [${kinds.map(({ name }) => `${camel(name)}Steps`).join(', ')}]);

${emitScan('event', 'Event', reach)}`;
}

function emitExternalEvent(parts: Parts): string {
  const walk = walkOf(parts, record(parts.model, 'ringfence.event.ExternalEvent').fields, 0);
  return `export const externalEventSlots = ${walk.slots};

export const externalEventLeaves: Leaves = ${leavesText(walk.leaves)};

${emitWays('externalEvent', 'ExternalEvent', walk, true)}`;
}

/** What stands around the events of a batch. */
function emitRest(parts: Parts, name: string): string {
  const { fields } = record(parts.model, `ringfence.event.${name}`);
  const index = fields.findIndex((field) => field.name === 'events');
  const before = walkOf(parts, fields.slice(0, index), 0);
  const after = walkOf(parts, fields.slice(index + 1), before.slots);
  return `/** What stands before and after the events. */
export const ${camel(name)}Slots = ${after.slots};

export const ${camel(name)}Leaves: Leaves = ${leavesText([...before.leaves, ...after.leaves])};

export const scanBefore${name} = scanOf(${call('sequence', before.steps)});

export const scanAfter${name} = scanOf(${call('sequence', after.steps)}, ${before.slots});`;
}

/** Both ways through a record that is one by itself. */
function emitWays(base: string, name: string, { code, reach, steps }: Walk, exported = false): string {
  return `${emitQuick(name, code, exported)}

${emitSteps(base, steps, exported)}

${emitScan(base, name, reach)}`;
}

function emitQuick(name: string, code: readonly string[], exported = false): string {
  const body = [...(code.some((line) => /\bhead\b/.test(line)) ? ['let head: number;'] : []), ...code, 'return at;'];
  const last = code.some((line) => /\blast\b/.test(line)) ? 'last' : '_last';
  return `${exported ? 'export ' : ''}function quick${name}(bytes: Uint8Array, at: number, slots: Int32Array, ${last}: number): number {
${indented(body).join('\n')}
}`;
}

function emitSteps(base: string, steps: readonly string[], exported = false): string {
  return `${exported ? 'export ' : ''}const ${base}Steps = ${call('sequence', steps)};`;
}

function emitScan(base: string, name: string, reach: number): string {
  return `export const ${base}Reach = ${reach};

export function scan${name}(bytes: Uint8Array, at: number, slots: Int32Array): number {
  const last = bytes.length - ${base}Reach;
  const end = at > last ? -1 : quick${name}(bytes, at, slots, last);
  return end < 0 ? ${base}Steps.go(bytes, at, slots, 0) : end;
}`;
}

function call(name: string, values: readonly string[]): string {
  return `${name}(${values.join(', ')})`;
}

function leavesText(leaves: readonly (readonly [string, string])[], indent = ''): string {
  return `{\n${leaves.map(([path, leaf]) => `${indent}  '${path}': ${leaf},\n`).join('')}${indent}}`;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
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
