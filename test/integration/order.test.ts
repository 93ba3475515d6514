/**
 * Events out of order, through the worker and real stores: whatever order and batches matches come in, each run is one
 * detection; records that come again, and a worker that dies before its commit, change nothing.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { codec } from '../../schemas/codec/codec.ts';
import type { Detection, Event } from '../../schemas/generated/types.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { sampleDetection } from '../../services/cli/feed/sample-detection.ts';
import { engineFields } from '../../services/engine/main.ts';
import { loadRules } from '../../services/engine/rules/index.ts';
import { EngineWorker } from '../../services/engine/worker.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import type { ReceivedRecord } from '../../services/runtime/event-log/event-log.ts';
import { createLogger } from '../../services/runtime/log.ts';
import { createMemoryWindowStore } from '../../services/runtime/window-store/memory.ts';
import { openRedisWindowStore } from '../../services/runtime/window-store/redis.ts';
import type { WindowStore } from '../../services/runtime/window-store/window-store.ts';

const rules = `title: Counted
name: counted
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: /counted } , condition: selection }
---
title: Three In Three Seconds
id: three
correlation: { type: event_count, rules: [counted], group-by: [node], timespan: 3s, condition: { gte: 3 } }
`;

const logger = createLogger('test', 'silent');
const { trigger: sample } = sampleDetection({}, { exe: '/tmp/counted' });
const secondNs = 1_000_000_000n;
let nodes = 0;

describe.each([
  { name: 'memory', hindrance: undefined, open: async (): Promise<WindowStore> => createMemoryWindowStore({ clock: systemClock() }) },
  { name: 'Redis', hindrance: inject('redisMissing'), open: () => openRedisWindowStore({ url: inject('redisUrl')! }) },
])('over $name', ({ hindrance, open }) => {
  describe.skipIf(hindrance !== undefined)(`(${hindrance ?? 'real'})`, () => {
    let store: WindowStore;
    let worker: EngineWorker;

    const startWorker = () => new EngineWorker(loadRules([{ file: 'rules.yml', text: rules }], { fields: engineFields() }).rules, store, logger);

    beforeAll(async () => {
      store = await open();
      worker = startWorker();
    });

    afterAll(async () => {
      await store?.close();
    });

    test('three events within the window are a detection in whatever order they come', async () => {
      for (const order of permutationsOf([0, 1, 2])) {
        const records = recordsOf(order.map((second) => [second]));
        const [detection, ...others] = await judge(worker, records);
        expect(others).toEqual([]);
        expect(detection).toMatchObject({ count: 3, first: timeOf(0), last: timeOf(2), trigger: { time: timeOf(order.at(-1)!) } });
        expect(seconds(detection!)).toEqual([0, 1, 2]);
      }
    });

    test('every order and split of two runs is two detections, once each, with duplicates and replays', async () => {
      const history = [0, 1, 2, 20, 21, 22];
      for (const [index, order] of permutationsOf(history).entries()) {
        // Each order with one of the ways to split it, all of them in turn.
        const split = index % 2 ** (history.length - 1);
        const batches = batchesOf(order, split);
        const records = recordsOf([...batches, order]);
        const detections: Detection[] = [];
        for (const record of records) {
          const first = await judge(worker, [record]);
          expect(ids(await judge(worker, [record]))).toEqual(ids(first));
          detections.push(...first);
        }
        const found = detections.map(({ last }) => Number((last - sample.time) / secondNs)).sort((a, b) => a - b);
        expect(found).toHaveLength(2);
        expect(found[0]).toBeLessThanOrEqual(2);
        expect(found[1]).toBeGreaterThanOrEqual(20);
      }
    });

    test('a worker that dies before its commit is followed by one that says the same', async () => {
      const records = recordsOf([[0, 2], [1], [4]]);
      const lost = await judge(worker, records);
      expect(lost).toHaveLength(1);
      expect(ids(await judge(startWorker(), records))).toEqual(ids(lost));
    });
  });
});

function recordsOf(batches: readonly (readonly number[])[]): ReceivedRecord[] {
  const node = `order-${process.pid}-${nodes++}`;
  return batches.map((each, offset) => {
    const events = each.map((second): Event => ({ ...sample, seq: second + 1, time: timeOf(second) }));
    const value = codec('event_batch').encode({ node, boot_id: 'boot', hostname: node, events, losses: [] });
    return { topic: topics.events.name, partition: nodes, offset, key: node, value, headers: {}, appendedMs: 0 };
  });
}

/** Each record as a batch of its own, one after another. */
async function judge(worker: EngineWorker, records: readonly ReceivedRecord[]): Promise<Detection[]> {
  const detections: Detection[] = [];
  for (const record of records) {
    const outputs = await worker.handle({ topic: record.topic, partition: record.partition, records: [record], replayed: false });
    detections.push(...outputs.map(({ value }) => codec('detection').decode(value)));
  }
  return detections;
}

function timeOf(second: number): bigint {
  return sample.time + BigInt(second) * secondNs;
}

function seconds({ events }: Detection): number[] {
  return events.map((id) => Number(id.split('/').at(-1)) - 1);
}

function ids(detections: readonly Detection[]): string[] {
  return detections.map(({ id }) => id);
}

function permutationsOf(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) => permutationsOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

/** A new batch begins behind each item whose bit is set. */
function batchesOf(items: readonly number[], split: number): number[][] {
  const batches: number[][] = [[]];
  items.forEach((item, index) => {
    batches.at(-1)!.push(item);
    if (((split >> index) & 1) === 1 && index < items.length - 1) batches.push([]);
  });
  return batches;
}
