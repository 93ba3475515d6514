/** Real attacks, the services as processes over Kafka and Redis: detection, command, kill, receipt; and kill -9 on each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { reverseShell, SharedMemoryPrograms, suGuessing } from '../support/attacks.ts';
import { cgroupHindrance, createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { readDetections, readReceipts } from '../support/detections.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';
import { eventually } from '../support/eventually.ts';

const brokers = inject('kafkaBrokers');
const redisUrl = inject('redisUrl');
const hindrance = cgroupHindrance ?? inject('kafkaMissing') ?? inject('redisMissing') ?? null;

const reverseShellRule = 'Shell With Its Streams On A Network Socket';
const suRule = 'Password Guessing With su';
const sharedMemoryRule = 'Program Run From Shared Memory';

describe.skipIf(hindrance !== null)(`over Kafka and Redis (${hindrance ?? 'real'})`, () => {
  let cgroup: TestCgroup;
  let pipeline: Pipeline;
  let log: EventLog;
  const detections = () => readDetections(log, pipeline.node);

  beforeAll(async () => {
    cgroup = createTestCgroup('e2e');
    log = openKafkaEventLog({ brokers: brokers!, clientId: 'ringfence-test' });
    pipeline = await startPipeline({ kafkaBrokers: brokers!, redisUrl: redisUrl!, cgroup: cgroup.path, respond: 'enforce' });
  }, 90_000);

  afterAll(async () => {
    await cgroup?.remove();
    await pipeline?.close();
    await log?.close();
  }, 60_000);

  test('a reverse shell is detected, killed, and the kill is receipted', async () => {
    const attack = await reverseShell(cgroup);
    const end = await attack.ended;
    attack.close();
    expect(end).toEqual({ code: null, signal: 'SIGKILL' });
    const found = await eventually(async () => (await detections()).find(({ rule, trigger }) => rule.title === reverseShellRule && trigger?.process.pid === attack.pid));
    expect(found).toMatchObject({ count: 1, group: {}, trigger: { process: { pid: attack.pid, exe: expect.stringMatching(/sh$/) }, body: { kind: 'process_exec', stdin_type: 'inet_socket' } } });
    const receipt = await eventually(async () => (await readReceipts(log, pipeline.node)).find((each) => each.detection_id === found.id));
    expect(receipt.status).toBe('done');
    await pipeline.responder.waitFor((line) => line.msg === 'receipt' && line['detection'] === found.id);
  });

  test('a burst of refused su is one detection of its window, and a single one is none', async () => {
    await suGuessing(cgroup, 5);
    const found = await eventually(async () => (await detections()).find(({ rule }) => rule.title === suRule));
    expect(found).toMatchObject({ group: { node: pipeline.node, User: 'nobody' }, count: 5 });
    expect(new Set(found.events).size).toBe(5);
    expect((await detections()).filter(({ rule }) => rule.title === suRule || rule.title === 'su Refused')).toHaveLength(1);
  });

  test('kill -9 of any service under fire loses no detection and repeats none', async () => {
    const programs = new SharedMemoryPrograms(cgroup);
    try {
      const fire = programs.runUntilStopped();
      for (const service of [pipeline.engine, pipeline.collector, pipeline.responder, pipeline.collector, pipeline.engine]) {
        await service.kill9();
        await sleep(300);
        await service.start();
        await sleep(300);
      }
      const paths = await fire.stop();
      const found = () => detections().then((all) => all.filter(({ rule }) => rule.title === sharedMemoryRule));
      const missing = await settled(async () => {
        const seen = new Set((await found()).map(({ trigger }) => trigger?.process.exe));
        return paths.filter((path) => !seen.has(path));
      });
      expect(missing).toEqual([]);
      const once = await found();
      expect(once).toHaveLength(paths.length);
      expect(new Set(once.map(({ id }) => id)).size).toBe(paths.length);
      expect(paths.length).toBeGreaterThan(100);
    } finally {
      programs.remove();
    }
  });
});

/** The list when it has become empty, or what is still in it when the time is over. */
async function settled(list: () => Promise<string[]>): Promise<string[]> {
  let last: string[] = [];
  await eventually(async () => ((last = await list()).length === 0 ? last : undefined)).catch(() => undefined);
  return last;
}
