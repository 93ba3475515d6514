/**
 * CRC-64-AVRO, the fingerprint of Avro's single-object encoding: Avro specification 1.12, "Schema Fingerprints". It
 * runs over the schema's parsing canonical form (names in full, no docs, no attributes).
 */
import avro from 'avsc';

const empty = 0xc15d213aa4d7a795n;

/** The 8 bytes of the fingerprint, little-endian as they stand in a single-object header. */
export function fingerprint(schema: unknown): Buffer {
  const canonical = JSON.stringify(avro.Type.forSchema(schema as avro.Schema).schema());
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(crc64(Buffer.from(canonical)));
  return bytes;
}

export function crc64(bytes: Uint8Array): bigint {
  let crc = empty;
  for (const byte of bytes) crc = (crc >> 8n) ^ table[Number((crc ^ BigInt(byte)) & 0xffn)]!;
  return crc;
}

const table = Array.from({ length: 256 }, (_, index) => {
  let crc = BigInt(index);
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (empty & -(crc & 1n));
  return BigInt.asUintN(64, crc);
});
