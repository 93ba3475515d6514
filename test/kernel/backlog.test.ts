/** What a collector that was killed has left in its rings, read by the next: all of it, once, in its order, and by whom it was done. */
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeKernelRecord, type KernelRecord } from '../../schemas/generated/decode.gen.ts';
import type { Event } from '../../schemas/generated/types.gen.ts';
import { Enricher } from '../../services/collector/enrich.ts';
import { inOrder, type Kernel } from '../../services/collector/kernel/kernel.ts';
import { ProcessCache } from '../../services/collector/process-cache.ts';
import { createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { actor } from './actors.ts';
import { ownOpens } from './own-opens.ts';
import { startReadingProcess } from './start-reading-process.ts';
import { becauseOf, decodeAll, hindrance, openSensor, temporaryHome } from './watched.ts';

const turns = 400;
const programs = 2;

const ringBytes = 4 << 20;

/** A small part of what that leads to, in each ring. */
const readBytesMax = 65_536;

const withoutSecrets = { args: (args: string[]) => args, env: (variables: string[]) => variables, text: (text: string) => text };

describe.skipIf(hindrance !== null)(`a backlog${becauseOf}`, () => {
  let home: string;
  let folder: string;
  let cgroup: TestCgroup;
  let kernel: Kernel | null;

  beforeEach(() => {
    kernel = null;
    home = temporaryHome();
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-backlog-')));
    cgroup = createTestCgroup('backlog');
  });

  afterEach(async () => {
    await (kernel ?? openSensor(home, { cgroup: dirname(cgroup.path) })).close();
    await cgroup.remove();
    for (const path of [home, folder]) rmSync(path, { recursive: true });
  });

  /** Two programs that exec each other. */
  async function takeTurns(name: string): Promise<void> {
    const [one, other] = [join(folder, `${name}-one`), join(folder, `${name}-other`)];
    for (const path of [one, other]) copyFileSync(actor('exec-turns'), path);
    await once(cgroup.run(one, [String(turns), other], { stdio: 'ignore' }), 'exit');
  }

  test.each([
    ['in rings that it adopts', ringBytes],
    ['in rings of a predecessor with other settings', 2 * ringBytes],
  ])('of more than is read at once, %s, comes whole, once and in its order', async (_, nextRingBytes) => {
    const killed = await startReadingProcess(home, cgroup, ringBytes, 'opens');
    await Promise.all(Array.from({ length: programs }, (__, number) => takeTurns(String(number))));
    await killed.kill();
    kernel = openSensor(home, { cgroup: cgroup.path }, { ringBytes: nextRingBytes, readBytesMax });
    const { records, pieces } = readAll(kernel);
    for (const count of pieces) expect(count).toBeGreaterThan(2);
    const { rings, faults } = kernel.counters();
    for (const ring of [0, 1]) {
      const seqs = records.filter((each) => each.ring === ring).map(({ record }) => Number(record.seq));
      expect(rings[ring]).toMatchObject({ seen: BigInt(seqs.length), droppedRingFull: 0n });
      expect(seqs.toSorted((one, two) => one - two)).toEqual(seqs.map((__, index) => index + 1));
    }
    expect(ownOpens(records.map(({ record }) => record), folder)).toEqual({ right: programs * (turns + 1), wrong: [] });
    expect([kernel.waits, faults['order_unsure']]).toEqual([false, 0n]);
    // All was released: whoever comes next finds nothing of it.
    await kernel.close();
    kernel = openSensor(home, { cgroup: cgroup.path }, { ringBytes, readBytesMax });
    expect(readAll(kernel).records).toEqual([]);
  });

  test('says of what a process did before its exec not that the program did it which it has now', async () => {
    const script = 'echo ready; read line; : < "$1/own"; (: < "$1/child"; exec sleep 1001) & : < "$1/between"; exec sleep 1000';
    const stays = 'echo ready; read line; (: < "$1/stays"; exec sleep 1002) & wait';
    for (const name of ['own', 'child', 'between', 'stays']) writeFileSync(join(folder, name), 'x');
    const shells = [script, stays].map((each) => cgroup.run('/bin/sh', ['-c', each, 'sh', folder], { stdio: ['pipe', 'pipe', 'ignore'] }));
    for (const shell of shells) await once(shell.stdout!, 'data');
    const killed = await startReadingProcess(home, cgroup, ringBytes, 'opens');
    for (const shell of shells) shell.stdin!.end('go\n');
    for (const seconds of ['1000', '1001', '1002']) await untilRuns(cgroup, `sleep ${seconds}`);
    await killed.kill();
    kernel = openSensor(home, { cgroup: cgroup.path }, { ringBytes });
    const cache = new ProcessCache();
    const enricher = new Enricher(cache, kernel, withoutSecrets);
    enricher.addSnapshot(decodeAll(kernel.snapshot()), kernel.livesAhead());
    const events = readAll(kernel).records.flatMap(({ ring, record }) => enricher.event(record, ring) ?? []);
    const shell = realpathSync('/bin/sh');
    const by = (name: string) => events.filter(({ body }) => isOpenOf(body, join(folder, name))).map(({ process, parent }) => [process.exe, parent?.exe ?? null]);
    // Of the first shell nobody knows any more that it was one; the second is one still, and its child was.
    expect(by('own')).toEqual([[null, null]]);
    expect(by('between')).toEqual([[null, null]]);
    expect(by('child')).toEqual([[null, null]]);
    expect(by('stays')).toEqual([[shell, shell]]);
    const sleeps = events.filter(({ body }) => body.kind === 'process_exec');
    const parentOf = Object.fromEntries(sleeps.map(({ process, parent }) => [process.args[1], parent?.exe ?? null]));
    expect([sleeps.length, parentOf]).toEqual([3, { 1000: null, 1001: null, 1002: shell }]);
    for (const { process: { pid, start_ns, exe, args } } of sleeps) expect(cache.get(pid, start_ns)).toMatchObject({ exe, args });
  });
});

/** Nothing is being written any more. Each with its ring; and the number of pieces in which each ring came. */
function readAll(kernel: Kernel): { records: { ring: number; record: KernelRecord }[]; pieces: [number, number] } {
  const records: { ring: number; record: KernelRecord }[] = [];
  const pieces: [number, number] = [0, 0];
  for (let read = kernel.read(); read.length > 0; read = kernel.read()) {
    for (const { raw, start, size } of inOrder(read)) records.push({ ring: raw.ring, record: decodeKernelRecord(raw.bytes, start, size) });
    for (const { ring, cursor } of read) {
      pieces[ring as 0 | 1]++;
      kernel.release(ring, cursor);
    }
  }
  return { records, pieces };
}

function isOpenOf(body: Event['body'], path: string): boolean {
  return body.kind === 'file_open' && body.path === path;
}

async function untilRuns(cgroup: TestCgroup, command: string): Promise<void> {
  const runs = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `${command.replaceAll(' ', '\0')}\0`;
  while (!readFileSync(join(cgroup.path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).some(runs)) await setTimeout(5);
}
