/**
 * The root file system of the virtual machines, as one archive that lives in their memory: the cloud kernels have every
 * disk driver as a module. It holds this Node, busybox, what the tests import, the actors and BPF objects ready built, and
 * the shared libraries of all.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, globSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { compiled } from '../../../bpf/libbpf-ts/test/support.ts';
import { actor } from '../actors.ts';
import type { CachedKernel } from './kernels.ts';

const root = join(import.meta.dirname, '../../..');
const addons = ['bpf/libbpf-ts/build/libbpf.node', 'services/collector/build/flock.node', 'services/collector/build/pidfd.node'];
const built = [...addons, 'bpf/build'];
const sources = ['package.json', 'bpf/libbpf-ts/package.json', 'bpf/libbpf-ts/src', 'bpf/libbpf-ts/test', 'schemas', 'services/collector', 'services/runtime', 'test/kernel', 'test/support'];
/** Packages that these import. */
const packages = ['vitest', 'zod'];
/** Of the host: what busybox lacks, or has with fewer abilities. Its shell would run applets without an exec. */
const borrowed = ['bpftool', 'getconf', 'readlink', 'rm', 'script', 'setpriv', 'sh', 'unshare'];

/** What init.sh mounts on and programs expect. The kernel makes /dev/console by itself. */
const directories = ['proc', 'sys', 'dev', 'tmp', 'root', 'bin', 'sbin', 'usr/bin', 'usr/sbin', 'etc'];

/** In the project's folder of the machine: the paths of the test files to run, as JSON. */
export const testListName = 'test-files.json';

/** Writes the archive (cpio, newc) into `folder`; throws when something was not built. The caller removes it. */
export function buildInitramfs(folder: string, kernels: readonly CachedKernel[], testFiles: readonly string[]): string {
  for (const path of built) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is not built: run \`npm run build\``);
  }
  const tree = mkdtempSync(join(folder, 'initramfs-'));
  const archive = `${tree}.cpio`;
  try {
    fill(tree);
    for (const { release, modules } of kernels) cpSync(modules, join(tree, 'modules', release), { recursive: true });
    writeFileSync(join(tree, 'ringfence', testListName), JSON.stringify(testFiles));
    execFileSync('/bin/sh', ['-c', 'busybox find . | busybox cpio -o -H newc > "$0"', archive], { cwd: tree, stdio: ['ignore', 'ignore', 'pipe'] });
    return archive;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

function fill(tree: string): void {
  for (const path of directories) mkdirSync(join(tree, path), { recursive: true });
  cpSync(join(import.meta.dirname, 'init.sh'), join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  installBusybox(tree);
  const programs = [[process.execPath, '/usr/bin/node'], ...borrowed.map((name) => [hostPath(name), `/bin/${name}`])] as [string, string][];
  for (const [from, to] of programs) cpSync(from, join(tree, to), { dereference: true });
  const actors = buildForTests();
  const project = join(tree, 'ringfence');
  for (const path of [...sources, ...built, ...filesOf(packages)]) cpSync(join(root, path), join(project, path), { recursive: true });
  cpSync(join(root, 'bpf/libbpf-ts/build/test'), join(project, 'bpf/libbpf-ts/build/test'), { recursive: true });
  // The archive keeps whole seconds: what was just built would seem to be no newer than its source.
  for (const source of globSync(['test/kernel/actors/*.c', 'bpf/libbpf-ts/test/programs/*.c'], { cwd: project })) utimesSync(join(project, source), 0, 0);
  symlinkSync('../bpf/libbpf-ts', join(project, 'node_modules/libbpf-ts'));
  copyLibraries(tree, [...programs.map(([from]) => from), ...addons.map((path) => join(root, path)), ...actors]);
}

/** There is no compiler in the machine. The paths of the actors. */
function buildForTests(): string[] {
  for (const source of globSync('*.bpf.c', { cwd: join(root, 'bpf/libbpf-ts/test/programs') })) compiled(basename(source, '.bpf.c'));
  return globSync('*.c', { cwd: join(root, 'test/kernel/actors') }).map((source) => actor(basename(source, '.c')));
}

/** The files of packages that an import loads, asked of Node: with all they depend on they would be several hundred MB. */
function filesOf(names: readonly string[]): string[] {
  const imports = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { if (url.startsWith('file:')) console.log(url); return next(url, context); } });
    for (const name of ${JSON.stringify(names)}) await import(name);`;
  const output = execFileSync(process.execPath, ['--preserve-symlinks', '--input-type=module', '--eval', imports], { cwd: root, encoding: 'utf8' });
  const files = output.split('\n').filter((line) => line !== '').map((url) => relative(root, new URL(url).pathname));
  return [...new Set(files.flatMap((file) => [file, manifestAbove(file)]))];
}

function manifestAbove(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(join(root, manifest))) return manifest;
  }
}

function installBusybox(tree: string): void {
  cpSync(hostPath('busybox'), join(tree, 'bin/busybox'), { dereference: true });
  for (const applet of execFileSync('busybox', ['--list-full'], { encoding: 'utf8' }).trim().split('\n')) {
    const path = join(tree, applet);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path) && !borrowed.includes(basename(applet))) symlinkSync('/bin/busybox', path);
  }
}

/** Each to the path where the loader looks for it, whatever link leads there on the host. */
function copyLibraries(tree: string, programs: readonly string[]): void {
  const output = execFileSync('ldd', programs, { encoding: 'utf8' });
  for (const [, path] of output.matchAll(/(\/\S+\.so\S*) \(0x/g)) {
    cpSync(realpathSync(path!), join(tree, path!));
  }
}

function hostPath(program: string): string {
  return realpathSync(execFileSync('/bin/sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).trim());
}
