/**
 * Killing by pidfd, on real processes. What is killed stands in a cgroup of the test's own, and that cgroup is the scope of
 * each order; whatever must never be killed (pid 1, this test, its ancestors) is asked about in mode observe only.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { killProcess, type KillOrder } from '../../services/collector/command/kill.ts';
import { hostProgram, processFacts } from '../../services/collector/command/process-files.ts';
import { cgroupHindrance, createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { eventually } from '../support/eventually.ts';

const redisServer = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);
const allowed = () => true;
const observed = { signal: 9, act: false, takeToken: allowed, withinCgroup: null } as const;

describe.skipIf(cgroupHindrance !== null)(`killing one process (${cgroupHindrance ?? 'in a cgroup of its own'})`, () => {
  let cgroup: TestCgroup;
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ringfence-kill-'));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  beforeEach(() => {
    cgroup = createTestCgroup('kill');
  });

  afterEach(() => cgroup.remove());

  /** Resolves when it runs the program; ends with the cgroup. */
  async function start(command: string, args: readonly string[]): Promise<ChildProcess & { pid: number }> {
    const child = cgroup.run(command, args, { stdio: 'ignore', cwd: directory }) as ChildProcess & { pid: number };
    await becomes(child.pid, realpathSync(command));
    return child;
  }

  function order(pid: number, changes: Partial<Omit<KillOrder, 'target'>> = {}): KillOrder {
    const target = { node: 'n1', boot_id: 'b1', pid, start_ns: startOf(pid), exe: null };
    return { target, signal: 9, act: true, takeToken: allowed, withinCgroup: cgroup.relativePath, ...changes };
  }

  test('ends the one it names, with the signal it names, and no other', async () => {
    const [first, second, other] = await Promise.all([start('/bin/sleep', ['60']), start('/bin/sleep', ['60']), start('/bin/sleep', ['60'])]);
    const ends = Promise.all([once(first, 'exit'), once(second, 'exit')]);
    expect(killProcess(order(first.pid))).toEqual({ status: 'done', reason: null });
    expect(killProcess(order(second.pid, { signal: 15 }))).toEqual({ status: 'done', reason: null });
    expect(await ends).toEqual([[null, 'SIGKILL'], [null, 'SIGTERM']]);
    expect(processFacts(other.pid)).toMatchObject({ dead: false });
  });

  test('in mode observe makes every check and sends nothing', async () => {
    const child = await start('/bin/sleep', ['60']);
    expect(killProcess(order(child.pid, { act: false }))).toEqual({ status: 'would_do', reason: null });
    expect(processFacts(child.pid)).toMatchObject({ dead: false });
  });

  test('asks for its token when nothing but the signal is left to do, and sends nothing without one', async () => {
    const child = await start('/bin/sleep', ['60']);
    let asked = 0;
    const takeToken = () => ++asked > 1;
    const named = order(child.pid, { takeToken });
    killProcess({ ...named, act: false });
    killProcess({ ...named, withinCgroup: '/elsewhere' });
    killProcess({ ...named, target: { ...named.target, start_ns: 0n } });
    expect(asked).toBe(0);
    expect(killProcess(named)).toEqual({ status: 'refused', reason: 'rate' });
    expect(processFacts(child.pid)).toMatchObject({ dead: false });
    expect(killProcess(named)).toEqual({ status: 'done', reason: null });
  });

  test.each([-10_000_000n, 10_000_000n, 1n << 60n])('leaves a process alone whose start differs by %d ns: the pid was reused', async (difference) => {
    const child = await start('/bin/sleep', ['60']);
    const named = order(child.pid);
    const mistaken = { ...named, target: { ...named.target, start_ns: named.target.start_ns + difference } };
    expect(killProcess(mistaken)).toEqual({ status: 'refused', reason: 'identity_mismatch' });
    expect(processFacts(child.pid)).toMatchObject({ dead: false });
  });

  test('finds no process that has gone', async () => {
    const child = await start('/bin/sleep', ['60']);
    const late = order(child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(killProcess(late)).toEqual({ status: 'not_found', reason: null });
  });

  test('finds a zombie dead already', async () => {
    // The shell becomes a program that never asks for its children.
    const parent = await start('/bin/sh', ['-c', '/bin/true & exec /bin/sleep 60']);
    const zombie = await eventually(() => children(parent.pid).find((pid) => processFacts(pid)?.dead === true));
    expect(killProcess(order(zombie))).toEqual({ status: 'already', reason: null });
  });

  test('ends a process whose first thread has ended, though it looks like a zombie', async () => {
    const child = await start(await build(threadThatStays), []);
    await eventually(() => state(child.pid) === 'Z' || undefined);
    const end = once(child, 'exit');
    expect(killProcess(order(child.pid))).toEqual({ status: 'done', reason: null });
    expect(await end).toEqual([null, 'SIGKILL']);
  });

  test('wakes a stopped process, so that SIGTERM reaches it', async () => {
    const child = await start('/bin/sleep', ['60']);
    child.kill('SIGSTOP');
    await eventually(() => state(child.pid) === 'T' || undefined);
    const end = once(child, 'exit');
    expect(killProcess(order(child.pid, { signal: 15 }))).toEqual({ status: 'done', reason: null });
    expect(await end).toEqual([null, 'SIGTERM']);
  });

  test('reaches the scope and what is below it, and nothing beside it', async () => {
    const inner = join(cgroup.path, 'inner');
    mkdirSync(inner);
    const child = await start('/bin/sleep', ['60']);
    writeFileSync(join(inner, 'cgroup.procs'), String(child.pid));
    const within = (withinCgroup: string) => killProcess(order(child.pid, { act: false, withinCgroup }));
    expect(within(`${cgroup.relativePath}/inner`).status).toBe('would_do');
    expect(within(cgroup.relativePath).status).toBe('would_do');
    expect(within('/').status).toBe('would_do');
    for (const beside of [cgroup.relativePath.slice(0, -1), `${cgroup.relativePath}/inn`, `${cgroup.relativePath}/inner/below`, '/elsewhere']) {
      expect(within(beside)).toEqual({ status: 'refused', reason: 'out_of_scope' });
    }
  });

  test('never reaches pid 1, a kernel thread, itself or an ancestor', () => {
    const kernelThread = processFacts(2)?.kernelThread === true ? [2] : [];
    for (const pid of [1, ...kernelThread, process.pid, ...ancestorsOf(process.pid)]) {
      expect([pid, killProcess({ ...order(pid), ...observed })]).toEqual([pid, { status: 'refused', reason: 'protected' }]);
    }
  });

  test.each([0, -1, -process.pid, 2 ** 31 - 1])('makes nothing of the pid %d', (pid) => {
    const target = { node: 'n1', boot_id: 'b1', pid, start_ns: 0n, exe: null };
    expect(['failed', 'not_found']).toContain(killProcess({ target, ...observed }).status);
  });

  describe.skipIf(redisServer === undefined)(`a protected service (${redisServer ?? 'no redis-server is installed'})`, () => {
    const program = redisServer ?? '';
    const quiet = ['--port', '0', '--unixsocket', 'redis.sock', '--save', ''];

    test('is known by its file', async () => {
      const child = await start(program, quiet);
      expect(killProcess(order(child.pid, { act: false }))).toEqual({ status: 'refused', reason: 'protected' });
    });

    test('is known in a mount namespace of its own, as systemd gives one', async () => {
      const child = cgroup.run('unshare', ['--mount', program, ...quiet], { stdio: 'ignore', cwd: directory });
      await becomes(child.pid!, realpathSync(program));
      expect(killProcess(order(child.pid!, { act: false }))).toEqual({ status: 'refused', reason: 'protected' });
    });

    test('is not whatever has its name, or its path in a container', async () => {
      const named = join(directory, basename(program));
      copyFileSync('/bin/sleep', named);
      const copy = await start(named, ['60']);
      expect(killProcess(order(copy.pid, { act: false })).status).toBe('would_do');
      const path = realpathSync(program);
      const inContainer = cgroup.run('unshare', ['--mount', '/bin/sh', '-c', `mount --bind '${named}' '${path}' && exec '${path}' 60`], { stdio: 'ignore' });
      await becomes(inContainer.pid!, path);
      expect(hostProgram(inContainer.pid!)).toBeNull();
      expect(killProcess(order(inContainer.pid!, { act: false })).status).toBe('would_do');
    });
  });

  test('a program that was replaced while it ran is known by its path', async () => {
    const path = join(directory, 'service');
    copyFileSync('/bin/sleep', path);
    const child = await start(path, ['60']);
    expect(hostProgram(child.pid)).toBe(path);
    copyFileSync('/bin/sleep', `${path}.new`);
    renameSync(`${path}.new`, path);
    expect(hostProgram(child.pid)).toBe(path);
  });

  async function build(source: string): Promise<string> {
    const program = join(directory, 'actor');
    writeFileSync(`${program}.c`, source);
    const compiler = spawn('cc', ['-O1', '-pthread', '-o', program, `${program}.c`], { stdio: 'inherit' });
    expect((await once(compiler, 'exit'))[0]).toBe(0);
    return program;
  }
});

/** SYS_exit ends the calling thread alone. */
const threadThatStays = `
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>
static void *stay(void *unused) { for (;;) pause(); return unused; }
int main(void)
{
	pthread_t thread;
	pthread_create(&thread, 0, stay, 0);
	syscall(SYS_exit, 0);
}
`;

function startOf(pid: number): bigint {
  const facts = processFacts(pid);
  if (facts === null) throw new Error(`no process ${pid}`);
  return facts.startTicks * 10_000_000n;
}

function children(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter((text) => text !== '').map(Number);
}

function ancestorsOf(pid: number): number[] {
  const parent = processFacts(pid)?.ppid ?? 0;
  return parent === 0 ? [] : [parent, ...ancestorsOf(parent)];
}

function state(pid: number): string | undefined {
  return processFacts(pid)?.state;
}

/** Before its exec a process is the shell that started it; a short one may have ended. */
async function becomes(pid: number, program: string): Promise<void> {
  await eventually(() => state(pid) === 'Z' || readlinkSync(`/proc/${pid}/exe`) === program || undefined);
}
