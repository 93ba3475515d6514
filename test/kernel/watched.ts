/** A live sensor of a test's own, which keeps what it has said in decoded form. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeKernelRecord, type KernelRecord } from '../../schemas/generated/decode.gen.ts';
import type { ProcessExec, ProcessExit, ProcessFork } from '../../schemas/generated/types.gen.ts';
import { frames, inOrder, type Kernel, type RawRecords, type Scope } from '../../services/collector/kernel/kernel.ts';
import type { KernelInterest } from '../../services/collector/kernel/interest.ts';
import { openLiveKernel, type LiveKernelOptions } from '../../services/collector/kernel/live.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { cgroupHindrance, createTestCgroup, type TestCgroup } from '../support/cgroup.ts';

/** Why no sensor can run here; null when one can. */
export const hindrance = cgroupHindrance;

/** For the name of what is skipped then. */
export const becauseOf = hindrance === null ? '' : ` (${hindrance})`;

/** A record with its body narrowed. */
export type Seen<B> = KernelRecord & { body: B };

const patienceMs = 10_000;

export function temporaryHome(): string {
  return mkdtempSync(join(tmpdir(), 'ringfence-home-'));
}

export function openSensor(home: string, scope: Scope, options: Partial<LiveKernelOptions> = {}, clock = systemClock()): Kernel {
  return openLiveKernel({ home, instance: 'test', scope, ringBytes: 4 << 20, readBytesMax: 1 << 20, ...options }, clock);
}

export function decodeAll(raw: RawRecords): KernelRecord[] {
  return [...frames(raw.bytes)].map(({ start, size }) => decodeKernelRecord(raw.bytes, start, size));
}

export class Watched {
  readonly home: string;
  readonly cgroup: TestCgroup;
  readonly kernel: Kernel;
  readonly records: KernelRecord[] = [];

  /** Reports what is of interest, beside the lives of processes. */
  static async reporting(interest: KernelInterest, name: string, options: Partial<LiveKernelOptions> = {}): Promise<Watched> {
    const watched = new Watched(name, options);
    try {
      await watched.kernel.setInterest(interest);
      return watched;
    } catch (error) {
      // What is pinned would go on after this process.
      await watched.close();
      throw error;
    }
  }

  /** Reports the lives of processes. */
  constructor(name: string, options: Partial<LiveKernelOptions> = {}, scope?: Scope) {
    this.home = temporaryHome();
    this.cgroup = createTestCgroup(name);
    try {
      this.kernel = openSensor(this.home, scope ?? { cgroup: this.cgroup.path }, options);
    } catch (error) {
      void this.cgroup.remove();
      throw error;
    }
  }

  /** Takes what the rings hold, as far as no record is being written, and frees their space. */
  read(): void {
    while (this.readOnce());
  }

  /** A piece of each ring at most; false when there was none. */
  readOnce(): boolean {
    const pieces = this.kernel.read();
    for (const { raw, start, size } of inOrder(pieces)) this.records.push(decodeKernelRecord(raw.bytes, start, size));
    for (const { ring, cursor } of pieces) this.kernel.release(ring, cursor);
    return pieces.length > 0;
  }

  /** The first record that is so, once it has come. */
  async until(predicate: (record: KernelRecord) => boolean): Promise<KernelRecord> {
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 5) {
      this.read();
      const found = this.records.find(predicate);
      if (found !== undefined) return found;
      await setTimeout(5);
    }
    throw new Error(`no such record among ${this.records.length}`);
  }

  /** Runs a command in the cgroup to its end; what was seen of that process, first exec first. */
  async run(command: string, args: readonly string[] = [], options: SpawnOptions = {}): Promise<Life> {
    return this.follow(this.cgroup.run(command, args, { stdio: 'ignore', ...options }));
  }

  async follow(child: ChildProcess): Promise<Life> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return this.lifeOf(child.pid!);
  }

  async lifeOf(pid: number): Promise<Life> {
    const exit = (await this.until((record) => record.process.pid === pid && record.body?.kind === 'process_exit')) as Seen<ProcessExit>;
    return { pid, execs: this.execs.filter((record) => record.process.pid === pid), exit };
  }

  get execs(): Seen<ProcessExec>[] {
    return this.records.filter((record): record is Seen<ProcessExec> => record.body?.kind === 'process_exec');
  }

  get forks(): Seen<ProcessFork>[] {
    return this.records.filter((record): record is Seen<ProcessFork> => record.body?.kind === 'process_fork');
  }

  get exits(): Seen<ProcessExit>[] {
    return this.records.filter((record): record is Seen<ProcessExit> => record.body?.kind === 'process_exit');
  }

  async close(): Promise<void> {
    await this.cgroup.remove();
    await this.kernel.close();
    rmSync(this.home, { recursive: true });
  }
}

export interface Life {
  readonly pid: number;
  readonly execs: readonly Seen<ProcessExec>[];
  readonly exit: Seen<ProcessExit>;
}

/** Starts a program outside every scope. */
export function runOutside(command: string, args: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: 'ignore' });
}
