/** Everything that stands in a topic, as a reader that sees only committed records gets it. */
import type { EventLog, ReceivedRecord } from '../../services/runtime/event-log/event-log.ts';
import { codec, type RecordName } from '../../schemas/codec/codec.ts';
import type { Detection, Receipt } from '../../schemas/generated/types.gen.ts';
import { topics } from '../../schemas/topics.ts';

let readers = 0;

/** All records of a topic so far, in order of partitions. */
export async function readTopic(log: EventLog, topic: string): Promise<ReceivedRecord[]> {
  const records: ReceivedRecord[] = [];
  const group = `test-reader-${process.pid}-${readers++}`;
  const consumer = await log.consume(
    { group, topics: [topic], from: 'earliest', maxWaitMs: 50, maxBytes: 4 << 20, commitIntervalMs: 100, retryDelayMs: 50, readOnly: true },
    (batch) => {
      records.push(...batch.records);
      return Promise.resolve([]);
    },
  );
  await consumer.caughtUp();
  await consumer.close();
  return records;
}

export async function readDetections(log: EventLog, node: string): Promise<Detection[]> {
  return (await readDecoded(log, topics.detections.name, 'detection')).filter((detection) => detection.node === node);
}

export async function readReceipts(log: EventLog, node: string): Promise<Receipt[]> {
  return (await readDecoded(log, topics.receipts.name, 'receipt')).filter((receipt) => receipt.node === node);
}

async function readDecoded<N extends RecordName>(log: EventLog, topic: string, name: N): Promise<ReturnType<ReturnType<typeof codec<N>>['decode']>[]> {
  const { decode } = codec(name);
  return (await readTopic(log, topic)).map((record) => decode(record.value) as ReturnType<ReturnType<typeof codec<N>>['decode']>);
}
