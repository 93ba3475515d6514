/** What the sensor says of calls by which programs reach for the kernel or each other, against a program that makes them. */
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import type { KernelCall } from '../../schemas/generated/types.gen.ts';
import { allTraits, processesOnly } from '../../services/collector/kernel/interest.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched, type Seen } from './watched.ts';

const [eperm, esrch, einval] = [-1, -3, -22];

const loaderPath = process.arch === 'arm64' ? '/lib/ld-linux-aarch64.so.1' : '/lib64/ld-linux-x86-64.so.2';

/** The actor's word that this kernel has no such call. */
const missing = 77;

describe.skipIf(hindrance !== null)(`calls into the kernel${becauseOf}`, () => {
  let watched: Watched;
  let file: string;

  beforeAll(async () => {
    watched = await Watched.reporting({ ...processesOnly, always: { kernel_call: allTraits } }, 'kernel-call');
    file = join(realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-calls-'))), 'file');
    writeFileSync(file, 'no module');
  });

  afterAll(async () => {
    await watched.close();
    rmSync(join(file, '..'), { recursive: true });
  });

  /** What was told of an act: by its process or a child of that, and what it printed. */
  async function act(context: TestContext, name: string, ...args: string[]) {
    const child = watched.cgroup.run(actor('kernel-calls'), [name, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
    if (child.exitCode === missing) context.skip('this kernel has no such call');
    expect(child.exitCode).toBe(0);
    const { exit } = await watched.lifeOf(child.pid!);
    const calls = watched.records.filter((record): record is Seen<KernelCall> => record.body?.kind === 'kernel_call');
    const own = calls.filter(({ process }) => process.pid === child.pid);
    const children = calls.filter(({ process }) => process.ppid === child.pid);
    return { pid: child.pid!, exit, output: output.trim(), own: own.map(({ body }) => body), children: children.map(({ body }) => body) };
  }

  test('name the process that ptrace attaches to, and tell of what is written there once', async (context) => {
    const { pid, own, children, output } = await act(context, 'ptrace');
    const traced = watched.forks.find(({ process }) => process.pid === Number(output))!.process;
    const target = { target_pid: traced.pid, target_start_ns: traced.start_ns, target_uid: 0 };
    expect(own).toHaveLength(6);
    expect(own[0]).toMatchObject({ operation: 'ptrace', syscall: 'ptrace', request: 16, result: 0, ...target });
    expect(own[1]).toMatchObject({ request: 5, result: 0, ...target });
    expect(own[2]).toMatchObject({ request: 0x4205, result: expect.any(Number) as number, ...target });
    expect(own[3]).toMatchObject({ request: 0x4206, flags: 2n, result: 0, ...target });
    expect(own[4]).toMatchObject({ request: 16, result: esrch, target_pid: 4194303, target_start_ns: 0n, target_uid: null });
    expect(own[5]).toMatchObject({ request: 16, result: eperm, target_pid: process.pid, target_uid: 0 });
    expect(children).toMatchObject([{ operation: 'ptrace', request: 0, target_pid: null }]);
    expect(traced.ppid).toBe(pid);
  });

  test('find the process also from within a pid namespace', async () => {
    await watched.run('unshare', ['-pf', actor('kernel-calls'), 'vm']);
    const call = watched.records.findLast((record): record is Seen<KernelCall> => record.body?.kind === 'kernel_call')!;
    expect(call.process.ns_pid).toBe(1);
    expect(call.body.target_pid).toBeGreaterThan(2);
    expect(watched.forks.find(({ process }) => process.pid === call.body.target_pid)!.process.start_ns).toBe(call.body.target_start_ns);
  });

  test('tell of other processes\' memory that is written and read, once a target', async (context) => {
    const { own, output } = await act(context, 'vm');
    expect(own).toMatchObject([
      { operation: 'process_vm_writev', result: 8, target_pid: Number(output), target_uid: 0 },
      { operation: 'process_vm_readv', result: 8, target_pid: Number(output), target_uid: 0 },
    ]);
  });

  test('tell of files in memory by their names', async (context) => {
    const { own } = await act(context, 'memfd');
    expect(own.slice(0, 2)).toMatchObject([
      { operation: 'memfd_create', syscall: 'memfd_create', name: 'a name', flags: 1n },
      { operation: 'memfd_create', name: 'refused', flags: 0x8000n, result: einval },
    ]);
    expect(own[2]).toMatchObject({ operation: 'memfd_create', syscall: 'memfd_secret', name: null });
  });

  test('tell once a file of memory that can be written and executed', async (context) => {
    const { own } = await act(context, 'executable', file);
    expect(own).toMatchObject([
      { operation: 'map_executable', syscall: 'mmap', request: 7, flags: 0x22n, path: null, result: 0 },
      { operation: 'map_executable', syscall: 'mprotect', request: 7, path: file, result: 0 },
      { operation: 'map_executable', syscall: 'mmap', request: 7, path: null, result: einval },
    ]);
  });

  test('tell of such memory also when it is so by personality, or shared', async (context) => {
    expect((await act(context, 'implied-executable')).own).toMatchObject([
      { operation: 'personality', request: 0x40_0000 },
      { operation: 'map_executable', request: 3, result: 0 },
    ]);
    const { own } = await act(context, 'shared-executable');
    expect(own).toMatchObject([{ operation: 'map_executable', syscall: 'shmat', flags: 0o100000n }]);
    expect(own[0]!.path).toMatch(/SYSV/);
  });

  test('tell of what a loader is told to run, whatever the loader is called', async (context) => {
    if (!existsSync(loaderPath)) context.skip('the loader is elsewhere here');
    const loader = join(file, '../harmless');
    copyFileSync(loaderPath, loader);
    chmodSync(loader, 0o755);
    const { pid } = await watched.run(loader, [realpathSync('/bin/true')]);
    const loaded = watched.records.filter((record): record is Seen<KernelCall> => record.process.pid === pid && record.body?.kind === 'kernel_call');
    expect(loaded.map(({ body }) => [body.operation, body.path])).toEqual([['load_program', realpathSync('/bin/true')]]);
    const usual = await watched.run('/bin/true');
    expect(watched.records.filter(({ process, body }) => process.pid === usual.pid && body?.kind === 'kernel_call')).toEqual([]);
  });

  test('tell of userfaultfd, by its device too', async (context) => {
    const { own } = await act(context, 'userfaultfd');
    const byDevice = { operation: 'userfaultfd', syscall: 'ioctl', request: 0xaa00, path: '/dev/userfaultfd' };
    expect(own).toMatchObject([{ operation: 'userfaultfd', syscall: 'userfaultfd', flags: 0x80000n }, ...(existsSync('/dev/userfaultfd') ? [byDevice] : [])]);
  });

  test('tell of BPF programs and maps by command, name and type, and not of look-ups', async (context) => {
    const { own } = await act(context, 'bpf');
    expect(own).toMatchObject([
      { operation: 'bpf', request: 5, name: 'a_program', type: 1 },
      { operation: 'bpf', request: 5, name: 'refused', type: 1, result: einval },
      { operation: 'bpf', request: 0, name: 'a_map', type: 2 },
      { operation: 'bpf', request: 6, arguments: '/proc/no/such', type: null },
    ]);
  });

  test('tell of performance events, with the process that is measured', async (context) => {
    const { own } = await act(context, 'perf');
    expect(own).toMatchObject([{ operation: 'perf_event_open', request: 1, flags: 8n, target_pid: process.pid }]);
  });

  test('tell of modules and kernels to be loaded, by file, parameters and command line', async (context) => {
    const { own } = await act(context, 'modules', file);
    expect(own).toMatchObject([
      { operation: 'init_module', arguments: 'from=memory' },
      { operation: 'finit_module', arguments: 'from=file', flags: 2n, path: file },
      { operation: 'delete_module', name: 'no_such_module', flags: 2048n },
      { operation: 'kexec_load', flags: 0xffffn },
      { operation: 'kexec_file_load', arguments: 'a command line', path: file },
    ]);
    for (const body of own) expect(body.result).toBeLessThan(0);
  });

  test('tell of io_uring: its set-up, what is registered, and each kind of request once', async (context) => {
    const { own } = await act(context, 'io_uring');
    expect(own).toMatchObject([
      { operation: 'io_uring_setup', flags: 16n, result: expect.any(Number) as number },
      { operation: 'io_uring_register', request: 4, result: einval },
      { operation: 'io_uring_submit', request: 0, syscall: null, result: null },
      { operation: 'io_uring_submit', request: 24, syscall: null, result: null },
    ]);
  });

  test('tell of input that is put into a terminal, and of no other ioctl', async (context) => {
    const { own, output } = await act(context, 'tiocsti');
    expect(own.filter(({ operation }) => operation === 'tiocsti')).toMatchObject([{ syscall: 'ioctl', request: 0x5412, path: output, arguments: 'x' }]);
    expect(own).toHaveLength(1);
  });

  test('tell of a network socket that becomes a standard stream, with its peer', async (context) => {
    const { own, output } = await act(context, 'dup');
    const peer = { remote_ip: '127.0.0.1', remote_port: Number(output) };
    expect(own).toMatchObject([
      { operation: 'dup_socket', syscall: 'dup3', fd: 0, result: 0, ...peer },
      { operation: 'dup_socket', syscall: 'fcntl', fd: 2, result: 2, ...peer },
      { operation: 'dup_socket', syscall: 'dup', fd: 1, result: 1, remote_ip: null, remote_port: null },
    ]);
  });

  test('tell of signals across users, sent and refused, and of none within one', async (context) => {
    const { pid, own, children, output } = await act(context, 'signals');
    const stranger = { operation: 'signal', target_pid: Number(output), target_uid: 1234 };
    expect(own).toMatchObject([
      { ...stranger, syscall: 'kill', request: 23, result: 0 },
      { ...stranger, syscall: 'rt_sigqueueinfo', request: 28, result: 0 },
      { ...stranger, syscall: 'kill', request: 9, result: 0 },
    ]);
    expect(children).toMatchObject([
      { syscall: 'kill', request: 15, result: eperm, target_pid: pid, target_uid: 0 },
      { syscall: 'tgkill', request: 10, result: eperm, target_pid: pid, target_uid: 0 },
      { syscall: 'pidfd_send_signal', request: 12, result: eperm, target_pid: pid, target_uid: 0 },
    ]);
  });

  test('tell of keys by type and name', async (context) => {
    const { own } = await act(context, 'keys');
    expect(own).toMatchObject([
      { operation: 'keyctl', syscall: 'keyctl', request: 1, name: 'a-ring' },
      { operation: 'keyctl', syscall: 'add_key', arguments: 'user', name: 'a-key' },
      { operation: 'keyctl', syscall: 'request_key', arguments: 'user', name: 'no-key' },
    ]);
  });

  test('tell of a process that names or guards itself, not of its threads\' names', async (context) => {
    const { own } = await act(context, 'prctl');
    expect(own).toMatchObject([
      { operation: 'prctl', request: 15, name: '[kworker/0:0]' },
      { operation: 'prctl', request: 4, flags: 0n },
      { operation: 'prctl', request: 38, flags: 1n },
      { operation: 'personality', request: 0x40000 },
    ]);
  });

  test('tell of a descriptor that is taken from a process, and what it is', async (context) => {
    const { own, output } = await act(context, 'getfd', file);
    expect(own).toMatchObject([{ operation: 'pidfd_getfd', target_pid: Number(output), target_uid: 0, path: file }]);
  });

  test('need no field that could not be read', () => {
    const { faults } = watched.kernel.counters();
    expect(Object.entries(faults).filter(([, count]) => count !== 0n)).toEqual([]);
  });
});
