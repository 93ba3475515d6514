/** What the tests share: compiled test programs, a bpffs and a cgroup of their own, counting of descriptors. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const testDir = dirname(fileURLToPath(import.meta.url));
const buildDir = join(testDir, '..', 'build', 'test');

/** Path of the object compiled from test/programs/<name>.bpf.c; compiled when the source is newer. */
export function compiled(name: string): string {
  const source = join(testDir, 'programs', `${name}.bpf.c`);
  const output = join(buildDir, `${name}.bpf.o`);
  if (existsSync(output) && statSync(output).mtimeMs > statSync(source).mtimeMs) return output;
  mkdirSync(dirname(output), { recursive: true });
  // Where Debian keeps <asm/types.h>; elsewhere there is no such folder, and clang passes over it.
  const multiarch = `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const options = ['-target', 'bpf', '-O2', '-g', '-mcpu=v3', '-Wall', `-I${multiarch}`];
  execFileSync('clang', [...options, '-c', source, '-o', output], { stdio: ['ignore', 'inherit', 'inherit'] });
  return output;
}

/** Why these tests can't run here, or undefined. */
export function unsupported(): string | undefined {
  if (process.getuid?.() !== 0) return 'loading BPF programs needs root';
  if (!existsSync(buildDir) && spawnSync('clang', ['--version']).status !== 0) return 'clang is not installed';
  return undefined;
}

/** A bpffs mounted in a new directory; unmounted and removed when disposed of. */
export function mountBpffs(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'libbpf-ts-'));
  execFileSync('mount', ['-t', 'bpf', 'bpf', path]);
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync('umount', [path]);
      rmSync(path, { recursive: true });
    },
  };
}

/** A new, empty cgroup v2; removed when disposed of, so its processes have to be gone by then. */
export function makeCgroup(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(cgroupRoot(), 'libbpf-ts-'));
  return { path, [Symbol.dispose]: () => rmdirSync(path) };
}

/** What a connect to a closed port of this host ends with for a process in that cgroup: 'ECONNREFUSED', 'EPERM', … */
export function connectFrom(cgroup: string): string {
  const script = "require('node:net').connect(9, '127.0.0.1').on('error', (error) => process.stdout.write(error.code))";
  const command = `echo $$ > "$0/cgroup.procs" && exec "$1" -e "$2"`;
  return spawnSync('sh', ['-c', command, cgroup, process.execPath, script], { encoding: 'utf8' }).stdout;
}

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

export function u32(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  return bytes;
}

export function u64(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(number);
  return bytes;
}

function cgroupRoot(): string {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const root = mounts.find((line) => line.split(' ')[2] === 'cgroup2')?.split(' ')[1];
  if (root === undefined) throw new Error('no cgroup v2 is mounted');
  return root;
}
