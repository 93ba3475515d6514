import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryRecord } from './arbitrary-record.ts';
import { avroType } from './avro-types.ts';
import { codec, currentSchema, DecodeError, recordBytesMax, recordNames, schemaHistory, type Codec, type RecordName } from './codec.ts';
import { incompatibilities } from './compatibility.ts';
import { fingerprint } from './fingerprint.ts';

const headerBytes = 10;

function anyCodec(name: RecordName): Codec<unknown> {
  return codec(name) as Codec<unknown>;
}

function codeOf(name: RecordName, bytes: Buffer): string {
  try {
    codec(name).decode(bytes);
    return 'decoded';
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

/** Zigzag varint, as Avro writes a long. */
function long(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function withHeader(name: RecordName, ...body: Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint(currentSchema(name)), ...body]);
}

describe.each(recordNames)('the codec of %s', (name) => {
  const records = arbitraryRecord(currentSchema(name));

  test('gives back what it encoded', () => {
    const returns = (value: unknown) => {
      expect(anyCodec(name).decode(anyCodec(name).encode(value))).toEqual(value);
    };
    fc.assert(fc.property(records, returns), { numRuns: 50 });
  });

  test('writes the single-object header with the fingerprint of its schema', () => {
    const [value] = fc.sample(records, 1);
    expect(anyCodec(name).encode(value).subarray(0, headerBytes)).toEqual(withHeader(name));
  });

  test('refuses every truncation as a body that ends too early', () => {
    const [value] = fc.sample(records, { numRuns: 1, seed: 1 });
    const bytes = anyCodec(name).encode(value);
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(name, bytes.subarray(0, length))).toBe(length < headerBytes ? 'HEADER_INVALID' : 'BODY_INVALID');
    }
    expect(codeOf(name, Buffer.concat([bytes, Buffer.alloc(1)]))).toBe('BODY_INVALID');
  });

  test('meets flipped bits and random bodies with a DecodeError or a record that encodes again', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((random) => Buffer.from(random)),
      fc.tuple(records, fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 })).map(([value, flips]) => {
        const bytes = anyCodec(name).encode(value).subarray(headerBytes);
        for (const [at, bit] of flips) bytes[at % bytes.length]! ^= 1 << bit;
        return bytes;
      }),
    );
    const survives = (bytes: Buffer) => {
      if (codeOf(name, withHeader(name, bytes)) === 'decoded') anyCodec(name).encode(anyCodec(name).decode(withHeader(name, bytes)));
    };
    fc.assert(fc.property(body, survives), { numRuns: 100 });
  });

  test('reads every released version, as each of them reads those before it', () => {
    const versions = [...schemaHistory(name), currentSchema(name)];
    for (const [index, newer] of versions.entries()) {
      for (const older of versions.slice(0, index)) expect(incompatibilities(older, newer)).toEqual([]);
    }
  });

  test('has its schema of today as the newest of the history', () => {
    expect(fingerprint(schemaHistory(name).at(-1))).toEqual(fingerprint(currentSchema(name)));
  });
});

describe('decoding', () => {
  test('tells a wrong header, an unknown writer and a record that is too large apart', () => {
    expect(codeOf('receipt', Buffer.from('not avro at all'))).toBe('HEADER_INVALID');
    expect(codeOf('receipt', Buffer.from([0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0]))).toBe('SCHEMA_UNKNOWN');
    expect(codeOf('receipt', Buffer.alloc(recordBytesMax + 1))).toBe('TOO_LARGE');
  });

  const threeEmptyStrings = Buffer.alloc(3);
  test.each([
    ['2^40 items', [long(2n ** 40n)]],
    ['2^62 items', [long(2n ** 62n)]],
    ['-2^63 items', [long(-(2n ** 63n)), long(0n)]],
    ['more items than bytes are left', [long(65n), Buffer.alloc(64)]],
    ['a number without an end', [Buffer.alloc(64, 0xff)]],
  ])('refuses a batch that claims %s before it reads one', (_, events) => {
    expect(codeOf('event_batch', withHeader('event_batch', threeEmptyStrings, ...events))).toBe('BODY_INVALID');
  });

  test('refuses an event whose arguments claim more items than there are bytes, deep inside a true record', () => {
    const [value] = fc.sample(arbitraryRecord(currentSchema('detection')), { numRuns: 1, seed: 2 });
    const text = 'marker-of-the-first-tag';
    const bytes = anyCodec('detection').encode({ ...(value as object), rule: { ...(value as { rule: object }).rule, tags: [text] } });
    const at = bytes.indexOf(text) - 2;
    expect(bytes.subarray(at, at + 2)).toEqual(Buffer.concat([long(1n), long(BigInt(text.length))]));
    expect(codeOf('detection', Buffer.concat([bytes.subarray(0, at), long(2n ** 40n), bytes.subarray(at + 1)]))).toBe('BODY_INVALID');
  });

  test('reads blocks with a size, and refuses one whose size is wrong', () => {
    const tags = (size: bigint) => Buffer.concat([long(-2n), long(size), long(1n), Buffer.from('a'), long(1n), Buffer.from('b'), long(0n)]);
    const detection = (size: bigint) => {
      const [value] = fc.sample(arbitraryRecord(currentSchema('detection')), { numRuns: 1, seed: 3 });
      const bytes = anyCodec('detection').encode({ ...(value as object), events: ['a', 'b'] });
      const plain = Buffer.concat([long(2n), long(1n), Buffer.from('a'), long(1n), Buffer.from('b'), long(0n)]);
      const at = bytes.indexOf(plain);
      return Buffer.concat([bytes.subarray(0, at), tags(size), bytes.subarray(at + plain.length)]);
    };
    expect(codec('detection').decode(detection(4n)).events).toEqual(['a', 'b']);
    expect(codeOf('detection', detection(5n))).toBe('BODY_INVALID');
    expect(codeOf('detection', detection(-4n))).toBe('BODY_INVALID');
  });
});

