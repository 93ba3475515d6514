/** Fork, exit, scope, numbers and losses of the sensor, against real processes. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestCgroup } from '../support/cgroup.ts';
import { actor } from './actors.ts';
import { becauseOf, decodeAll, hindrance, openSensor, runOutside, temporaryHome, Watched } from './watched.ts';

/** Every sequence number from 1 to the newest that was seen no time, or more than once. */
function faultsOfNumbering(watched: Watched): { missing: number; repeated: number } {
  const numbers = new Set(watched.records.map((record) => record.seq));
  const newest = watched.kernel.counters().rings[0]!.seen;
  return { missing: Number(newest) - numbers.size, repeated: watched.records.length - numbers.size };
}

describe.skipIf(hindrance !== null)(`the process sensor${becauseOf}`, () => {
  let watched: Watched;

  beforeAll(() => {
    watched = new Watched('sensor');
  });

  afterAll(() => watched.close());

  function shell(script: string, options = {}) {
    return watched.run('/bin/sh', ['-c', script], options);
  }

  describe('reports an exit', () => {
    test('with its code', async () => {
      expect((await shell('exit 7')).exit.body).toMatchObject({ exit_code: 7, signal: 0, core_dumped: false });
      expect((await shell('exit 255')).exit.body).toMatchObject({ exit_code: 255, signal: 0 });
    });

    test('with the signal that ended it', async () => {
      expect((await shell('kill -TERM $$')).exit.body).toMatchObject({ exit_code: 0, signal: 15, core_dumped: false });
      expect((await shell('kill -KILL $$')).exit.body).toMatchObject({ exit_code: 0, signal: 9, core_dumped: false });
    });

    test('with the word whether a core was dumped', async (context) => {
      if (!/^core\b/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8'))) context.skip('core dumps go to a handler of the host');
      const folder = mkdtempSync(join(tmpdir(), 'ringfence-core-'));
      expect((await shell('ulimit -c unlimited && kill -SEGV $$', { cwd: folder })).exit.body).toMatchObject({ signal: 11, core_dumped: true });
      expect((await shell('ulimit -c 0 && kill -SEGV $$', { cwd: folder })).exit.body).toMatchObject({ signal: 11, core_dumped: false });
      rmSync(folder, { recursive: true });
    });

    test('with how long the process lived', async () => {
      const { exit } = await shell('sleep 0.05');
      expect(exit.body.duration_ns).toBe(exit.bootNs - exit.process.start_ns);
      expect(exit.body.duration_ns).toBeGreaterThan(50_000_000n);
    });

    test('once for a process with many threads, and nothing of the threads', async () => {
      const { pid } = await watched.run(actor('threads'), ['50']);
      const own = watched.records.filter((record) => record.process.pid === pid);
      expect(own.map((record) => record.body?.kind)).toEqual(['process_exec', 'process_exit']);
      expect(watched.forks.filter((record) => record.body.forker_pid === pid)).toEqual([]);
    });

    test('once when all threads of a process end at the same moment', async () => {
      const processes = 300;
      const { pid } = await watched.run(actor('exit-at-once'), [String(processes), '2']);
      const children = watched.forks.filter((record) => record.body.forker_pid === pid).map((record) => record.process.pid);
      const exits = watched.exits.filter((record) => children.includes(record.process.pid));
      expect({ children: children.length, exits: exits.length }).toEqual({ children: processes, exits: processes });
    });
  });

  test('reports a fork with the child as its process, and who called it', async () => {
    const { pid, execs } = await shell('/bin/true; exit 0');
    const fork = watched.forks.find((record) => record.body.forker_pid === pid)!;
    const parent = execs[0]!.process;
    expect(fork.body.forker_start_ns).toBe(parent.start_ns);
    expect(fork.process).toMatchObject({ ppid: pid, parent_start_ns: parent.start_ns, comm: 'sh', cgroup_id: parent.cgroup_id });
    const { execs: childExecs, exit } = await watched.lifeOf(fork.process.pid);
    expect([childExecs[0]!.process.start_ns, exit.process.start_ns]).toEqual([fork.process.start_ns, fork.process.start_ns]);
    expect(childExecs[0]!.process.comm).toBe('true');
  });

  test('gives an order in time: fork, exec, exit', async () => {
    const { execs, exit } = await watched.run('/bin/true');
    expect(execs[0]!.process.start_ns).toBeLessThan(execs[0]!.bootNs);
    expect(execs[0]!.bootNs).toBeLessThan(exit.bootNs);
    expect(execs[0]!.seq).toBeLessThan(exit.seq);
  });

  describe('its snapshot', () => {
    test('has the processes of the scope as /proc shows them, and no others', async () => {
      const child = watched.cgroup.run('/bin/sleep', ['1000'], { cwd: '/', stdio: 'ignore' });
      await watched.until((record) => record.process.pid === child.pid && record.body?.kind === 'process_exec');
      const records = decodeAll(watched.kernel.snapshot());
      expect(records.map((record) => record.process.pid)).toEqual([child.pid]);
      const { process } = records[0]!;
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
      const ticksPerSecond = BigInt(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
      expect(Number((process.start_ns * ticksPerSecond) / 1_000_000_000n)).toBe(fields[19]);
      expect(process).toMatchObject({ ppid: fields[1], pgid: fields[2], sid: fields[3], args: ['/bin/sleep', '1000'], cwd: '/', comm: 'sleep', cgroup: watched.cgroup.relativePath });
      const exec = watched.execs.find((record) => record.process.pid === child.pid)!;
      expect(process).toEqual(exec.process);
      child.kill('SIGKILL');
      await watched.follow(child);
    });

    test('names both ends of a parenthood by the same start', async () => {
      const child = watched.cgroup.run('/bin/sh', ['-c', 'sleep 1000 & sleep 1000'], { stdio: 'ignore' });
      await watched.until((record) => record.body?.kind === 'process_exec' && record.process.comm === 'sleep' && record.process.ppid === child.pid);
      const processes = decodeAll(watched.kernel.snapshot()).map((record) => record.process);
      const parent = processes.find((process) => process.pid === child.pid)!;
      const children = processes.filter((process) => process.ppid === child.pid);
      expect(children.length).toBeGreaterThan(0);
      for (const process of children) expect(process.parent_start_ns).toBe(parent.start_ns);
      watched.cgroup.kill();
      await watched.follow(child);
    });
  });

  test('of a cgroup says nothing of what is outside', async () => {
    const outside = runOutside('/bin/true', ['outside']);
    await once(outside, 'exit');
    await watched.run('/bin/true', ['inside']);
    expect(watched.records.filter((record) => record.process.pid === outside.pid)).toEqual([]);
    expect(watched.execs.every((record) => record.process.cgroup!.startsWith(watched.cgroup.relativePath))).toBe(true);
  });

  test('of a process tree says what the process starts from then on, and nothing else', async () => {
    const home = temporaryHome();
    await using cgroup = createTestCgroup('tree');
    const root = cgroup.run('/bin/sh', ['-c', 'read go; (/bin/true grandchild; :); exec /bin/true end'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const kernel = openSensor(home, { tree: root.pid! });
    const other = cgroup.run('/bin/true', ['other'], { stdio: 'ignore' });
    await once(other, 'exit');
    root.stdin!.end('go\n');
    await once(root, 'exit');
    const records = decodeAll(kernel.read()[0]!);
    expect(records.flatMap((record) => (record.body?.kind === 'process_exec' ? [record.process.args[1]] : []))).toEqual(['grandchild', 'end']);
    expect(records.filter((record) => record.process.pid === other.pid)).toEqual([]);
    expect(records.filter((record) => record.body?.kind === 'process_exit')).toHaveLength(3);
    await kernel.close();
    rmSync(home, { recursive: true });
  });

  test('numbers its events without a gap under a storm of forks', async () => {
    const { pid } = await watched.run(actor('fork-storm'), ['3000']);
    await watched.until((record) => record.seq === watched.kernel.counters().rings[0]!.seen);
    expect(watched.forks.filter((record) => record.body.forker_pid === pid)).toHaveLength(3000);
    expect(watched.kernel.counters()).toMatchObject({ rings: [{ droppedRingFull: 0n, usedBytes: 0 }, { seen: 0n, usedBytes: 0 }] });
    expect(faultsOfNumbering(watched)).toEqual({ missing: 0, repeated: 0 });
  });

  test('accounts for every event of a ring that is too small: what is missing is what was dropped', async () => {
    const small = new Watched('small', { ringBytes: 65_536 });
    const child = small.cgroup.run(actor('fork-storm'), ['1000'], { stdio: 'ignore' });
    await once(child, 'exit');
    small.read();
    const { seen, droppedRingFull } = small.kernel.counters().rings[0]!;
    expect(droppedRingFull).toBeGreaterThan(0n);
    expect(seen).toBe(BigInt(small.records.length) + droppedRingFull);
    expect(faultsOfNumbering(small)).toEqual({ missing: Number(droppedRingFull), repeated: 0 });
    // With the space freed it goes on, with numbers that continue.
    await small.run('/bin/true');
    expect(small.records.at(-1)!.seq).toBeGreaterThan(seen);
    await small.close();
  });
});
