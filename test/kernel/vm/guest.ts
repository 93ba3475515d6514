/**
 * What is checked inside the virtual machine: this kernel takes the process sensor, and what the sensor says is true. One
 * line of JSON a check, then `guest: N passed, N failed`. There is no vitest here: it would outweigh everything else.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { release, version } from 'node:os';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { Process } from '../../../schemas/generated/types.gen.ts';
import { examineHost } from '../../../services/collector/doctor.ts';
import { decodeAll, Watched, type Life } from '../watched.ts';

/** Of one check, as run.ts reads it from the console. */
export interface CheckResult {
  readonly check: string;
  readonly passed: boolean;
  /** How it failed. */
  readonly detail?: string;
}

/** A console line must stay a line that a terminal, and a log, can take. */
const detailCharsMax = 2000;

const namespaces = ['mnt', 'net', 'uts', 'ipc', 'cgroup', 'user', 'pid'] as const;
const busybox = '/bin/busybox';
/** By its path: busybox prefers its own applet to a program of the same name. */
const setpriv = '/usr/bin/setpriv';
const count = { passed: 0, failed: 0 };

process.stdout.write(`uname: ${release()} ${version()}\n`);
await checkHost();
await checkSensor();
process.stdout.write(`guest: ${count.passed} passed, ${count.failed} failed\n`);
process.exitCode = count.failed === 0 ? 0 : 1;

async function check(name: string, act: () => void | Promise<void>): Promise<void> {
  try {
    await act();
    report({ check: name, passed: true });
  } catch (error) {
    const detail = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, detailCharsMax);
    report({ check: name, passed: false, detail });
  }
}

