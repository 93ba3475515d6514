/** A copy of /bin/true in /dev/shm, run and removed. */
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulation } from './simulation.ts';

export const programInSharedMemory: Simulation = {
  name: 'shared-memory',
  rule: 'Program Run From Shared Memory',
  does: 'a program is run from /dev/shm',
  needs: {},
  async act(stage) {
    const directory = mkdtempSync('/dev/shm/ringfence-simulate-');
    try {
      const program = join(directory, 'true');
      copyFileSync('/bin/true', program);
      const child = stage.start([program]);
      const [code] = (await once(child, 'exit')) as [number | null];
      return { pids: [child.pid ?? 0], done: code === 0, outcome: `exit code ${code}` };
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};
