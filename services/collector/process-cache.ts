/**
 * The live processes of a node, so that each event can say what its process runs, where, and who it descends from.
 * Ancestors are taken over as they were when a process was created (a parent that execs or dies later does not change its
 * children's past), as shared, immutable summaries: memory is bounded by the live processes, however long a chain of
 * forks is.
 */
import type { Container, Process, ProcessFork, ProcessSummary } from '#schemas/generated/types.gen.ts';
import { ArgsBudget, type SharedArgs } from './args-budget.ts';

/** Four times what a large node has at once, where pid_max, which systemd sets to 2^22, would allow more; about 1 kB each. */
export const processesMax = 131_072;

/** How many exited processes are kept for events of other rings that arrive after their exit. */
export const exitedMax = 4096;

/** The parent and seven more. */
const ancestorsMax = 8;

/** What a parent's arguments may add to each event of its children. */
const parentArgsBytesMax = 1024;

/** Cgroups whose path is remembered for processes that move there; far more than a node has. */
const cgroupPathsMax = 8192;

export interface CachedProcess {
  readonly pid: number;
  readonly startNs: bigint;
  /**
   * Another number, unique in the cache, whenever something changes that its events show and its records don't carry: exe,
   * args, cwd, cgroup, container, parent, ancestors. What was derived from the entry is good while it stays.
   */
  version: number;
  exe: string | null;
  args: string[];
  cwd: string | null;
  cgroup: string | null;
  container: Container | null;
  /** Null when it is not known: the collector never saw the parent. */
  readonly parent: ProcessSummary | null;
  /** Without the parent; nearest first. */
  readonly ancestors: readonly ProcessSummary[];
  /** It has ended, or had to make room: what comes after is not taken over. */
  exited: boolean;
  /** Credentials and name in its last event, for those that tell of a change. */
  uid: number;
  euid: number;
  egid: number;
  capEffective: bigint;
  user: string | null;
  comm: string;
}

/** What decides which container a cgroup belongs to; the same object as long as its facts stay. */
export interface Containers {
  of(cgroup: string | null): Container | null;
}

interface Entry extends CachedProcess {
  parent: ProcessSummary | null;
  ancestors: readonly ProcessSummary[];
  /** See addSnapshot; until its exec. */
  programUnknown: boolean;
  cgroupId: bigint;
  sharedArgs: SharedArgs;
  /** How its children see it; made for the first child, dropped when it no longer holds. */
  summary: ProcessSummary | null;
  /** What its children have for ancestors; made for the first child. */
  lineage: ProcessSummary[] | null;
  newer: Entry | null;
  older: Entry | null;
}

export class ProcessCache {
  /** Entries that had to make room while they were alive. */
  evicted = 0;
  private readonly containers: Containers;
  private readonly byPid = new Map<number, Entry>();
  private readonly live = new Recency();
  private readonly exited = new Recency();
  private readonly args = new ArgsBudget();
  private readonly cgroupPaths = new Map<bigint, string>();
  private versions = 0;

  constructor(containers: Containers = { of: () => null }) {
    this.containers = containers;
  }

  get size(): number {
    return this.byPid.size;
  }

  /** The process of that identity, or undefined. */
  get(pid: number, startNs: bigint): CachedProcess | undefined {
    return this.find(pid, startNs);
  }

  /**
   * Fills in from the start-up snapshot, in any order. It shows those in `replaced` with a program that they got later than the
   * events that come next: theirs is not known until their exec comes, or their fork, which says whose they have. So their
   * children don't know it either.
   */
  addSnapshot(processes: readonly Process[], replaced: ReadonlySet<Process> = new Set()): void {
    const pending = new Map(processes.map((process) => [process.pid, process]));
    for (const process of processes) {
      // From the process up to the first that is known already, then down again: parents come before children.
      const chain: Process[] = [];
      for (let next = pending.get(process.pid); next !== undefined; next = pending.get(next.ppid)) {
        pending.delete(next.pid);
        chain.push(next);
      }
      for (const each of chain.reverse()) {
        const parent = this.find(each.ppid, each.parent_start_ns);
        if (replaced.has(each)) this.create(withoutProgram(each), parent, null).programUnknown = true;
        else this.create(each, parent, null);
      }
    }
  }

