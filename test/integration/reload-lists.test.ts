/** Lists replaced under a running engine and over its restarts, and what becomes of those with which the rules are refused. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { listSubject, publishContent } from '../../services/engine/main.ts';
import { hashOf } from '../../services/engine/reload/content.ts';
import { readKept } from '../../services/engine/reload/kept-published.ts';
import { readUsedTimes } from '../../services/engine/reload/used-times.ts';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { clock, exec, into, listed, logger, matching, missing, overEachShape } from './reload-rig.ts';

overEachShape((rig) => {
  const { start, write, append, found, publish, publishList, reloads } = rig;

  test('rules of the files that refer to a list that is only published are used after a restart', async () => {
    await publishList('bad', '# kind: path\n/opt/one\n');
    await reloads({ lists: 1 });
    write(listed('Image|expand'));
    await reloads({ rules: 1 });
    await rig.engine.close();
    rig.engine = await start();
    await append(exec(1, '/opt/one'));
    expect(await found()).toEqual(['listed 1']);
  });

  test('an engine that starts again refuses a list older than the one it used, and says that this is gone', async () => {
    await publishList('bad', '# kind: path\n/opt/old\n');
    await reloads({ lists: 1 });
    await rig.engine.close();
    write('# kind: path\n/opt/file\n', 'lists/bad.txt');
    write(listed('Image|expand'));
    // What compaction leaves when somebody has appended the old records behind the new ones.
    const times = readUsedTimes(rig.home, rig.group, logger);
    times.note({ subject: listSubject(rig.group, 'bad'), issued_ms: clock.nowMs() });
    await times.write();
    rmSync(join(rig.home, `lists-${rig.group}`), { recursive: true });
    const lines: Record<string, unknown>[] = [];
    rig.engine = await start({ logger: into(lines) });
    await append(exec(1, '/opt/old'), exec(2, '/opt/file'));
    expect(await found()).toEqual(['listed 2']);
    expect(lines.map(({ reason, subjects }) => reason ?? subjects)).toEqual(['older_than_known', [listSubject(rig.group, 'bad')]]);
    await publishList('bad', '# kind: path\n/opt/new\n');
    await reloads({ lists: 1 });
    await rig.engine.close();
    rig.engine = await start();
    await append(exec(3, '/opt/file'), exec(4, '/opt/new'));
    expect(await found()).toEqual(['listed 2', 'listed 4']);
  });

  describe('a list that breaks the published rules', () => {
    /** What rules hold, they find within a value; what they look up, is the whole of it. */
    const holding = listed('Image|contains|expand');
    const lookingUp = listed('Image|expand');
    const bad = `# kind: text\n${Array.from({ length: 201 }, (_, index) => `/tmp/e${index}\n`).join('')}`;

    /** Published rules with a published list in use, then another list, which is the newest when the engine starts. */
    const restartWith = async (text: string | undefined): Promise<Record<string, unknown>[]> => {
      await publishList('bad', '# kind: text\n/tmp/good\n');
      await publish(holding);
      await reloads({ lists: 1, rules: 1 });
      await rig.engine.close();
      await publishList('bad', text);
      const lines: Record<string, unknown>[] = [];
      rig.engine = await start({ log: compacted(rig.log, listSubject(rig.group, 'bad')), logger: into(lines) });
      return lines;
    };
    const appendAll = (from: number): Promise<void> => append(...['/tmp/good/1', '/tmp/e7', '/tmp/e7/1', '/tmp/marked', '/tmp/good'].map((exe, index) => exec(from + index, exe)));

    test.each([['of too many entries', bad, 'VARIANTS_TOO_MANY'], ['that is withdrawn', undefined, 'PLACEHOLDER_UNRESOLVED']])('is not taken at the start either: %s', async (_of, text, code) => {
      const lines = await restartWith(text);
      await appendAll(1);
      expect(await found()).toEqual(['listed 1', 'listed 5']);
      expect(rig.engine.reloads).toMatchObject({ rules: 1, rejected: 1, waiting: 1 });
      expect(lines).toContainEqual(expect.objectContaining({ level: 50, code }));
      // Nor by the next.
      await rig.engine.close();
      rig.engine = await start({ log: compacted(rig.log, listSubject(rig.group, 'bad')) });
      await appendAll(11);
      expect(await found()).toEqual(['listed 1', 'listed 11', 'listed 15', 'listed 5']);
    });

    test('is not taken by an engine in a new home, where the topic still has the one before', async () => {
      await publishList('bad', '# kind: text\n/tmp/good\n');
      await publishList('bad', bad);
      await publish(holding);
      await reloads({ lists: 1 });
      await rig.engine.close();
      for (const file of [`lists-${rig.group}`, `rules-${rig.group}.json`, `published-${rig.group}.json`]) rmSync(join(rig.home, file), { recursive: true, force: true });
      rig.engine = await start();
      await appendAll(1);
      expect(await found()).toEqual(['listed 1', 'listed 5']);
    });

    test('is not taken from its file at the start', async () => {
      write('# kind: text\n/tmp/good\n', 'lists/bad.txt');
      await reloads({ lists: 1 });
      await publish(holding);
      await reloads({ rules: 1 });
      await rig.engine.close();
      write(bad, 'lists/bad.txt');
      const lines: Record<string, unknown>[] = [];
      rig.engine = await start({ logger: into(lines) });
      await appendAll(1);
      expect(await found()).toEqual(['listed 1', 'listed 5']);
      expect(rig.engine.reloads).toMatchObject({ rules: 1, rejected: 1, waiting: 1 });
      expect(lines).toContainEqual(expect.objectContaining({ level: 50, code: 'VARIANTS_TOO_MANY' }));
    });

    test('is taken once other rules are in use, and by the next engine', async () => {
      await restartWith(bad);
      await publish(lookingUp);
      await reloads({ rules: 2, lists: 2 });
      expect(rig.engine.reloads.waiting).toBe(0);
      await appendAll(1);
      expect(await found()).toEqual(['listed 2']);
      await rig.engine.close();
      rig.engine = await start();
      await appendAll(11);
      expect(await found()).toEqual(['listed 12', 'listed 2']);
      expect(rig.engine.reloads).toMatchObject({ rules: 1, lists: 1, rejected: 0 });
    });

    test('does not keep an engine from its start that runs the rules of files', async () => {
      await rig.engine.close();
      write(holding);
      await publishList('bad', '# kind: text\n/tmp/good\n');
      rig.engine = await start();
      await rig.engine.close();
      await publishList('bad', bad);
      rig.engine = await start();
      await appendAll(1);
      expect(await found()).toEqual(['listed 1', 'listed 5']);
      write(lookingUp);
      await reloads({ rules: 1, lists: 2 });
      await appendAll(11);
      expect(await found()).toEqual(['listed 1', 'listed 12', 'listed 5']);
    });
  });

  test("of two files of one list the later folder's counts, at the start and after each change", async () => {
    await rig.engine.close();
    mkdirSync(join(rig.home, 'own'));
    const list = (folder: string, entry: string): void => write(`# kind: path\n${entry}\n`, `${folder}/bad.txt`);
    const judged = async (from: number): Promise<string[]> => {
      await append(...['/opt/shipped', '/opt/own', '/opt/changed', '/opt/last'].map((exe, index) => exec(from + index, exe)));
      return (await found()).filter((line) => Number(line.split(' ')[1]) >= from);
    };
    list('lists', '/opt/shipped');
    list('own', '/opt/own');
    write(listed('Image|expand'));
    rig.engine = await start({}, ['lists', 'own']);
    expect(await judged(11)).toEqual(['listed 12']);
    // Another list says when the change has been seen.
    list('lists', '/opt/changed');
    write('# kind: path\n/opt/x\n', 'own/seen.txt');
    await reloads({ lists: 1 });
    expect(await judged(21)).toEqual(['listed 22']);
    list('own', '/opt/last');
    await reloads({ lists: 2 });
    expect(await judged(31)).toEqual(['listed 34']);
    rmSync(join(rig.home, 'own/bad.txt'));
    await reloads({ lists: 3 });
    expect(await judged(41)).toEqual(['listed 43']);
  });

  test('lists change under the rules that refer to them, from files and from the topic', async () => {
    await rig.engine.close();
    write('# kind: path\n/opt/one\n', 'lists/bad.txt');
    write(listed('Image|expand'));
    rig.engine = await start();
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
    expect(rig.engine.reloads.rules).toBe(0);
    // Withdrawn, its file counts again.
    await publishList('bad', undefined);
    await reloads({ lists: 3 });
    await append(exec(8, '/opt/two'), exec(9, '/opt/three'));
    expect(await found()).toEqual(['listed 1', 'listed 4', 'listed 6', 'listed 8']);
  });

  test('a list that is gone holds nothing any more, unless a rule refers to it', async () => {
    await rig.engine.close();
    write('# kind: path\n/opt/one\n', 'lists/bad.txt');
    write(listed('Image|expand'));
    rig.engine = await start();
    rmSync(join(rig.home, 'lists/bad.txt'));
    await reloads({ rejected: 1 });
    await append(exec(1, '/opt/one'));
    expect(await found()).toEqual(['listed 1']);
    // With the rule that refers to it gone, so is the list: a rule that comes then does not find it.
    write(matching('marked'));
    await reloads({ rules: 1 });
    write('# kind: path\n/opt/other\n', 'lists/other.txt');
    await reloads({ lists: 2 });
    write(listed('Image|expand'));
    await reloads({ rejected: 2 });
  });
});

