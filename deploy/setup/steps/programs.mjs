/** The kernel programs: each bpf/programs/<name>.bpf.c becomes bpf/build/<name>.bpf.o, all or none of them new. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { fingerprint, hasStamp, removeStamp, writeStamp } from '../fingerprint.mjs';
import { root } from '../project.mjs';

const sources = 'bpf/programs';
const output = 'bpf/build';
const stamp = 'programs.stamp';

/** libbpf's name of the architecture, and the folder of its headers where a distribution keeps several. */
const architectures = {
  x64: { target: 'x86', headers: '/usr/include/x86_64-linux-gnu' },
  arm64: { target: 'arm64', headers: '/usr/include/aarch64-linux-gnu' },
};

export const programsStep = {
  name: 'kernel programs',

  isDone: () => programs().every((name) => existsSync(objectOf(name))) && hasStamp(stamp, state()),

  async run(note) {
    note(`clang, ${programs().length} programs`);
    const built = state();
    removeStamp(stamp);
    mkdirSync(join(root, output), { recursive: true });
    await compileAll(programs());
    removeStrangers();
    writeStamp(stamp, built);
  },
};

function state() {
  return fingerprint([sources, 'bpf/include'], compilerFlags());
}

function programs() {
  const folder = join(root, sources);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bpf.c'))
    .map((file) => file.slice(0, -'.c'.length))
    .sort();
}

/** As many compilers at once as there are processors. */
async function compileAll(names) {
  const queue = [...names];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await compile(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

/** Renamed into place, so that a collector that starts meanwhile never opens half an object. */
async function compile(name) {
  const unfinished = `${objectOf(name)}.${process.pid}`;
  try {
    await runCommand('clang', [...compilerFlags(), '-c', `${sources}/${name}.c`, '-o', unfinished]);
    renameSync(unfinished, objectOf(name));
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** An object whose source is gone would still be found by name. */
function removeStrangers() {
  const known = new Set(programs().map((name) => `${name}.o`));
  for (const file of readdirSync(join(root, output))) {
    if (file.endsWith('.bpf.o') && !known.has(file)) rmSync(join(root, output, file));
  }
}

function compilerFlags() {
  const { target, headers } = architectures[process.arch];
  const flags = ['-target', 'bpf', '-O2', '-g', '-mcpu=v3', `-D__TARGET_ARCH_${target}`, '-Ibpf/include', '-Wall', '-Werror'];
  return existsSync(headers) ? [...flags, `-I${headers}`] : flags;
}

function objectOf(name) {
  return join(root, output, `${name}.o`);
}
