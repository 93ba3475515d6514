/**
 * Encodes and decodes the records of the topics. On the wire: Avro single-object encoding (0xC3 0x01, the writer
 * schema's CRC-64-AVRO fingerprint, the body), so that a reader finds the writer's schema without a registry. Every
 * schema version ever released stands in schemas/history/; an older writer is resolved to the reader of today.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Detection, EventBatch, ExternalBatch, Interest, Receipt, RuleManifest } from '../generated/types.gen.ts';
import { avroType, type AvroType } from './avro-types.ts';
import { bodyCheck } from './body-check.ts';
import { DecodeError } from './decode-error.ts';
import { fingerprint } from './fingerprint.ts';

export { DecodeError } from './decode-error.ts';

interface Records {
  event_batch: EventBatch;
  external_batch: ExternalBatch;
  detection: Detection;
  command: Command;
  receipt: Receipt;
  interest: Interest;
  rule_manifest: RuleManifest;
}

export type RecordName = keyof Records;

export const recordNames: readonly RecordName[] = ['event_batch', 'external_batch', 'detection', 'command', 'receipt', 'interest', 'rule_manifest'];

export interface Codec<T> {
  /** Throws a TypeError when the value does not fit the schema: that is a bug of the caller. */
  encode(value: T): Buffer;
  /** Throws DecodeError and nothing else, whatever the bytes are. */
  decode(bytes: Buffer): T;
}

/** The largest record body accepted, in bytes: above Kafka's usual 1 MiB, so that only the hostile is refused. */
export const recordBytesMax = 8 * 1024 * 1024;

const headerBytes = 10;
const schemaDirectory = join(import.meta.dirname, '..');
const codecs = new Map<RecordName, Codec<unknown>>();

/** The codec of a record type; built once for each process. */
export function codec<N extends RecordName>(name: N): Codec<Records[N]> {
  let found = codecs.get(name);
  if (found === undefined) codecs.set(name, (found = buildCodec(name)));
  return found as Codec<Records[N]>;
}

/** The self-contained schema of today, as generated. */
export function currentSchema(name: RecordName): unknown {
  return JSON.parse(readFileSync(join(schemaDirectory, 'generated', `${name}.avsc`), 'utf8'));
}

/** All released versions, oldest first. */
export function schemaHistory(name: RecordName): unknown[] {
  const directory = join(schemaDirectory, 'history', name);
  return readdirSync(directory).sort().map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')));
}

/** What a record of today's schema begins with: the body follows. */
export function recordHeader(name: RecordName): Buffer {
  return headerOf(currentSchema(name));
}

function headerOf(schema: unknown): Buffer {
  return Buffer.concat([Buffer.from([0xc3, 0x01]), fingerprint(schema)]);
}

function buildCodec(name: RecordName): Codec<unknown> {
  const schema = currentSchema(name);
  const reader = avroType(schema);
  const header = headerOf(schema);
  const readers = new Map<string, BodyReader>();
  for (const version of schemaHistory(name)) {
    const resolver = reader.createResolver(avroType(version));
    readers.set(fingerprint(version).toString('latin1'), bodyReader(version, (body) => reader.fromBuffer(body, resolver)));
  }
  readers.set(header.toString('latin1', 2), bodyReader(schema, (body) => reader.fromBuffer(body)));
  return {
    encode: (value) => encodeWith(reader, header, value),
    decode: (bytes) => decodeWith(readers, name, bytes),
  };
}

type BodyReader = (body: Buffer) => unknown;

function bodyReader(writer: unknown, read: BodyReader): BodyReader {
  const check = bodyCheck(writer);
  return (body) => {
    check(body);
    return read(body);
  };
}

/** First guess of a record's size; avsc is asked again with the exact size when it does not fit. */
const scratch = Buffer.allocUnsafe(256 * 1024);

function encodeWith(type: AvroType, header: Buffer, value: unknown): Buffer {
  header.copy(scratch);
  const end = type.encode(value, scratch, headerBytes);
  if (end >= 0) return Buffer.from(scratch.subarray(0, end));
  const large = Buffer.allocUnsafe(scratch.length - end);
  header.copy(large);
  return large.subarray(0, type.encode(value, large, headerBytes));
}

function decodeWith(readers: Map<string, BodyReader>, name: string, bytes: Buffer): unknown {
  if (bytes.length > recordBytesMax) throw new DecodeError('TOO_LARGE', `${name}: ${bytes.length} bytes, at most ${recordBytesMax}`);
  if (bytes.length < headerBytes || bytes[0] !== 0xc3 || bytes[1] !== 0x01) {
    throw new DecodeError('HEADER_INVALID', `${name}: not Avro single-object encoding`);
  }
  const read = readers.get(bytes.toString('latin1', 2, headerBytes));
  if (read === undefined) {
    throw new DecodeError('SCHEMA_UNKNOWN', `${name}: written with unknown schema ${bytes.toString('hex', 2, headerBytes)}`);
  }
  try {
    return read(bytes.subarray(headerBytes));
  } catch (cause) {
    throw new DecodeError('BODY_INVALID', `${name}: the body does not follow its schema: ${messageOf(cause)}`, cause);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
