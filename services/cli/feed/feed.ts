/** Follows detections and receipts and prints each as a line. */
import { randomUUID } from 'node:crypto';
import type { EventLog, LogBatch } from '#runtime/event-log/event-log.ts';
import type { Service } from '#runtime/lifecycle.ts';
import type { Logger } from '#runtime/log.ts';
import { codec, DecodeError } from '#schemas/codec/codec.ts';
import type { Level } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { print } from '../command.ts';
import { detectionLine, jsonLine, levels, receiptLine } from './format.ts';

export interface FeedOptions {
  readonly json: boolean;
  readonly colour: boolean;
  readonly from: 'earliest' | 'latest';
  /** Detections below are left out. */
  readonly minimum: Level;
}

const detections = codec('detection');
const receipts = codec('receipt');

export async function startFeed(log: EventLog, options: FeedOptions, logger: Logger): Promise<Service> {
  await log.createTopics([topics.detections, topics.receipts]);
  const { colour } = options;
  // A group of its own: every feed sees everything, and leaves nothing behind that matters.
  const group = `ringfence-feed-${randomUUID()}`;
  const consumer = await log.consume(
    {
      group,
      topics: [topics.detections.name, topics.receipts.name],
      from: options.from,
      maxWaitMs: 100,
      maxBytes: 1 << 20,
      commitIntervalMs: 60_000,
      retryDelayMs: 250,
      readOnly: true,
      onError: (err) => logger.warn({ err }, 'feed: trying again'),
    },
    (batch) => {
      for (const line of lines(batch, options, colour)) print(line);
      return Promise.resolve([]);
    },
  );
  return {
    close: async () => {
      await consumer.caughtUp();
      await consumer.close();
    },
  };
}

/** What cannot be read is no line of the feed: it is set aside, and counted, by the services. */
function lines(batch: LogBatch, options: FeedOptions, colour: boolean): string[] {
  return batch.records.flatMap((record) => {
    try {
      if (batch.topic === topics.receipts.name) {
        const receipt = receipts.decode(record.value);
        return [options.json ? jsonLine('receipt', receipt) : receiptLine(receipt, colour)];
      }
      const detection = detections.decode(record.value);
      if (levels.indexOf(detection.rule.level) < levels.indexOf(options.minimum)) return [];
      return [options.json ? jsonLine('detection', detection) : detectionLine(detection, colour)];
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  });
}
