/**
 * Dead letters: a record that cannot be handled is set aside with its place and the reason, so that the stream goes on.
 * What is set aside always fits: a broker may have accepted a larger record than we write, and a letter that could not
 * be written would stop the very stream that it is to keep going.
 */
import { createHash } from 'node:crypto';
import type { LogRecord, ReceivedRecord } from './event-log.ts';
import { keyBytesMax, valueBytesMax } from './limits.ts';

/** `reason`: a code, at most 64 characters. A value that was cut has its size and SHA-256 in the headers. */
export function deadLetter(record: ReceivedRecord, topic: string, reason: string): LogRecord {
  const { value } = record;
  const place = { topic: record.topic, partition: String(record.partition), offset: String(record.offset), reason };
  const cut = value.length > valueBytesMax;
  return {
    topic,
    key: firstBytes(record.key, keyBytesMax),
    value: cut ? value.subarray(0, valueBytesMax) : value,
    headers: cut ? { ...place, size: String(value.length), sha256: createHash('sha256').update(value).digest('hex') } : place,
  };
}

function firstBytes(text: string, max: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= max) return text;
  // A character cut in two would become one of three bytes.
  return bytes.toString('utf8', 0, max).replace(/\uFFFD+$/, '');
}
