/**
 * For tests of what reads encoded batches: small records of each kind, and bytes that are not quite those of a record.
 */
import fc from 'fast-check';
import { bodyLeaves, scannedKinds } from '../generated/scan.gen.ts';
import { currentSchema, DecodeError } from './codec.ts';
import { EventBatchScan, ExternalBatchScan } from './event-scan.ts';

export const batchNames = ['event_batch', 'external_batch'] as const;
export type BatchName = (typeof batchNames)[number];

export const openScan = { event_batch: EventBatchScan, external_batch: ExternalBatchScan };

/** Whether it throws no DecodeError. */
export function accepted(act: () => void): boolean {
  const limit = Error.stackTraceLimit;
  // Most of the time of a refusal.
  Error.stackTraceLimit = 0;
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof DecodeError) return false;
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Numbers at the edges of all types, also written longer than need be, and what is no number. */
export const substitutes: readonly Buffer[] = [
  ...Array.from({ length: 48 }, (_, byte) => Buffer.from([byte])),
  ...[2n ** 27n, 2n ** 31n - 1n, 2n ** 31n, -(2n ** 31n), -(2n ** 31n) - 1n, 2n ** 34n, 2n ** 48n, 2n ** 52n, 2n ** 52n + 2n, -(2n ** 52n), -(2n ** 52n) - 2n, 2n ** 55n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)].map(varint),
  ...['8000', '8200', '8100', '828000', '80808080808080808000', '82808080808080808000', '8080808080808080800000', '80808080808080808001', '80808080808080808002', 'ffffffffffffffffffff', 'ffffffffff', '0202', '0000', ''].map((hex) => Buffer.from(hex, 'hex')),
];

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A batch for each kind of event, with nothing in it, and with one of everything. */
export function smallBatches(name: BatchName, of: Pick<Choice, 'textLength' | 'longNumbers'> = {}): unknown[] {
  const schema = currentSchema(name) as Schema & { fields: { name: string; type: Schema }[] };
  const item = (schema.fields.find((field) => field.name === 'events')!.type as { items: Schema }).items as Schema;
  const kinds = (item.fields ?? []).find((field) => field.name === 'body')?.type as Schema[] | undefined;
  return [false, true].flatMap((full) => Array.from({ length: kinds?.length ?? 1 }, (_, kind) => smallValue(schema, { full, kind, ...of }, new Map())));
}

/** Of the events of one kind the whole is looked at, of the others what their kind adds. */
export function firstOfItsOwn(name: BatchName, record: Buffer): number {
  if (name === 'external_batch') return 10;
  const scan = new EventBatchScan(record);
  scan.walk.next();
  return scan.kind === scannedKinds[0] ? 10 : 10 + scan.walk.slots[bodyLeaves[scan.kind]['body.kind']!.slot]! - 1;
}

interface Schema {
  type: unknown;
  name?: string;
  namespace?: string;
  logicalType?: string;
  symbols?: string[];
  items?: unknown;
  fields?: { name: string; type: unknown }[];
}

interface Choice {
  readonly full: boolean;
  readonly kind: number;
  readonly textLength?: number;
  /** As long as the quick way takes them. */
  readonly longNumbers?: boolean;
}

/** `named`: the types that were written out before. */
function smallValue(schema: unknown, choice: Choice, named: Map<string, Schema>): unknown {
  if (Array.isArray(schema)) return schema[0] === 'null' ? (choice.full ? smallValue(schema[1], choice, named) : null) : smallestOf(schema, choice, named);
  if (typeof schema === 'string') return named.has(schema) ? smallValue(named.get(schema), choice, named) : { null: null, boolean: false, int: choice.longNumbers ? 2 ** 27 - 1 : 0, long: choice.longNumbers ? 2 ** 34 - 1 : 0, string: 'x'.repeat(choice.textLength ?? 0) }[schema];
  const { type, name, namespace, logicalType, symbols, items, fields } = schema as Schema;
  if (name !== undefined) named.set(`${namespace}.${name}`, schema as Schema);
  if (logicalType !== undefined) return choice.longNumbers ? 2n ** 62n - 1n : 0n;
  switch (type) {
    case 'record':
      return Object.fromEntries(fields!.map((field) => [field.name, smallValue(field.type, choice, named)]));
    case 'enum':
      return symbols![0];
    case 'array': {
      const item = smallValue(items, choice, named);
      return choice.full || (items as Schema).name === 'Event' || (items as Schema).name === 'ExternalEvent' ? [item] : [];
    }
    case 'map':
      return choice.full ? { k: '' } : {};
    default:
      return smallValue(type, choice, named);
  }
}

/** The body of the kind; all are looked at, because types are written out where they first occur. */
function smallestOf(branches: readonly unknown[], choice: Choice, named: Map<string, Schema>): unknown {
  return branches.map((branch) => smallValue(branch, choice, named))[choice.kind];
}

export type Damage = { kind: 'set' | 'flip' | 'insert' | 'remove' | 'cut'; at: number; byte: number };

/** Other bytes in some places, some taken out or put in, the end cut off. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.constantFrom(0, 1, 2, 3, 4, 0x7f, 0x80, 0x81, 0xff) }),
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), byte: fc.nat(7) }),
    fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), byte: fc.constantFrom(0, 0x80, 0xff) }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), byte: fc.constant(0) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), byte: fc.constant(0) }),
  ),
  { maxLength: 3 },
);

export function damaged(bytes: Buffer, damage: readonly Damage[]): Buffer {
  let result: number[] = [...bytes];
  for (const { kind, at, byte } of damage) {
    const index = at % (result.length + 1);
    if (kind === 'set') result[index] = byte;
    else if (kind === 'flip') result[index] = (result[index] ?? 0) ^ (1 << byte);
    else if (kind === 'insert') result.splice(index, 0, byte);
    else if (kind === 'remove') result.splice(index, 1);
    else result = result.slice(0, index);
  }
  return Buffer.from(result);
}
