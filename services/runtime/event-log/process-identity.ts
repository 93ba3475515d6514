/**
 * Names a process so that another one on the same host can tell whether it still lives: pid namespace, pid and start
 * time. A pid alone is reused.
 */
import { readFileSync, readlinkSync } from 'node:fs';

/** `<pid namespace>/<pid>/<start time in ticks>` of this process. */
export function processIdentity(): string {
  return `${pidNamespace()}/${process.pid}/${startTicks(process.pid) ?? ''}`;
}

/** False only when it is certain: a process of another pid namespace can't be seen from here and counts as alive. */
export function processLives(identity: string): boolean {
  const [namespace, pid, start] = identity.split('/');
  if (namespace === '' || namespace !== pidNamespace()) return true;
  return startTicks(Number(pid)) === start;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/**
 * Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); the command before it is in parentheses and may contain anything.
 * Undefined for a process that is gone or dead and not yet reaped.
 */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
