/** Records in, detections out: what the worker makes of both topics, of damaged records and of rules that fail. */
import { beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '#runtime/clock/virtual.ts';
import type { LogRecord, ReceivedRecord } from '#runtime/event-log/event-log.ts';
import { createLogger } from '#runtime/log.ts';
import { createMemoryWindowStore } from '#runtime/window-store/memory.ts';
import { operationsMax, type WindowOperation, type WindowStore } from '#runtime/window-store/window-store.ts';
import { codec } from '#schemas/codec/codec.ts';
import type { Detection, Event } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import { engineFields } from './engine-fields.ts';
import type { FieldRef } from './rules/fields.ts';
import type { DetectionRule, Rule } from './rules/index.ts';
import { loadRules } from './rules/index.ts';
import { sampleEvent } from './rules/testing/sample-event.ts';
import { EngineWorker } from './worker.ts';

const logger = createLogger('test', 'silent');
const fields = engineFields([{ product: 'windows' }]);

const shell = `title: Shell
id: 11111111-1111-4111-8111-111111111111
name: shell
author: A. Author
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: /sh }, condition: selection }
---
title: Shells of one user
id: 22222222-2222-4222-8222-222222222222
correlation: { type: event_count, rules: [shell], group-by: [User], condition: { gte: 3 }, timespan: 1m, generate: true }
`;

const foreign = `title: Word started a shell
id: 33333333-3333-4333-8333-333333333333
name: word
logsource: { category: process_creation, product: windows }
detection: { selection: { Image|endswith: '\\cmd.exe', ParentImage|endswith: '\\WINWORD.EXE' }, condition: selection }
`;

let store: WindowStore;
let applied: WindowOperation[];
let offset: number;

beforeEach(() => {
  const memory = createMemoryWindowStore({ clock: new VirtualClock(0) });
  applied = [];
  store = { volatile: true, apply: (operations, owner) => (applied.push(...operations), memory.apply(operations, owner)), close: () => memory.close() };
  offset = 0;
});

function rulesOf(text: string): readonly Rule[] {
  const { rules, report } = loadRules([{ file: 'rules.yml', text }], { fields });
  expect(report.summary.rejected).toBe(0);
  return rules;
}

function exec(path: string, seq: number): Event {
  return sampleEvent('process_exec', new Map<string, unknown>([['process.exe', path]]), { seq, timeNs: 1_000_000_000n * BigInt(seq) });
}

function ownRecord(events: Event[]): ReceivedRecord {
  const value = codec('event_batch').encode({ node: 'n1', boot_id: 'b1', hostname: 'h1', events, losses: [] });
  return received(topics.events.name, value);
}

function received(topic: string, value: Buffer): ReceivedRecord {
  return { topic, key: 'n1', value, headers: {}, partition: 0, offset: offset++, appendedMs: 0 };
}

function handle(worker: EngineWorker, records: ReceivedRecord[]): Promise<LogRecord[]> {
  return worker.handle({ topic: records[0]!.topic, partition: 0, records, replayed: false });
}

function detectionsOf(outputs: readonly LogRecord[]): Detection[] {
  return outputs.filter(({ topic }) => topic === topics.detections.name).map(({ value }) => codec('detection').decode(value));
}

describe('events of our own', () => {
  test('become detections with the event in them, and runs of a correlation', async () => {
    const worker = new EngineWorker(rulesOf(shell), store, logger);
    const events = [exec('/bin/sh', 1), exec('/bin/true', 2), exec('/bin/sh', 3), exec('/usr/bin/sh', 4)];
    const detections = detectionsOf(await handle(worker, [ownRecord(events)]));
    expect(detections.filter(({ rule }) => rule.title === 'Shell').map(({ trigger }) => trigger)).toEqual([events[0], events[2], events[3]]);
    expect(detections.find(({ rule }) => rule.title === 'Shell')).toMatchObject({
      rule: { id: '11111111-1111-4111-8111-111111111111', author: 'A. Author', dialect: 'sigma' },
      events: ['n1/b1/0/0000000000000001'], node: 'n1', boot_id: 'b1', external: null, output: null, count: 1, group: {},
    });
    const [run] = detections.filter(({ rule }) => rule.title === 'Shells of one user');
    expect(run).toMatchObject({ group: { User: events[0]!.process.user }, count: 3, events: [1, 3, 4].map((seq) => `n1/b1/0/000000000000000${seq}`) });
    expect(worker.counters).toEqual({ events: 4, matches: 3, detections: 4, deadLetters: 0, capped: 0, faultyRules: 0 });
  });

  test('are judged the same with the index and without', async () => {
    const record = ownRecord([exec('/bin/sh', 1), exec('/bin/true', 2), exec('/usr/bin/sh', 3)]);
    const own = (): WindowStore => createMemoryWindowStore({ clock: new VirtualClock(0) });
    const [one, other] = await Promise.all([{}, { index: false }].map((options) => handle(new EngineWorker(rulesOf(shell), own(), logger, options), [record])));
    expect(other).toEqual(one);
    expect(one).toHaveLength(2);
  });

  test('of several records that wait for the store are not mixed up', async () => {
    const worker = new EngineWorker(rulesOf(shell), store, logger);
    const many = Array.from({ length: operationsMax }, (_, index) => exec('/bin/sh', index + 1));
    const records = [ownRecord(many), ownRecord([exec('/bin/true', 9_001), exec('/usr/bin/sh', 9_002)])];
    const detections = detectionsOf(await handle(worker, records)).filter(({ rule }) => rule.title === 'Shell');
    expect(detections).toHaveLength(operationsMax + 1);
    for (const { trigger, events } of detections) expect(events[0]).toBe(`n1/b1/0/${String(trigger!.seq).padStart(16, '0')}`);
  });
});

describe('events of other sensors', () => {
  const event = { seq: 7, time: 5n, category: 'process_creation', product: 'windows', service: null, fields: { Image: 'C:\\Windows\\cmd.exe', ParentImage: 'C:\\Office\\WINWORD.EXE', User: 'CORP\\ann' } };
  const external = (events: object[]): ReceivedRecord => received(topics.external.name, codec('external_batch').encode({ source: 'desk-1', stream: 'sysmon', events: events as never }));

  test('become detections that hold the event and name its source', async () => {
    const worker = new EngineWorker(rulesOf(foreign), store, logger);
    const detections = detectionsOf(await handle(worker, [external([event, { ...event, seq: 8, fields: { Image: 'C:\\Windows\\cmd.exe' } }, { ...event, product: 'linux' }])]));
    expect(detections).toHaveLength(1);
    expect(detections[0]).toMatchObject({ trigger: null, external: event, node: 'desk-1', boot_id: 'sysmon', events: ['desk-1/sysmon/x/0000000000000007'], first: 5n, last: 5n });
  });

  test('take turns with our own', async () => {
    const worker = new EngineWorker(rulesOf(`${foreign}---\n${shell}`), store, logger);
    const titles: string[] = [];
    for (const record of [ownRecord([exec('/bin/sh', 1)]), external([event]), ownRecord([exec('/bin/sh', 2)])]) {
      titles.push(...detectionsOf(await handle(worker, [record])).map(({ rule }) => rule.title));
    }
    expect(titles).toEqual(['Shell', 'Word started a shell', 'Shell']);
  });

  test('cannot make a rule on our own fields fail', async () => {
    const worker = new EngineWorker(rulesOf(shell), store, logger);
    await handle(worker, [external([{ ...event, product: 'linux', fields: { Image: '/bin/sh', body: 'x' } }])]);
    expect(detectionsOf(await handle(worker, [ownRecord([exec('/bin/sh', 1)])]))).toHaveLength(1);
    expect(worker.counters).toMatchObject({ matches: 1, faultyRules: 0 });
  });
});

describe('a damaged record', () => {
  test.each([
    ['events', topics.events.name, topics.eventsDlq.name],
    ['external events', topics.external.name, topics.externalDlq.name],
  ])('of %s becomes a dead letter, and the others are judged', async (_what, topic, dlq) => {
    const worker = new EngineWorker(rulesOf(shell), store, logger);
    const outputs = await handle(worker, [received(topic, Buffer.from('no record'))]);
    expect(outputs).toMatchObject([{ topic: dlq, headers: { reason: 'HEADER_INVALID' } }]);
    expect(detectionsOf(await handle(worker, [ownRecord([exec('/bin/sh', 1)])]))).toHaveLength(1);
    expect(worker.counters.deadLetters).toBe(1);
  });

  test.each([1, operationsMax + 1])('whose fault stands behind %d matches makes no detection of them, and no claim', async (count) => {
    const worker = new EngineWorker(rulesOf(shell.split('---')[0]!), store, logger);
    const good = ownRecord(Array.from({ length: count }, (_, index) => exec('/bin/sh', index + 1)));
    const bad = received(topics.events.name, good.value.subarray(0, good.value.length - 1));
    expect(await handle(worker, [bad])).toMatchObject([{ topic: topics.eventsDlq.name, headers: { reason: 'BODY_INVALID' } }]);
    expect(applied).toEqual([]);
    expect(worker.counters).toMatchObject({ events: 0, matches: 0, deadLetters: 1 });
    expect(detectionsOf(await handle(worker, [good]))).toHaveLength(count);
  });
});

describe('rules', () => {
  test('are replaced between batches, and one that is being judged keeps those that it began with', async () => {
    const worker = new EngineWorker(rulesOf(shell), store, logger);
    const judged = handle(worker, [ownRecord([exec('/bin/sh', 1)])]);
    worker.use(rulesOf(foreign));
    expect(detectionsOf(await judged)).toHaveLength(1);
    expect(detectionsOf(await handle(worker, [ownRecord([exec('/bin/sh', 2)])]))).toEqual([]);
  });

  test('that throw are counted and set aside, each by itself', async () => {
    const [sound] = rulesOf(shell) as [DetectionRule];
    const field: FieldRef = { name: 'faulty', read: () => { throw new Error('a bug'); } };
    const faulty: DetectionRule = { ...sound, label: 'faulty', condition: { kind: 'not', of: { kind: 'test', name: 'faulty', field, match: { kind: 'null' }, at: { line: 1, column: 1 } } } };
    const worker = new EngineWorker([faulty, sound], store, logger);
    const detections = detectionsOf(await handle(worker, [ownRecord([exec('/bin/sh', 1), exec('/bin/sh', 2)])]));
    expect(detections.map(({ rule }) => rule.id)).toEqual([sound.label, sound.label]);
    expect(worker.counters.faultyRules).toBe(1);
  });

  test('whose output throws make detections without one', async () => {
    const [sound] = rulesOf(shell) as [DetectionRule];
    let tried = 0;
    const output = { text: '%x', fields: [], render: () => { tried += 1; throw new Error('a bug'); } };
    const worker = new EngineWorker([{ ...sound, label: 'faulty', output }, { ...sound, output: { ...output, render: () => 'said' } }], store, logger);
    const detections = detectionsOf(await handle(worker, [ownRecord([exec('/bin/sh', 1), exec('/bin/sh', 2)])]));
    expect(detections.map((detection) => [detection.rule.id, detection.output])).toEqual([['faulty', null], [sound.label, 'said'], ['faulty', null], [sound.label, 'said']]);
    expect([tried, worker.counters.faultyRules]).toEqual([1, 1]);
  });

  test('whose group throws are counted no more, and the rules that they count make their own detections', async () => {
    const rules = rulesOf(shell).map((rule): Rule => {
      if (rule.kind === 'detection') return rule;
      const groupBy: FieldRef[] = [{ name: 'faulty', read: () => { throw new Error('a bug'); } }];
      return { ...rule, inputs: rule.inputs.map((input) => ({ ...input, groupBy })) };
    });
    const worker = new EngineWorker(rules, store, logger);
    const events = Array.from({ length: 4 }, (_, index) => exec('/bin/sh', index + 1));
    expect(detectionsOf(await handle(worker, [ownRecord(events)])).map(({ rule }) => rule.title)).toEqual(events.map(() => 'Shell'));
    expect(worker.counters.faultyRules).toBe(1);
  });
});
