/** The BPF file system, where links and maps are pinned so that they outlive the collector's process. */
import { spawnSync } from 'node:child_process';
import { existsSync, fstatSync, mkdirSync, readdirSync, rmdirSync, statfsSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { RingfenceError } from '#runtime/errors.ts';
import { lockDirectory, type DirectoryLock } from '../native/flock.ts';

/** Where a host mounts it, when it does. */
const hostMount = '/sys/fs/bpf';

const bpfFsMagic = 0xcafe4a11; // include/uapi/linux/magic.h, BPF_FS_MAGIC

/** The pins of one instance, and the right to touch them. */
export interface PinDirectory {
  readonly path: string;
  /** Ends with the process that holds it, if not before. */
  readonly lock: DirectoryLock;
}

/**
 * A directory on a bpffs, for this caller alone: below /sys/fs/bpf where the host has mounted it, as systemd does, else on
 * one of our own below `home`, because mounting at /sys is the host's business. Two collectors of one name would take the
 * pins from each other, so the directory itself is locked: that is exactly what they would share, in whatever network
 * namespace they run (which an abstract socket is bound to). Throws HOST_UNSUPPORTED, COLLECTOR_RUNNING.
 */
export function openBpffs(home: string, instance: string): PinDirectory {
  return exclusively(home, () => {
    const root = isBpffs(hostMount) ? hostMount : ownMount(join(home, 'bpf'));
    const path = join(root, 'ringfence', pinName(instance));
    for (;;) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
      const lock = lockOrGone(path);
      if (lock === 'gone') continue;
      if (lock === null) throw new RingfenceError('COLLECTOR_RUNNING', `a collector of node ${JSON.stringify(instance)} runs on this host; stop it, or choose another name with --node (RINGFENCE_NODE)`, { details: { node: instance } });
      // One that ended in this moment has removed what was locked: the name is another directory's now, or nobody's.
      if (fstatSync(lock.fd).ino === statSync(path, { throwIfNoEntry: false })?.ino) return { path, lock };
      lock.close();
    }
  });
}

/** One that ends in this moment removes the directory between its making and its opening. */
function lockOrGone(path: string): DirectoryLock | null | 'gone' {
  try {
    return lockDirectory(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw error;
  }
}

/** Removes a directory of pins and what is below it: unpinned links detach, unpinned maps go. */
export function removePins(directory: string): void {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) removePins(path);
    else unlinkSync(path);
  }
  rmdirSync(directory);
}

/**
 * Takes back what openBpffs made above the pins, when nothing is there any more: our directory, and a mount of our own. The
 * lock must have been closed: an open directory keeps its file system mounted.
 */
export function releaseBpffs(home: string): void {
  exclusively(home, () => {
    const own = join(home, 'bpf');
    const mounted = isBpffs(own);
    const shared = join(mounted ? own : hostMount, 'ringfence');
    if (existsSync(shared)) {
      if (readdirSync(shared).length > 0) return;
      rmdirSync(shared);
    }
    if (mounted) spawnSync('umount', [own], { stdio: 'ignore' });
  });
}

/**
 * What is above the pins is made and taken back by one at a time, or two would mount over each other. It takes
 * milliseconds; whoever waits longer meets a process that is stopped in the middle. Throws HOST_UNSUPPORTED then.
 */
function exclusively<T>(home: string, act: () => T): T {
  const guarded = isBpffs(hostMount) ? hostMount : home;
  mkdirSync(guarded, { recursive: true, mode: 0o700 });
  const lock = waitForLock(guarded);
  try {
    return act();
  } finally {
    lock.close();
  }
}

const waitMsMax = 5_000;
const tryAgainMs = 5;

function waitForLock(directory: string): DirectoryLock {
  for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += tryAgainMs) {
    const lock = lockDirectory(directory);
    if (lock !== null) return lock;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, tryAgainMs);
  }
  throw new RingfenceError('HOST_UNSUPPORTED', `another process has held ${directory} locked for ${waitMsMax} ms`, { details: { path: directory } });
}

/** A bpffs refuses names with a dot (kernel/bpf/inode.c, bpf_lookup), which most host names have. */
function pinName(instance: string): string {
  return encodeURIComponent(instance).replaceAll('.', '%2E');
}

function ownMount(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (isBpffs(path)) return path;
  const { status, stderr } = spawnSync('mount', ['-t', 'bpf', '-o', 'mode=700', 'bpf', path], { encoding: 'utf8' });
  if (status !== 0) throw new RingfenceError('HOST_UNSUPPORTED', `cannot mount a BPF file system at ${path}: ${stderr.trim()}`, { details: { path } });
  return path;
}

function isBpffs(path: string): boolean {
  return existsSync(path) && statfsSync(path).type === bpfFsMagic;
}
