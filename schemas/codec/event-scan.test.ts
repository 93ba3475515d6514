/** A scan is as strict as the check before avsc, and finds what avsc decodes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyLeaves, commonLeaves, externalEventLeaves } from '../generated/scan.gen.ts';
import type { Event, EventBatch, ExternalBatch } from '../generated/types.gen.ts';
import { arbitraryRecord } from './arbitrary-record.ts';
import { avroType } from './avro-types.ts';
import { bodyCheck } from './body-check.ts';
import { codec, currentSchema, DecodeError, recordHeader, schemaHistory } from './codec.ts';
import { accepted, batchNames, damaged, damages, firstOfItsOwn, openScan, smallBatches, substitutes, type BatchName, type Damage } from './damaged-records.ts';
import { EventBatchScan, ExternalBatchScan } from './event-scan.ts';
import { fingerprint } from './fingerprint.ts';
import { absentAt, itemReader, leafReader, nullAt, type Leaf } from './leaf.ts';

const headers = { event_batch: recordHeader('event_batch'), external_batch: recordHeader('external_batch') };

function scanAll(name: BatchName, record: Buffer): number {
  const { walk } = new openScan[name](record);
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

describe.each(batchNames)('a scan of %s', (name) => {
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
      const { walk } = new openScan[name](record);
      const starts: number[] = [];
      for (let index = 0; walk.next(); index++) {
        starts.push(walk.start);
        if (index === at) walk.verify();
      }
      const plain = new openScan[name](record).walk;
      for (const start of starts) {
        expect(plain.next()).toBe(true);
        expect(plain.start).toBe(start);
      }
      expect(plain.next()).toBe(false);
    };
    fc.assert(fc.property(records, damages, fc.nat(3), agrees), { numRuns: 200 });
  });

  test('refuses another record, an unknown writer and one that is too large as the codec does', () => {
    expect(() => new openScan[name](Buffer.from('not avro at all'))).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }));
    expect(() => new openScan[name](Buffer.from([0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0]))).toThrow(expect.objectContaining({ code: 'SCHEMA_UNKNOWN' }));
    expect(() => new openScan[name](Buffer.concat([headers[name], Buffer.alloc(8 * 1024 * 1024)]))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
    expect(() => new openScan[name](Buffer.from([0xc3]))).toThrow(expect.objectContaining({ code: 'HEADER_INVALID' }));
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
function inSizedBlocks(name: BatchName, value: { events: unknown[] }, wrong: number): Buffer {
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
