/** What both adapters check at the edge, and the bounds they share, so that a record that fits one log fits the other. */
import { RingfenceError } from '../errors.ts';
import type { ConsumeOptions, LogRecord, TopicSpec } from './event-log.ts';

/** Kafka's own bound, less what `<group>-<topic>-<partition>` needs to stay readable as a transactional id. */
const nameCharsMax = 200;
const namePattern = new RegExp(`^[a-zA-Z0-9._-]{1,${nameCharsMax}}$`);

/** Partitions of one topic: each costs a transactional producer in Kafka and a row per group in SQLite. */
export const topicPartitionsMax = 256;

/** Under Kafka's default `message.max.bytes` (1,048,588) with room for key, headers and framing. */
export const valueBytesMax = 900_000;
export const keyBytesMax = 4_096;
export const headersMax = 16;
export const headerNameBytesMax = 64;
export const headerValueBytesMax = 1_024;

/** Charged per record beside its key and value, so that a batch of empty records is bounded too. */
export const recordOverheadBytes = 64;

export function recordBytes(record: { readonly key: string; readonly value: Uint8Array }): number {
  return Buffer.byteLength(record.key) + record.value.byteLength + recordOverheadBytes;
}

/** Throws EVENT_LOG_REJECTED, or RECORD_TOO_LARGE, for the first record that breaks a bound. */
export function checkRecords(records: readonly LogRecord[]): void {
  for (const record of records) {
    checkName('topic', record.topic);
    checkBytes('value', record.value.byteLength, valueBytesMax, record.topic);
    checkBytes('key', Buffer.byteLength(record.key), keyBytesMax, record.topic);
    if (record.headers !== undefined) checkHeaders(record.topic, record.headers);
  }
}

export function checkTopics(topics: readonly TopicSpec[]): void {
  const seen = new Set<string>();
  for (const { name, partitions, retentionMs } of topics) {
    checkName('topic', name);
    if (seen.has(name)) throw new RingfenceError('EVENT_LOG_REJECTED', `topic ${name} is listed twice`);
    seen.add(name);
    checkInteger(`partitions of ${name}`, partitions, 1, topicPartitionsMax);
    checkInteger(`retentionMs of ${name}`, retentionMs, 1, Number.MAX_SAFE_INTEGER);
  }
}

export function checkConsumeOptions(options: ConsumeOptions): void {
  checkName('group', options.group);
  if (options.topics.length === 0) throw new RingfenceError('EVENT_LOG_REJECTED', 'a consumer needs a topic');
  for (const topic of options.topics) checkName('topic', topic);
  checkInteger('maxWaitMs', options.maxWaitMs, 1, 60_000);
  checkInteger('maxBytes', options.maxBytes, 1, 64 * 1024 * 1024);
  checkInteger('commitIntervalMs', options.commitIntervalMs, 1, 3_600_000);
  checkInteger('retryDelayMs', options.retryDelayMs, 1, 3_600_000);
  checkInteger('rewindMs', options.rewindMs ?? 0, 0, Number.MAX_SAFE_INTEGER);
}

/** Throws EVENT_LOG_REJECTED when a read-only consumer's handler returns records: that is a bug of the handler. */
export function checkOutputs(options: ConsumeOptions, outputs: readonly LogRecord[]): void {
  if (options.readOnly === true && outputs.length > 0) {
    throw new RingfenceError('EVENT_LOG_REJECTED', `group ${options.group} consumes read-only and returned records`);
  }
  checkRecords(outputs);
}

function checkName(kind: string, name: string): void {
  if (namePattern.test(name) && name !== '.' && name !== '..') return;
  throw new RingfenceError('EVENT_LOG_REJECTED', `not a ${kind} name: ${JSON.stringify(name.slice(0, 64))}`, {
    details: { allowed: namePattern.source },
  });
}

function checkHeaders(topic: string, headers: Readonly<Record<string, string>>): void {
  const entries = Object.entries(headers);
  if (entries.length > headersMax) {
    throw new RingfenceError('EVENT_LOG_REJECTED', `${entries.length} headers; at most ${headersMax} are allowed`);
  }
  for (const [name, value] of entries) {
    checkBytes('header name', Buffer.byteLength(name), headerNameBytesMax, topic);
    checkBytes('header value', Buffer.byteLength(value), headerValueBytesMax, topic);
  }
}

function checkBytes(part: string, bytes: number, bytesMax: number, topic: string): void {
  if (bytes <= bytesMax) return;
  throw new RingfenceError('RECORD_TOO_LARGE', `a ${part} of ${bytes} bytes for ${topic}; at most ${bytesMax} fit`, {
    details: { topic, part, bytes, bytesMax },
  });
}

function checkInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  throw new RingfenceError('EVENT_LOG_REJECTED', `${name} is ${value}; it must be an integer from ${min} to ${max}`);
}
