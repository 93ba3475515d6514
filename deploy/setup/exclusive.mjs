/**
 * One set-up at a time in one clone, by flock(2) on an open file. The kernel frees the lock when the last process that
 * holds the file open is gone, and commands inherit it: if set-up is killed in the middle of `npm ci`, the next one waits
 * for that npm. A lock file with a process id in it would need a test for staleness and would not see the child.
 * Node has no flock of its own; the tool of that name locks a descriptor that it inherits, for all who share it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { hostCannot } from './failure.mjs';
import { stampFolder } from './project.mjs';

let held;

/** The descriptor that a command has to inherit to share the lock; undefined while none is held. */
export function lockDescriptor() {
  return held;
}

/** Runs `task` while no other process runs one for this clone; calls `onWait` when it has to wait. */
export async function exclusively(task, onWait) {
  held = openLock();
  try {
    if (!(await flock('--nonblock'))) {
      onWait();
      await flock('--exclusive');
    }
    return await task();
  } finally {
    closeSync(held);
    held = undefined;
  }
}

function openLock() {
  try {
    mkdirSync(stampFolder, { recursive: true });
    return openSync(join(stampFolder, 'setup.lock'), 'a');
  } catch (cause) {
    throw hostCannot(`This user may not write to the clone (${cause.message}). Run \`npm run build\` as its owner first.`);
  }
}

/** Resolves to whether the lock was taken. */
function flock(option) {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', [option, '3'], { stdio: ['ignore', 'ignore', 'inherit', held] });
    child.once('error', () => reject(hostCannot('The tool flock is missing; it comes with the package util-linux.')));
    child.once('close', (code) => resolve(code === 0));
  });
}
