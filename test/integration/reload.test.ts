/** Rules replaced under a running engine, from files and from the rules topic: what changes, what must not. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, test } from 'vitest';
import { topics } from '../../schemas/topics.ts';
import { publishContent, rulesSubject } from '../../services/engine/main.ts';
import { contentRecords, hashOf, packRules } from '../../services/engine/reload/content.ts';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { openSigningKey } from '../../services/runtime/signing/keyring.ts';
import { eventually } from '../support/eventually.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { broken, burst, clock, exec, listed, logger, matching, missing, overEachShape, set } from './reload-rig.ts';

overEachShape((rig) => {
  const { start, write, append, found, publish, publishList, reloads } = rig;

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
    await rig.engine.close();
    const changing: EventLog = {
      createTopics: (...all) => rig.log.createTopics(...all),
      producer: () => rig.log.producer(),
      close: () => rig.log.close(),
      // Rules and lists have been read when events begin to be.
      consume: (options, handler) => {
        if (options.topics.includes(topics.events.name)) {
          write(matching('other'));
          write('# kind: path\n/opt/one\n', 'lists/new.txt');
        }
        return rig.log.consume(options, handler);
      },
    };
    rig.engine = await start({ log: changing });
    await reloads({ rules: 1, lists: 1 });
    await append(exec(1, '/tmp/marked'), exec(2, '/tmp/other'));
    expect(await found()).toEqual(['other 2']);
  });

  test('a link to the folder that is swapped, as for a ConfigMap, replaces the rules', async () => {
    await rig.engine.close();
    for (const [version, id] of [['v1', 'marked'], ['v2', 'other']] as const) {
      mkdirSync(join(rig.home, version));
      write(matching(id), `${version}/rules.yml`);
    }
    rmSync(join(rig.home, 'rules'), { recursive: true });
    symlinkSync('v1', join(rig.home, 'rules'));
    rig.engine = await start();
    symlinkSync('v2', join(rig.home, 'next'));
    renameSync(join(rig.home, 'next'), join(rig.home, 'rules'));
    await reloads({ rules: 1 });
    await append(exec(1, '/tmp/marked'), exec(2, '/tmp/other'));
    expect(await found()).toEqual(['other 2']);
  });

  test('published rules count before the files, also for the next engine, until they are withdrawn', async () => {
    await publish(matching('one'), matching('two'));
    await reloads({ rules: 1 });
    await append(exec(1, '/tmp/one'), exec(2, '/tmp/two'), exec(3, '/tmp/marked'));
    expect(await found()).toEqual(['one 1', 'two 2']);
    await rig.engine.close();
    rig.engine = await start();
    await append(exec(4, '/tmp/one'), exec(5, '/tmp/marked'));
    expect(await found()).toEqual(['one 1', 'one 4', 'two 2']);
    await publishContent(rig.home, rulesSubject(rig.group), undefined, { log: rig.log, clock, logger });
    await reloads({ rules: 2 });
    await append(exec(6, '/tmp/one'), exec(7, '/tmp/marked'));
    expect(await found()).toEqual(['marked 7', 'one 1', 'one 4', 'two 2']);
  });

  test('a bad publication leaves the one before, also over a restart', async () => {
    await publish(matching('one'));
    await reloads({ rules: 1 });
    await publish(broken);
    await reloads({ rejected: 1 });
    await rig.engine.close();
    rig.engine = await start();
    await append(exec(1, '/tmp/one'), exec(2, '/tmp/marked'));
    expect(await found()).toEqual(['one 1']);
    expect(rig.engine.reloads).toMatchObject({ rules: 1, rejected: 1 });
  });

  test('rules that are published before their list are used when it is, also by the next engine', async () => {
    await publish(listed('Image|expand'));
    await reloads({ rejected: 1 });
    await append(exec(1, '/tmp/marked'));
    expect(await found()).toEqual(['marked 1']);
    await publishList('bad', '# kind: path\n/opt/bad\n');
    await reloads({ rules: 1, lists: 1 });
    await append(exec(2, '/opt/bad'), exec(3, '/tmp/marked'));
    expect(await found()).toEqual(['listed 2', 'marked 1']);
    await rig.engine.close();
    rig.engine = await start();
    await append(exec(4, '/opt/bad'));
    expect(await found()).toEqual(['listed 2', 'listed 4', 'marked 1']);
  });

  test('what crashes have left in the home goes with the next start', async () => {
    const left = join(rig.home, `rules-${rig.group}.json.${randomUUID()}.new`);
    writeFileSync(left, 'torn');
    utimesSync(left, 1, 1);
    await rig.engine.close();
    rig.engine = await start();
    expect(existsSync(left)).toBe(false);
  });

  test('an engine that has published rules starts whatever the files hold', async () => {
    await publish(matching('one'));
    await reloads({ rules: 1 });
    await rig.engine.close();
    write(broken);
    write('# kind: nothing\n', 'lists/bad.txt');
    rig.engine = await start();
    await append(exec(1, '/tmp/one'), exec(2, '/tmp/marked'));
    expect(await found()).toEqual(['one 1']);
  });

  test('what is not signed by a trusted key, or older than what is known, changes nothing', async () => {
    const producer = await rig.log.producer();
    const records = (id: string, keyHome: string, ms: number) => contentRecords(rulesSubject(rig.group), packRules([{ file: 'a.yml', text: matching(id) }]), ms, openSigningKey(keyHome, 'publisher', 'rules', []));
    const now = clock.nowMs();
    for (const each of [records('forged', join(rig.home, 'stranger'), now + 2), records('new', rig.home, now), records('old', rig.home, now - 1_000)]) {
      for (const record of each) await producer.append([record]);
    }
    await producer.close();
    await publishList('last', '# kind: text\nx');
    await reloads({ rules: 1, lists: 1 });
    await append(...['forged', 'new', 'old'].map((name, index) => exec(index + 1, `/tmp/${name}`)));
    expect(await found()).toEqual(['new 2']);
    await rig.engine.close();
    rig.engine = await start();
    await append(exec(9, '/tmp/old'));
    expect(await found()).toEqual(['new 2']);
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
