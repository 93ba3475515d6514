/**
 * The kernels of the matrix: Debian's cloud kernels, out of their packages. The packages are unpacked, never installed,
 * and of each only the kernel's image is kept, in a cache: whatever else a machine needs is in its initramfs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { aptIn } from './host-tools.ts';

export interface KernelSeries {
  readonly name: string;
  /** Packages that depend on the newest kernel of a series. Which series an unversioned one means depends on the release. */
  readonly metaPackages: readonly string[];
}

export const kernelSeries: readonly KernelSeries[] = [
  { name: '6.1', metaPackages: ['linux-image-cloud-amd64'] },
  { name: '6.12', metaPackages: ['linux-image-6.12-cloud-amd64', 'linux-image-cloud-amd64'] },
];

export interface CachedKernel {
  readonly package: string;
  /** Path of the bootable image. */
  readonly image: string;
}

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
  const image = join(folder, `${name}.vmlinuz`);
  if (existsSync(image)) return { package: name, image };
  const failure = unpackImage(name, image, folder);
  return failure === null ? { package: name, image } : (cached(series, folder) ?? { reason: `the package ${name} cannot be fetched: ${failure}` });
}

function newestPackage(series: KernelSeries): string | null {
  for (const meta of series.metaPackages) {
    const { stdout } = spawnSync('apt-cache', ['depends', meta], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    const name = /Depends: (linux-image-\S+)/.exec(stdout ?? '')?.[1];
    if (name?.startsWith(`linux-image-${series.name}.`)) return name;
  }
  return null;
}

/** Any kernel of the series will do where no mirror answers. */
function cached(series: KernelSeries, folder: string): CachedKernel | null {
  const file = readdirSync(folder).find((name) => name.startsWith(`linux-image-${series.name}.`) && name.endsWith('.vmlinuz'));
  return file === undefined ? null : { package: file.slice(0, -'.vmlinuz'.length), image: join(folder, file) };
}

/** The image appears whole, or not at all. What went wrong; null when nothing did. */
function unpackImage(name: string, image: string, folder: string): string | null {
  const work = mkdtempSync(join(folder, 'unpack-'));
  try {
    const failure = aptIn(work, 'download', name);
    if (failure !== null) return failure;
    const deb = readdirSync(work).find((file) => file.endsWith('.deb'))!;
    const { status, stderr } = spawnSync('dpkg', ['-x', deb, 'root'], { cwd: work, encoding: 'utf8' });
    if (status !== 0) return stderr.trim();
    const boot = join(work, 'root/boot');
    const file = readdirSync(boot).find((each) => each.startsWith('vmlinuz-'));
    if (file === undefined) return 'it holds no kernel image';
    renameSync(join(boot, file), image);
    return null;
  } finally {
    rmSync(work, { recursive: true });
  }
}
