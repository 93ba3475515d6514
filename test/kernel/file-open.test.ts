/** What the sensor says of opens and of closes after writing: kernel truth, whatever the caller does to hide it. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processesOnly } from '../../services/collector/kernel/interest.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';
import { allOfFiles, deed, type Deed } from './watched-files.ts';

describe.skipIf(hindrance !== null)(`an open${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;
  let secret: string;

  beforeAll(async () => {
    watched = await Watched.reporting(allOfFiles, 'file-open');
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-open-')));
    secret = join(folder, 'secret');
    writeFileSync(secret, 'x');
  });

  afterAll(async () => {
    await watched.close();
    execFileSync('rm', ['-rf', folder]);
  });

  function calls(...args: string[]): Promise<Deed> {
    return deed(watched, actor('file-calls'), args, { cwd: folder });
  }

  function shell(script: string, ...args: string[]): Promise<Deed> {
    return deed(watched, '/bin/sh', ['-c', script, 'sh', ...args], { cwd: folder });
  }

  describe('of a file that is there', () => {
    test('says which inode it is, whose, and what was asked', async () => {
      chmodSync(secret, 0o640);
      const [open] = (await shell('read x < secret')).opens('/secret');
      expect(open).toMatchObject({ syscall: 'openat', access: 'read', created: false, filename: 'secret', directory: null, path: secret, path_source: 'kernel' });
      expect(open).toMatchObject({ inode: statSync(secret, { bigint: true }).ino, file_type: 'regular', file_mode: 0o640, file_uid: 0, deleted: false, io_uring: false });
      expect(open!.result).toBeGreaterThanOrEqual(3);
    });

    test('says that it has made it, and with which flags', async () => {
      const [made, again] = (await shell('echo > made; echo >> made')).opens('/made');
      expect(made).toMatchObject({ access: 'write', created: true, mode: 0o666 });
      expect(made!.flags & 0o1101).toBe(0o1101);
      expect(again).toMatchObject({ access: 'write', created: false });
      expect(again!.flags & 0o3101).toBe(0o2101);
    });

    test('resolves links, and shows the name that was asked for', async () => {
      symlinkSync(secret, join(folder, 'alias'));
      const [open] = (await shell('read x < "$1/./alias"', folder)).opens('/secret');
      expect(open).toMatchObject({ path: secret, filename: `${folder}/./alias`, path_source: 'kernel' });
    });

    test('shows a hard link by the name that was used, and by the same inode', async () => {
      linkSync(secret, join(folder, 'hard-link'));
      const [open] = (await shell('read x < hard-link')).opens('/hard-link');
      expect(open!.inode).toBe(statSync(secret, { bigint: true }).ino);
    });

    test('shows a bind mount by its own path, and by the same inode', async () => {
      mkdirSync(join(folder, 'bound'));
      const { output } = await shell('unshare -m sh -c \'mount --bind "$1" "$1/bound" && sh -c "read x < bound/secret; echo \\$\\$"\' sh "$1"', folder);
      const opens = watched.records.flatMap(({ process, body }) => (body?.kind === 'file_open' && process.pid === Number(output) ? [body] : []));
      expect(opens.find(({ path }) => path === join(folder, 'bound/secret'))!.inode).toBe(statSync(secret, { bigint: true }).ino);
    });

    test('by a name relative to a descriptor', async () => {
      expect((await calls('at', folder, 'secret')).opens('/secret')[0]).toMatchObject({ path: secret, filename: 'secret' });
    });

    test('with openat2, however it resolves', async () => {
      const [beneath, inRoot, noLinks] = ['0x08', '0x10', '0x04'];
      for (const [name, how] of [['secret', beneath], ['/secret', inRoot], ['/../secret', inRoot], ['secret', noLinks]] as const) {
        expect((await calls('resolve', folder, name, how!)).opens('/secret')[0]).toMatchObject({ syscall: 'openat2', path: secret, filename: name });
      }
      expect((await calls('resolve', folder, '../secret', beneath!)).opens().at(-1)).toMatchObject({ result: -18, path_source: 'caller' });
    });

    test('for its place only', async () => {
      expect((await calls('path', secret)).opens('/secret')[0]).toMatchObject({ access: 'none', path_source: 'kernel' });
    });

    test('that has no name yet, and then gets one', async () => {
      const { events, opens, changes } = await calls('temporary', folder, join(folder, 'named'));
      expect(opens().at(-1)).toMatchObject({ access: 'write', deleted: true, path_source: 'kernel' });
      expect(opens().at(-1)!.path).toMatch(new RegExp(`^${folder}/#`));
      expect(changes('link')[0]).toMatchObject({ result: 0, new_path: join(folder, 'named') });
      expect(events.length).toBeGreaterThan(0);
    });

    test('that is deleted, through /proc', async () => {
      const [open] = (await shell('echo > gone; exec 5< gone; rm gone; read x < /proc/self/fd/5')).opens('/gone').slice(-1);
      expect(open).toMatchObject({ path: join(folder, 'gone'), deleted: true, filename: '/proc/self/fd/5' });
    });

    test('below a thousand directories', async () => {
      const path = join(folder, ...Array<string>(1000).fill('d'), 'deep');
      execFileSync('mkdir', ['-p', join(path, '..')]);
      copyFileSync(secret, path);
      expect((await shell('read x < "$1"', path)).opens('/deep')[0]).toMatchObject({ path, filename: path });
    });

    test('by the longest path that there is', async () => {
      const names: string[] = [];
      let left = 4095 - folder.length - '/p'.length;
      for (; left > 255; left -= 201) names.push('n'.repeat(200));
      const path = join(folder, ...names, 'n'.repeat(left - 1), 'p');
      execFileSync('mkdir', ['-p', join(path, '..')]);
      copyFileSync(secret, path);
      expect(path).toHaveLength(4095);
      expect((await shell('read x < "$1"', path)).opens('/p')[0]).toMatchObject({ path, filename: path });
    });

    test('in a chroot shows where the file really is', async () => {
      mkdirSync(join(folder, 'jail'));
      writeFileSync(join(folder, 'jail/inside'), '');
      writeFileSync(join(folder, 'outside'), '');
      const { opens, mounts } = await calls('chroot', join(folder, 'jail'), folder);
      expect(opens('/inside')[0]).toMatchObject({ path: join(folder, 'jail/inside'), filename: '/inside' });
      expect(opens('/missing')[0]).toMatchObject({ path: join(folder, 'jail/missing'), directory: join(folder, 'jail'), result: -2 });
      expect(opens('/outside')[0]).toMatchObject({ path: join(folder, 'outside') });
      expect(mounts('chroot')[0]).toMatchObject({ path: join(folder, 'jail'), path_source: 'kernel', result: 0 });
    });

    test('shows what was opened when another thread writes over the name', async () => {
      const decoy = join(folder, 'secreT');
      writeFileSync(decoy, 'y');
      const { output, opens } = await calls('race', decoy, secret, '2000');
      const seen = opens().filter(({ path, path_source: source }) => path === secret && source === 'kernel');
      expect(Number(output)).toBeGreaterThan(0);
      expect(seen).toHaveLength(Number(output));
    });

    test('by i386\'s call from a 64-bit program', async (context) => {
      writeFileSync(join(folder, 'compat'), '');
      const { opens, changes, output } = await calls('compat', join(folder, 'compat'));
      if (output.includes('Function not implemented')) context.skip('this kernel has no i386 calls');
      expect(opens('/compat')[0]).toMatchObject({ syscall: 'open', path_source: 'kernel' });
      expect(changes('unlink')[0]).toMatchObject({ syscall: 'unlink', path: join(folder, 'compat'), result: 0 });
    });

    test('through io_uring', async (context) => {
      const { opens, output } = await deed(watched, actor('file-uring'), ['open', secret, 'open', 'missing', 'open-direct', secret], { cwd: folder });
      if (output === '') context.skip('this kernel has no io_uring');
      expect(opens('/secret')[0]).toMatchObject({ syscall: 'openat', io_uring: true, path: secret, path_source: 'kernel', access: 'read' });
      expect(opens('/missing')[0]).toMatchObject({ io_uring: true, path: join(folder, 'missing'), path_source: 'caller', result: -2 });
      // A file that only the ring has is told of by the kernel's copy of the name.
      expect(opens('/secret')[1]).toMatchObject({ io_uring: true, path: secret, path_source: 'caller', result: 0 });
    });
  });

  describe('that fails', () => {
    test('says for what it was, and with which error', async () => {
      const [open] = (await shell('echo > none/such')).opens('/none/such');
      expect(open).toMatchObject({ result: -2, access: 'write', filename: 'none/such', directory: folder, path: join(folder, 'none/such'), path_source: 'caller', file_type: 'closed', inode: 0n });
    });

    test('for lack of rights', async () => {
      chmodSync(secret, 0o600);
      chmodSync(folder, 0o755);
      const [open] = (await deed(watched, 'setpriv', ['--reuid=1234', '--clear-groups', 'cat', secret], { cwd: folder })).opens('/secret');
      expect(open).toMatchObject({ result: -13, path: secret });
    });

    test('without a name, or relative to nothing', async () => {
      expect((await calls('null')).opens().at(-1)).toMatchObject({ result: -14, filename: null, path: null });
      expect((await calls('closed')).events.at(-1)!.body).toMatchObject({ result: -9, filename: 'relative', directory: null, path: null });
    });
  });

  describe('for writing ends', () => {
    test('with the close', async () => {
      expect((await shell('echo > w1; :')).changes('close_write')).toMatchObject([{ path: join(folder, 'w1'), path_source: 'kernel', syscall: 'close', result: 0, inode: expect.any(BigInt) as bigint }]);
    });

    test('with a rename in between, under the path that was opened', async () => {
      expect((await shell('exec 5> w2; mv w2 w3; exec 5>&-')).changes('close_write').map(({ path }) => path)).toContain(join(folder, 'w2'));
    });

    test('at the latest with the process', async () => {
      expect((await calls('leave', 'w4')).changes('close_write')).toMatchObject([{ path: join(folder, 'w4'), syscall: null, result: null }]);
    });

    test('with an exec that closes it', async () => {
      writeFileSync(join(folder, 'w5'), '');
      writeFileSync(join(folder, 'w6'), '');
      expect((await calls('inherit', 'w5', 'w6')).changes('close_write').map(({ path }) => path)).toEqual([join(folder, 'w5'), join(folder, 'w6')]);
    });

    test('not for reading', async () => {
      expect((await shell('read x < secret')).changes('close_write')).toEqual([]);
    });

    test('not again when the close came while nobody looked', async () => {
      // A shell's redirection closes a copy at once.
      const program = `const fs = require('fs'); const fd = fs.openSync('w7', 'w'); console.log(); process.stdin.once('data', () => { fs.closeSync(fd); console.log(); process.stdin.once('data', () => process.exit()); });`;
      const writer = watched.cgroup.run(process.execPath, ['-e', program], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
      await once(writer.stdout!, 'data');
      await watched.kernel.setInterest(processesOnly);
      writer.stdin!.write('\n');
      await once(writer.stdout!, 'data');
      await watched.kernel.setInterest(allOfFiles);
      writer.stdin!.end('\n');
      const { pid } = await watched.lifeOf(writer.pid!);
      watched.read();
      const closes = watched.records.filter(({ process, body }) => process.pid === pid && body?.kind === 'file_change' && body.operation === 'close_write' && body.path === join(folder, 'w7'));
      expect(closes).toEqual([]);
    });
  });

  test('leaves nothing unread that it could not count', () => {
    const { name_unreadable: names, ...others } = watched.kernel.counters().faults;
    expect(names).toBe(1n);
    expect(Object.values(others).every((count) => count === 0n)).toBe(true);
    rmSync(join(folder, 'secret'));
  });
});
