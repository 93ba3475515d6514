/** Where the cgroup v2 hierarchy is. */
import { readFileSync } from 'node:fs';

/** The mount point of its root; null when it is not mounted. proc(5), /proc/<pid>/mountinfo: the fifth field. */
export function cgroup2Mount(): string | null {
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n')) {
    const [fields, type] = line.split(' - ');
    if (type?.startsWith('cgroup2 ')) return fields!.split(' ')[4]!;
  }
  return null;
}
