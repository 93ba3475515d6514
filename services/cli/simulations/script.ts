/** Acts that a shell can do, most of them where nobody else sees what they change: in namespaces of their own. */
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { Needs, Simulation } from './simulation.ts';
import type { StartOptions } from './stage.ts';

type Act = Simulation['act'];

/** What of a failed act's words is told. */
const complaintCharsMax = 300;

export interface ScriptOptions extends Pick<StartOptions, 'contained'> {
  /** Commands before the shell, which each run what follows. */
  readonly within?: readonly string[];
  /** Behind the text, from $1 on. */
  readonly args?: readonly string[];
}

/** Mounts that it makes are seen by itself alone, and end with it. */
export const ownMounts = ['unshare', '--mount', '--propagation', 'private'];

/** Its network has no way out. */
export const ownNetwork = ['unshare', '--net'];

/** Rights that every user has. */
export const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

export const needsOwnMounts: Needs = { root: true, programs: ['unshare', 'mount'] };

/**
 * The text ends at the first command that fails, and the act is then not done: one that may be refused and is the act all
 * the same has `|| :` behind it. A last command behind `exec` acts in the process that is told of.
 */
export function script(text: string, { within = [], args = [], ...options }: ScriptOptions = {}): Act {
  return async (stage) => {
    const child = stage.start([...within, '/bin/sh', '-ec', text, 'sh', ...args], { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    const complaint = complaintOf(child);
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const done = code === 0;
    const ending = signal === null ? `exit code ${code}` : `it was killed by ${signal}`;
    return { pids: [child.pid ?? 0], done, outcome: done ? ending : [ending, complaint()].join(': ') };
  };
}

/**
 * A file is written under its real path, where only the act sees it: a file system in memory covers the directory
 * `covered`, in a mount namespace of its own.
 */
export function writes(path: string, covered = path.slice(0, path.indexOf('/', 1))): Act {
  const directory = path.slice(0, path.lastIndexOf('/'));
  const text = 'mount -t tmpfs none "$1"; [ -d "$2" ] || mkdir -p "$2"; echo >> "$3"';
  return script(text, { within: ownMounts, args: [covered, directory, path] });
}

function complaintOf(child: ChildProcess): () => string {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < complaintCharsMax) said += text;
  });
  return () => said.trim().slice(0, complaintCharsMax);
}
