/** The BPF file system, where links and maps are pinned so that they outlive the collector's process. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { RingfenceError } from '#runtime/errors.ts';

const bpfFsMagic = 0xcafe4a11; // include/uapi/linux/magic.h, BPF_FS_MAGIC

/**
 * A directory on a bpffs: below /sys/fs/bpf where the host has mounted it, as systemd does, else on one of our own
 * below `home`, because mounting at /sys is the host's business. Throws HOST_UNSUPPORTED.
 */
export function openBpffs(home: string, instance: string): string {
  const root = isBpffs('/sys/fs/bpf') ? '/sys/fs/bpf' : ownMount(join(home, 'bpf'));
  const directory = join(root, 'ringfence', instance);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
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

/** Unmounts our own bpffs when nothing is pinned on it any more; the host's is left alone. */
export function releaseBpffs(home: string): void {
  const path = join(home, 'bpf');
  if (!isBpffs(path)) return;
  const shared = join(path, 'ringfence');
  if (existsSync(shared)) {
    if (readdirSync(shared).length > 0) return;
    rmdirSync(shared);
  }
  spawnSync('umount', [path], { stdio: 'ignore' });
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
