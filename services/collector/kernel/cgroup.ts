/** Cgroup v2 directories: the id and depth that the kernel side compares, and the path that /proc shows. */
import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { RingfenceError } from '#runtime/errors.ts';

export interface Cgroup {
  /** Id in the kernel: the inode number of its directory. */
  readonly id: bigint;
  /** Depth below the root of the hierarchy. */
  readonly level: number;
  /** Path in the hierarchy, as in /proc/<pid>/cgroup. */
  readonly path: string;
}

/** Throws CONFIG_INVALID when it is no directory of a cgroup v2 hierarchy. */
export function resolveCgroup(directory: string): Cgroup {
  const mount = cgroup2Mount();
  const path = mount === null ? '..' : relative(mount, resolve(directory));
  const stat = statSync(directory, { bigint: true, throwIfNoEntry: false });
  if (path.startsWith('..') || !stat?.isDirectory()) {
    throw new RingfenceError('CONFIG_INVALID', `${directory} is not a cgroup v2 directory${mount === null ? ' (no cgroup v2 is mounted)' : ` below ${mount}`}`);
  }
  return { id: stat.ino, level: path === '' ? 0 : path.split('/').length, path: `/${path}` };
}