describe('a long that is a bigint here', () => {
  const u64 = avroType({ type: 'long', logicalType: 'u64' });
  const nanos = avroType({ type: 'long', logicalType: 'timestamp-nanos' });

  test.each([0n, 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n])('keeps the u64 %d', (value) => {
    expect(u64.fromBuffer(u64.toBuffer(value))).toBe(value);
  });

  test.each([-(2n ** 63n), -1n, 0n, 2n ** 53n + 1n, 2n ** 63n - 1n])('keeps the time %d', (value) => {
    expect(nanos.fromBuffer(nanos.toBuffer(value))).toBe(value);
  });

  test('takes nothing that would not come back', () => {
    for (const value of [-1n, 2n ** 64n, 5, null]) expect(() => u64.toBuffer(value)).toThrow();
    for (const value of [-(2n ** 63n) - 1n, 2n ** 63n, 5, null]) expect(() => nanos.toBuffer(value)).toThrow();
  });

  test('is the same 64 bits on the wire as a plain long', () => {
    expect(u64.toBuffer(2n ** 64n - 1n)).toEqual(long(-1n));
    expect(nanos.toBuffer(1_000_000_007n)).toEqual(long(1_000_000_007n));
  });
});

describe('a union of records', () => {
  const branch = (name: string, fields: object[]) => ({
    type: 'record',
    name,
    namespace: 'test',
    fields: [{ name: 'kind', type: { type: 'enum', name: `${name}Kind`, symbols: [name.toLowerCase()] } }, ...fields],
  });
  const wrapped = (...branches: object[]) => ({ type: 'record', name: 'Outer', namespace: 'test', fields: [{ name: 'body', type: branches }] });
  const older = avroType(wrapped(branch('Cat', [{ name: 'old', type: 'string' }]), branch('Dog', [{ name: 'age', type: 'long' }])));
  const newer = avroType(
    wrapped(branch('Cat', [{ name: 'lives', type: 'int', default: 9 }]), branch('Dog', [{ name: 'name', type: 'string', default: '' }, { name: 'age', type: 'long' }])),
  );

  test('is the bare record, told apart by its kind', () => {
    for (const body of [{ kind: 'cat', old: 'x' }, { kind: 'dog', age: 3 }]) expect(older.fromBuffer(older.toBuffer({ body }))).toEqual({ body });
  });

  test('does not take a record of a kind it does not know', () => {
    expect(() => older.toBuffer({ body: { kind: 'cow' } })).toThrow();
  });

  test('adapts the record inside when the writer has another version', () => {
    const resolver = newer.createResolver(older);
    expect(newer.fromBuffer(older.toBuffer({ body: { kind: 'cat', old: 'x' } }), resolver)).toEqual({ body: { kind: 'cat', lives: 9 } });
    expect(newer.fromBuffer(older.toBuffer({ body: { kind: 'dog', age: 3 } }), resolver)).toEqual({ body: { kind: 'dog', name: '', age: 3 } });
  });

  test('reads a writer that had one kind only', () => {
    const single = avroType(wrapped(branch('Dog', [{ name: 'age', type: 'long' }])));
    expect(newer.fromBuffer(single.toBuffer({ body: { kind: 'dog', age: 3 } }), newer.createResolver(single))).toEqual({ body: { kind: 'dog', name: '', age: 3 } });
  });
});
