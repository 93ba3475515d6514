/** The programs that the host needs to run virtual machines; as root they are installed with apt where they are missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const needed = [
  { program: 'qemu-system-x86_64', package: 'qemu-system-x86' },
  { program: 'busybox', package: 'busybox-static' },
];

/** A mirror that does not answer: apt tries for longer than anybody waits. */
const aptTimeoutMs = 300_000;

/** Why no virtual machine can run here; null when one can. */
export function provideHostTools(): string | null {
  if (process.arch !== 'x64') return `the kernels are those of x64, and this host is ${process.arch}`;
  const missing = needed.filter(({ program }) => !onPath(program));
  if (missing.length === 0) return null;
  const names = missing.map(({ program }) => program).join(', ');
  if (process.getuid?.() !== 0) return `only root can install what is missing: ${names}`;
  if (!onPath('apt-get')) return `this host has no apt to install what is missing: ${names}`;
  const failure = apt('update') ?? apt('install', '--yes', '--no-install-recommends', ...missing.map((need) => need.package));
  return failure === null ? null : `apt cannot install ${names}: ${failure}`;
}

/** Runs apt-get in `cwd`; its last error line when it failed, null when it did not. */
export function aptIn(cwd: string | undefined, ...args: readonly string[]): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const { status, stderr, error } = spawnSync('apt-get', args, { cwd, env, encoding: 'utf8', timeout: aptTimeoutMs });
  if (status === 0) return null;
  return stderr?.trim().split('\n').at(-1) || (error?.message ?? `apt-get ${args[0]} ended with ${status}`);
}

function apt(...args: readonly string[]): string | null {
  return aptIn(undefined, ...args);
}

function onPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => folder !== '' && isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
