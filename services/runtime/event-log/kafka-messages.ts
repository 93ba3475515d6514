/** Between our records and kafkajs's messages. */
import type { IHeaders, KafkaMessage, TopicMessages } from 'kafkajs';
import type { LogRecord, ReceivedRecord } from './event-log.ts';
import { recordBytes } from './limits.ts';

/** One request's records. A partition's share of it is one batch, which brokers refuse above 1,048,588 bytes. */
const requestBytesMax = 950_000;
/** kafkajs copies a partition's list once per message: beyond this the copying outweighs the round trip. */
const requestRecordsMax = 1_000;

/** Splits records into requests that brokers accept, in order. */
export function* requests<T extends LogRecord>(records: readonly T[]): Generator<readonly T[]> {
  let from = 0;
  let bytes = 0;
  for (const [at, record] of records.entries()) {
    const size = recordBytes(record) + headersBytes(record);
    if (at > from && (bytes + size > requestBytesMax || at - from >= requestRecordsMax)) {
      yield records.slice(from, at);
      [from, bytes] = [at, 0];
    }
    bytes += size;
  }
  if (from < records.length) yield records.slice(from);
}

export function toTopicMessages(records: readonly LogRecord[]): TopicMessages[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
  }));
}

export function toRecord(topic: string, partition: number, message: KafkaMessage): ReceivedRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value ?? Buffer.alloc(0),
    headers: toHeaders(message.headers ?? {}),
    appendedMs: Number(message.timestamp),
  };
}

function toHeaders(headers: IHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value ?? '')]),
  );
}

function headersBytes({ headers }: LogRecord): number {
  let bytes = 0;
  for (const name in headers) bytes += Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '') + 8;
  return bytes;
}
