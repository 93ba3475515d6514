/** What a simulation lacks on this host. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Needs } from './simulation.ts';
import { searchPath } from './stage.ts';

/** In a few words; null when there is all it needs. `hasCgroup`: cgroups can be made. */
export function lackOf({ root = false, cgroup = false, programs = [] }: Needs, hasCgroup: boolean): string | null {
  if (root && process.getuid?.() !== 0) return 'it needs root';
  if (cgroup && !hasCgroup) return 'it needs a cgroup v2';
  const missing = programs.filter((name) => !searchPath.split(':').some((directory) => existsSync(join(directory, name))));
  return missing.length === 0 ? null : `it needs ${missing.join(', ')}`;
}
