/** A scan is as strict as the check before avsc, and finds what avsc decodes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyLeaves, commonLeaves, externalEventLeaves, scannedKinds } from '../generated/scan.gen.ts';
import type { Event, EventBatch, ExternalBatch } from '../generated/types.gen.ts';
import { arbitraryRecord } from './arbitrary-record.ts';
import { avroType } from './avro-types.ts';
import { bodyCheck } from './body-check.ts';
import { codec, currentSchema, DecodeError, recordHeader, schemaHistory } from './codec.ts';
import { EventBatchScan, ExternalBatchScan } from './event-scan.ts';
import { fingerprint } from './fingerprint.ts';
import { absentAt, itemReader, leafReader, nullAt, type Leaf } from './leaf.ts';

const names = ['event_batch', 'external_batch'] as const;
type Name = (typeof names)[number];

const open = { event_batch: EventBatchScan, external_batch: ExternalBatchScan };

function scanAll(name: Name, record: Buffer): number {
  const { walk } = new open[name](record);
  let events = 0;
  while (walk.next()) events++;
  return events;
}

function refuses(act: () => void): boolean {
  try {
    act();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    expect((error as DecodeError).code).toBe('BODY_INVALID');
    return true;
  }
}

const headers = { event_batch: recordHeader('event_batch'), external_batch: recordHeader('external_batch') };

type Damage = { kind: 'set' | 'flip' | 'insert' | 'remove' | 'cut'; at: number; byte: number };

function accepted(act: () => void): boolean {
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
const substitutes: readonly Buffer[] = [
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
function smallBatches(name: Name): unknown[] {
  const schema = currentSchema(name) as Schema & { fields: { name: string; type: Schema }[] };
  const item = (schema.fields.find((field) => field.name === 'events')!.type as { items: Schema }).items as Schema;
  const kinds = (item.fields ?? []).find((field) => field.name === 'body')?.type as Schema[] | undefined;
  return [false, true].flatMap((full) => Array.from({ length: kinds?.length ?? 1 }, (_, kind) => smallValue(schema, { full, kind }, new Map())));
}

/** Of the events of one kind the whole is looked at, of the others what their kind adds. */
function firstOfItsOwn(name: Name, record: Buffer): number {
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

/** `named`: the types that were written out before. */
function smallValue(schema: unknown, choice: { full: boolean; kind: number }, named: Map<string, Schema>): unknown {
  if (Array.isArray(schema)) return schema[0] === 'null' ? (choice.full ? smallValue(schema[1], choice, named) : null) : smallestOf(schema, choice, named);
  if (typeof schema === 'string') return named.has(schema) ? smallValue(named.get(schema), choice, named) : { null: null, boolean: false, int: 0, long: 0, string: '' }[schema];
  const { type, name, namespace, logicalType, symbols, items, fields } = schema as Schema;
  if (name !== undefined) named.set(`${namespace}.${name}`, schema as Schema);
  if (logicalType !== undefined) return 0n;
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
function smallestOf(branches: readonly unknown[], choice: { full: boolean; kind: number }, named: Map<string, Schema>): unknown {
  return branches.map((branch) => smallValue(branch, choice, named))[choice.kind];
}

/** Other bytes in some places, some taken out or put in, the end cut off. */
const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.constantFrom(0, 1, 2, 3, 4, 0x7f, 0x80, 0x81, 0xff) }),
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), byte: fc.nat(7) }),
    fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), byte: fc.constantFrom(0, 0x80, 0xff) }),
    fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), byte: fc.constant(0) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), byte: fc.constant(0) }),
  ),
  { maxLength: 3 },
);

