/** What outlives a collector that is killed, and what one that closes leaves behind. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Kernel, Scope } from '../../services/collector/kernel/kernel.ts';
import type { LiveKernelOptions } from '../../services/collector/kernel/live.ts';
import type { Clock } from '../../services/runtime/clock/clock.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { startReadingProcess } from './start-reading-process.ts';
import { becauseOf, decodeAll, hindrance, openSensor, temporaryHome } from './watched.ts';

const ours = ['process__fork', 'process__exec', 'process__exit', 'process__snapshot', 'clock__read'];

/** The directory of its pins, wherever the BPF file system is. */
function pinsOf(home: string): string | undefined {
  return ['/sys/fs/bpf', join(home, 'bpf')].map((root) => join(root, 'ringfence/test')).find(existsSync);
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
  for (let pieces = kernel.read(); pieces.length > 0; pieces = kernel.read()) {
    for (const raw of pieces) {
      for (const { seq, bootNs } of decodeAll(raw)) records.push([String(seq), String(kernel.bootTimeNs + bootNs)]);
      kernel.release(raw.ring, raw.cursor);
    }
  }
  return records;
}

describe.skipIf(hindrance !== null)(`a sensor${becauseOf}`, () => {
  let home: string;
  let cgroup: TestCgroup;
  const opened: Kernel[] = [];

  beforeEach(() => {
    home = temporaryHome();
    cgroup = createTestCgroup('lifetime');
  });

  afterEach(async () => {
    for (const kernel of opened.splice(0)) await kernel.close();
    await cgroup.remove();
    // Adopts what a test that failed has left, and takes it away.
    if (pinsOf(home) !== undefined) await openSensor(home, { cgroup: dirname(cgroup.path) }).close();
    rmSync(home, { recursive: true });
  });

  function open(scope: Scope, options?: Partial<LiveKernelOptions>, clock?: Clock): Kernel {
    const kernel = openSensor(home, scope, options, clock);
    opened.push(kernel);
    return kernel;
  }

  async function runTrue(times: number): Promise<void> {
    for (let time = 0; time < times; time++) await once(cgroup.run('/bin/true', [], { stdio: 'ignore' }), 'exit');
  }

  test('hands over to one with other settings: nothing is seen twice or by neither, and the old ring is read first', async () => {
    const old = await startReadingProcess(home, cgroup);
    await runTrue(2);
    await old.kill();
    const busy = runTrue(20);
    const next = open({ cgroup: cgroup.path }, { ringBytes: 1 << 19 });
    await busy;
    const seqs = readAll(next).map(([seq]) => Number(seq));
    expect(seqs).toHaveLength(44);
    expect(new Set(seqs).size).toBe(44);
    expect(Math.max(...seqs)).toBe(44);
    expect(seqs.slice(0, 4)).toEqual([1, 2, 3, 4]);
    await next.close();
  });

  test('that is stopped reports nothing more, and what it had reported can be read', async () => {
    const kernel = open({ cgroup: cgroup.path });
    await runTrue(2);
    kernel.stop();
    await runTrue(2);
    expect(readAll(kernel)).toHaveLength(4);
    await kernel.close();
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

    const kernel = open({ cgroup: cgroup.path });
    expect(loadedPrograms()).toEqual(programs);
    const records = readAll(kernel);
    expect(records.slice(0, 4)).toEqual(unreleased);
    expect(records.map(([seq]) => Number(seq))).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(kernel.counters()).toMatchObject({ rings: [{ seen: 14n, droppedRingFull: 0n }, { seen: 0n }] });
    await kernel.close();
  });

  test('with other settings replaces the one that a killed reader left, reads what it held, and numbers on', async () => {
    const before = loadedPrograms();
    const reader = await startReadingProcess(home, cgroup);
    await runTrue(2);
    await reader.kill();
    const kernel = open({ cgroup: cgroup.path }, { ringBytes: 1 << 20 });
    await runTrue(1);
    expect(readAll(kernel).map(([seq]) => Number(seq))).toEqual([1, 2, 3, 4, 5, 6]);
    await kernel.close();
    await untilUnloaded(before);
  });

  test('goes back to settings of before: what the first sensor of these had seen is kept until it is read', async () => {
    const first = await startReadingProcess(home, cgroup);
    await runTrue(2);
    await first.kill();
    const other = await startReadingProcess(home, cgroup, 1 << 19);
    await runTrue(1);
    await other.kill();
    const back = await startReadingProcess(home, cgroup);
    await runTrue(1);
    await back.kill();
    const forth = open({ cgroup: cgroup.path }, { ringBytes: 1 << 19 });
    expect(readAll(forth).map(([seq]) => Number(seq))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await forth.close();
  });

  test('is one collector\'s at a time: another of its name is refused, and one that is killed makes room at once', async () => {
    const reader = await startReadingProcess(home, cgroup);
    await runTrue(1);
    const refused = expect.objectContaining({ code: 'COLLECTOR_RUNNING', message: expect.stringMatching(/"test".*--node.*RINGFENCE_NODE/), details: { node: 'test' } });
    expect(() => open({ cgroup: cgroup.path })).toThrow(refused);
    expect(() => open({ cgroup: cgroup.path }, { ringBytes: 1 << 20 })).toThrow(refused);
    expect(await reader.ask('read')).toHaveLength(2);
    const beside = open({ cgroup: cgroup.path }, { instance: 'other' });
    await beside.close();
    await runTrue(1);
    expect(await reader.ask('read')).toHaveLength(2);
    await reader.kill();
    const next = open({ cgroup: cgroup.path });
    expect(() => open({ cgroup: cgroup.path })).toThrow(refused);
    await next.close();
  });

  test('whose pins somebody has removed fails to close, and is closed all the same', async () => {
    const before = loadedPrograms();
    const kernel = open({ cgroup: cgroup.path });
    rmSync(pinsOf(home)!, { recursive: true });
    await expect(kernel.close()).rejects.toThrow(expect.objectContaining({ code: 'ENOENT' }));
    await untilUnloaded(before);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(home);
    await open({ cgroup: cgroup.path }).close();
  });

  test('follows a clock that is set while it runs, by more than a second, and tells the next', async () => {
    let setByNs = 0n;
    const clock = { ...systemClock(), nowNs: () => systemClock().nowNs() + setByNs };
    const seconds = (ns: bigint) => Math.round(Number(ns) / 1e9);
    const kernel = open({ cgroup: cgroup.path }, {}, clock);
    const first = kernel.bootTimeNs;
    expect(kernel.followClock()).toBe(0n);
    setByNs = 900_000_000n;
    expect([kernel.followClock(), kernel.bootTimeNs]).toEqual([0n, first]);
    setByNs = 3_600_000_000_000n;
    expect(seconds(kernel.followClock())).toBe(3600);
    expect(seconds(kernel.bootTimeNs - first)).toBe(3600);
    expect(kernel.followClock()).toBe(0n);
    setByNs = -7_200_000_000_000n;
    expect(seconds(kernel.followClock())).toBe(-10_800);
    const last = kernel.bootTimeNs;
    await kernel.close();
    const next = open({ cgroup: cgroup.path }, {}, clock);
    expect(next.bootTimeNs).toBe(last);
    await next.close();
  });

  test('keeps the count of what found its ring full, over an orderly end too', async () => {
    const first = open({ cgroup: cgroup.path }, { ringBytes: 4096 });
    await runTrue(20);
    const { seen, droppedRingFull } = first.counters().rings[0]!;
    expect(seen).toBe(40n);
    expect(droppedRingFull).toBeGreaterThan(0n);
    expect(BigInt(readAll(first).length) + droppedRingFull).toBe(seen);
    await first.close();
    const second = open({ cgroup: cgroup.path });
    expect(second.counters()).toMatchObject({ rings: [{ seen, droppedRingFull }, { seen: 0n }] });
    await second.close();
  });

  test('leaves nothing behind when it is closed, and numbers on when it is opened again', async () => {
    const before = loadedPrograms();
    const first = open({ cgroup: cgroup.path });
    await runTrue(2);
    expect(readAll(first)).toHaveLength(4);
    await first.close();
    await untilUnloaded(before);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(home);
    expect(existsSync('/sys/fs/bpf/ringfence/test')).toBe(false);

    const second = open({ cgroup: cgroup.path });
    expect(second.bootTimeNs).toBe(first.bootTimeNs);
    await runTrue(1);
    expect(readAll(second).map(([seq]) => Number(seq))).toEqual([5, 6]);
    await second.close();
  });

  test('can be named after a host with dots in its name', async () => {
    const kernel = open({ cgroup: cgroup.path }, { instance: 'web-1.example.com/../x' });
    await runTrue(1);
    expect(readAll(kernel)).toHaveLength(2);
    await kernel.close();
  });

  test('of a cgroup that is none is refused before anything is loaded', () => {
    const before = loadedPrograms();
    expect(() => open({ cgroup: '/tmp' })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    // Those of a test before may still be on their way out.
    expect(loadedPrograms().filter((id) => !before.includes(id))).toEqual([]);
  });
});
