/**
 * Where a simulation acts: a cgroup of its own, so that a scoped collector sees it alone and cleaning up reaches nothing
 * else, and a directory of its own. Both are gone afterwards with everything in them, also when it is interrupted.
 */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { RingfenceError } from '#runtime/errors.ts';

/** Where programs are looked for, whatever the caller's environment says. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** How long what was started may take to go away by itself before it is killed, and then to be gone. */
const leaveMs = 2_000;

/** Rules know this directory as one that anyone can write to; TMPDIR may be another. */
const temporary = '/tmp';

export interface Stage {
  /** Null where cgroups can't be made: most acts need none. */
  readonly cgroup: string | null;
  /** Empty at first, for this act alone. */
  readonly directory: string;
  /** Starts a command that is in the cgroup before its exec. Its environment is the search path and `W`, the directory. */
  start(command: readonly string[], options?: StartOptions): ChildProcess;
}

export interface StartOptions {
  readonly stdio?: StdioOptions;
  /** In a cgroup below, that is named as those of containers are. */
  readonly contained?: boolean;
}

/** As Docker names the cgroup of a container. */
const containerName = `docker-${'5'.repeat(64)}.scope`;

const enter = 'echo 0 > "$0/cgroup.procs" && exec "$@"';

/**
 * Runs `act` with a new cgroup below `parent` (default: the root of the v2 hierarchy). `interrupted`: everything that it
 * started is killed at once.
 */
export async function withStage<T>(parent: string | undefined, interrupted: AbortSignal, act: (stage: Stage) => Promise<T>): Promise<T> {
  // Undone in the opposite order, each whatever becomes of the others: no process is left when the directory goes.
  await using made = new AsyncDisposableStack();
  const directory = mkdtempSync(join(temporary, 'ringfence-simulate-'));
  made.defer(() => rmSync(directory, { recursive: true, force: true }));
  const cgroup = makeCgroup(parent);
  if (cgroup !== null) made.defer(() => removeCgroup(cgroup));
  const children = new Set<ChildProcess>();
  const kill = (): void => {
    for (const child of children) child.kill('SIGKILL');
    if (cgroup !== null) killAll(cgroup);
  };
  interrupted.addEventListener('abort', kill, { once: true });
  made.defer(() => interrupted.removeEventListener('abort', kill));
  const begin: Stage['start'] = (command, options) => {
    const child = start(cgroup, directory, children, command, options);
    if (interrupted.aborted) child.kill('SIGKILL');
    return child;
  };
  return await act({ cgroup, directory, start: begin });
}

function start(cgroup: string | null, directory: string, children: Set<ChildProcess>, command: readonly string[], { stdio = 'ignore', contained = false }: StartOptions = {}): ChildProcess {
  const place = cgroup !== null && contained ? join(cgroup, containerName) : cgroup;
  if (place !== null && place !== cgroup) mkdirSync(place, { recursive: true });
  const [program, ...args] = place === null ? command : ['/bin/sh', '-c', enter, place, ...command];
  const child = spawn(program!, args, { stdio, cwd: '/', env: { PATH: searchPath, W: directory } });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function makeCgroup(parent: string | undefined): string | null {
  const root = parent ?? cgroup2Mount();
  if (root === null) return null;
  const path = join(root, `ringfence-simulate-${process.pid}`);
  try {
    mkdirSync(path);
    return path;
  } catch (cause) {
    if (parent !== undefined) throw new RingfenceError('CONFIG_INVALID', `cannot make a cgroup at ${path}`, { cause });
    return null;
  }
}

/** A cgroup can be removed when its last process has been reaped. */
async function removeCgroup(path: string): Promise<void> {
  if (!(await isEmptyWithin(path, 20))) {
    killAll(path);
    await isEmptyWithin(path, 10);
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) rmdirSync(join(path, entry.name));
  rmdirSync(path);
}

/** cgroup.events tells of the cgroups below, too. */
async function isEmptyWithin(path: string, everyMs: number): Promise<boolean> {
  const populated = (): boolean => readFileSync(join(path, 'cgroup.events'), 'utf8').includes('populated 1');
  for (let waited = 0; populated(); waited += everyMs) {
    if (waited >= leaveMs) return false;
    await sleep(everyMs);
  }
  return true;
}

/** cgroup.kill is there from Linux 5.14 on. */
function killAll(path: string): void {
  const file = join(path, 'cgroup.kill');
  if (existsSync(file)) writeFileSync(file, '1');
}
