/** What /proc says of one process now; null when it is gone. */
import { readFileSync, readlinkSync, statSync } from 'node:fs';

export interface ProcessFacts {
  readonly ppid: number;
  /** Start time in clock ticks (1/100 s) since boot: the kernel's start_boottime, rounded down. */
  readonly startTicks: bigint;
  readonly kernelThread: boolean;
  /** The letter that ps shows: R, S, T, Z, … */
  readonly state: string;
  /** Z or X, with no thread left: dead already, only its parent has not looked. */
  readonly dead: boolean;
}

const kernelThreadFlag = 0x00200000; // PF_KTHREAD, include/linux/sched.h

/** proc(5), /proc/<pid>/stat: fields are counted behind the last ')', because the name may hold anything. */
export function processFacts(pid: number): ProcessFacts | null {
  const text = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => fields[number - 3]!;
  return {
    ppid: Number(field(4)),
    startTicks: BigInt(field(22)),
    state: field(3),
    kernelThread: (Number(field(9)) & kernelThreadFlag) !== 0,
    // A first thread that ended alone shows as Z too, while the process lives on in its others.
    dead: (field(3) === 'Z' || field(3) === 'X') && Number(field(20)) <= 1,
  };
}

/** Whether a start time in ns since boot is the one that /proc shows in ticks of 10 ms. */
export function sameStart(startNs: bigint, facts: ProcessFacts): boolean {
  return startNs / 10_000_000n === facts.startTicks;
}

/**
 * Path of its program, when that is the program of that path on the host: the same file as pid 1 or the collector sees
 * there, or one that was replaced while it ran (a package upgrade) in the mount namespace of either. Services with a mount
 * namespace of their own share the host's files; a container's file of the same path is another file. Pid 1's view counts
 * where the collector is in a container, its own where pid 1 may not be looked into.
 */
export function hostProgram(pid: number): string | null {
  const shown = readOrNull(() => readlinkSync(`/proc/${pid}/exe`));
  if (shown === null) return null;
  const path = shown.replace(/ \(deleted\)$/, '');
  const file = fileId(`/proc/${pid}/exe`);
  if (file !== null && hostViews.some((view) => fileId(`/proc/${view}/root${path}`) === file)) return path;
  const namespace = mountNamespace(pid);
  return path !== shown && namespace !== null && hostViews.some((view) => mountNamespace(view) === namespace) ? path : null;
}

const hostViews = ['1', 'self'] as const;

function fileId(path: string): string | null {
  return readOrNull(() => {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  });
}

function mountNamespace(pid: number | 'self' | '1'): string | null {
  return readOrNull(() => readlinkSync(`/proc/${pid}/ns/mnt`));
}

/** Path in the cgroup v2 hierarchy. */
export function cgroupPath(pid: number): string | null {
  const text = readOrNull(() => readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
  return text?.split('\n').find((line) => line.startsWith('0::'))?.slice(3) ?? null;
}

function readOrNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
