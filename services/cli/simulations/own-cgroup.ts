/** A cgroup for one simulation, so that a scoped collector sees it alone and cleaning up can't reach anything else. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { RingfenceError } from '#runtime/errors.ts';

/** How long what was started may take to go away by itself before it is killed. */
const leaveMs = 2_000;

/**
 * Runs `act` with a new cgroup below `parent` (default: the root of the v2 hierarchy), or with null where cgroups can't
 * be made: the act itself needs none. Ends what is left in the cgroup and removes it.
 */
export async function withOwnCgroup<T>(parent: string | undefined, act: (cgroup: string | null) => Promise<T>): Promise<T> {
  const root = parent ?? cgroup2Mount();
  const directory = root === null ? null : join(root, `ringfence-simulate-${process.pid}`);
  if (directory === null || !make(directory, parent !== undefined)) return await act(null);
  try {
    return await act(directory);
  } finally {
    await empty(directory);
    rmdirSync(directory);
  }
}

/** Shell text that moves its own process into the cgroup; nothing where there is none. */
export function enter(cgroup: string | null): string {
  return cgroup === null ? '' : `echo $$ > '${cgroup}/cgroup.procs'; `;
}

function make(directory: string, demanded: boolean): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch (cause) {
    if (demanded) throw new RingfenceError('CONFIG_INVALID', `cannot make a cgroup at ${directory}`, { cause });
    return false;
  }
}

async function empty(directory: string): Promise<void> {
  const procs = () => readFileSync(join(directory, 'cgroup.procs'), 'utf8').trim();
  for (let waited = 0; procs() !== '' && waited < leaveMs; waited += 50) await sleep(50);
  if (procs() !== '' && existsSync(join(directory, 'cgroup.kill'))) writeFileSync(join(directory, 'cgroup.kill'), '1');
  for (let waited = 0; procs() !== '' && waited < leaveMs; waited += 20) await sleep(20);
}