  /** A new process takes over its creator's program, directory and cgroup. */
  fork(child: Process, body: ProcessFork): CachedProcess {
    const known = this.find(child.pid, child.start_ns);
    const forker = this.find(body.forker_pid, body.forker_start_ns);
    if (forker !== undefined && !forker.exited) this.inheritedUser(forker, child);
    if (known === undefined) return this.create(child, forker, forker ?? null);
    if (forker !== undefined) this.descend(known, forker);
    return known;
  }

  /** The process has replaced its program. One never seen before (its fork was lost) is added. */
  exec(process: Process): CachedProcess {
    const found = this.find(process.pid, process.start_ns);
    if (found === undefined) return this.create(process, this.find(process.ppid, process.parent_start_ns), null);
    this.setProgram(found, process, null);
    found.programUnknown = false;
    this.update(found, process);
    this.makeRoom();
    return found;
  }

  /** Any other event of a process: takes over what it says of directory, cgroup and credentials. */
  touch(process: Process): CachedProcess | undefined {
    const found = this.find(process.pid, process.start_ns);
    if (found === undefined) return undefined;
    if (process.cwd !== null && process.cwd !== found.cwd) {
      found.cwd = process.cwd;
      this.changed(found);
    }
    this.update(found, process);
    return found;
  }

  /** As touch, when the caller knows that the record says nothing new of its process. */
  use(process: CachedProcess): void {
    const entry = process as Entry;
    this.used(entry);
    this.assign(entry);
  }

  /** Forgets the process, a little later. */
  exit(process: Process): CachedProcess | undefined {
    const found = this.find(process.pid, process.start_ns);
    if (found === undefined || found.exited) return found;
    this.live.remove(found);
    this.exited.add(found);
    found.exited = true;
    if (this.exited.size > exitedMax) this.remove(this.exited.oldest!);
    return found;
  }

  /** `shared` is whose arguments they are; null when they are its own. */
  private setProgram(entry: Entry, { exe, args, cwd }: Pick<Process, 'exe' | 'args' | 'cwd'>, shared: SharedArgs | null): void {
    const before = entry.sharedArgs;
    entry.sharedArgs = shared === null ? this.args.take(args) : this.args.share(shared);
    this.args.release(before);
    entry.args = args;
    entry.exe = exe;
    entry.cwd = cwd;
    this.changed(entry);
  }

  /** Of the snapshot, which shows its parent as that became, or who has taken it over. */
  private descend(entry: Entry, forker: Entry): void {
    if (entry.programUnknown) this.setProgram(entry, forker, forker.sharedArgs);
    entry.parent = summaryOf(forker);
    entry.ancestors = lineageOf(forker);
    entry.lineage = null;
    this.changed(entry);
  }

  private find(pid: number, startNs: bigint): Entry | undefined {
    const found = this.byPid.get(pid);
    return found?.startNs === startNs ? found : undefined;
  }

  /** `like` is whose program, directory and cgroup it has; null when its own record says so. */
  private create(process: Process, parent: Entry | undefined, like: Entry | null): Entry {
    const { exe, args, cwd, cgroup } = like ?? process;
    const entry: Entry = {
      pid: process.pid,
      startNs: process.start_ns,
      programUnknown: false,
      version: ++this.versions,
      exe,
      args,
      cwd,
      cgroup,
      container: null,
      parent: parent === undefined ? null : summaryOf(parent),
      ancestors: parent === undefined ? noAncestors : lineageOf(parent),
      exited: false,
      uid: process.uid,
      euid: process.euid,
      egid: process.egid,
      capEffective: process.cap_effective,
      user: process.user,
      comm: process.comm,
      cgroupId: like?.cgroupId ?? process.cgroup_id,
      sharedArgs: like === null ? this.args.take(args) : this.args.share(like.sharedArgs),
      summary: null,
      lineage: null,
      newer: null,
      older: null,
    };
    if (parent !== undefined && !parent.exited) this.live.refresh(parent);
    this.insert(entry);
    this.update(entry, process);
    return entry;
  }

  private insert(entry: Entry): void {
    const former = this.byPid.get(entry.pid);
    if (former !== undefined && former.startNs > entry.startNs) return this.leaveOut(entry);
    if (former !== undefined) this.remove(former);
    this.byPid.set(entry.pid, entry);
    this.live.add(entry);
    this.makeRoom();
  }

  /** Its pid has a new owner already, whose entry must stay: this one serves the record that brought it, and no other. */
  private leaveOut(entry: Entry): void {
    entry.exited = true;
    this.args.release(entry.sharedArgs);
  }

