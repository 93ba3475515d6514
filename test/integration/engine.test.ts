/** The engine between real logs and real window stores: what it does with the good, the bad, the same again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { topics } from '../../schemas/topics.ts';
import { codec } from '../../schemas/codec/codec.ts';
import type { Event } from '../../schemas/generated/types.gen.ts';
import { sampleDetection } from '../../services/cli/feed/sample-detection.ts';
import { openInterests } from '../../services/collector/interest/interests.ts';
import { startEngine, type Engine } from '../../services/engine/main.ts';
import { engineSettings } from '../../services/engine/settings.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { hasCode } from '../../services/runtime/errors.ts';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { openSqliteEventLog } from '../../services/runtime/event-log/sqlite.ts';
import { createLogger } from '../../services/runtime/log.ts';
import { createMemoryWindowStore } from '../../services/runtime/window-store/memory.ts';
import { openRedisWindowStore } from '../../services/runtime/window-store/redis.ts';
import type { WindowStore } from '../../services/runtime/window-store/window-store.ts';
import { readDetections, readTopic } from '../support/detections.ts';

const rules = `title: Marked
id: marked
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: /marked } , condition: selection }
level: high
---
title: Counted
name: counted
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: /counted } , condition: selection }
---
title: Three In A Second
id: three
correlation: { type: event_count, rules: [counted], group-by: [node, User], timespan: 1s, condition: { gte: 3 } }
level: medium
`;

const falco = `- macro: spawned
  condition: evt.type in (execve, execveat) and evt.dir=<
- rule: Marked In Falco's Words
  desc: A program of that name
  condition: spawned and proc.exepath endswith /marked
  output: Marked (user=%user.name file=%proc.exepath gone=%fd.name)
  priority: WARNING
  tags: [mitre_execution, T1059]
`;

const windows = `title: Word Started A Shell
id: word
logsource: { category: process_creation, product: windows }
detection: { selection: { Image|endswith: '\\cmd.exe', ParentImage|endswith: '\\WINWORD.EXE' }, condition: selection }
level: critical
`;

const logger = createLogger('test', 'silent');
const clock = systemClock();
const missing = inject('kafkaMissing') ?? inject('redisMissing');
let run = 0;

describe.each([
  { shape: 'SQLite and memory', hindrance: undefined },
  { shape: 'Kafka and Redis', hindrance: missing },
])('over $shape', ({ shape, hindrance }) => {
  describe.skipIf(hindrance !== undefined)(`(${hindrance ?? 'real'})`, () => {
    let home: string;
    let node: string;
    let log: EventLog;
    let store: WindowStore;
    let engine: Engine;

    const start = async (windows = store, external = '') => {
      const settings = engineSettings.parse({ rules: join(home, 'rules.yml'), group: `test-engine-${node}`, home, external });
      return await startEngine(settings, { log, store: windows, clock, logger });
    };
    const openStore = async () => (shape === 'Kafka and Redis' ? await openRedisWindowStore({ url: inject('redisUrl')! }) : createMemoryWindowStore({ clock }));

    beforeEach(async () => {
      home = mkdtempSync(join(tmpdir(), 'ringfence-engine-'));
      node = `engine-${process.pid}-${run++}`;
      writeFileSync(join(home, 'rules.yml'), rules);
      log = shape === 'Kafka and Redis' ? openKafkaEventLog({ brokers: inject('kafkaBrokers')!, clientId: 'test' }) : openSqliteEventLog({ path: join(home, 'log.sqlite') });
      store = await openStore();
      engine = await start();
    });

    afterEach(async () => {
      await engine.close();
      await log.close();
      await store.close();
      rmSync(home, { recursive: true });
    });

    const append = (...values: Buffer[]) => appendTo(topics.events.name, ...values);
    const appendTo = async (topic: string, ...values: Buffer[]) => {
      const producer = await log.producer();
      await producer.append(values.map((value) => ({ topic, key: node, value })));
      await producer.close();
      await engine.caughtUp();
    };
    const batch = (...events: Event[]) => codec('event_batch').encode({ node, boot_id: 'boot', hostname: `${node}-host`, events, losses: [] });
    const found = () => readDetections(log, node);

    test('a match becomes a detection whose id, events and trigger say where it comes from', async () => {
      await append(batch(exec(1, '/tmp/plain'), exec(2, '/tmp/marked')));
      const [detection, ...others] = await found();
      expect(others).toEqual([]);
      expect(detection).toMatchObject({ rule: { id: 'marked', level: 'high' }, count: 1, events: [`${node}/boot/0/0000000000000002`], trigger: { seq: 2 } });
      expect(detection?.id).toMatch(/^[0-9a-f]{32}$/);
    });

    test('what is no batch goes to the dead-letter topic with its place and reason, and the next is judged', async () => {
      const foreign = batch(exec(1, '/tmp/marked'));
      foreign[4]! ^= 0xff;
      const cut = batch(exec(2, '/tmp/marked')).subarray(0, 60);
      await append(Buffer.from('not Avro at all'), foreign, cut, batch(exec(3, '/tmp/marked')));
      expect((await found()).map(({ trigger }) => trigger?.seq)).toEqual([3]);
      const letters = (await readTopic(log, topics.eventsDlq.name)).filter(({ key }) => key === node);
      expect(letters.map(({ headers }) => headers['reason'])).toEqual(['HEADER_INVALID', 'SCHEMA_UNKNOWN', 'BODY_INVALID']);
      expect(letters[0]).toMatchObject({ value: Buffer.from('not Avro at all'), headers: { topic: topics.events.name } });
    });

    test("a rule in Falco's language is a detection of that dialect, with its output for the event", async () => {
      await engine.close();
      writeFileSync(join(home, 'rules.yml'), falco);
      engine = await start();
      await append(batch(exec(1, '/tmp/plain'), exec(2, '/tmp/marked')));
      const [detection, ...others] = await found();
      expect(others).toEqual([]);
      expect(detection).toMatchObject({
        rule: { title: "Marked In Falco's Words", dialect: 'falco', level: 'medium', tags: ['mitre_execution', 'T1059'] },
        output: 'Marked (user=ann file=/tmp/marked gone=<NA>)',
        trigger: { seq: 2 }, external: null,
      });
    });

    test("an event of another sensor is a detection that holds it, by a rule on that sensor's fields", async () => {
      await engine.close();
      writeFileSync(join(home, 'rules.yml'), windows);
      engine = await start(store, 'product=windows');
      const event = { seq: 7, time: 5_000_000_000n, category: 'process_creation', product: 'windows', service: null, fields: { Image: 'C:\\Windows\\cmd.exe', ParentImage: 'C:\\Office\\winword.exe', User: 'CORP\\ann' } };
      const events = [event, { ...event, seq: 8, fields: { ...event.fields, Image: 'C:\\notepad.exe' } }, { ...event, seq: 9, product: 'linux' }];
      const external = codec('external_batch').encode({ source: node, stream: 'sysmon', events });
      await appendTo(topics.external.name, external, external, Buffer.from('not Avro at all'));
      expect(await found()).toMatchObject([{ rule: { id: 'word', dialect: 'sigma', level: 'critical' }, trigger: null, external: event, boot_id: 'sysmon', events: [`${node}/sysmon/x/0000000000000007`], first: event.time }]);
      const letters = (await readTopic(log, topics.externalDlq.name)).filter(({ key }) => key === node);
      expect(letters).toMatchObject([{ value: Buffer.from('not Avro at all'), headers: { reason: 'HEADER_INVALID', topic: topics.external.name } }]);
    });

    test('an event that is sent again, in another record, is the same detection once', async () => {
      await append(batch(exec(1, '/tmp/marked')));
      await append(batch(exec(1, '/tmp/marked'), exec(2, '/tmp/marked')));
      expect((await found()).map(({ trigger }) => trigger?.seq).sort()).toEqual([1, 2]);
    });

    test('a window is a detection when it fills, once for its run, for each group', async () => {
      const at = (seq: number, ms: number, user: string) => exec(seq, '/tmp/counted', { ms, user });
      await append(batch(at(1, 0, 'ann'), at(2, 400, 'ann'), at(3, 500, 'bob')));
      expect(await found()).toEqual([]);
      await append(batch(at(4, 900, 'ann'), at(5, 950, 'ann'), at(6, 5000, 'bob'), at(7, 5100, 'bob')));
      const detections = await found();
      expect(detections).toHaveLength(1);
      expect(detections[0]).toMatchObject({ rule: { id: 'three' }, group: { node, User: 'ann' }, count: 3, trigger: { seq: 4 } });
      expect(detections[0]?.events.map((id) => Number(id.split('/').at(-1)))).toEqual([1, 2, 4]);
    });

    test('events that many rules match are judged, more than one call of the store takes', async () => {
      await engine.close();
      const copies = Array.from({ length: 10 }, (_, index) => rules.replace('id: marked', `id: marked-${index}`).replace('name: counted', `name: counted-${index}`).replace('[counted]', `[counted-${index}]`).replace('id: three', `id: three-${index}`));
      writeFileSync(join(home, 'rules.yml'), copies.join('---\n'));
      engine = await start();
      await append(batch(...Array.from({ length: 512 }, (_, index) => exec(index + 1, '/tmp/marked'))));
      expect(await found()).toHaveLength(5_120);
      // The window is full in the first call, and the others go on with the run.
      await append(batch(...Array.from({ length: 512 }, (_, index) => exec(index + 1_000, '/tmp/counted', { ms: index }))));
      const runs = (await found()).filter(({ rule }) => rule.id.startsWith('three'));
      expect(runs.map(({ rule }) => rule.id).sort()).toEqual(copies.map((_, index) => `three-${index}`));
    });

    test('a record is counted once, however often it is tried', async () => {
      const refused = { failures: 2 };
      const fragile: WindowStore = {
        volatile: store.volatile,
        apply: (operations, owner) => (refused.failures-- > 0 ? Promise.reject(new Error('not now')) : store.apply(operations, owner)),
        close: () => Promise.resolve(),
      };
      // What the other tests left in the topic is not what is counted here.
      await engine.caughtUp();
      await engine.close();
      engine = await start(fragile);
      await append(batch(exec(1, '/tmp/marked'), exec(2, '/tmp/plain')));
      expect(refused.failures).toBeLessThan(0);
      expect(engine.counters).toEqual({ events: 2, matches: 1, detections: 1, deadLetters: 0, capped: 0, faultyRules: 0 });
    });

    test('rules find the node and the host of an event', async () => {
      await engine.close();
      writeFileSync(join(home, 'rules.yml'), rules.replace('Image|endswith: /marked', `Image|endswith: /marked, Computer: ${node}-host`));
      engine = await start();
      const at = (seq: number) => exec(seq, '/tmp/counted', { ms: seq });
      await append(batch(exec(9, '/tmp/marked'), at(1), at(2), at(3)));
      expect((await found()).map(({ rule, group }) => [rule.id, group])).toEqual(expect.arrayContaining([['marked', {}], ['three', { node, User: 'ann' }]]));
    });

    test('a new engine in place of the old goes on with the windows, and says nothing twice', async () => {
      await append(batch(exec(1, '/tmp/marked'), exec(2, '/tmp/counted', { ms: 0 }), exec(3, '/tmp/counted', { ms: 100 })));
      await engine.close();
      await store.close();
      store = await openStore();
      engine = await start();
      await append(batch(exec(4, '/tmp/counted', { ms: 200 }), exec(1, '/tmp/marked')));
      expect((await found()).map(({ rule }) => rule.id).sort()).toEqual(['marked', 'three']);
    });

    test('collectors that trust the engine hear what its rules can match, and others do not', async () => {
      await engine.close();
      writeFileSync(join(home, 'rules.yml'), rules.replace('process_creation', 'file_access').replace('Image|endswith', 'TargetFilename|endswith'));
      engine = await start();
      const hear = async (trust: string) => {
        const interests = openInterests({ home: trust, node, fetchMaxWaitMs: 50, retryDelayMs: 50 }, log, clock, logger);
        expect(await interests.settled(20_000)).toBe(true);
        await interests.close();
        return interests.current.kinds;
      };
      const clause = { operations: [], path: { match: 'suffix', text: '/marked' }, port: null, address: null, program: null };
      expect(await hear(home)).toEqual([{ kind: 'file_open', clauses: [clause] }]);
      expect(await hear(join(home, 'stranger'))).toEqual([]);
    });

    test('rules load all or nothing, with every fault', async () => {
      writeFileSync(join(home, 'rules.yml'), `${rules}---\ntitle: Broken\nlogsource: { product: linux }\ndetection: { a: { Image|endwith: x }, condition: a and b }\n`);
      const error: unknown = await start().catch((reason: unknown) => reason);
      expect(hasCode(error, 'RULE_INVALID')).toBe(true);
      expect(String(error)).toMatch(/MODIFIER_UNKNOWN[^]*SELECTION_UNKNOWN/);
    });
  });
});

function exec(seq: number, exe: string, { ms = 0, user = 'ann' }: { ms?: number; user?: string } = {}): Event {
  const { trigger } = sampleDetection({}, { exe, args: [exe], user });
  return { ...trigger, seq, time: trigger.time + BigInt(ms) * 1_000_000n };
}
