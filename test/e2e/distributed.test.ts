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
    const found = await eventually(async () => (await detections()).find(({ rule, trigger }) => rule.title === reverseShellRule && trigger.process.pid === attack.pid));
    expect(found).toMatchObject({ count: 1, group: {}, trigger: { process: { pid: attack.pid, exe: expect.stringMatching(/sh$/) }, body: { kind: 'process_exec', stdin_type: 'inet_socket' } } });
    const receipt = await eventually(async () => (await readReceipts(log, pipeline.node)).find((each) => each.detection_id === found.id));
    expect(receipt.status).toBe('done');
    await pipeline.responder.waitFor((line) => line.msg === 'receipt' && line['detection'] === found.id);
  });

  test('a burst of refused su is one detection of its window, and a single one is none', async () => {
    await suGuessing(cgroup, 6);
    const found = await eventually(async () => (await detections()).find(({ rule }) => rule.title === suRule));
    expect(found).toMatchObject({ group: { User: 'nobody' }, count: 5 });
    expect(new Set(found.events).size).toBe(5);
    expect((await detections()).filter(({ rule }) => rule.title === suRule || rule.title === 'su Refused')).toHaveLength(1);
  });

  test('kill -9 of any service under fire loses no detection and repeats none', async () => {
    let paths0: string[] = []; const programs = new SharedMemoryPrograms(cgroup);
    try {
      const fire = programs.runUntilStopped();
      for (const service of [pipeline.engine, pipeline.collector, pipeline.responder, pipeline.collector, pipeline.engine]) {
        await service.kill9();
        await sleep(300);
        await service.start();
        await sleep(300);
      }
      const paths = await fire.stop(); paths0 = paths;
      console.log('DEBUG', paths.length); const found = await eventually(async () => {
        console.log('DBG', (await detections()).length, new Set((await detections()).map(({id})=>id)).size); const seen = (await detections()).filter(({ rule }) => rule.title === sharedMemoryRule);
        return seen.length >= paths.length ? seen : undefined;
      });
      expect(paths.length).toBeGreaterThan(50);
      expect(found.map(({ trigger }) => trigger.process.exe).sort()).toEqual(paths.toSorted());
      expect(new Set(found.map(({ id }) => id)).size).toBe(paths.length);
    } catch (e) { const f=new Set((await detections()).map(({trigger})=>trigger.process.exe)); const miss = paths0.filter((p)=>!f.has(p)); 
      const { readTopic } = await import('../support/detections.ts'); const { codec } = await import('../../schemas/codec/codec.ts'); const { Redis } = await import('ioredis'); const redis = new Redis(redisUrl!); const { detectionId } = await import('../../services/engine/detection-id.ts');
      const evs = (await readTopic(log, 'ringfence.events.v1')).flatMap((r) => codec('event_batch').decode(r.value).events.map((e) => ({ n: r.key, off: r.offset, p: r.partition, at: r.appendedMs, seq: e.seq, kind: e.body.kind, exe: e.process.exe, boot: '' }))).filter((e) => e.n === pipeline.node);
      const seqs = new Map(); for (const e of evs) seqs.set(e.seq, (seqs.get(e.seq) ?? 0) + 1); const max = Math.max(...seqs.keys()); const holes = []; for (let i = 1; i <= max; i++) if (!seqs.has(i)) holes.push(i);
      const keys = await redis.keys('*');
      const offs = new Map(); for (const m of miss) for (const e of evs.filter((e) => e.exe === m && e.kind === 'process_exec')) offs.set(`${e.p}/${e.off}@${e.at}`, (offs.get(`${e.p}/${e.off}@${e.at}`) ?? 0) + 1);
      console.log('MISSING', miss.length, 'holes', holes.length, holes.slice(0, 5), 'dups', [...seqs.values()].filter((n) => n > 1).length, 'offs', [...offs].slice(0, 20), 'keys', keys.length, keys.slice(0, 3));
      const kafkajs = (await import('kafkajs')).default; const k = new kafkajs.Kafka({ clientId: 'dbg', brokers: [brokers!], logLevel: 0 }); const c = k.consumer({ groupId: 'dbg' + Date.now(), readUncommitted: true, maxWaitTimeInMs: 100 }); await c.connect(); await c.subscribe({ topic: 'ringfence.detections.v1', fromBeginning: true }); const unc = new Map(); const hi = new Map(); await c.run({ eachMessage: async ({ partition, message }) => { const d = codec('detection').decode(message.value!); hi.set(partition, Number(message.offset)); if (d.node === pipeline.node) unc.set(d.trigger.process.exe, [...(unc.get(d.trigger.process.exe) ?? []), `${partition}/${message.offset}`]); } }); await sleep(4000); await c.disconnect();
      const committedAll = await readTopic(log, 'ringfence.detections.v1'); const com = new Map(); for (const r of committedAll) com.set(r.partition, r.offset);
      console.log('UNCOMMITTED has', unc.size, 'missing there', miss.filter((m) => !unc.has(m)).length, 'where', miss.slice(0, 8).map((m) => unc.get(m)), 'hi', [...hi], 'committed reader up to', [...com]);
      const dupOffs = new Map(); for (const e of evs) if ((seqs.get(e.seq) ?? 0) > 1) dupOffs.set(`${e.p}/${e.off}@${e.at}`, (dupOffs.get(`${e.p}/${e.off}@${e.at}`) ?? 0) + 1); console.log('DUPOFFS', [...dupOffs]);
 (await import('node:fs')).writeFileSync('/tmp/e2e-logs.json', JSON.stringify({c: pipeline.collector.lines, e: pipeline.engine.lines, r: pipeline.responder.lines})); throw e; } finally {
      programs.remove();
    }
  });
});
