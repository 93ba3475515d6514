/** What outlives a collector that is killed, and what one that closes leaves behind. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kernel } from '../../services/collector/kernel/kernel.ts';
import { createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { becauseOf, decodeAll, hindrance, openSensor, temporaryHome } from './watched.ts';

const ours = ['process__fork', 'process__exec', 'process__exit', 'process__snapshot', 'clock__read'];

interface ReadingProcess {
  readonly pid: number;
  ask(question: 'read' | 'release'): Promise<unknown>;
  /** As an out-of-memory killer would. */
  kill(): Promise<void>;
}

async function startReadingProcess(home: string, cgroup: TestCgroup): Promise<ReadingProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reading-process.ts'), home, cgroup.path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await lines.next()).value as string) as unknown;
  expect(await answer()).toBe('ready');
  return {
    pid: child.pid!,
    ask: (question) => {
      child.stdin.write(`${question}\n`);
      return answer();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** Our programs in the kernel, by id: other tests' and other collectors' may be among them. */
function loadedPrograms(): number[] {
  const programs = JSON.parse(execFileSync('bpftool', ['-j', 'prog', 'show'], { encoding: 'utf8' })) as { id: number; name?: string }[];
  // The kernel keeps 15 characters of a name.
  return programs.filter((program) => ours.some((name) => name.slice(0, 15) === program.name)).map((program) => program.id);
}

/** The kernel detaches and frees in the background. */
async function untilUnloaded(before: readonly number[]): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    if (loadedPrograms().every((id) => before.includes(id))) return;
    await setTimeout(10);
  }
  throw new Error('programs are still loaded');
}

function readAll(kernel: Kernel): [string, string][] {
  const records: [string, string][] = [];
  for (let raw = kernel.read(); raw !== null; raw = kernel.read()) {
    for (const { seq, bootNs } of decodeAll(raw)) records.push([String(seq), String(kernel.bootTimeNs + bootNs)]);
    kernel.release(raw.cursor);
  }
  return records;
}

describe.skipIf(hindrance !== null)(`a sensor${becauseOf}`, () => {
  let home: string;
  let cgroup: TestCgroup;

  beforeEach(() => {
    home = temporaryHome();
    cgroup = createTestCgroup('lifetime');
  });

  afterEach(async () => {
    await cgroup.remove();
    // Adopts what a test that failed has left, and takes it away.
    if (existsSync(join(home, 'bpf'))) openSensor(home, { cgroup: dirname(cgroup.path) }).close();
    rmSync(home, { recursive: true });
  });

  async function runTrue(times: number): Promise<void> {
    for (let time = 0; time < times; time++) await once(cgroup.run('/bin/true', [], { stdio: 'ignore' }), 'exit');
  }

  test('hands over to one with other settings: nothing is seen twice or by neither, and the old ring is read first', async () => {
    const old = openSensor(home, { cgroup: cgroup.path }, { ringBytes: 1 << 20 });
    await runTrue(2);
    // The old one is left as a collector that was killed leaves it: neither read nor closed.
    expect(old.counters().seen).toBe(4n);
    const busy = runTrue(20);
    const next = openSensor(home, { cgroup: cgroup.path }, { ringBytes: 1 << 19 });
    await busy;
    const seqs = readAll(next).map(([seq]) => Number(seq));
    expect(seqs).toHaveLength(44);
    expect(new Set(seqs).size).toBe(44);
    expect(Math.max(...seqs)).toBe(44);
    expect(seqs.slice(0, 4)).toEqual([1, 2, 3, 4]);
    next.close();
  });

  test('that is stopped reports nothing more, and what it had reported can be read', async () => {
    const kernel = openSensor(home, { cgroup: cgroup.path });
    await runTrue(2);
    kernel.stop();
    await runTrue(2);
    expect(readAll(kernel)).toHaveLength(4);
    kernel.close();
  });

  test('goes on when its reader is killed: the next adopts it and reads what was not released, with the same ids', async () => {
    const reader = await startReadingProcess(home, cgroup);
    await runTrue(2);
    expect(await reader.ask('read')).toHaveLength(4);
    expect(await reader.ask('release')).toBe('4');
    await runTrue(2);
    const unreleased = (await reader.ask('read')) as [string, string][];
    expect(unreleased.map(([seq]) => seq)).toEqual(['5', '6', '7', '8']);
    const programs = loadedPrograms();
    await reader.kill();
    await runTrue(3);

    const kernel = openSensor(home, { cgroup: cgroup.path });
    expect(loadedPrograms()).toEqual(programs);
    const records = readAll(kernel);
    expect(records.slice(0, 4)).toEqual(unreleased);
    expect(records.map(([seq]) => Number(seq))).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(kernel.counters()).toMatchObject({ seen: 14n, droppedRingFull: 0n });
    kernel.close();
  });

  test('with other settings replaces the one that a killed reader left, reads what it held, and numbers on', async () => {
    const before = loadedPrograms();
    const reader = await startReadingProcess(home, cgroup);
    await runTrue(2);
    await reader.kill();
    const kernel = openSensor(home, { cgroup: cgroup.path }, { ringBytes: 1 << 20 });
    await runTrue(1);
    expect(readAll(kernel).map(([seq]) => Number(seq))).toEqual([1, 2, 3, 4, 5, 6]);
    kernel.close();
    await untilUnloaded(before);
  });

  test('leaves nothing behind when it is closed, and numbers on when it is opened again', async () => {
    const before = loadedPrograms();
    const first = openSensor(home, { cgroup: cgroup.path });
    await runTrue(2);
    expect(readAll(first)).toHaveLength(4);
    first.close();
    await untilUnloaded(before);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(home);
    expect(existsSync('/sys/fs/bpf/ringfence/test')).toBe(false);

    const second = openSensor(home, { cgroup: cgroup.path });
    expect(second.bootTimeNs).toBe(first.bootTimeNs);
    await runTrue(1);
    expect(readAll(second).map(([seq]) => Number(seq))).toEqual([5, 6]);
    second.close();
  });

  test('can be named after a host with dots in its name', async () => {
    const kernel = openSensor(home, { cgroup: cgroup.path }, { instance: 'web-1.example.com/../x' });
    await runTrue(1);
    expect(readAll(kernel)).toHaveLength(2);
    kernel.close();
  });

  test('of a cgroup that is none is refused before anything is loaded', () => {
    const before = loadedPrograms();
    expect(() => openSensor(home, { cgroup: '/tmp' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(loadedPrograms()).toEqual(before);
  });
});
