/**
 * The live processes of a node, so that each event can say who its process descends from. Ancestors are taken over
 * as they were when a process was created (a parent that execs or dies later does not change its children's past), as
 * shared, immutable summaries: memory is bounded by the live processes, however long a chain of forks is.
 */
import type { Process, ProcessFork, ProcessSummary } from '#schemas/generated/types.gen.ts';

/** Enough for a large node (pid_max is 32768 by default); about 1 kB each. */
export const processesMax = 131_072;

/** The parent and seven more. */
const ancestorsMax = 8;

/** What a parent's arguments may add to each event of its children. */
const parentArgsBytesMax = 1024;

/** How many exited processes are kept for events of other rings that arrive after their exit. */
const exitedMax = 4096;

export interface CachedProcess {
  readonly pid: number;
  readonly startNs: bigint;
  exe: string | null;
  args: string[];
  cwd: string | null;
  cgroup: string | null;
  /** Null while unknown: the process was there before the sensor and its parent has not been seen yet. */
  readonly parent: ProcessSummary | null;
  /** Without the parent; nearest first. */
  readonly ancestors: readonly ProcessSummary[];
  exited: boolean;
  /** How its children see it. Replaced, never changed, by exec. */
  summary: ProcessSummary;
}

export class ProcessCache {
  /** Entries that had to make room while they were alive. */
  evicted = 0;
  private readonly byPid = new Map<number, CachedProcess>();
  private readonly exited: CachedProcess[] = [];

  get size(): number {
    return this.byPid.size;
  }

  /** The process of that identity, or undefined. */
  get(pid: number, startNs: bigint): CachedProcess | undefined {
    const found = this.byPid.get(pid);
    return found?.startNs === startNs ? found : undefined;
  }

  /** Fills in from the start-up snapshot, in any order. */
  addSnapshot(processes: readonly Process[]): void {
    const pending = new Map(processes.map((process) => [process.pid, process]));
    for (const process of processes) {
      // From the process up to the first that is known already, then down again: parents come before children.
      const chain: Process[] = [];
      for (let next = pending.get(process.pid); next !== undefined; next = pending.get(next.ppid)) {
        pending.delete(next.pid);
        chain.push(next);
      }
      for (const each of chain.reverse()) this.create(each, this.get(each.ppid, each.parent_start_ns));
    }
  }

  /** A new process takes over its creator's program, directory and cgroup. */
  fork(child: Process, body: ProcessFork): CachedProcess {
    const known = this.get(child.pid, child.start_ns);
    if (known !== undefined) return known;
    const forker = this.get(body.forker_pid, body.forker_start_ns);
    const created = this.create(child, forker);
    if (forker !== undefined) {
      created.exe = forker.exe;
      created.args = forker.args;
      created.cwd = forker.cwd;
      created.cgroup = forker.cgroup;
      created.summary = summarize(child, created);
    }
    return created;
  }

  /** The process has replaced its program. One never seen before (its fork was lost) is added. */
  exec(process: Process): CachedProcess {
    const cached = this.get(process.pid, process.start_ns) ?? this.create(process, this.get(process.ppid, process.parent_start_ns));
    cached.exe = process.exe;
    cached.args = process.args;
    cached.cwd = process.cwd;
    cached.cgroup = process.cgroup;
    cached.summary = summarize(process, cached);
    return cached;
  }

  /** Forgets the process, a little later. */
  exit(process: Process): CachedProcess | undefined {
    const cached = this.get(process.pid, process.start_ns);
    if (cached === undefined) return undefined;
    this.exited.push(cached);
    cached.exited = true;
    if (this.exited.length > exitedMax) this.remove(this.exited.shift()!);
    return cached;
  }

  private create(process: Process, parent: CachedProcess | undefined): CachedProcess {
    const entry: CachedProcess = {
      pid: process.pid,
      startNs: process.start_ns,
      exe: process.exe,
      args: process.args,
      cwd: process.cwd,
      cgroup: process.cgroup,
      parent: parent?.summary ?? null,
      ancestors: parent === undefined ? [] : lineage(parent),
      exited: false,
      summary: undefined as never,
    };
    entry.summary = summarize(process, entry);
    this.byPid.delete(process.pid);
    this.byPid.set(process.pid, entry);
    if (this.byPid.size > processesMax) this.evictOldest();
    return entry;
  }

  private evictOldest(): void {
    const oldest = this.byPid.values().next().value;
    if (oldest === undefined) return;
    this.byPid.delete(oldest.pid);
    if (!oldest.exited) this.evicted++;
  }

  /** The pid may belong to a newer process by now. */
  private remove(entry: CachedProcess): void {
    if (this.byPid.get(entry.pid) === entry) this.byPid.delete(entry.pid);
  }
}

function lineage(parent: CachedProcess): ProcessSummary[] {
  if (parent.parent === null) return [];
  return [withoutArgs(parent.parent), ...parent.ancestors].slice(0, ancestorsMax - 1);
}

function summarize(process: Process, cached: CachedProcess): ProcessSummary {
  return {
    pid: process.pid,
    start_ns: process.start_ns,
    exe: cached.exe,
    args: firstBytes(cached.args, parentArgsBytesMax),
    comm: process.comm,
    uid: process.uid,
    user: process.user,
  };
}

const bare = new WeakMap<ProcessSummary, ProcessSummary>();

/** The same summary for every descendant, so that a thousand children share one object. */
function withoutArgs(summary: ProcessSummary): ProcessSummary {
  let found = bare.get(summary);
  if (found === undefined) bare.set(summary, (found = { ...summary, args: [] }));
  return found;
}

/** Whole arguments while they fit; the first that does not is cut. Length in UTF-16 units: near enough for a bound. */
function firstBytes(args: readonly string[], max: number): string[] {
  const kept: string[] = [];
  let room = max;
  for (const arg of args) {
    if (arg.length >= room) {
      kept.push(arg.slice(0, room));
      break;
    }
    kept.push(arg);
    room -= arg.length + 1;
  }
  return kept;
}
