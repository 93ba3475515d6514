/**
 * The kernels of the matrix: Debian's cloud kernels, out of their packages. The packages are unpacked, never installed,
 * and of each the kernel's image and a few modules are kept in a cache, in a folder of the package's name.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A mirror that does not answer: apt tries for longer than anybody waits. */
const aptTimeoutMs = 300_000;

export interface KernelSeries {
  readonly name: string;
  /** Packages that depend on the newest kernel of a series. Which series an unversioned one means depends on the release. */
  readonly metaPackages: readonly string[];
}

export const kernelSeries: readonly KernelSeries[] = [
  { name: '6.1', metaPackages: ['linux-image-cloud-amd64'] },
  { name: '6.12', metaPackages: ['linux-image-6.12-cloud-amd64', 'linux-image-cloud-amd64'] },
];

const packagePrefix = 'linux-image-';

export interface CachedKernel {
  readonly package: string;
  /** Path of the bootable image. */
  readonly image: string;
  /** As `uname -r` says it in the machine. */
  readonly release: string;
  /** Folder of the modules, uncompressed; none needs another. */
  readonly modules: string;
}

/** What sensors and tests attach to and these kernels have as a module: filters of the traffic control. */
const moduleNames = ['cls_bpf', 'sch_ingress'];

export type FetchedKernel = CachedKernel | { readonly reason: string };

/** From the cache below `folder`, else through apt; `reason` says why there is none. */
export function fetchKernel(series: KernelSeries, folder: string): FetchedKernel {
  mkdirSync(folder, { recursive: true });
  const first = fetchOnce(series, folder);
  // Lists that are missing or old name no kernel, or one that the mirror has replaced.
  if (!('reason' in first) || process.getuid?.() !== 0 || aptIn(folder, 'update') !== null) return first;
  return fetchOnce(series, folder);
}

function fetchOnce(series: KernelSeries, folder: string): FetchedKernel {
  const name = newestPackage(series);
  if (name === null) return cached(series, folder) ?? { reason: `apt knows no cloud kernel ${series.name}` };
  if (existsSync(join(folder, name))) return kernelIn(folder, name);
  const failure = unpack(name, folder);
  return failure === null ? kernelIn(folder, name) : (cached(series, folder) ?? { reason: `the package ${name} cannot be fetched: ${failure}` });
}

function kernelIn(folder: string, name: string): CachedKernel {
  return { package: name, release: name.slice(packagePrefix.length), image: join(folder, name, 'vmlinuz'), modules: join(folder, name, 'modules') };
}

function newestPackage(series: KernelSeries): string | null {
  for (const meta of series.metaPackages) {
    const { stdout } = spawnSync('apt-cache', ['depends', meta], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    const name = /Depends: (linux-image-\S+)/.exec(stdout ?? '')?.[1];
    if (name?.startsWith(`${packagePrefix}${series.name}.`)) return name;
  }
  return null;
}

/** Any kernel of the series will do where no mirror answers. */
function cached(series: KernelSeries, folder: string): CachedKernel | null {
  const name = readdirSync(folder).find((each) => each.startsWith(`${packagePrefix}${series.name}.`));
  return name === undefined ? null : kernelIn(folder, name);
}

/** The kernel's folder appears whole, or not at all. What went wrong; null when nothing did. */
function unpack(name: string, folder: string): string | null {
  const work = mkdtempSync(join(folder, 'unpack-'));
  try {
    const failure = aptIn(work, 'download', name);
    if (failure !== null) return failure;
    const deb = readdirSync(work).find((file) => file.endsWith('.deb'))!;
    const { status, stderr } = spawnSync('dpkg', ['-x', deb, 'root'], { cwd: work, encoding: 'utf8' });
    if (status !== 0) return stderr.trim();
    const image = globSync(join(work, 'root/boot/vmlinuz-*'))[0];
    if (image === undefined) return 'it holds no kernel image';
    mkdirSync(join(work, 'kept/modules'), { recursive: true });
    renameSync(image, join(work, 'kept/vmlinuz'));
    for (const module of moduleNames) keepModule(work, module);
    renameSync(join(work, 'kept'), join(folder, name));
    return null;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Newer packages compress them; one that is missing is built in, or its tests will say what they lack. */
function keepModule(work: string, name: string): void {
  const [file] = globSync(join(work, `root/{usr/,}lib/modules/**/${name}.ko{,.xz}`));
  if (file === undefined) return;
  const kept = join(work, 'kept/modules', basename(file));
  cpSync(file, kept);
  if (kept.endsWith('.xz')) spawnSync('busybox', ['unxz', kept]);
}

/** Runs apt-get in `cwd`; its last error line when it failed, null when it did not. */
function aptIn(cwd: string, ...args: readonly string[]): string | null {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const { status, stderr, error } = spawnSync('apt-get', args, { cwd, env, encoding: 'utf8', timeout: aptTimeoutMs });
  if (status === 0) return null;
  return stderr?.trim().split('\n').at(-1) || (error?.message ?? `apt-get ${args[0]} ended with ${status}`);
}
