/**
 * A cgroup of a test's own: what the test starts in it can be watched apart from everything else on the host, and ended
 * as one. Needs root and a cgroup v2 mount.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { cgroup2Mount } from '../../services/runtime/cgroup2.ts';

export interface TestCgroup {
  /** Absolute path of its directory. */
  readonly path: string;
  /** Path from the root of the hierarchy, as in /proc/<pid>/cgroup and in events. */
  readonly relativePath: string;
  /**
   * Starts a command that is in the cgroup before its exec: of what the wrapper does, only that exec is seen from inside
   * the cgroup.
   */
  run(command: string, args?: readonly string[], options?: SpawnOptions): ChildProcess;
  /** SIGKILL to everything in it and below it. */
  kill(): void;
  /** Kills, waits for the deaths, removes the directories. Can be called twice. */
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Why this host can't have one; null when it can. */
export const cgroupHindrance: string | null = findHindrance();

const enter = 'echo 0 > "$0/cgroup.procs" && exec "$@"';

/** Throws when `cgroupHindrance` says why. The name of the directory is ringfence-test-<name>-<pid>. */
export function createTestCgroup(name: string): TestCgroup {
  const mount = cgroup2Mount();
  if (mount === null) throw new Error('no cgroup v2 is mounted');
  const path = join(mount, `ringfence-test-${name}-${process.pid}`);
  mkdirSync(path);
  const kill = () => writeFileSync(join(path, 'cgroup.kill'), '1');
  const remove = async () => {
    if (!existsSync(path)) return;
    kill();
    await removeTree(path);
  };
  return {
    path,
    relativePath: path.slice(mount.length),
    run: (command, args = [], options = {}) => spawn('/bin/sh', ['-c', enter, path, command, ...args], options),
    kill,
    remove,
    [Symbol.asyncDispose]: remove,
  };
}

/** A directory is busy until its last process has been reaped: a matter of milliseconds after the kill. */
async function removeTree(path: string): Promise<void> {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(path, entry.name));
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if (attempt === 500) throw error;
      await setTimeout(10);
    }
  }
}

function findHindrance(): string | null {
  if (process.getuid?.() !== 0) return 'needs root';
  return cgroup2Mount() === null ? 'no cgroup v2 is mounted' : null;
}
