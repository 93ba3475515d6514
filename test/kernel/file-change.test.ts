/** What the sensor says of changes to names and files, and to mounts. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';
import { allOfFiles, deed, type Deed } from './watched-files.ts';

describe.skipIf(hindrance !== null)(`a change${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;

  beforeAll(async () => {
    watched = await Watched.reporting(allOfFiles, 'file-change');
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-change-')));
  });

  afterAll(async () => {
    await watched.close();
    rmSync(folder, { recursive: true });
  });

  function run(command: string, ...args: string[]): Promise<Deed> {
    return deed(watched, command, args, { cwd: folder });
  }

  function file(name: string): string {
    writeFileSync(join(folder, name), 'x');
    return join(folder, name);
  }

  describe('of a name', () => {
    test('by unlink, relative to the working directory', async () => {
      const path = file('a');
      expect((await run('rm', './a')).changes('unlink')).toMatchObject([{ syscall: 'unlinkat', result: 0, filename: './a', directory: folder, path, path_source: 'caller' }]);
    });

    test('by unlink, relative to a descriptor', async () => {
      mkdirSync(join(folder, 'tree'));
      const path = file('tree/leaf');
      const { changes } = await run('rm', '-r', 'tree');
      expect(changes('unlink')).toMatchObject([{ filename: 'leaf', directory: join(folder, 'tree'), path }]);
      expect(changes('rmdir')).toMatchObject([{ path: join(folder, 'tree'), syscall: 'unlinkat', result: 0 }]);
    });

    test('that fails', async () => {
      expect((await run('rmdir', 'none')).changes('rmdir')).toMatchObject([{ result: -2, path: join(folder, 'none'), syscall: 'rmdir' }]);
    });

    test('by rename, with both', async () => {
      const path = file('b');
      expect((await run('mv', 'b', join(folder, 'c'))).changes('rename').at(-1)).toMatchObject({ result: 0, path, filename: 'b', new_path: join(folder, 'c'), new_directory: null });
    });

    test('by links', async () => {
      const path = file('d');
      expect((await run('ln', 'd', 'e')).changes('link')).toMatchObject([{ path, new_path: join(folder, 'e'), result: 0 }]);
      expect((await run('ln', '-s', '/etc/shadow', 'f')).changes('symlink')).toMatchObject([{ path: join(folder, 'f'), target: '/etc/shadow', result: 0 }]);
    });

    test('by mkdir and mknod, with their modes', async () => {
      expect((await run('mkdir', 'g')).changes('mkdir')).toMatchObject([{ path: join(folder, 'g'), mode: 0o777, result: 0 }]);
      expect((await run('mkfifo', 'h')).changes('mknod')).toMatchObject([{ path: join(folder, 'h'), mode: 0o010666 }]);
    });
  });

  describe('of what a file is', () => {
    test('by its name', async () => {
      const path = file('i');
      expect((await run('chmod', 'u+s', 'i')).changes('chmod')).toMatchObject([{ path, result: 0, mode: 0o4644 }]);
      expect((await run('chown', '12:34', path)).changes('chown')).toMatchObject([{ path, uid: 12, gid: 34, directory: null }]);
    });

    test('by a descriptor: the path is the kernel\'s', async () => {
      const path = file('j');
      const { changes } = await run(actor('file-calls'), 'descriptor', './j');
      const inode = statSync(path, { bigint: true }).ino;
      const known = { path, path_source: 'kernel', inode, filename: null, directory: null };
      expect(changes('chmod')).toMatchObject([{ ...known, mode: 0o4755, syscall: 'fchmod' }]);
      expect(changes('chown')).toMatchObject([{ ...known, uid: 12, gid: 34 }, { path, path_source: 'kernel', uid: 56, gid: null, syscall: 'fchownat' }]);
      expect(changes('truncate')).toMatchObject([{ ...known, syscall: 'ftruncate' }]);
      expect(changes('setxattr')).toMatchObject([{ ...known, attribute: 'user.test' }]);
      expect(changes('removexattr')).toMatchObject([{ ...known, attribute: 'user.test' }]);
      expect(changes('link')).toMatchObject([{ path, new_path: join(folder, 'hard'), new_directory: folder }]);
    });
  });

  test('through io_uring is seen like its system call', async (context) => {
    const path = file('k');
    file('quiet');
    const steps = ['create', 'new', 'close', '4', 'mkdir', 'l', 'rmdir', 'l', 'link', 'k', 'm', 'symlink', 'target', 'n', 'rename', 'm', 'o', 'unlink', 'k', 'quiet-unlink', 'quiet', 'unlink', 'k'];
    const { changes, opens, output } = await run(actor('file-uring'), ...steps);
    if (output === '') context.skip('this kernel has no io_uring');
    expect(opens('/new')).toMatchObject([{ created: true, access: 'write', path_source: 'kernel', mode: 0o640 }]);
    expect(changes('close_write')).toMatchObject([{ path: join(folder, 'new') }]);
    const asked = { io_uring: true, result: 0 };
    expect(changes('mkdir')).toMatchObject([{ ...asked, path: join(folder, 'l'), mode: 0o750, syscall: 'mkdirat' }]);
    expect(changes('rmdir')).toMatchObject([{ ...asked, path: join(folder, 'l') }]);
    expect(changes('link')).toMatchObject([{ ...asked, path, new_path: join(folder, 'm') }]);
    expect(changes('symlink')).toMatchObject([{ ...asked, path: join(folder, 'n'), target: 'target' }]);
    expect(changes('rename')).toMatchObject([{ ...asked, path: join(folder, 'm'), new_path: join(folder, 'o') }]);
    // A caller that wants to hear of failures only hides its success from us too, but not that it asked.
    expect(changes('unlink')).toMatchObject([{ ...asked, path }, { path: join(folder, 'quiet'), io_uring: true, result: null }, { path, result: -2, io_uring: true }]);
  });

  describe('of mounts', () => {
    /** In a mount namespace of its own. */
    async function mounts(script: string): Promise<Deed['mounts']> {
      await run('unshare', '-m', 'sh', '-c', script, 'sh', folder);
      const bodies = watched.records.flatMap(({ body }) => (body?.kind === 'mount' ? [body] : []));
      return (operation) => bodies.filter((body) => operation === undefined || body.operation === operation);
    }

    test('by mount and umount', async () => {
      mkdirSync(join(folder, 'p'));
      const seen = await mounts('mount -t tmpfs -o nosuid none "$1/p" && mount --bind /etc "$1/p" && umount "$1/p" && umount -l "$1/p"');
      const mount = seen('mount').find(({ file_system: type }) => type === 'tmpfs') ?? seen('move_mount').find(({ filename }) => filename === join(folder, 'p'));
      expect(mount).toMatchObject({ result: 0 });
      expect(seen('umount').filter(({ filename }) => filename === join(folder, 'p')).map(({ flags }) => flags)).toEqual([0n, 2n]);
    });

    test('by a chroot that fails', async () => {
      expect((await run('chroot', '/none')).mounts('chroot')).toMatchObject([{ result: -2, path: '/none', path_source: 'caller' }]);
    });
  });

  test('leaves no name unread', () => {
    expect(Object.values(watched.kernel.counters().faults).every((count) => count === 0n)).toBe(true);
  });
});
