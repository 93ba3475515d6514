/**
 * How Avro types look in JavaScript here, on top of avsc: longs marked u64 or timestamp-nanos are bigints (they pass
 * 2^53), unions of records are the bare record with its `kind` (not avsc's {"full.name": record} wrapper).
 */
import avro from 'avsc';

export type AvroSchema = avro.Schema;
export type AvroType = avro.Type;

/** Builds a type from a self-contained schema. Throws avsc's error when the schema is malformed. */
export function avroType(schema: unknown): AvroType {
  return avro.Type.forSchema(schema as AvroSchema, { typeHook, omitRecordMethods: true, wrapUnions: 'auto' });
}

const bigintLong = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => Number(value),
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/** The kernel's u64 in Avro's signed long: the same 64 bits. */
const u64Long = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigUInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64LE(value);
    return buffer;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => Number(value),
  isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asUintN(64, value) === value,
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

interface HookOptions {
  registry?: Record<string, avro.Type>;
}

function typeHook(schema: unknown, options: HookOptions): avro.Type | undefined {
  if (isRecordUnion(schema)) return new TaggedUnion(schema, options);
  if (typeof schema !== 'object' || schema === null || !('logicalType' in schema)) return undefined;
  if (schema.logicalType === 'timestamp-nanos') return bigintLong;
  if (schema.logicalType === 'u64') return u64Long;
  return undefined;
}

function isRecordUnion(schema: unknown): schema is AvroSchema[] {
  // avsc leaves a union with one record unwrapped by itself.
  return Array.isArray(schema) && schema.length > 1 && schema.every((branch) => branch?.type === 'record');
}

/** A union of records, each with a field `kind` whose type is an enum of one symbol. */
class TaggedUnion extends avro.types.LogicalType {
  private readonly names: Map<string, string>;

  constructor(schema: AvroSchema[], options: HookOptions) {
    const unhooked = (inner: unknown, o: HookOptions) => (inner === schema ? undefined : typeHook(inner, o));
    super(schema as unknown as AvroSchema, { ...options, typeHook: unhooked } as never);
    this.names = new Map((schema as unknown as RecordSchema[]).map((branch) => [tag(branch), fullName(branch)]));
  }

  protected override _fromValue(value: unknown): unknown {
    for (const key in value as object) return (value as Record<string, unknown>)[key];
    return undefined;
  }

  protected override _toValue(value: unknown): unknown {
    const name = this.names.get((value as { kind: string }).kind);
    return name === undefined ? undefined : { [name]: value };
  }

  /**
   * avsc's own rule for logical types would read the writer's branch as it is; resolving the unions underneath also
   * adapts the record inside. The method is avsc's internal one: a test over two schema versions guards it.
   */
  protected _update(resolver: { _read: (tap: unknown) => unknown }, writer: avro.Type, options: unknown): void {
    const from = writer instanceof TaggedUnion ? writer.underlyingType : writer;
    const inner = (this.underlyingType.createResolver as (type: avro.Type, options: unknown) => typeof resolver).call(this.underlyingType, from, options);
    resolver._read = (tap) => this._fromValue(inner._read(tap));
  }
}

interface RecordSchema {
  name: string;
  namespace?: string;
  fields: { name: string; type: { symbols: string[] } }[];
}

function tag(record: RecordSchema): string {
  const symbol = record.fields.find((field) => field.name === 'kind')?.type.symbols[0];
  if (symbol === undefined) throw new Error(`record ${record.name} of a union has no field kind`);
  return symbol;
}

function fullName(record: RecordSchema): string {
  return record.namespace === undefined || record.name.includes('.') ? record.name : `${record.namespace}.${record.name}`;
}