  /** A child begins with its creator's user, of whose change no event need have told: perhaps no rule asks for those. */
  private inheritedUser(forker: Entry, { uid, user }: Process): void {
    if (uid === forker.uid && user === forker.user) return;
    forker.uid = uid;
    forker.user = user;
    forker.summary = null;
  }

  private update(entry: Entry, process: Process): void {
    this.used(entry);
    if (process.comm !== entry.comm || process.uid !== entry.uid || process.user !== entry.user) entry.summary = null;
    entry.uid = process.uid;
    entry.euid = process.euid;
    entry.egid = process.egid;
    entry.capEffective = process.cap_effective;
    entry.user = process.user;
    entry.comm = process.comm;
    this.move(entry, process.cgroup_id, process.cgroup);
    this.assign(entry);
  }

  /** A record without a path still has the cgroup's id. */
  private move(entry: Entry, cgroupId: bigint, path: string | null): void {
    if (path !== null) this.remember(cgroupId, path);
    else if (cgroupId === entry.cgroupId) return;
    const cgroup = path ?? this.cgroupPaths.get(cgroupId) ?? null;
    entry.cgroupId = cgroupId;
    if (cgroup === entry.cgroup) return;
    entry.cgroup = cgroup;
    this.changed(entry);
  }

  private remember(cgroupId: bigint, path: string): void {
    if (this.cgroupPaths.get(cgroupId) === path) return;
    this.cgroupPaths.set(cgroupId, path);
    if (this.cgroupPaths.size > cgroupPathsMax) this.cgroupPaths.delete(this.cgroupPaths.keys().next().value!);
  }

  private assign(entry: Entry): void {
    const container = this.containers.of(entry.cgroup);
    if (container === entry.container) return;
    entry.container = container;
    this.changed(entry);
  }

  private changed(entry: Entry): void {
    entry.version = ++this.versions;
    entry.summary = null;
  }

  private used(entry: Entry): void {
    if (!entry.exited) this.live.refresh(entry);
  }

  private makeRoom(): void {
    while (this.byPid.size > processesMax || this.args.exceeded) {
      const goes = this.exited.oldest ?? this.live.oldest!;
      if (!goes.exited) this.evicted++;
      this.remove(goes);
    }
  }

  private remove(entry: Entry): void {
    // What was derived from it must not be taken for good any more, nor the entry be used.
    entry.version = ++this.versions;
    (entry.exited ? this.exited : this.live).remove(entry);
    this.args.release(entry.sharedArgs);
    this.byPid.delete(entry.pid);
    // Who still holds the entry may use it: it must not come back into a list.
    entry.exited = true;
  }
}

/** Entries in the order of their last use, threaded through the entries themselves. */
class Recency {
  size = 0;
  oldest: Entry | null = null;
  private newest: Entry | null = null;

  add(entry: Entry): void {
    entry.older = this.newest;
    if (this.newest === null) this.oldest = entry;
    else this.newest.newer = entry;
    this.newest = entry;
    this.size++;
  }

  remove(entry: Entry): void {
    if (entry.older === null) this.oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === null) this.newest = entry.older;
    else entry.newer.older = entry.older;
    entry.newer = entry.older = null;
    this.size--;
  }

  refresh(entry: Entry): void {
    if (entry === this.newest) return;
    this.remove(entry);
    this.add(entry);
  }
}

const noAncestors: readonly ProcessSummary[] = [];

/** Its name comes from the program, too. */
function withoutProgram(process: Process): Process {
  return { ...process, exe: null, args: [], cwd: null, comm: '' };
}

/** What a child's ancestors are: parent and ancestors of an entry change at its fork at most, so its children share them. */
function lineageOf(parent: Entry): readonly ProcessSummary[] {
  if (parent.parent === null) return noAncestors;
  return (parent.lineage ??= [withoutArgs(parent.parent), ...parent.ancestors].slice(0, ancestorsMax - 1));
}

function summaryOf(entry: Entry): ProcessSummary {
  return (entry.summary ??= {
    pid: entry.pid,
    start_ns: entry.startNs,
    exe: entry.exe,
    args: firstBytes(entry.args, parentArgsBytesMax),
    comm: entry.comm,
    uid: entry.uid,
    user: entry.user,
  });
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
