/** A lock that a process holds for as long as it lives: however it ends, the kernel gives the lock back at once. */
import { closeSync, constants as flags, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

interface Addon {
  lock(fd: number): number;
}

/** Holds it until closed. */
export interface DirectoryLock {
  readonly fd: number;
  close(): void;
}

/** Null when another holds it, in this process or another. Throws what opening the directory throws. */
export function lockDirectory(path: string): DirectoryLock | null {
  const fd = openSync(path, flags.O_RDONLY | flags.O_DIRECTORY);
  const result = addon().lock(fd);
  if (result === 0) return { fd, close: () => closeSync(fd) };
  closeSync(fd);
  if (result === -constants.errno.EWOULDBLOCK) return null;
  throw new Error(`flock ${path}: errno ${-result}`);
}

/** Loaded when it is first needed: a replay works on a host where it was never built. */
let loaded: Addon | undefined;

function addon(): Addon {
  return (loaded ??= createRequire(import.meta.url)('../build/flock.node') as Addon);
}
