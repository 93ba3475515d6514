/**
 * The Node that runs Ringfence: the host's from 24 on (it runs TypeScript and has node:sqlite), else the pinned one. npm
 * carries Node's binary as a package without an install script, so that integrity is npm's business and the lock's.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { hostCannot } from '../failure.mjs';
import { root } from '../project.mjs';

const folder = join(root, 'deploy/setup/node');
const hostMajorMin = 24;

/** The path of the Node to use; for the pinned one, the path where it is or will be. */
export function nodePath() {
  return hostNodeWillDo() ? process.execPath : pinnedPath();
}

/** Cheap: tests only that a file is there. */
export function nodeIsThere() {
  return existsSync(nodePath());
}

export const nodeStep = {
  name: 'Node',

  isDone: () => hostNodeWillDo() || pinnedNodeRuns(),

  async run(note) {
    note(`${pinnedVersion()} for ${process.arch}, since the host has ${process.versions.node}`);
    await runCommand('npm', ['ci', '--ignore-scripts'], { cwd: folder });
    if (pinnedNodeRuns()) return;
    throw hostCannot(
      `${pinnedPath()}\ndoes not run on this host (${process.arch}; the binary needs glibc 2.28 or later).\n` +
        `Install Node ${hostMajorMin} or later and start again.`,
    );
  },
};

function hostNodeWillDo() {
  return Number(process.versions.node.split('.')[0]) >= hostMajorMin;
}

function pinnedPath() {
  return join(folder, 'node_modules', packageName(), 'bin/node');
}

/** Asking the binary finds what a stamp would not: a copy that was cut short, or one of another machine. */
function pinnedNodeRuns() {
  if (!existsSync(pinnedPath())) return false;
  const answer = spawnSync(pinnedPath(), ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() === `v${pinnedVersion()}`;
}

function pinnedVersion() {
  const version = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).optionalDependencies[packageName()];
  if (version === undefined) throw hostCannot(`Ringfence is built for x64 and arm64; this host is ${process.arch}.`);
  return version;
}

function packageName() {
  return `node-linux-${process.arch}`;
}