function damaged(bytes: Buffer, damage: readonly Damage[]): Buffer {
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

describe.each(names)('a scan of %s', (name) => {
  const records = arbitraryRecord(currentSchema(name)) as fc.Arbitrary<never>;
  const check = bodyCheck(currentSchema(name));

  test('takes the bodies that the check takes, and no others', () => {
    const agrees = (value: never, each: readonly (readonly Damage[])[]) => {
      const whole = codec(name).encode(value).subarray(10);
      for (const damage of each) {
        const body = damaged(whole, damage);
        expect(refuses(() => scanAll(name, Buffer.concat([headers[name], body])))).toBe(refuses(() => check(body)));
      }
    };
    fc.assert(fc.property(records, fc.array(damages, { minLength: 20, maxLength: 20 }), agrees), { numRuns: 150 });
  });

  test('takes no beginning of a record for the whole', () => {
    const [value] = fc.sample(records, { numRuns: 1, seed: 7 });
    const record = codec(name).encode(value!);
    for (let length = 10; length < record.length; length++) expect(refuses(() => scanAll(name, record.subarray(0, length)))).toBe(true);
  });

  test('meets random bytes with an answer', () => {
    const agrees = (bytes: Uint8Array) => {
      const body = Buffer.from(bytes);
      expect(refuses(() => scanAll(name, Buffer.concat([headers[name], body])))).toBe(refuses(() => check(body)));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), agrees), { numRuns: 2_000 });
  });

  test('reads blocks with a size, and refuses one whose size is wrong', () => {
    const values = fc.sample(records, { numRuns: 20, seed: 11 });
    for (const value of values) {
      for (const wrong of [0, 1, -1]) {
        const body = inSizedBlocks(name, value, wrong);
        expect(refuses(() => scanAll(name, Buffer.concat([headers[name], body])))).toBe(refuses(() => check(body)));
        if (wrong === 0) expect(scanAll(name, Buffer.concat([headers[name], body]))).toBe((value as EventBatch | ExternalBatch).events.length);
      }
    }
  });

  test('takes in the place of any byte of a small record what the check takes there, and no more', () => {
    for (const value of smallBatches(name)) {
      const record = codec(name).encode(value as never);
      let taken = 0;
      for (let at = firstOfItsOwn(name, record); at < record.length; at++) {
        for (const bytes of substitutes) {
          const changed = Buffer.concat([record.subarray(0, at), bytes, record.subarray(at + 1)]);
          const accepts = accepted(() => scanAll(name, changed));
          if (accepts !== accepted(() => check(changed.subarray(10)))) expect({ accepts, at, bytes, value }).toBeUndefined();
          if (accepts) taken++;
        }
      }
      expect(taken).toBeGreaterThan(0);
    }
  });

  test('verifies ahead and goes on where it was', () => {
    const agrees = (value: never, damage: readonly Damage[], at: number) => {
      const record = Buffer.concat([headers[name], damaged(codec(name).encode(value).subarray(10), damage)]);
      if (refuses(() => check(record.subarray(10)))) return;
      const { walk } = new open[name](record);
      const starts: number[] = [];
      for (let index = 0; walk.next(); index++) {
        starts.push(walk.start);
        if (index === at) walk.verify();
      }
      const plain = new open[name](record).walk;
      for (const start of starts) {
        expect(plain.next()).toBe(true);
        expect(plain.start).toBe(start);
      }
      expect(plain.next()).toBe(false);
    };
    fc.assert(fc.property(records, damages, fc.nat(3), agrees), { numRuns: 200 });
  });

  test('refuses another record, an unknown writer and one that is too large as the codec does', () => {
    expect(() => new open[name](Buffer.from('not avro at all'))).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }));
    expect(() => new open[name](Buffer.from([0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0]))).toThrow(expect.objectContaining({ code: 'SCHEMA_UNKNOWN' }));
    expect(() => new open[name](Buffer.concat([headers[name], Buffer.alloc(8 * 1024 * 1024)]))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(() => new open[name](Buffer.from([0xc3]))).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }));
  });
});

