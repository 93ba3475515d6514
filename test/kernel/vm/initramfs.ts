/**
 * The root file system of the virtual machines, as one archive that lives in their memory: the cloud kernels have every
 * disk driver as a module. It holds this Node, busybox, what the probe program imports, and the shared libraries of all.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const addons = ['bpf/libbpf-ts/build/libbpf.node', 'services/collector/build/flock.node', 'services/collector/build/pidfd.node'];
const built = [...addons, 'bpf/build/process.bpf.o'];
const sources = ['package.json', 'bpf/libbpf-ts/package.json', 'bpf/libbpf-ts/src', 'schemas', 'services/collector', 'services/runtime', 'test/kernel', 'test/support', 'node_modules/zod'];

/** What init.sh mounts on and programs expect. The kernel makes /dev/console by itself. */
const directories = ['proc', 'sys', 'dev', 'tmp', 'root', 'bin', 'sbin', 'usr/bin', 'usr/sbin', 'etc'];

/** Writes the archive (cpio, newc) into `folder`; throws when something was not built. The caller removes it. */
export function buildInitramfs(folder: string): string {
  for (const path of built) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is not built: run \`npm run build\``);
  }
  const tree = mkdtempSync(join(folder, 'initramfs-'));
  const archive = `${tree}.cpio`;
  try {
    fill(tree);
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
  // Busybox has a setpriv, but one that can't change the user.
  const programs = [
    [process.execPath, '/usr/bin/node'],
    [hostPath('setpriv'), '/usr/bin/setpriv'],
  ] as const;
  for (const [from, to] of programs) cpSync(from, join(tree, to), { dereference: true });
  for (const path of [...sources, ...built]) cpSync(join(root, path), join(tree, 'ringfence', path), { recursive: true });
  symlinkSync('../bpf/libbpf-ts', join(tree, 'ringfence/node_modules/libbpf-ts'));
  copyLibraries(tree, [...programs.map(([from]) => from), ...addons.map((path) => join(root, path))]);
}

function installBusybox(tree: string): void {
  cpSync(hostPath('busybox'), join(tree, 'bin/busybox'), { dereference: true });
  for (const applet of execFileSync('busybox', ['--list-full'], { encoding: 'utf8' }).trim().split('\n')) {
    const path = join(tree, applet);
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path) && applet !== 'usr/bin/setpriv') symlinkSync('/bin/busybox', path);
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
