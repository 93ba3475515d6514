/** The same attacks against `ringfence up`: one process, one SQLite file, no server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Detection, Receipt } from '../../schemas/generated/types.gen.ts';
import { openSqliteEventLog } from '../../services/runtime/event-log/sqlite.ts';
import { reverseShell, SharedMemoryPrograms, suGuessing } from '../support/attacks.ts';
import { cgroupHindrance, createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { readDetections } from '../support/detections.ts';
import { eventually } from '../support/eventually.ts';
import { removePins } from '../support/pipeline.ts';
import { ServiceProcess } from '../support/service-process.ts';

type FeedLine = ({ readonly type: 'detection' } & Detection) | ({ readonly type: 'receipt' } & Receipt);

const node = 'test-embedded';

describe.skipIf(cgroupHindrance !== null)(`embedded (${cgroupHindrance ?? 'one process'})`, () => {
  let cgroup: TestCgroup;
  let home: string;
  let up: ServiceProcess;
  const feed = () => up.output.map((line) => JSON.parse(line) as FeedLine);
  const detections = () => feed().filter((line) => line.type === 'detection');

  beforeAll(async () => {
    cgroup = createTestCgroup('embedded');
    home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
    const environment = { RINGFENCE_HOME: home, RINGFENCE_NODE: node, RINGFENCE_SCOPE_CGROUP: cgroup.path, RINGFENCE_RESPOND: 'enforce', RINGFENCE_LOG_LEVEL: 'info' };
    up = await new ServiceProcess(['up', '--json'], environment, 'watching').start();
  }, 60_000);

  afterAll(async () => {
    await cgroup?.remove();
    await up?.stop();
    removePins(home, node);
    rmSync(home, { recursive: true, force: true });
  }, 30_000);

  test('a reverse shell is detected and killed, and both are lines of the feed', async () => {
    const attack = await reverseShell(cgroup);
    expect(await attack.ended).toEqual({ code: null, signal: 'SIGKILL' });
    attack.close();
    const found = await eventually(() => detections().find(({ trigger }) => trigger?.process.pid === attack.pid));
    expect(found.rule.level).toBe('critical');
    const receipt = await eventually(() => feed().find((line) => line.type === 'receipt' && line.detection_id === found.id));
    expect(receipt).toMatchObject({ status: 'done', node });
  });

  test('a burst of refused su is one detection', async () => {
    await suGuessing(cgroup, 5);
    const found = await eventually(() => detections().find(({ rule }) => rule.title === 'Password Guessing With su'));
    expect(found).toMatchObject({ group: { node: node, User: 'nobody' }, count: 5 });
  });

  test('kill -9 under fire loses no detection and repeats none', async () => {
    const programs = new SharedMemoryPrograms(cgroup);
    try {
      const fire = programs.runUntilStopped();
      for (let round = 0; round < 3; round++) {
        await sleep(300);
        await up.kill9();
        await sleep(200);
        await up.start();
      }
      const paths = await fire.stop();
      const found = await eventually(async () => {
        const seen = await inLog(home);
        return seen.length >= paths.length ? seen : undefined;
      });
      expect(found.map(({ trigger }) => trigger?.process.exe).sort()).toEqual(paths.toSorted());
    } finally {
      programs.remove();
    }
  });
});

async function inLog(home: string): Promise<Detection[]> {
  const log = openSqliteEventLog({ path: join(home, 'ringfence.sqlite') });
  try {
    return (await readDetections(log, node)).filter(({ rule }) => rule.title === 'Program Run From Shared Memory');
  } finally {
    await log.close();
  }
}
