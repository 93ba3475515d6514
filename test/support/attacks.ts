/** Attacks done for real, in a test's own cgroup; what they look like stands in rules/. */
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestCgroup } from './cgroup.ts';

export interface Attack {
  readonly pid: number;
  /** Resolves with how the process ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** A shell on a TCP connection that waits for what it is told, until someone ends it. */
export async function reverseShell(cgroup: TestCgroup): Promise<Attack & { close(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const victim = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(victim, 'connect');
  const [attacker] = await accepted;
  for (const socket of [attacker, victim]) socket.on('error', () => {});
  victim.pause();
  const shell = cgroup.run('/bin/sh', [], { stdio: [victim, victim, 'ignore'] });
  const close = () => [attacker, victim, server].forEach((each) => ('destroy' in each ? each.destroy() : each.close()));
  return { pid: shell.pid!, ended: ending(shell), close };
}

/** su is refused `times` times, as the user nobody. */
export async function suGuessing(cgroup: TestCgroup, times: number): Promise<void> {
  const one = () => ending(cgroup.run('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'su', 'root', '-c', 'true'], { stdio: 'ignore' }));
  await Promise.all(Array.from({ length: times }, one));
}

/** Programs in shared memory, run one after another; each is one detection of its own. */
export class SharedMemoryPrograms {
  private readonly directory = mkdtempSync('/dev/shm/ringfence-test-');
  private readonly cgroup: TestCgroup;
  private count = 0;

  constructor(cgroup: TestCgroup) {
    this.cgroup = cgroup;
  }

  /** Runs a program under a name that was not used before, and returns its path. */
  async run(): Promise<string> {
    const path = join(this.directory, `program-${this.count++}`);
    copyFileSync('/bin/true', path);
    await ending(this.cgroup.run(path, [], { stdio: 'ignore' }));
    return path;
  }

  /** One program after another, until `stop`, which resolves with the paths of all of them. */
  runUntilStopped(): { stop(): Promise<string[]> } {
    let stopped = false;
    const paths: string[] = [];
    const loop = async () => {
      while (!stopped) paths.push(await this.run());
      return paths;
    };
    const ended = loop();
    return {
      stop: () => {
        stopped = true;
        return ended;
      },
    };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function ending(child: ReturnType<TestCgroup['run']>): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
