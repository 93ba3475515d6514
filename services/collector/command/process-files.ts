/** What /proc says of one process now; null when it is gone. */
import { readFileSync, readlinkSync } from 'node:fs';

export interface ProcessFacts {
  readonly ppid: number;
  /** Start time in clock ticks (1/100 s) since boot: the kernel's start_boottime, rounded down. */
  readonly startTicks: bigint;
  readonly kernelThread: boolean;
  /** Z or X: dead already, only its parent has not looked. */
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
    kernelThread: (Number(field(9)) & kernelThreadFlag) !== 0,
    dead: field(3) === 'Z' || field(3) === 'X',
  };
}

/** Whether a start time in ns since boot is the one that /proc shows in ticks of 10 ms. */
export function sameStart(startNs: bigint, facts: ProcessFacts): boolean {
  return startNs / 10_000_000n === facts.startTicks;
}

/** Path of its program as the mount namespace of the process has it. */
export function executablePath(pid: number): string | null {
  return readOrNull(() => readlinkSync(`/proc/${pid}/exe`));
}

export function mountNamespace(pid: number | 'self'): string | null {
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
