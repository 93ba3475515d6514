/** A copy of /bin/true in /dev/shm, run and removed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulation } from './simulation.ts';
import { enter } from './own-cgroup.ts';

export const programInSharedMemory: Simulation = {
  does: 'a program is run from /dev/shm',
  rule: 'Program Run From Shared Memory',
  async run(cgroup) {
    const directory = mkdtempSync('/dev/shm/ringfence-simulate-');
    try {
      const program = join(directory, 'true');
      copyFileSync('/bin/true', program);
      const child = spawn('/bin/sh', ['-c', `${enter(cgroup)}exec '${program}'`], { stdio: 'ignore' });
      const [code] = (await once(child, 'exit')) as [number | null];
      return { pids: [child.pid ?? 0], outcome: `exit code ${code}` };
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};
