/**
 * The npm packages of the lock. No package may run a script at installation: none of ours needs one (msgpackr, ssh2 and
 * cpu-features only have faster native variants), and a script is where a hijacked package would strike.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { root } from '../project.mjs';

export const modulesStep = {
  name: 'npm packages',
  isDone: modulesMatchLock,
  async run(note) {
    note('npm ci');
    await runCommand('npm', ['ci', '--ignore-scripts']);
  },
};

/** npm writes this file last, so that an installation without it is a half-made one. */
export const installedLockPath = join(root, 'node_modules/.package-lock.json');

/** Compares npm's own record of what it installed, so that an `npm ci` run by hand counts too. */
function modulesMatchLock() {
  if (!existsSync(installedLockPath)) return false;
  const installed = packagesOf(installedLockPath);
  return Object.entries(packagesOf(join(root, 'package-lock.json'))).every(
    ([path, locked]) => path === '' || sameAs(installed[path], locked, path),
  );
}

function sameAs(installed, locked, path) {
  // What is optional may be for another CPU or C library; npm leaves it out.
  if (installed === undefined) return locked.optional === true;
  const same = installed.version === locked.version && installed.integrity === locked.integrity;
  return same && existsSync(join(root, path, 'package.json'));
}

function packagesOf(lockPath) {
  return JSON.parse(readFileSync(lockPath, 'utf8')).packages;
}
