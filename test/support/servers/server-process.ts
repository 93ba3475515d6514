/** A server on this host for the length of a test run, in a temporary folder, on loopback. */
import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const watchdog = fileURLToPath(new URL('watchdog.mjs', import.meta.url));

/** A cold JVM on a busy two-core host needs about 10 s. */
const readyTimeoutMs = 90_000;
const logCharsShown = 2_000;

export interface ServerCommand {
  readonly folder: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Text that the server prints when it is ready. */
  readonly ready: string;
}

/** Resolves to the function that stops it, once it is ready. Rejects with the end of its output when it is not. */
export async function startServer(server: ServerCommand): Promise<() => Promise<void>> {
  const outputPath = join(server.folder, 'output.log');
  const output = await open(outputPath, 'a');
  const child = spawn(process.execPath, [watchdog, server.folder, server.command, ...server.args], {
    stdio: ['pipe', output.fd, output.fd],
    detached: true, // a Ctrl-C reaches the test runner only, which then stops its servers in order
  });
  await output.close();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.stdin?.destroy();
    await ended;
  };
  child.unref();
  const text = await readyOutput(outputPath, server.ready, ended);
  if (text === undefined) return stop;
  await stop();
  throw new Error(`${server.command} did not become ready:\n${text.slice(-logCharsShown)}`);
}

/** Undefined once `ready` was printed; otherwise the output so far, when the server ended or time is up. */
async function readyOutput(path: string, ready: string, ended: Promise<void>): Promise<string | undefined> {
  let gone = false;
  void ended.then(() => (gone = true));
  let text = '';
  for (const deadline = performance.now() + readyTimeoutMs; performance.now() < deadline && !gone; await sleep(25)) {
    text = await readFile(path, 'utf8').catch(() => text);
    if (text.includes(ready)) return undefined;
  }
  return text;
}

export function temporaryFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `ringfence-test-${name}-`));
}

/** A port that was free a moment ago on loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)));
    });
  });
}
