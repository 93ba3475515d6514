/**
 * Real containers, made by the runtimes' own commands from a root file system of busybox alone: nothing is pulled, the
 * network is not touched, and all state is in the test's own folder and cgroup.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cgroup2Mount } from '../../services/runtime/cgroup2.ts';
import { cgroupHindrance } from './cgroup.ts';

export type Tool = 'crun' | 'runc' | 'podman';

/** Why containers of that tool can't be made here; null when they can. */
export function containerHindrance(tool: Tool): string | null {
  if (cgroupHindrance !== null) return cgroupHindrance;
  const busybox = findProgram('busybox');
  if (busybox === null || !isStatic(busybox)) return 'no static busybox';
  const missing = (tool === 'podman' ? ['podman', 'conmon', 'runc'] : [tool]).find((program) => findProgram(program) === null);
  return missing === undefined ? null : `no ${missing}`;
}

export interface BundleOptions {
  /** Path of the cgroup in the hierarchy. */
  readonly cgroup: string;
  readonly args: readonly string[];
  readonly privileged?: boolean;
}

export class ContainerLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringfence-containers-'));
  readonly rootFileSystem = join(this.folder, 'rootfs');
  /** What containers mount at /data. */
  readonly data = join(this.folder, 'data');
  private readonly podmans: ChildProcess[] = [];

  constructor() {
    for (const name of ['bin', 'proc', 'dev', 'sys', 'data', 'run', 'etc']) mkdirSync(join(this.rootFileSystem, name), { recursive: true });
    mkdirSync(this.data);
    copyFileSync(findProgram('busybox')!, join(this.rootFileSystem, 'bin/busybox'));
    symlinkSync('busybox', join(this.rootFileSystem, 'bin/sleep'));
  }

  /** State of an OCI runtime. */
  root(tool: Tool): string {
    return join(this.folder, tool);
  }

  /** Starts a container with an OCI runtime; returns once its program runs. It ends with its cgroup. */
  runBundle(tool: 'crun' | 'runc', id: string, options: BundleOptions): void {
    const bundle = mkdtempSync(join(this.folder, 'bundle-'));
    writeFileSync(join(bundle, 'config.json'), JSON.stringify(this.config(options)));
    const [command, args] = inUnifiedHierarchy(tool, ['--root', this.root(tool), 'run', '--detach', '--bundle', bundle, id]);
    execFileSync(command, args, { stdio: 'ignore', timeout: 20_000 });
  }

  /** Makes a local image. */
  importImage(name: string): void {
    const archive = join(this.folder, 'image.tar');
    execFileSync('tar', ['-C', this.rootFileSystem, '-cf', archive, '.']);
    this.podman(['import', archive, name]);
  }

  /** Starts podman in the foreground: it cleans up and ends when its container ends. */
  runPodman(cgroup: string, args: readonly string[]): void {
    const limits = ['nofile', 'nproc'].flatMap((limit) => ['--ulimit', `${limit}=1024:1024`]);
    const options = ['run', '--rm', '--network', 'none', '--pids-limit', '0', '--cgroup-parent', cgroup, ...limits];
    const [command, all] = inUnifiedHierarchy('podman', [...this.podmanOptions(), ...options, ...args]);
    this.podmans.push(spawn(command, all, { stdio: 'ignore' }));
  }

  /** Ends podman's containers, which it cleans up then; those of the others end with their cgroups. */
  async remove(): Promise<void> {
    const running = this.podmans.filter((podman) => podman.exitCode === null && podman.signalCode === null);
    const ends = running.map((podman) => once(podman, 'exit'));
    if (running.length > 0) this.podman(['kill', '--all']);
    await Promise.all(ends);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private podman(args: readonly string[]): void {
    const [command, all] = inUnifiedHierarchy('podman', [...this.podmanOptions(), ...args]);
    execFileSync(command, all, { stdio: 'ignore', timeout: 20_000 });
  }

  /** All that podman and its runtime keep lies below the folder. */
  private podmanOptions(): string[] {
    const root = this.root('podman');
    const roots = ['--root', join(root, 'storage'), '--runroot', join(root, 'run'), '--tmpdir', join(root, 'tmp')];
    const runtime = ['--runtime', 'runc', '--runtime-flag', `root=${join(root, 'runc')}`];
    return [...roots, ...runtime, '--cgroup-manager', 'cgroupfs', '--events-backend', 'none'];
  }

  private config({ cgroup, args, privileged = false }: BundleOptions): object {
    const capabilities = privileged ? allCapabilities : ['CAP_CHOWN'];
    return {
      ociVersion: '1.0.2',
      process: { user: { uid: 0, gid: 0 }, args, env: ['PATH=/bin'], cwd: '/', capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities } },
      root: { path: this.rootFileSystem, readonly: true },
      mounts: [
        { destination: '/proc', type: 'proc', source: 'proc' },
        { destination: '/data', type: 'bind', source: this.data, options: ['rbind', 'ro'] },
      ],
      linux: {
        cgroupsPath: cgroup,
        namespaces: ['pid', 'mount', 'ipc', 'uts', 'network'].map((type) => ({ type })),
        ...(privileged ? { resources: { devices: [{ allow: true, access: 'rwm' }] } } : {}),
      },
    };
  }
}

const allCapabilities = ['CHOWN', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_PTRACE', 'SYS_BOOT', 'MAC_ADMIN'].map((name) => `CAP_${name}`);

/**
 * In a mount namespace of its own the command finds cgroup v2 where it looks for it. On a host with both hierarchies crun
 * refuses to work otherwise, and the others would leave directories in each of the old ones.
 */
function inUnifiedHierarchy(command: string, args: readonly string[]): [string, string[]] {
  const enter = 'mount --bind "$0" /sys/fs/cgroup && exec "$@"';
  return ['unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', enter, cgroup2Mount()!, command, ...args]];
}

function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** A static program does not name a loader: it runs in a root file system that has none. */
function isStatic(program: string): boolean {
  return !execFileSync('od', ['-An', '-c', '-N', '4096', program], { encoding: 'latin1' }).replace(/\s/g, '').includes('ld-linux');
}
