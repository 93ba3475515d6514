/** What the sensor says of an exec, against real programs. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync, closeSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProcessExec } from '../../schemas/generated/types.gen.ts';
import { loadedProgram } from '../../services/collector/enrich/exec.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched, type Seen } from './watched.ts';

const trueProgram = realpathSync('/bin/true');
const nodeProgram = process.execPath;
const pathBytesMax = 4095;

describe.skipIf(hindrance !== null)(`an exec${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;

  beforeAll(() => {
    watched = new Watched('exec');
    folder = mkdtempSync(join(tmpdir(), 'ringfence-exec-'));
  });

  afterAll(async () => {
    await watched.close();
    // Some of its paths are longer than a system call takes.
    execFileSync('rm', ['-rf', folder]);
  });

  /** The last exec of the command's process. */
  async function exec(command: string, args: readonly string[] = [], options = {}): Promise<Seen<ProcessExec>> {
    return (await watched.run(command, args, options)).execs.at(-1)!;
  }

  function shell(script: string, ...args: string[]): Promise<Seen<ProcessExec>> {
    return exec('/bin/sh', ['-c', script, 'sh', ...args]);
  }

  describe('has arguments', () => {
    test('as they were given, with empty ones', async () => {
      const { process, body } = await exec('/bin/true', ['a b', '', '--x=\n', '']);
      expect(process.args).toEqual(['/bin/true', 'a b', '', '--x=\n', '']);
      expect(body).toMatchObject({ argc: 5, filename: '/bin/true', interpreter: '/bin/true' });
    });

    test('of any bytes', async () => {
      const { process, body, truncated } = await exec(actor('exec-args'), ['strange']);
      expect(process.args).toEqual(['true', '\ufffd\ufffd', '', '\u001b[31m\n\t\u0001', 'café', '\ufffd', '']);
      expect({ argc: body.argc, truncated }).toEqual({ argc: 7, truncated: [] });
    });

    test('cut at their bound and flagged when there are 2 MiB of them; their number stays exact', async () => {
      const { process, body, truncated } = await exec(actor('exec-args'), ['huge']);
      expect(process.args).toEqual(['true', 'a'.repeat(8192 - 'true\0'.length)]);
      expect({ argc: body.argc, truncated }).toEqual({ argc: 33, truncated: ['process.args'] });
    });

    test('of the interpreter too, when it is a script', async () => {
      const script = join(folder, 'script');
      writeFileSync(script, '#!/bin/sh -e\nexit 3\n');
      chmodSync(script, 0o755);
      const { process, body } = await exec(script, ['x']);
      expect(process).toMatchObject({ args: ['/bin/sh', '-e', script, 'x'], exe: realpathSync('/bin/sh'), comm: 'script' });
      expect(body).toMatchObject({ argc: 4, filename: script, interpreter: '/bin/sh' });
    });
  });

  describe('names the program', () => {
    test('by inode and device', async () => {
      const { process } = await exec('/bin/true');
      const { ino, dev } = statSync(trueProgram, { bigint: true });
      expect(process).toMatchObject({ exe: trueProgram, exe_inode: ino, exe_deleted: false, exe_memfd: false });
      // The kernel's own encoding (12 bits major, 20 minor) against that of stat(2).
      const [major, minor] = [(dev >> 8n) & 0xfffn, (dev & 0xffn) | ((dev >> 12n) & 0xfff00n)];
      expect(BigInt(process.exe_device)).toBe((major << 20n) | minor);
    });

    test('with links resolved, and as the caller named it', async () => {
      const link = join(folder, 'link');
      symlinkSync(trueProgram, link);
      const { process, body } = await exec(link);
      expect({ exe: process.exe, filename: body.filename, comm: process.comm }).toEqual({ exe: trueProgram, filename: link, comm: 'link' });
    });

    test('below a thousand directories', async () => {
      const path = placed(join(folder, ...Array<string>(1000).fill('d')), 'true');
      const { process, body, truncated } = await exec(path);
      expect({ exe: process.exe, filename: body.filename, truncated }).toEqual({ exe: path, filename: path, truncated: [] });
    });

    test('by the longest path that there is, whole', async () => {
      const names: string[] = [];
      let left = pathBytesMax - folder.length - '/p'.length;
      for (; left > 255; left -= 201) names.push('n'.repeat(200));
      const path = placed(join(folder, ...names, 'n'.repeat(left - 1)), 'p');
      expect(path).toHaveLength(pathBytesMax);
      const { process, body, truncated } = await exec(path);
      expect({ exe: process.exe, filename: body.filename, truncated }).toEqual({ exe: path, filename: path, truncated: [] });
    });

    test('also when its file is deleted', async () => {
      const path = placed(folder, 'gone');
      const { process, body } = await shell('exec 3<"$1" && rm "$1" && exec /proc/self/fd/3', path);
      expect(process).toMatchObject({ exe: path, exe_deleted: true, exe_memfd: false });
      expect(body.filename).toBe('/proc/self/fd/3');
    });

    test('also when it has only ever been in memory', async () => {
      const { process } = await exec(actor('memfd-exec'), ['payload', '/bin/true']);
      expect(process).toMatchObject({ exe: '/memfd:payload', exe_deleted: true, exe_memfd: true, args: ['payload'] });
    });

    test('when it is named by a descriptor alone, deleted or not', async () => {
      const path = placed(folder, 'by-descriptor');
      const { process, body } = await exec(actor('exec-fd'), [path]);
      expect({ exe: process.exe, filename: body.filename, args: process.args }).toEqual({ exe: path, filename: '/dev/fd/3', args: ['by-descriptor'] });
    });

    test('when it is vfork\'s child that calls it', async () => {
      const { pid } = await watched.run(actor('vfork-exec'), ['/bin/true', 'from-vfork']);
      const child = watched.execs.find(({ process }) => process.args.includes('from-vfork') && process.comm === 'true')!;
      expect(child.process).toMatchObject({ exe: trueProgram, ppid: pid });
    });

    test('and the script of an interpreter that is started by env', async () => {
      const script = join(folder, 'by-env');
      writeFileSync(script, '#!/usr/bin/env sh\nexit 0\n');
      chmodSync(script, 0o755);
      const { execs } = await watched.run(script);
      const own = execs.filter(({ process }) => process.args.includes(script) && process.comm !== 'env');
      expect(own.at(-1)!.process.args).toEqual(['sh', script]);
      expect(execs.find(({ body }) => body.filename === script)!.body.interpreter).toBe('/usr/bin/env');
    });

    test('that the loader was told to run only in its arguments', async (context) => {
      const loader = loaderOf(nodeProgram);
      if (loader === null) return context.skip('no program here needs a loader');
      const args = ['--library-path', '/nowhere', nodeProgram, '--version'];
      const { process } = await exec(loader, args);
      expect(process).toMatchObject({ exe: realpathSync(loader), args: [loader, ...args] });
      expect(loadedProgram(process)).toBe(nodeProgram);
    });

    test('when a thread that is not the leader calls it: the process keeps its pid and start', async () => {
      const { pid, execs, exit } = await watched.run(actor('thread-exec'), ['/bin/true']);
      const [before, after] = execs;
      expect(after!.process).toMatchObject({ pid, tid: pid, start_ns: before!.process.start_ns, args: ['/bin/true', 'from-thread'] });
      expect(exit.process.start_ns).toBe(before!.process.start_ns);
      expect(watched.exits.filter((record) => record.process.pid === pid)).toHaveLength(1);
    });

    function placed(directory: string, name: string): string {
      // Node makes a deep path from its leaf upwards, by recursion; the shell does not mind.
      execFileSync('mkdir', ['-p', directory]);
      copyFileSync(trueProgram, join(directory, name));
      chmodSync(join(directory, name), 0o755);
      return join(directory, name);
    }
  });

  describe('has a working directory', () => {
    test('with links resolved', async () => {
      symlinkSync(folder, join(folder, 'loop'));
      expect((await exec('/bin/true', [], { cwd: join(folder, 'loop') })).process.cwd).toBe(realpathSync(folder));
      expect((await exec('/bin/true', [], { cwd: '/' })).process.cwd).toBe('/');
    });

    test('of which the end is kept and the cut flagged when it is longer than any path', async () => {
      const name = 'w'.repeat(200);
      const { process, truncated } = await exec(actor('deep-cwd'), ['30', name], { cwd: folder });
      expect(process.cwd).toBe(`/${name}`.repeat(20));
      expect(truncated).toEqual(['process.cwd']);
    });
  });

  describe('says who', () => {
    test('by user and group, without capabilities once they are given up', async () => {
      const { process } = await exec('setpriv', ['--reuid=1234', '--regid=1235', '--clear-groups', '/bin/true']);
      expect(process).toMatchObject({ uid: 1234, euid: 1234, suid: 1234, fsuid: 1234, gid: 1235, egid: 1235, sgid: 1235, fsgid: 1235 });
      expect(process).toMatchObject({ cap_permitted: 0n, cap_effective: 0n, cap_ambient: 0n });
    });

    test('by capabilities, bit by bit', async () => {
      const { process } = await exec('setpriv', ['--bounding-set=-all,+chown,+kill,+net_raw', '--inh-caps=-all,+kill', '/bin/true']);
      const some = (1n << 0n) | (1n << 5n) | (1n << 13n);
      expect(process).toMatchObject({ cap_bounding: some, cap_inheritable: 1n << 5n, cap_permitted: some, cap_effective: some, cap_ambient: 0n });
    });

    test('by a set-id bit, which gives it more rights than its caller had', async (context) => {
      const path = join(folder, 'set-id');
      copyFileSync(trueProgram, path);
      chmodSync(path, 0o4755);
      chmodSync(folder, 0o755);
      const { body, process } = await exec('setpriv', ['--reuid=1234', '--regid=1235', '--clear-groups', path]);
      if (process.euid !== 0) context.skip(`set-id bits do not count in ${folder}`);
      expect(process).toMatchObject({ uid: 1234, euid: 0, suid: 0 });
      expect([body.secure, (await exec(path)).body.secure]).toEqual([true, false]);
    });

    test('by the user that logged in, across a change of user', async (context) => {
      const { process } = await shell('echo 4242 > /proc/self/loginuid && exec setpriv --reuid=1234 /bin/true');
      if (process.exe !== trueProgram) context.skip('/proc/self/loginuid can\'t be set here');
      expect(process).toMatchObject({ login_uid: 4242, uid: 1234, audit_session: expect.any(Number) as number });
      expect((await exec('/bin/true')).process.login_uid).toBe(loginUid());
    });

    test('by terminal, session and process group', async () => {
      const { process } = await exec('setsid', ['/bin/true']);
      expect(process).toMatchObject({ sid: process.pid, pgid: process.pid, tty: null });
      const marker = `tty-${process.pid}`;
      await watched.run('script', ['-qec', `/bin/echo ${marker}`, '/dev/null']);
      const onTerminal = watched.execs.find((record) => record.process.args.includes(marker) && record.process.comm === 'echo')!;
      expect(onTerminal.process.tty).toMatch(/^pts\d+$/);
      expect(onTerminal.process.sid).not.toBe(process.sid);
    });
  });

  describe('says where', () => {
    test('by namespaces', async () => {
      const names = ['mnt', 'net', 'uts', 'ipc', 'cgroup', 'user'] as const;
      const list = names.map((name) => `/proc/self/ns/${name}`).join(' ');
      const child = watched.cgroup.run('unshare', ['-mnuiCU', '/bin/sh', '-c', `readlink ${list}; exec /bin/true`], { stdio: ['ignore', 'pipe', 'ignore'] });
      const [inodes, life] = await Promise.all([text(child.stdout!), watched.follow(child)]);
      const expected = Object.fromEntries(inodes.trim().split('\n').map((line, index) => [`${names[index]}_ns`, Number(/\[(\d+)\]/.exec(line)![1])]));
      expect(life.execs.at(-1)!.process).toMatchObject(expected);
      const outside = (await exec('/bin/true')).process;
      for (const name of names) expect(outside[`${name}_ns`]).not.toBe(expected[`${name}_ns`]);
      expect(outside.net_ns).toBe(statSync('/proc/self/ns/net').ino);
    });

    test('by its number in its own pid namespace', async () => {
      await watched.run('unshare', ['-pf', '/bin/true', 'in-pid-namespace']);
      const { process } = watched.execs.find((record) => record.process.args.includes('in-pid-namespace') && record.process.comm === 'true')!;
      expect(process.ns_pid).toBe(1);
      expect(process.pid).toBeGreaterThan(1);
      expect(process.pid_ns).not.toBe(statSync('/proc/self/ns/pid').ino);
    });

    test('by cgroup, nested', async () => {
      const nested = join(watched.cgroup.path, 'a b', 'c');
      mkdirSync(nested, { recursive: true });
      const { process } = await shell('echo 0 > "$1/cgroup.procs" && exec /bin/true', nested);
      expect(process).toMatchObject({ cgroup: `${watched.cgroup.relativePath}/a b/c`, cgroup_id: statSync(nested, { bigint: true }).ino });
    });
  });

  describe('says what its first descriptors are', () => {
    test('files, directories, devices, and closed ones', async () => {
      const regular = openSync(join(folder, 'file'), 'w+');
      const directory = openSync(folder, 'r');
      expect((await exec('/bin/true', [], { stdio: [directory, regular, 'ignore'] })).body).toMatchObject({ stdin_type: 'directory', stdout_type: 'regular', stderr_type: 'char_device' });
      expect((await shell('exec /bin/true <&- >&-')).body).toMatchObject({ stdin_type: 'closed', stdout_type: 'closed', stderr_type: 'char_device' });
      for (const fd of [regular, directory]) closeSync(fd);
    });

    test('pipes', async () => {
      await watched.run('/bin/sh', ['-c', ': | /bin/true between-pipes | :']);
      const { body } = watched.execs.find((record) => record.process.args.includes('between-pipes') && record.process.comm === 'true')!;
      expect(body).toMatchObject({ stdin_type: 'fifo', stdout_type: 'fifo', stderr_type: 'char_device' });
    });

    test('sockets of both families', async () => {
      // Node's own "pipes" are pairs of Unix sockets.
      expect((await exec('/bin/true', [], { stdio: ['pipe', 'ignore', 'ignore'] })).body.stdin_type).toBe('unix_socket');
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await once(socket, 'connect');
      expect((await exec('/bin/true', [], { stdio: [socket, socket, 'ignore'] })).body).toMatchObject({ stdin_type: 'inet_socket', stdout_type: 'inet_socket' });
      socket.destroy();
      server.close();
    });
  });

  test('needs no field that could not be read', () => {
    expect(Object.values(watched.kernel.counters().faults).every((count) => count === 0n)).toBe(true);
    expect(basename(watched.execs[0]!.process.cgroup!)).toBe(basename(watched.cgroup.path));
  });
});

/** The path in the program's PT_INTERP; null of a static one. */
function loaderOf(program: string): string | null {
  return /\/[\w./-]*\/ld[\w.-]+\.so\.\d+/.exec(readFileSync(program, 'latin1'))?.[0] ?? null;
}

function loginUid(): number | null {
  const uid = Number(readFileSync('/proc/self/loginuid', 'utf8'));
  return uid === 0xffffffff ? null : uid;
}