describe('an event that was scanned', () => {
  const batches = arbitraryRecord(currentSchema('event_batch')) as fc.Arbitrary<EventBatch>;

  test('has at each leaf the value that avsc decodes', () => {
    const agrees = (value: EventBatch) => {
      const record = codec('event_batch').encode(value);
      const scan = new EventBatchScan(record);
      const decoded = codec('event_batch').decode(record);
      expect([scan.node, scan.bootId, scan.hostname]).toEqual([decoded.node, decoded.boot_id, decoded.hostname]);
      for (const event of decoded.events) {
        expect(scan.walk.next()).toBe(true);
        expect(scan.kind).toBe(event.body.kind);
        expect(scan.decode()).toEqual(event);
        for (const [path, leaf] of [...Object.entries(commonLeaves), ...Object.entries(bodyLeaves[scan.kind])]) {
          expect({ path, value: read(scan, leaf) }).toEqual({ path, value: reach(event, path) });
        }
      }
      expect(scan.walk.next()).toBe(false);
    };
    fc.assert(fc.property(batches, agrees), { numRuns: 300 });
  });

  test('of an older version of the schema is what the codec makes of it', () => {
    const older = schemaHistory('event_batch').slice(0, -1);
    expect(older.length).toBeGreaterThan(0);
    for (const version of older) {
      const type = avroType(version);
      const header = Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint(version)]);
      for (const value of fc.sample(arbitraryRecord(version), { numRuns: 20, seed: 3 })) {
        const record = Buffer.concat([header, type.toBuffer(value)]);
        const scan = new EventBatchScan(record);
        const events: Event[] = [];
        while (scan.walk.next()) events.push(scan.decode());
        expect(events).toEqual(codec('event_batch').decode(record).events);
      }
    }
  });
});

test('an external event that was scanned has at each leaf the value that avsc decodes', () => {
  const agrees = (value: ExternalBatch) => {
    const scan = new ExternalBatchScan(codec('external_batch').encode(value));
    expect([scan.source, scan.stream]).toEqual([value.source, value.stream]);
    for (const event of value.events) {
      expect(scan.walk.next()).toBe(true);
      expect(scan.decode()).toEqual(event);
      for (const [path, leaf] of Object.entries(externalEventLeaves)) {
        if (leaf.type !== 'map') expect({ path, value: read(scan, leaf) }).toEqual({ path, value: reach(event, path) });
      }
    }
  };
  fc.assert(fc.property(arbitraryRecord(currentSchema('external_batch')) as fc.Arbitrary<ExternalBatch>, agrees), { numRuns: 300 });
});

function read({ walk }: EventBatchScan | ExternalBatchScan, leaf: Leaf): unknown {
  const at = walk.slots[leaf.slot]!;
  if (at === absentAt) return undefined;
  if (at === nullAt) return null;
  if (leaf.type !== 'records') return leafReader(leaf)(walk.bytes, at);
  const columns = Object.entries(leaf.item.leaves).map(([name, each]) => itemReader(leaf.item, each)(walk.bytes, at).map((value) => [name, value]));
  return (columns[0] ?? []).map((_, index) => Object.fromEntries(columns.map((column) => column[index]!)) as unknown);
}

/** A null record on the way has no value below. */
function reach(value: unknown, path: string): unknown {
  return path.split('.').reduce((each, step) => (each === null || each === undefined ? undefined : (each as Record<string, unknown>)[step]), value);
}

/** Two blocks that say their sizes, `wrong` bytes beside the truth. */
function inSizedBlocks(name: Name, value: { events: unknown[] }, wrong: number): Buffer {
  const { fields } = avroType(currentSchema(name)) as unknown as { fields: { name: string; type: { toBuffer(value: unknown): Buffer; itemsType: { toBuffer(value: unknown): Buffer } } }[] };
  const long = avroType('long');
  const block = (events: unknown[], itemType: { toBuffer(value: unknown): Buffer }): Buffer => {
    const items = Buffer.concat(events.map((event) => itemType.toBuffer(event)));
    return events.length === 0 ? Buffer.alloc(0) : Buffer.concat([long.toBuffer(-events.length), long.toBuffer(items.length + wrong), items]);
  };
  const parts = fields.map((field) => {
    if (field.name !== 'events') return field.type.toBuffer((value as unknown as Record<string, unknown>)[field.name]);
    const { events } = value;
    return Buffer.concat([block(events.slice(0, 1), field.type.itemsType), block(events.slice(1), field.type.itemsType), long.toBuffer(0)]);
  });
  return Buffer.concat(parts);
}
