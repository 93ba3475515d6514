/** What the collector adds to an exec: the program that a dynamic loader was told to run. */
import { basename, resolve } from 'node:path';
import type { Process } from '#schemas/generated/types.gen.ts';

/** glibc's since 2.34 and before, and musl's. */
const loaderName = /^(ld-linux(-[\w-]+)?\.so\.\d+|ld(64)?\.so\.\d+|ld-\d+\.\d+\.so|ld-musl-\w+\.so\.1)$/;

/** Options that take the next argument; elf/rtld.c, musl's ldso/dynlink.c. */
const withValue = new Set([
  '--library-path', '--glibc-hwcaps-prepend', '--glibc-hwcaps-mask', '--inhibit-rpath', '--audit', '--preload', '--argv0',
]);

/** Those with which nothing is run. */
const withoutRun = new Set(['--list', '--verify', '--list-tunables', '--list-diagnostics', '--help', '--version']);

/**
 * The file that the loader's arguments name, made absolute; one without a slash stays as it is, because the loader looks
 * for it among libraries. Null when the program is no loader, or runs nothing.
 */
export function loadedProgram({ exe, args, cwd }: Pick<Process, 'exe' | 'args' | 'cwd'>): string | null {
  if (exe === null || !loaderName.test(basename(exe))) return null;
  const named = programIn(args);
  if (named === null || !named.includes('/')) return named;
  return resolve(cwd ?? '/', named);
}

function programIn(args: readonly string[]): string | null {
  for (let index = 1; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === '--') return args[index + 1] ?? null;
    if (!arg.startsWith('--')) return arg;
    if (withoutRun.has(arg)) return null;
    if (withValue.has(arg)) index++;
  }
  return null;
}
