// Fetches Apache Kafka as plain jars into `<home>/kafka/libs`, for hosts without a container engine. A folder that
// stands is complete: it is filled under another name and renamed. Runs under any Node from 20 on.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const pom = join(here, 'pom.xml');

/** A download of 45 MB; what hangs longer than this is not going to end. */
const fetchTimeoutMs = 600_000;

/**
 * Resolves to the folder of jars, fetching it first when it is missing or of another pom.xml. Safe to call from several
 * processes at once. Rejects with a message for people when Maven or the network is missing.
 *
 * @param {{ home?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<string>}
 */
export async function ensureKafka({ home = ringfenceHome(), log = () => {} } = {}) {
  const libs = join(home, 'kafka', 'libs');
  if (stands(libs)) return libs;
  mkdirSync(dirname(libs), { recursive: true });
  const unlock = await lock(`${libs}.lock`, log);
  try {
    if (!stands(libs)) await fetchJars(libs, log);
  } finally {
    unlock();
  }
  return libs;
}

/** The folder of Ringfence's state: RINGFENCE_HOME, or `.ringfence` in the clone. */
export function ringfenceHome() {
  return resolve(process.env.RINGFENCE_HOME ?? join(here, '..', '..', '..', '.ringfence'));
}

function stands(libs) {
  const mark = join(libs, 'pom.sha256');
  return existsSync(mark) && readFileSync(mark, 'utf8') === pomDigest();
}

function pomDigest() {
  return createHash('sha256').update(readFileSync(pom)).digest('hex');
}

async function fetchJars(libs, log) {
  const fresh = `${libs}.${process.pid}`;
  log('fetching Apache Kafka through Maven');
  try {
    await maven(['-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${fresh}`]);
    writeFileSync(join(fresh, 'pom.sha256'), pomDigest());
    rmSync(libs, { recursive: true, force: true });
    renameSync(fresh, libs);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function maven(args) {
  return new Promise((done, fail) => {
    const child = spawn('mvn', ['--batch-mode', '--quiet', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: fetchTimeoutMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output = (output + text).slice(-4000)));
    }
    child.on('error', (cause) => fail(new Error(`Maven (mvn) does not start: ${cause.message}`, { cause })));
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`Maven failed (exit ${code}):\n${output}`))));
  });
}

/** Waits for the lock file; one whose process is gone is taken over. Returns the function that releases it. */
async function lock(path, log) {
  for (let told = false; ; told = true) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderLives(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) log('waiting for another process that fetches Kafka');
    await sleep(200);
  }
}

function holderLives(path) {
  try {
    process.kill(Number(readFileSync(path, 'utf8')) || -1, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await ensureKafka({ log: (line) => console.error(line) }));
}