function report(result: CheckResult): void {
  count[result.passed ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function checkHost(): Promise<void> {
  const doctor = examineHost();
  for (const { hook, status, errno, reason } of doctor.hooks) {
    process.stdout.write(`hook: ${hook} ${status}${errno === undefined ? '' : ` (errno ${errno}: ${reason})`}\n`);
  }
  const statusesOf = (type: string) => new Set(doctor.hooks.filter((hook) => hook.type === type).map((hook) => hook.status));
  for (const type of ['tp_btf', 'iter.s', 'syscall', 'fentry', 'fexit', 'fmod_ret', 'lsm']) {
    await check(`the doctor finds every ${type} hook ok`, () => assert.deepEqual(statusesOf(type), new Set(['ok'])));
  }
  await check('the doctor finds BTF, the cgroup mount and the rights of root', () => {
    assert.deepEqual([doctor.kernel, doctor.btf, doctor.cgroup2], [release(), true, '/sys/fs/cgroup']);
    for (const name of ['CAP_SYS_ADMIN', 'CAP_BPF', 'CAP_PERFMON']) assert.ok(doctor.capabilities.includes(name), name);
  });
  await check('the doctor puts prevention on the LSM', () => {
    assert.deepEqual([doctor.tiers.observe['process'], doctor.tiers.prevent['exec'], doctor.tiers.prevent['file']], ['tp_btf + iter.s + syscall', 'lsm', 'lsm']);
  });
}

async function checkSensor(): Promise<void> {
  let watched: Watched | undefined;
  await check('the sensor loads and attaches', () => {
    watched = new Watched('vm');
  });
  if (watched === undefined) return;
  await checkExec(watched);
  await checkIdentity(watched);
  await checkLife(watched);
  await checkStream(watched);
  await checkClose(watched);
}

async function checkExec(watched: Watched): Promise<void> {
  await check('an exec has its exact arguments, empty ones too', async () => {
    const args = ['a b', '', '--x=\n', 'café', ''];
    const { process, body } = lastExec(await watched.run('/bin/true', args));
    matches(process, { args: ['/bin/true', ...args], comm: 'true' });
    matches(body, { argc: 6, filename: '/bin/true' });
  });
  await check('an exec names its program with links resolved, by path and inode', async () => {
    const { process } = lastExec(await watched.run('/bin/true'));
    matches(process, { exe: busybox, exe_inode: statSync(busybox, { bigint: true }).ino, exe_deleted: false, exe_memfd: false });
  });
  await check('an exec has its working directory and its cgroup', async () => {
    const cwd = '/tmp/a directory/below';
    mkdirSync(cwd, { recursive: true });
    const { process } = lastExec(await watched.run('/bin/true', [], { cwd }));
    matches(process, { cwd, cgroup: watched.cgroup.relativePath, cgroup_id: statSync(watched.cgroup.path, { bigint: true }).ino });
  });
}

async function checkIdentity(watched: Watched): Promise<void> {
  await check('an exec has its user and group, and no capabilities once they are given up', async () => {
    const args = ['--reuid=1234', '--regid=1235', '--clear-groups', '/bin/true'];
    const { process } = lastExec(await watched.run(setpriv, args));
    matches(process, { uid: 1234, euid: 1234, suid: 1234, fsuid: 1234, gid: 1235, egid: 1235, sgid: 1235, fsgid: 1235 });
    matches(process, { cap_permitted: 0n, cap_effective: 0n, cap_ambient: 0n });
  });
  await check('an exec has its capabilities, bit by bit', async () => {
    const args = ['--bounding-set=-all,+chown,+kill,+net_raw', '--inh-caps=-all,+kill', '/bin/true'];
    const [chown, kill, netRaw] = [1n << 0n, 1n << 5n, 1n << 13n];
    const some = chown | kill | netRaw;
    const { process } = lastExec(await watched.run(setpriv, args));
    matches(process, { uid: 0, cap_bounding: some, cap_inheritable: kill, cap_permitted: some, cap_effective: some, cap_ambient: 0n });
  });
  await check('an exec has the namespaces it shares, and its own', async () => {
    const shared = lastExec(await watched.run('/bin/true')).process;
    matches(shared, inodesOf(namespaces.map((name) => readlinkSync(`/proc/self/ns/${name}`))));
    // A change of the pid namespace concerns the children only.
    const own = namespaces.filter((name) => name !== 'pid' && name !== 'cgroup');
    const script = `for name in ${namespaces.join(' ')}; do readlink /proc/$$/ns/$name; done; exec /bin/true`;
    const child = watched.cgroup.run('unshare', ['-mnuiU', '/bin/sh', '-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [links, life] = await Promise.all([text(child.stdout!), watched.follow(child)]);
    const { process } = lastExec(life);
    matches(process, inodesOf(links.trim().split('\n')));
    for (const name of own) assert.notEqual(process[`${name}_ns`], shared[`${name}_ns`], name);
  });
}

async function checkLife(watched: Watched): Promise<void> {
  await check('a fork names the child as its process, and who called it', async () => {
    const { pid, execs } = await watched.run('/bin/sh', ['-c', '/bin/true; exit 0']);
    const fork = watched.forks.find((record) => record.body.forker_pid === pid);
    assert.ok(fork);
    const parent = execs[0]!.process;
    assert.equal(fork.body.forker_start_ns, parent.start_ns);
    matches(fork.process, { ppid: pid, parent_start_ns: parent.start_ns, comm: 'sh', cgroup_id: parent.cgroup_id });
    const child = await watched.lifeOf(fork.process.pid);
    assert.deepEqual([child.execs[0]?.process.start_ns, child.exit.process.start_ns], [fork.process.start_ns, fork.process.start_ns]);
  });
  await check('an exit has its code', async () => {
    for (const code of [0, 7, 255]) matches((await watched.run('/bin/sh', ['-c', `exit ${code}`])).exit.body, { exit_code: code, signal: 0, core_dumped: false });
  });
  await check('an exit has the signal that caused it', async () => {
    for (const signal of [9, 15]) matches((await watched.run('/bin/sh', ['-c', `kill -${signal} $$`])).exit.body, { exit_code: 0, signal, core_dumped: false });
  });
}

async function checkStream(watched: Watched): Promise<void> {
  await check('the snapshot has the one process of the scope, the same as its exec said', async () => {
    const child = watched.cgroup.run('/bin/sleep', ['1000'], { stdio: 'ignore' });
    const exec = await watched.until((record) => record.process.pid === child.pid && record.body?.kind === 'process_exec' && record.process.comm === 'sleep');
    assert.deepEqual(decodeAll(watched.kernel.snapshot()).map((record) => record.process), [exec.process]);
    child.kill('SIGKILL');
    await watched.follow(child);
  });
  await check('the sequence numbers have no gap, and every field could be read', async () => {
    await watched.run('/bin/sh', ['-c', 'i=0; while [ $i -lt 200 ]; do /bin/true & i=$((i+1)); done; wait']);
    const { seen, droppedRingFull, faults } = watched.kernel.counters();
    await watched.until((record) => record.seq === seen);
    const numbers = watched.records.map((record) => Number(record.seq)).sort((one, other) => one - other);
    assert.deepEqual(numbers, Array.from({ length: Number(seen) }, (_, index) => index + 1));
    assert.deepEqual([droppedRingFull, Object.values(faults).filter((each) => each !== 0n)], [0n, []]);
    assert.ok(seen > 600n, 'a fork, an exec and an exit of each of 200 processes');
  });
}

async function checkClose(watched: Watched): Promise<void> {
  await check('closing leaves no mount, no descriptor and no cgroup behind', async () => {
    await watched.close();
    assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), / - bpf /);
    assert.deepEqual(bpfDescriptors(), []);
    assert.deepEqual(readdirSync('/sys/fs/cgroup').filter((name) => name.startsWith('ringfence')), []);
  });
}

function lastExec(life: Life): Life['execs'][number] {
  const exec = life.execs.at(-1);
  assert.ok(exec, 'no exec was seen');
  return exec;
}

/** All of `expected`, whatever else there is; the failure shows both sides of what differs. */
function matches<T extends object>(actual: T, expected: Partial<T>): void {
  const different = (Object.keys(expected) as (keyof T)[]).filter((key) => !isDeepStrictEqual(actual[key], expected[key]));
  const pick = (from: Partial<T>) => Object.fromEntries(different.map((key) => [key, from[key]]));
  assert.deepEqual(pick(actual), pick(expected));
}

/** From links such as `net:[4026531840]`. */
function inodesOf(links: readonly string[]): Partial<Process> {
  return Object.fromEntries(links.map((link) => /^(\w+):\[(\d+)\]$/.exec(link)!).map(([, name, inode]) => [`${name}_ns`, Number(inode)]));
}

function bpfDescriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return /bpf/.test(target) ? [target] : [];
    } catch {
      return []; // That of the listing itself.
    }
  });
}
