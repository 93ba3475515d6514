/** Builds services/collector/build/*.node with the host's C compiler, one of each C file here; skips what is newer than its source. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

for (const name of ['flock', 'pidfd']) {
  const source = join(here, `${name}.c`);
  const output = join(here, `../build/${name}.node`);
  if (modified(output) < modified(source)) await build(source, output);
}

async function build(source, output) {
  const { include_dir: headers } = (await import('node-api-headers')).default;
  mkdirSync(dirname(output), { recursive: true });
  const flags = ['-O2', '-Wall', '-Wextra', '-Werror', '-fPIC', '-shared', '-D_GNU_SOURCE', '-DNAPI_VERSION=9', `-I${headers}`];
  const compiler = ['cc', 'clang', 'gcc'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (compiler === undefined) throw new Error('no C compiler: install clang');
  const { status } = spawnSync(compiler, [...flags, source, '-o', output], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exitCode = 1;
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
