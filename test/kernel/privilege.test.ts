/** What the sensor says of changes of credentials and namespaces, against programs that make them. */
import { once } from 'node:events';
import { chmodSync, copyFileSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BpfMap } from 'libbpf-ts';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import type { Credentials, NamespaceChange, Process } from '../../schemas/generated/types.gen.ts';
import { allTraits, processesOnly, type KernelInterest } from '../../services/collector/kernel/interest.ts';
import { createTestCgroup } from '../support/cgroup.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched, type Seen } from './watched.ts';

const eperm = -1;
const einval = -22;

const interest: KernelInterest = { ...processesOnly, always: { credentials: allTraits, namespace_change: allTraits } };

/** The actor's word that this kernel has no such call. */
const missing = 77;

describe.skipIf(hindrance !== null)(`privileges${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ringfence-privilege-'));
    chmodSync(folder, 0o755);
    watched = await Watched.reporting(interest, 'privilege');
  });

  afterAll(async () => {
    await watched.close();
    rmSync(folder, { recursive: true });
  });

  /** What an act of the actor's process was told of, in order. */
  async function act(context: TestContext, name: string, ...args: string[]) {
    const { pid, exit } = await watched.run(actor('privilege-calls'), [name, ...args]);
    if (exit.body.exit_code === missing) context.skip('this kernel has no such call');
    expect(exit.body.exit_code).toBe(0);
    const own = watched.records.filter((record) => record.process.pid === pid);
    return {
      pid,
      credentials: own.filter((record): record is Seen<Credentials> => record.body?.kind === 'credentials'),
      namespaces: own.filter((record): record is Seen<NamespaceChange> => record.body?.kind === 'namespace_change'),
    };
  }

  test('tell of users and groups: the ids asked for, the result, and who the process is then', async (context) => {
    const { credentials } = await act(context, 'ids');
    const told = credentials.map(({ body, process }) => [
      body.syscall, body.operation, body.result, [body.real_id, body.effective_id, body.saved_id], [process.uid, process.euid, process.suid], [process.gid, process.egid, process.sgid],
    ]);
    const root = [0, 0, 0];
    expect(told).toEqual([
      ['setgroups', 'setgroups', 0, [null, null, null], root, root],
      ['setresgid', 'setgid', 0, [11, 12, 13], root, [11, 12, 13]],
      ['setregid', 'setgid', 0, [12, 12, null], root, [12, 12, 12]],
      ['setgid', 'setgid', 0, [14, null, null], root, [14, 14, 14]],
      ['setfsuid', 'setuid', 0, [24, null, null], root, [14, 14, 14]],
      ['setresuid', 'setuid', 0, [21, 22, 23], [21, 22, 23], [14, 14, 14]],
      ['setuid', 'setuid', eperm, [99, null, null], [21, 22, 23], [14, 14, 14]],
      ['setreuid', 'setuid', 0, [null, 23, null], [21, 23, 23], [14, 14, 14]],
      ['setuid', 'setuid', 0, [21, null, null], [21, 21, 23], [14, 14, 14]],
    ]);
    expect(credentials[4]!.process.fsuid).toBe(24);
  });

  test('tell of ids also when they are set through the 32-bit calls, in both their forms', async (context) => {
    const { credentials } = await act(context, 'compat');
    expect(credentials.map(({ body, process }) => [body.syscall, body.operation, body.result, body.real_id, process.uid])).toEqual([
      ['setuid', 'setuid', 0, 31, 31],
      ['setuid', 'setuid', eperm, 32, 31],
    ]);
  });

  test('tell of capabilities: those asked for, and those the process has then', async (context) => {
    const { credentials } = await act(context, 'capset');
    const [kill, syslog, ptrace] = [1n << 5n, 1n << 34n, 1n << 19n];
    expect(credentials.map(({ body, process }) => [body.operation, body.result, body.asked_capabilities, process.cap_effective])).toEqual([
      ['capset', 0, kill | syslog, kill | syslog],
      ['capset', eperm, ptrace | syslog, kill | syslog],
    ]);
  });

  test('tell of unshare and setns: the kinds, and whose or which namespace is entered', async (context) => {
    const net = '/proc/self/ns/net';
    const { namespaces } = await act(context, 'namespaces', net);
    const told = namespaces.map(({ body }) => [body.operation, body.result, body.flags, body.target_inode, body.target_pid]);
    expect(told).toEqual([
      ['unshare', 0, 0x0400_0000 | 0x0800_0000, null, null],
      ['unshare', einval, 1, null, null],
      ['setns', 0, 0x4000_0000, statSync(net).ino, null],
      ['setns', 0, 0x0800_0000, null, process.pid],
      ['setns', einval, 0, null, null],
    ]);
    expect(namespaces[0]!.process.uts_ns).not.toBe(statSync('/proc/self/ns/uts').ino);
  });

  test('tell of a clone that makes namespaces, and of one that is refused, but of no other', async (context) => {
    const { pid, namespaces } = await act(context, 'clone');
    const children = watched.forks.filter((record) => record.body.forker_pid === pid).map((record) => record.process.pid);
    expect(children).toHaveLength(3);
    expect(namespaces.map(({ body }) => [body.syscall, body.operation, body.result, body.flags, body.target_pid])).toEqual([
      ['clone3', 'clone', children[0], 0x0400_0000, children[0]],
      ['clone', 'clone', children[2], 0x0800_0000, children[2]],
      ['clone3', 'clone', eperm, 0x4000_0000, null],
      ['clone', 'clone', eperm, 0x2000_0000 | 0, null],
    ]);
  });

  describe('that change', () => {
    test('by calls, set-id programs, capabilities of root and user namespaces are explained by these', async (context) => {
      const setId = join(folder, 'set-id');
      copyFileSync('/bin/true', setId);
      chmodSync(setId, 0o4755);
      const { execs } = await watched.run('setpriv', ['--reuid=1234', '--regid=1235', '--clear-groups', setId]);
      if (execs.at(-1)!.process.euid !== 0) context.skip(`set-id bits do not count in ${folder}`);
      await watched.run('setpriv', ['--bounding-set=-all,+kill,+setuid', '/bin/sh', '-c', '/bin/true; exec /bin/true']);
      await watched.run('unshare', ['-Ur', '/bin/sh', '-c', '/bin/true; exec /bin/true']);
      await watched.run(actor('thread-exec'), ['/bin/true']);
      expect(noticed()).toEqual([]);
    });

    test('by none of these are noticed at the next fork, exec or exit, once', async () => {
      const child = watched.cgroup.run('/bin/sh', ['-c', 'read go; (exit 0); (exit 0); exec /bin/true'], { stdio: ['pipe', 'ignore', 'ignore'] });
      const exec = await watched.until(({ process, body }) => process.pid === child.pid && body?.kind === 'process_exec' && process.args[1] === '-c');
      pretendBefore(exec.process, { uid: 1234, euid: 1234, egid: 1235, capabilities: 1n << 5n });
      child.stdin!.end('go\n');
      await watched.follow(child);
      expect(noticed().map(({ process, body }) => [process.pid, process.uid, body])).toEqual([
        [child.pid, 0, expect.objectContaining({ operation: 'noticed', syscall: null, result: null, before_uid: 1234, before_euid: 1234, before_egid: 1235, before_capabilities: 1n << 5n }) as object],
      ]);
    });

    test('by none of these are noticed by a call that changes nothing, such as an exploit ends with', async () => {
      const program = `process.stdin.once('data', () => { process.setuid(0); console.log(); process.stdin.once('data', () => process.exit()); }); console.log();`;
      const child = watched.cgroup.run(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
      await once(child.stdout!, 'data');
      const exec = await watched.until(({ process: { pid }, body }) => pid === child.pid && body?.kind === 'process_exec');
      pretendBefore(exec.process, { uid: 1234, euid: 1234, egid: 0, capabilities: 0n });
      child.stdin!.write('\n');
      await once(child.stdout!, 'data');
      await watched.until(({ process: { pid }, body }) => pid === child.pid && body?.kind === 'credentials');
      expect(noticed().filter(({ process: { pid } }) => pid === child.pid).map(({ body }) => body)).toMatchObject([{ before_uid: 1234, before_capabilities: 0n }]);
      child.stdin!.end('\n');
      await watched.follow(child);
      expect(noticed().filter(({ process: { pid } }) => pid === child.pid)).toHaveLength(1);
    });

    test('by none of these are noticed at the end of a process of a tree, too', async () => {
      await using cgroup = createTestCgroup('privilege-root');
      const root = cgroup.run('/bin/sh', ['-c', 'read go; exec /bin/sh -c "read end"'], { stdio: ['pipe', 'ignore', 'ignore'] });
      const tree = new Watched('privilege-tree', { instance: 'tree' }, { tree: root.pid! });
      try {
        await tree.kernel.setInterest(interest);
        root.stdin!.write('go\n');
        const exec = await tree.until(({ body }) => body?.kind === 'process_exec');
        pretendBefore(exec.process, { uid: 1234, euid: 1234, egid: 0, capabilities: 0n }, tree.home, 'tree');
        root.stdin!.end('end\n');
        await tree.follow(root);
        await tree.until(({ body }) => body?.kind === 'credentials');
        expect(noticed(tree).map(({ process, body }) => [process.pid, body.before_uid])).toEqual([[root.pid, 1234]]);
      } finally {
        await tree.close();
      }
    });

    function noticed(by = watched): Seen<Credentials>[] {
      return by.records.filter((record): record is Seen<Credentials> => record.body?.kind === 'credentials' && record.body.operation === 'noticed');
    }

    /** No test can break into the kernel: instead, what the sensor keeps of the past is made to say otherwise. */
    function pretendBefore({ pid, start_ns }: Process, { uid, euid, egid, capabilities }: { uid: number; euid: number; egid: number; capabilities: bigint }, home = watched.home, instance = 'test'): void {
      const pin = globSync([join(home, 'bpf'), '/sys/fs/bpf'].map((root) => join(root, `ringfence/*${instance}*/*/maps/noticed_before`)))[0]!;
      using map = BpfMap.openPinned(pin);
      const key = Buffer.alloc(16);
      key.writeBigUInt64LE(start_ns);
      key.writeUInt32LE(pid, 8);
      const value = map.get(key)!;
      value.writeBigUInt64LE(capabilities);
      value.writeBigUInt64LE(capabilities, 8);
      [uid, euid, uid, egid, egid, egid].forEach((id, index) => value.writeUInt32LE(id, 16 + 4 * index));
      map.set(key, value);
    }
  });

  test('are not told of when nobody asks for them, and the programs leave the kernel', async (context) => {
    await watched.kernel.setInterest(processesOnly);
    const { credentials, namespaces } = await act(context, 'ids');
    expect([credentials, namespaces]).toEqual([[], []]);
  });
});