describe.skipIf(missing !== undefined)(`an engine that is killed while it keeps lists (${missing ?? 'over Kafka and Redis'})`, () => {
  test('leaves each as it was or as it is, and comes back with the newest', async () => {
    const home = mkdtempSync(join(tmpdir(), 'ringfence-reload-'));
    const group = `test-killed-lists-${process.pid}`;
    for (const folder of ['rules', 'lists']) mkdirSync(join(home, folder));
    writeFileSync(join(home, 'rules/rules.yml'), listed('Image|expand'));
    writeFileSync(join(home, 'lists/bad.txt'), '# kind: path\n/opt/file\n');
    const log = openKafkaEventLog({ brokers: inject('kafkaBrokers')!, clientId: 'test' });
    const environment = { RINGFENCE_HOME: home, RINGFENCE_RULES: join(home, 'rules'), RINGFENCE_LISTS: join(home, 'lists'), RINGFENCE_GROUP: group, KAFKA_BROKERS: inject('kafkaBrokers')!, REDIS_URL: inject('redisUrl')! };
    const engine = new ServiceProcess(['engine'], environment, 'judging');
    try {
      await engine.start();
      for (const entries of [100_000, 100_001]) {
        // Many parts, which take a moment to be written.
        const text = Array.from({ length: entries }, (_, index) => `/opt/${hashOf(Buffer.from(`${entries}/${index}`))}\n`).join('');
        const from = engine.lines.length;
        await publishContent(home, listSubject(group, 'bad'), Buffer.from(`# kind: path\n${text}`), { log, clock, logger });
        await engine.waitFor(({ msg }) => msg === 'list replaced', { from });
        await engine.kill9();
        const kept = readKept(home, group, into([])).filter(({ key }) => key === listSubject(group, 'bad'));
        expect(kept.length).toBeLessThan(2);
        const restart = engine.lines.length;
        await engine.start();
        const lines = engine.lines.slice(restart);
        expect(lines.find(({ msg }) => msg === 'rules')).toMatchObject({ lists: [{ name: 'bad', entries }] });
        // Until it is compacted, the topic still has those before.
        expect(lines.filter(({ level, reason }) => Number(level) >= 40 && reason !== 'older_than_known')).toEqual([]);
      }
      // What the last start kept is all that a home needs without its topic.
      expect(readKept(home, group, into([])).length).toBeGreaterThan(5);
      expect(readdirSync(join(home, `lists-${group}`))).toEqual(['bad.json', 'bad.txt']);
    } finally {
      await engine.stop();
      await log.close();
      rmSync(home, { recursive: true });
    }
  }, 120_000);
});

/** The log, without the first record of a key: as it is when a newer one has come, and the topic is compacted. */
function compacted(log: EventLog, key: string): EventLog {
  let first: number | undefined;
  return {
    createTopics: (...all) => log.createTopics(...all),
    producer: () => log.producer(),
    close: () => log.close(),
    consume: (options, handler) => log.consume(options, (batch) => {
      first ??= batch.records.find((record) => record.key === key)?.offset;
      return handler({ ...batch, records: batch.records.filter((record) => record.key !== key || record.offset !== first) });
    }),
  };
}
