/** The C programs of the benches, compiled when they are used: actors for user space, programs for the kernel. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const output = join(import.meta.dirname, 'build');

/** Where libbpf's headers find those of the architecture, where a distribution keeps several. */
const headers = { x64: '/usr/include/x86_64-linux-gnu', arm64: '/usr/include/aarch64-linux-gnu' }[process.arch as 'x64' | 'arm64'];

/** Compiles actors/<name>.c and returns the path of the program. */
export function buildActor(name: string, flags: readonly string[] = []): string {
  return compile('cc', ['-O2', '-Wall', ...flags], join(import.meta.dirname, `actors/${name}.c`), name);
}

/** Compiles programs/<name>.bpf.c and returns the path of the object. */
export function buildProgram(name: string): string {
  const include = headers !== undefined && existsSync(headers) ? [`-I${headers}`] : [];
  const flags = ['-target', 'bpf', '-O2', '-g', '-mcpu=v3', '-Wall', '-Werror', ...include, '-c'];
  return compile('clang', flags, join(import.meta.dirname, `programs/${name}.bpf.c`), `${name}.bpf.o`);
}

function compile(compiler: string, flags: readonly string[], source: string, name: string): string {
  mkdirSync(output, { recursive: true });
  const path = join(output, name);
  execFileSync(compiler, [...flags, '-o', path, source]);
  return path;
}
