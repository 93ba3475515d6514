/** The contract of a Kernel, kept by both adapters: this host's, in a cgroup of the test's own, and what was recorded of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#runtime/clock/system.ts';
import { decodeKernelRecord, type KernelRecord } from '#schemas/generated/decode.gen.ts';
import { openCapture, recordCapture } from './capture.ts';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { frames, type Kernel, type RawRecords } from './kernel.ts';

const mount = cgroup2Mount();
const hindrance = mount === null ? 'no cgroup v2 is mounted' : process.getuid?.() === 0 ? null : 'needs root';
const programs = 3;

/** A cgroup with one process that stays; more come and go. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'ringfence-kernel-'));
  readonly cgroup = join(mount!, `ringfence-test-kernel-${process.pid}`);
  readonly resident: ChildProcess;

  constructor() {
    mkdirSync(this.cgroup);
    this.resident = this.start('/bin/sleep', '1000');
  }

  start(...command: string[]): ChildProcess {
    return spawn('/bin/sh', ['-c', 'echo 0 > "$0/cgroup.procs" && exec "$@"', this.cgroup, ...command], { stdio: 'ignore' });
  }

  async settled(): Promise<void> {
    while (!readFileSync(`/proc/${this.resident.pid}/comm`, 'utf8').startsWith('sleep')) await setTimeout(5);
  }

  async openLive(): Promise<Kernel> {
    const { openLiveKernel } = await import('./live.ts');
    return openLiveKernel({ home: this.folder, instance: 'contract', scope: { cgroup: this.cgroup }, ringBytes: 1 << 20, readBytesMax: 1 << 16 }, systemClock());
  }

  async act(): Promise<void> {
    for (let run = 0; run < programs; run++) await once(this.start('/bin/true', String(run)), 'exit');
  }

  async end(): Promise<void> {
    writeFileSync(join(this.cgroup, 'cgroup.kill'), '1');
    while (readFileSync(join(this.cgroup, 'cgroup.procs'), 'utf8') !== '') await setTimeout(5);
    rmdirSync(this.cgroup);
    rmSync(this.folder, { recursive: true });
  }
}

/** Each gives a kernel from which the same acts can be read. */
const adapters: Readonly<Record<string, (world: World) => Promise<Kernel>>> = {
  live: async (world) => {
    const kernel = await world.openLive();
    await world.act();
    return kernel;
  },
  capture: async (world) => {
    const path = join(world.folder, 'capture');
    const recorder = recordCapture(await world.openLive(), path);
    recorder.snapshot();
    await world.act();
    readAll(recorder);
    await recorder.close();
    return openCapture(path);
  },
};

function decode(raw: RawRecords): KernelRecord[] {
  return [...frames(raw.bytes)].map(({ start, size }) => decodeKernelRecord(raw.bytes, start, size));
}

/** Decoded at once: the bytes are the caller's only until the next read. */
function readAll(kernel: Kernel): { count: number; cursor: bigint; records: KernelRecord[] }[] {
  const reads: { count: number; cursor: bigint; records: KernelRecord[] }[] = [];
  for (let [raw] = kernel.read(); raw !== undefined; [raw] = kernel.read()) reads.push({ count: raw.count, cursor: raw.cursor, records: decode(raw) });
  return reads;
}

describe.skipIf(hindrance !== null).each(Object.entries(adapters))(`the kernel port: %s${hindrance === null ? '' : ` (${hindrance})`}`, (_, open) => {
  let world: World;
  let kernel: Kernel;

  beforeEach(async () => {
    world = new World();
    await world.settled();
    kernel = await open(world);
  });

  afterEach(async () => {
    await kernel.close();
    await world.end();
  });

  test('names the boot and its time, as the host has them', () => {
    expect(kernel.bootId).toBe(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))![1]);
    expect(Math.abs(Number(kernel.bootTimeNs / 1_000_000_000n) - bootSeconds)).toBeLessThanOrEqual(2);
  });

  test('keeps its time of boot while nobody sets the clock', () => {
    const before = kernel.bootTimeNs;
    expect([kernel.followClock(), kernel.bootTimeNs]).toEqual([0n, before]);
  });

  test('has the resident process in its snapshot, as a record without a body', () => {
    const raw = kernel.snapshot();
    const records = decode(raw);
    expect(records).toHaveLength(raw.count);
    expect(records.map((record) => [record.process.pid, record.body])).toEqual([[world.resident.pid, null]]);
  });

  test('shows the lives that are still to be read, and gives them all the same', () => {
    const ahead = () => [...kernel.livesAhead()].flatMap(decode).map(({ seq }) => Number(seq));
    const all = Array.from({ length: 2 * programs }, (_, index) => index + 1);
    expect([ahead(), ahead()]).toEqual([all, all]);
    expect(readAll(kernel).flatMap(({ records }) => records.map(({ seq }) => Number(seq)))).toEqual(all);
    expect(kernel.counters().rings[0]!.seen).toBe(BigInt(all.length));
  });

  test('gives every event once, in counted frames under cursors that grow, then nothing', () => {
    const reads = readAll(kernel);
    const records = reads.flatMap((read) => read.records);
    expect(reads.map((read) => read.count)).toEqual(reads.map((read) => read.records.length));
    expect(records.map((record) => Number(record.seq))).toEqual(Array.from({ length: 2 * programs }, (_, index) => index + 1));
    expect(records.map((record) => record.body?.kind)).toEqual(Array(programs).fill(['process_exec', 'process_exit']).flat());
    expect(records.flatMap((record) => (record.body?.kind === 'process_exec' ? [record.process.args[1]] : []))).toEqual(['0', '1', '2']);
    for (const [index, { cursor }] of reads.entries()) if (index > 0) expect(cursor).toBeGreaterThan(reads[index - 1]!.cursor);
    expect([kernel.read(), kernel.waits]).toEqual([[], false]);
  });

  test('takes back its space when all is released, and accounts for every event', () => {
    for (const { cursor } of readAll(kernel)) kernel.release(0, cursor);
    expect(kernel.counters()).toMatchObject({ rings: [{ seen: BigInt(2 * programs), droppedRingFull: 0n, usedBytes: 0 }, { seen: 0n }] });
    expect(Object.values(kernel.counters().faults).every((count) => count === 0n)).toBe(true);
  });

  test('calls back when there is something to read', async () => {
    await new Promise<void>((resolve) => kernel.onReadable(resolve));
    expect(kernel.read()).not.toEqual([]);
  });
});
