/** Rules and lists replaced under a running engine, from files and from the rules topic: what changes, what must not. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { codec } from '../../schemas/codec/codec.ts';
import type { Event } from '../../schemas/generated/types.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { sampleDetection } from '../../services/cli/feed/sample-detection.ts';
import { engineSettings, listSubject, publishContent, rulesSubject, startEngine, type Engine } from '../../services/engine/main.ts';
import { contentRecords, hashOf, packRules } from '../../services/engine/reload/content.ts';
import { readUsedTimes } from '../../services/engine/reload/used-times.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { openSqliteEventLog } from '../../services/runtime/event-log/sqlite.ts';
import { createLogger, type Logger } from '../../services/runtime/log.ts';
import { openSigningKey } from '../../services/runtime/signing/keyring.ts';
import { createMemoryWindowStore } from '../../services/runtime/window-store/memory.ts';
import { openRedisWindowStore } from '../../services/runtime/window-store/redis.ts';
import type { WindowStore } from '../../services/runtime/window-store/window-store.ts';
import { readDetections } from '../support/detections.ts';
import { eventually } from '../support/eventually.ts';
import { ServiceProcess } from '../support/service-process.ts';

const matching = (id: string, ending = `/${id}`): string => `title: ${id}
id: ${id}
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: ${ending} }, condition: selection }
level: high
`;

const burst = `title: Counted
name: counted
logsource: { category: process_creation, product: linux }
detection: { selection: { Image|endswith: /counted } , condition: selection }
---
title: Three In A Second
id: three
correlation: { type: event_count, rules: [counted], group-by: [node], timespan: 1s, condition: { gte: 3 } }
`;

const set = (...rules: string[]): string => rules.join('---\n');
const broken = 'title: Broken\nlogsource: { product: linux }\ndetection: { a: { Image|endwith: x }, condition: a and b }\n';

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
    let group: string;
    let log: EventLog;
    let store: WindowStore;
    let engine: Engine;

    const start = (ports: { log?: EventLog; logger?: Logger } = {}): Promise<Engine> => {
      const settings = engineSettings.parse({ rules: join(home, 'rules'), lists: join(home, 'lists'), group, home, watchMs: '50', settleMs: '30' });
      return startEngine(settings, { log, store, clock, logger, ...ports });
    };

    beforeEach(async () => {
      home = mkdtempSync(join(tmpdir(), 'ringfence-reload-'));
      node = `reload-${process.pid}-${run++}`;
      group = `test-${node}`;
      for (const folder of ['rules', 'lists']) mkdirSync(join(home, folder));
      write(set(matching('marked'), burst));
      log = shape === 'Kafka and Redis' ? openKafkaEventLog({ brokers: inject('kafkaBrokers')!, clientId: 'test' }) : openSqliteEventLog({ path: join(home, 'log.sqlite') });
      store = shape === 'Kafka and Redis' ? await openRedisWindowStore({ url: inject('redisUrl')! }) : createMemoryWindowStore({ clock });
      engine = await start();
    });

    afterEach(async () => {
      await engine.close();
      await log.close();
      await store.close();
      rmSync(home, { recursive: true });
    });

    const write = (text: string, file = 'rules/rules.yml'): void => writeFileSync(join(home, file), text);
    const append = async (...events: Event[]): Promise<void> => {
      const producer = await log.producer();
      await producer.append([{ topic: topics.events.name, key: node, value: codec('event_batch').encode({ node, boot_id: 'boot', hostname: node, events, losses: [] }) }]);
      await producer.close();
    };
    const found = async (): Promise<string[]> => {
      await engine.caughtUp();
      return (await readDetections(log, node)).map(({ rule, trigger }) => `${rule.id} ${trigger?.seq}`).sort();
    };
    const publish = (...files: string[]): Promise<number> => publishContent(home, rulesSubject(group), packRules(files.map((text, index) => ({ file: `${index}.yml`, text }))), { log, clock, logger });
    const publishList = (name: string, text: string | undefined): Promise<number> => publishContent(home, listSubject(group, name), text === undefined ? undefined : Buffer.from(text), { log, clock, logger });
    const reloads = (wanted: Partial<Engine['reloads']>): Promise<true> => {
      return eventually(() => (Object.entries(wanted).every(([key, value]) => engine.reloads[key as keyof Engine['reloads']] >= value) ? true : undefined));
    };

    test('changed files replace the rules, and a rule that stayed keeps its windows', async () => {
      await append(exec(1, '/tmp/counted'), exec(2, '/tmp/counted', 100), exec(3, '/tmp/other'));
      expect(await found()).toEqual([]);
      write(set(burst, matching('other')));
      await reloads({ rules: 1 });
      await append(exec(4, '/tmp/counted', 200), exec(5, '/tmp/other'), exec(6, '/tmp/marked'));
      expect(await found()).toEqual(['other 5', 'three 4']);
    });

    test('a set with one rejected rule changes nothing, and the next good one counts', async () => {
      write(set(matching('other'), broken));
      await reloads({ rejected: 1 });
      await append(exec(1, '/tmp/marked'), exec(2, '/tmp/other'));
      expect(await found()).toEqual(['marked 1']);
      write(set(matching('other')));
      await reloads({ rules: 1 });
      await append(exec(3, '/tmp/marked'), exec(4, '/tmp/other'));
      expect(await found()).toEqual(['marked 1', 'other 4']);
    });

    test('files that change while the engine starts, after they were read, replace what was read', async () => {
      await engine.close();
      const changing: EventLog = {
        createTopics: (...all) => log.createTopics(...all),
        producer: () => log.producer(),
        close: () => log.close(),
        // Rules and lists have been read when events begin to be.
        consume: (options, handler) => {
          if (options.topics.includes(topics.events.name)) {
            write(matching('other'));
            write('# kind: path\n/opt/one\n', 'lists/new.txt');
          }
          return log.consume(options, handler);
        },
      };
      engine = await start({ log: changing });
      await reloads({ rules: 1, lists: 1 });
      await append(exec(1, '/tmp/marked'), exec(2, '/tmp/other'));
      expect(await found()).toEqual(['other 2']);
    });

    test('a link to the folder that is swapped, as for a ConfigMap, replaces the rules', async () => {
      await engine.close();
      for (const [version, id] of [['v1', 'marked'], ['v2', 'other']] as const) {
        mkdirSync(join(home, version));
        write(matching(id), `${version}/rules.yml`);
      }
      rmSync(join(home, 'rules'), { recursive: true });
      symlinkSync('v1', join(home, 'rules'));
      engine = await start();
      symlinkSync('v2', join(home, 'next'));
      renameSync(join(home, 'next'), join(home, 'rules'));
      await reloads({ rules: 1 });
      await append(exec(1, '/tmp/marked'), exec(2, '/tmp/other'));
      expect(await found()).toEqual(['other 2']);
    });

    test('published rules count before the files, also for the next engine, until they are withdrawn', async () => {
      await publish(matching('one'), matching('two'));
      await reloads({ rules: 1 });
      await append(exec(1, '/tmp/one'), exec(2, '/tmp/two'), exec(3, '/tmp/marked'));
      expect(await found()).toEqual(['one 1', 'two 2']);
      await engine.close();
      engine = await start();
      await append(exec(4, '/tmp/one'), exec(5, '/tmp/marked'));
      expect(await found()).toEqual(['one 1', 'one 4', 'two 2']);
      await publishContent(home, rulesSubject(group), undefined, { log, clock, logger });
      await reloads({ rules: 2 });
      await append(exec(6, '/tmp/one'), exec(7, '/tmp/marked'));
      expect(await found()).toEqual(['marked 7', 'one 1', 'one 4', 'two 2']);
    });

    test('a bad publication leaves the one before, also over a restart', async () => {
      await publish(matching('one'));
      await reloads({ rules: 1 });
      await publish(broken);
      await reloads({ rejected: 1 });
      await engine.close();
      engine = await start();
      await append(exec(1, '/tmp/one'), exec(2, '/tmp/marked'));
      expect(await found()).toEqual(['one 1']);
      expect(engine.reloads).toMatchObject({ rules: 1, rejected: 1 });
    });

    test('an engine that has published rules starts whatever the files hold', async () => {
      await publish(matching('one'));
      await reloads({ rules: 1 });
      await engine.close();
      write(broken);
      write('# kind: nothing\n', 'lists/bad.txt');
      engine = await start();
      await append(exec(1, '/tmp/one'), exec(2, '/tmp/marked'));
      expect(await found()).toEqual(['one 1']);
    });

    test('rules of the files that refer to a list that is only published are used after a restart', async () => {
      await publishList('bad', '# kind: path\n/opt/one\n');
      await reloads({ lists: 1 });
      write(matching('listed').replace('Image|endswith: /listed', "Image|expand: '%bad%'"));
      await reloads({ rules: 1 });
      await engine.close();
      engine = await start();
      await append(exec(1, '/opt/one'));
      expect(await found()).toEqual(['listed 1']);
    });

    test('an engine that starts again refuses a list older than the one it used, and says that this is gone', async () => {
      await publishList('bad', '# kind: path\n/opt/old\n');
      await reloads({ lists: 1 });
      await engine.close();
      write('# kind: path\n/opt/file\n', 'lists/bad.txt');
      write(matching('listed').replace('Image|endswith: /listed', "Image|expand: '%bad%'"));
      // What compaction leaves when somebody has appended the old records behind the new ones.
      const times = readUsedTimes(home, group, logger);
      times.note({ subject: listSubject(group, 'bad'), issued_ms: clock.nowMs() });
      times.write();
      const lines: Record<string, unknown>[] = [];
      engine = await start({ logger: pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) }) });
      await append(exec(1, '/opt/old'), exec(2, '/opt/file'));
      expect(await found()).toEqual(['listed 2']);
      expect(lines.map(({ reason, subjects }) => reason ?? subjects)).toEqual(['older_than_known', [listSubject(group, 'bad')]]);
      await publishList('bad', '# kind: path\n/opt/new\n');
      await reloads({ lists: 1 });
      await engine.close();
      engine = await start();
      await append(exec(3, '/opt/file'), exec(4, '/opt/new'));
      expect(await found()).toEqual(['listed 2', 'listed 4']);
    });

    test('what is not signed by a trusted key, or older than what is known, changes nothing', async () => {
      const producer = await log.producer();
      const records = (id: string, keyHome: string, ms: number) => contentRecords(rulesSubject(group), packRules([{ file: 'a.yml', text: matching(id) }]), ms, openSigningKey(keyHome, 'publisher', 'rules', []));
      const now = clock.nowMs();
      for (const each of [records('forged', join(home, 'stranger'), now + 2), records('new', home, now), records('old', home, now - 1_000)]) {
        for (const record of each) await producer.append([record]);
      }
      await producer.close();
      await publishList('last', '# kind: text\nx');
      await reloads({ rules: 1, lists: 1 });
      await append(...['forged', 'new', 'old'].map((name, index) => exec(index + 1, `/tmp/${name}`)));
      expect(await found()).toEqual(['new 2']);
      await engine.close();
      engine = await start();
      await append(exec(9, '/tmp/old'));
      expect(await found()).toEqual(['new 2']);
    });

    test('lists change under the rules that refer to them, from files and from the topic', async () => {
      await engine.close();
      write('# kind: path\n/opt/one\n', 'lists/bad.txt');
      write(matching('listed').replace('Image|endswith: /listed', "Image|expand: '%bad%'"));
      engine = await start();
      await append(exec(1, '/opt/one'), exec(2, '/opt/two'));
      expect(await found()).toEqual(['listed 1']);
      write('# kind: path\n/opt/two\n', 'lists/bad.txt');
      await reloads({ lists: 1 });
      await append(exec(3, '/opt/one'), exec(4, '/opt/two'));
      expect(await found()).toEqual(['listed 1', 'listed 4']);
      // More than one part.
      await publishList('bad', `# kind: path\n${Array.from({ length: 60_000 }, (_, index) => `/opt/${(index * 2_654_435_761).toString(36)}-${Math.sin(index)}\n`).join('')}/opt/three`);
      await reloads({ lists: 2 });
      await publishList('bad', '# kind: ip\n/opt/four');
      await reloads({ rejected: 1 });
      await append(exec(5, '/opt/two'), exec(6, '/opt/three'), exec(7, '/opt/four'));
      expect(await found()).toEqual(['listed 1', 'listed 4', 'listed 6']);
      expect(engine.reloads.rules).toBe(0);
      // Withdrawn, its file counts again.
      await publishList('bad', undefined);
      await reloads({ lists: 3 });
      await append(exec(8, '/opt/two'), exec(9, '/opt/three'));
      expect(await found()).toEqual(['listed 1', 'listed 4', 'listed 6', 'listed 8']);
    });

    test('a list that is gone holds nothing any more, unless a rule refers to it', async () => {
      await engine.close();
      write('# kind: path\n/opt/one\n', 'lists/bad.txt');
      write(matching('listed').replace('Image|endswith: /listed', "Image|expand: '%bad%'"));
      engine = await start();
      rmSync(join(home, 'lists/bad.txt'));
      await reloads({ rejected: 1 });
      await append(exec(1, '/opt/one'));
      expect(await found()).toEqual(['listed 1']);
      // With the rule that refers to it gone, so is the list: a rule that comes then does not find it.
      write(matching('marked'));
      await reloads({ rules: 1 });
      write('# kind: path\n/opt/other\n', 'lists/other.txt');
      await reloads({ lists: 2 });
      write(matching('listed').replace('Image|endswith: /listed', "Image|expand: '%bad%'"));
      await reloads({ rejected: 2 });
    });

    test('rules replaced again and again under load lose no event and repeat none', async () => {
      const eventsMax = 40_000;
      let events = 0;
      let over = false;
      const flood = (async () => {
        for (; !over && events < eventsMax; events += 20) {
          await append(...Array.from({ length: 20 }, (_, index) => exec(events + index + 1, '/tmp/marked')));
          // About 2,000 events a second.
          await sleep(10);
        }
      })();
      for (let version = 1; version <= 6; version++) {
        await publish(matching('marked'), matching('always', '/marked').replace('level', `status: ${version % 2 === 0 ? 'test' : 'stable'}\nlevel`));
        await reloads({ rules: version });
      }
      const before = events;
      await eventually(() => (events > before || events >= eventsMax ? true : undefined));
      over = true;
      await flood;
      const detections = await found();
      const ofMarked = detections.filter((line) => line.startsWith('marked '));
      expect(new Set(ofMarked).size).toBe(ofMarked.length);
      expect(ofMarked).toHaveLength(events);
      const ofAlways = detections.filter((line) => line.startsWith('always '));
      expect(new Set(ofAlways).size).toBe(ofAlways.length);
      expect(ofAlways.length).toBeGreaterThan(0);
    }, 120_000);
  });
});

describe.skipIf(missing !== undefined)(`an engine that is killed (${missing ?? 'over Kafka and Redis'})`, () => {
  test('comes back with the newest publication that is complete', async () => {
    const home = mkdtempSync(join(tmpdir(), 'ringfence-reload-'));
    const group = `test-killed-${process.pid}`;
    mkdirSync(join(home, 'rules'));
    writeFileSync(join(home, 'rules/rules.yml'), matching('marked'));
    const log = openKafkaEventLog({ brokers: inject('kafkaBrokers')!, clientId: 'test' });
    const environment = { RINGFENCE_HOME: home, RINGFENCE_RULES: join(home, 'rules'), RINGFENCE_LISTS: join(home, 'lists'), RINGFENCE_GROUP: group, KAFKA_BROKERS: inject('kafkaBrokers')!, REDIS_URL: inject('redisUrl')! };
    const engine = new ServiceProcess(['engine'], environment, 'judging');
    const publish = (text: string): Promise<number> => publishContent(home, rulesSubject(group), packRules([{ file: 'a.yml', text }]), { log, clock, logger });
    try {
      await engine.start();
      await publish(matching('one'));
      await engine.waitFor(({ msg }) => msg === 'rules replaced');
      await engine.kill9();
      await publish(matching('two'));
      // A publisher that died: all but its manifest.
      const records = contentRecords(rulesSubject(group), packRules([{ file: 'a.yml', text: matching('three') }]), clock.nowMs(), openSigningKey(home, 'publisher', 'rules', []));
      const producer = await log.producer();
      for (const record of records.slice(0, -1)) await producer.append([record]);
      await producer.close();
      const from = engine.lines.length;
      await engine.start();
      const replaced = engine.lines.slice(from).filter(({ msg }) => msg === 'rules replaced');
      const versionOfTwo = hashOf(packRules([{ file: 'a.yml', text: matching('two') }])).slice(0, 16);
      expect(replaced).toMatchObject([{ from: `published ${versionOfTwo}`, ok: 1 }]);
    } finally {
      await engine.stop();
      await log.close();
      rmSync(home, { recursive: true });
    }
  }, 120_000);
});

function exec(seq: number, exe: string, ms = 0): Event {
  const { trigger } = sampleDetection({}, { exe, args: [exe] });
  return { ...trigger, seq, time: trigger.time + BigInt(ms) * 1_000_000n };
}
