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
  const directory = join(root, 'ringfence', pinName(instance));
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

/** Takes back what openBpffs made, when nothing is pinned there any more: our directory, and a mount of our own. */
export function releaseBpffs(home: string): void {
  const own = join(home, 'bpf');
  const mounted = isBpffs(own);
  const shared = join(mounted ? own : '/sys/fs/bpf', 'ringfence');
  if (existsSync(shared)) {
    if (readdirSync(shared).length > 0) return;
    rmdirSync(shared);
  }
  if (mounted) spawnSync('umount', [own], { stdio: 'ignore' });
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
