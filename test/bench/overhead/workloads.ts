/** The work that is slowed down: each one kind of operation, as fast as one processor can, in a cgroup of its own. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { createTestCgroup, type TestCgroup } from '../../support/cgroup.ts';
import { freePort } from '../../support/servers/server-process.ts';
import { buildActor } from '../build.ts';

export const workloadNames = ['exec', 'open', 'connect', 'redis-set', 'redis-get'] as const;

export type WorkloadName = (typeof workloadNames)[number];

export interface Speed {
  readonly operations: number;
  /** Operations a second of the clock. */
  readonly perSecond: number;
  /** Operations a second of processor time that the work took: hardly disturbed by what else runs on the host. */
  readonly perCpuSecond: number;
  /** Of its processor's time: the rest went to others, or it waited. */
  readonly ownShare: number;
}

export interface Workloads {
  run(name: WorkloadName, seconds: number): Promise<Speed>;
  close(): Promise<void>;
}

/** Requests of the run that tells how many fill a second. */
const redisTrialRequests = 50_000;
const redisReadyText = 'Ready to accept connections';

/** `cpu`: the processor that all of it stays on. */
export async function openWorkloads(cpu: number): Promise<Workloads> {
  const cgroup = createTestCgroup('overhead');
  try {
    // Not in /tmp or /dev/shm: those are places that rules look at.
    const [storm, tiny] = [buildActor('storm', ['-static']), buildActor('tiny', ['-static', '-nostdlib'])];
    const redis = await startRedis(cgroup, cpu, dirname(storm));
    const counts = { set: 0, get: 0 };
    const ofRedis = async (test: 'set' | 'get', seconds: number) => {
      if (counts[test] === 0) counts[test] = (await benchmarkRedis(cgroup, cpu, redis, test, redisTrialRequests)).perSecond;
      return benchmarkRedis(cgroup, cpu, redis, test, Math.ceil(counts[test] * seconds));
    };
    const runs: Readonly<Record<WorkloadName, (seconds: number) => Promise<Speed>>> = {
      'exec': (seconds) => runStorm(cgroup, cpu, [storm, 'exec', String(seconds), tiny]),
      'open': (seconds) => runStorm(cgroup, cpu, [storm, 'open', String(seconds), storm]),
      'connect': (seconds) => runStorm(cgroup, cpu, [storm, 'connect', String(seconds)]),
      'redis-set': (seconds) => ofRedis('set', seconds),
      'redis-get': (seconds) => ofRedis('get', seconds),
    };
    return { run: (name, seconds) => runs[name](seconds), close: () => cgroup.remove() };
  } catch (error) {
    await cgroup.remove();
    throw error;
  }
}

async function runStorm(cgroup: TestCgroup, cpu: number, command: readonly string[]): Promise<Speed> {
  const { output, cpuSeconds, ownShare } = await runAlone(cgroup, cpu, command);
  const [operations, seconds] = output.trim().split(' ').map(Number) as [number, number];
  return { operations, perSecond: operations / seconds, perCpuSecond: operations / cpuSeconds, ownShare };
}

/** In the cgroup like its client, so that the processor time of both is counted. It ends with the cgroup. */
async function startRedis(cgroup: TestCgroup, cpu: number, folder: string): Promise<number> {
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', '--appendonly', 'no'];
  const server = cgroup.run('taskset', ['-c', String(cpu), 'redis-server', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: server.stdout! })) if (line.includes(redisReadyText)) break;
  if (server.exitCode !== null) throw new Error('redis-server ended before it was ready');
  server.stdout!.resume();
  return port;
}

/** 50 clients, pipeline 1, values of 3 bytes: redis-benchmark's own defaults. */
async function benchmarkRedis(cgroup: TestCgroup, cpu: number, port: number, test: 'set' | 'get', requests: number): Promise<Speed> {
  const command = ['redis-benchmark', '-p', String(port), '-t', test, '-n', String(requests), '-P', '1', '--csv'];
  const { output, cpuSeconds, ownShare } = await runAlone(cgroup, cpu, command);
  const perSecond = Number(new RegExp(`^"${test}","([0-9.]+)"`, 'im').exec(output)?.[1]);
  if (!(perSecond > 0)) throw new Error(`redis-benchmark said: ${output}`);
  return { operations: requests, perSecond, perCpuSecond: requests / cpuSeconds, ownShare };
}

async function runAlone(cgroup: TestCgroup, cpu: number, command: readonly string[]): Promise<{ output: string; cpuSeconds: number; ownShare: number }> {
  const [cpuBefore, before] = [cpuSecondsOf(cgroup), performance.now()];
  const child = cgroup.run('taskset', ['-c', String(cpu), ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  const cpuSeconds = cpuSecondsOf(cgroup) - cpuBefore;
  return { output, cpuSeconds, ownShare: (cpuSeconds * 1000) / (performance.now() - before) };
}

function cpuSecondsOf(cgroup: TestCgroup): number {
  const usage = /^usage_usec (\d+)/m.exec(readFileSync(join(cgroup.path, 'cpu.stat'), 'utf8'))?.[1];
  return Number(usage) / 1e6;
}
