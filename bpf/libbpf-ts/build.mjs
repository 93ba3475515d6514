/**
 * Compiles native/*.c into build/libbpf.node with the host's C compiler. Nothing happens when the sources, the compiler
 * and the options are those of the last build. Runs under Node 20 and later without dependencies but the N-API headers.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const output = join(root, 'build', 'libbpf.node');
const stamp = `${output}.stamp`;

/** What has to be installed, by package manager. */
const packages = {
  apt: 'apt-get install -y gcc libc6-dev linux-libc-dev libbpf-dev libelf-dev zlib1g-dev',
  dnf: 'dnf install -y gcc glibc-devel kernel-headers libbpf-devel elfutils-libelf-devel zlib-devel',
  apk: 'apk add gcc musl-dev linux-headers libbpf-dev elfutils-dev zlib-dev',
};

main();

async function main() {
  const compiler = findCompiler();
  const options = await compilerOptions();
  requireLibraries(compiler);
  const sources = readdirSync(join(root, 'native')).filter((name) => /\.[ch]$/.test(name)).sort();
  const fingerprint = hashOf([compiler, versionOf(compiler), ...options, ...sources.map(readSource)]);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  compile(compiler, options, sources.filter((name) => name.endsWith('.c')));
  writeFileSync(stamp, fingerprint);
}

function findCompiler() {
  const found = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  return found ?? giveUp('no C compiler (cc, gcc or clang) was found');
}

async function compilerOptions() {
  const headers = await import('node-api-headers').catch(() => giveUp('the npm package node-api-headers is missing: run npm install'));
  const includeDir = headers.include_dir ?? headers.default.include_dir;
  return [
    ...['-std=gnu11', '-O2', '-g', '-fPIC', '-shared', '-pthread', '-fvisibility=hidden'],
    ...['-Wall', '-Wextra', '-Werror'],
    ...['-isystem', includeDir],
  ];
}

/** Asks the compiler itself: it knows where this distribution keeps headers and libraries. */
function requireLibraries(compiler) {
  const program = '#include <bpf/libbpf.h>\n#include <libelf.h>\n#include <zlib.h>\nint main(void) { return 0; }\n';
  const tried = spawnSync(compiler, ['-x', 'c', '-', '-o', '/dev/null', '-lbpf', '-lelf', '-lz'], { input: program, encoding: 'utf8' });
  if (tried.status !== 0) giveUp(`headers or libraries are missing:\n${tried.stderr.trim()}`);
}

/** Compiles beside the old addon and renames, so that a process that is running never sees half a file. */
function compile(compiler, options, sources) {
  mkdirSync(dirname(output), { recursive: true });
  const partial = `${output}.${process.pid}`;
  const paths = sources.map((name) => join(root, 'native', name));
  const done = spawnSync(compiler, [...options, ...paths, '-o', partial, '-lbpf', '-lelf', '-lz'], { stdio: 'inherit' });
  if (done.status !== 0) {
    console.error('libbpf-ts: the compiler refused the sources above (libbpf 1.0 or later is needed)');
    process.exit(1);
  }
  renameSync(partial, output);
}

function readSource(name) {
  return name + '\0' + readFileSync(join(root, 'native', name), 'utf8');
}

function versionOf(compiler) {
  return execFileSync(compiler, ['--version'], { encoding: 'utf8' });
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

function giveUp(reason) {
  console.error(`libbpf-ts: ${reason}\nInstall what it needs to build with one of:`);
  for (const command of Object.values(packages)) console.error(`  ${command}`);
  process.exit(3);
}
