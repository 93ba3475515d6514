/** Floods and processes that are gone before anybody looks: nothing is mixed up, nothing grows, all is accounted for. */
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitedMax, ProcessCache } from '../../services/collector/process-cache.ts';
import type { KernelRecord } from '../../schemas/generated/decode.gen.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';

const processes = 50_000;

/** Children of the storm that the scheduler has not come to yet: far fewer than it starts. */
const liveMax = 1000;

describe.skipIf(hindrance !== null)(`a flood of processes${becauseOf}`, () => {
  let watched: Watched;

  beforeAll(() => {
    watched = new Watched('flood');
  });

  afterAll(() => watched.close());

  test('is followed whole, through numbers that come again, in bounded memory', async () => {
    const flood = new Flood();
    const child = watched.cgroup.run(actor('fork-storm'), [String(processes)], { stdio: 'ignore' });
    do {
      watched.read();
      flood.take(watched.records.splice(0));
      await setTimeout(2);
    } while (child.exitCode === null && child.signalCode === null);
    watched.read();
    flood.take(watched.records.splice(0));
    const { seen, droppedRingFull } = watched.kernel.counters().rings[0]!;
    expect(seen).toBe(BigInt(flood.records) + droppedRingFull);
    if (droppedRingFull === 0n) expect([flood.forks.size, flood.unknownExits]).toEqual([processes, 0]);
    expect(flood.cacheSizeMax).toBeLessThanOrEqual(exitedMax + liveMax);
    // Fewer numbers than processes: some came twice, and each of those was another process.
    if (processes > Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8'))) expect(flood.pids.size).toBeLessThan(flood.forks.size);
  }, 60_000);

  test('in cgroups that vanish at once still says which cgroup each was in', async () => {
    const cgroups = 50;
    const script = 'for i in $(seq $1); do mkdir "$0/g$i"; (sh -c "echo 0 > $0/g$i/cgroup.procs; exec /bin/true in-g$i"); rmdir "$0/g$i"; done';
    await watched.run('/bin/sh', ['-c', script, watched.cgroup.path, String(cgroups)]);
    const inside = watched.execs.filter(({ process }) => process.args[1]?.startsWith('in-g'));
    expect(inside).toHaveLength(cgroups);
    for (const { process } of inside) expect(process.cgroup).toBe(`${watched.cgroup.relativePath}/${process.args[1]!.slice('in-'.length)}`);
  });
});

/** Counts what a flood's records say and runs them through a process cache. */
class Flood {
  records = 0;
  /** pid and start. */
  readonly forks = new Set<string>();
  readonly pids = new Set<number>();
  unknownExits = 0;
  cacheSizeMax = 0;
  private readonly cache = new ProcessCache();

  take(records: readonly KernelRecord[]): void {
    for (const record of records) this.add(record);
    this.cacheSizeMax = Math.max(this.cacheSizeMax, this.cache.size);
  }

  private add({ process, body }: KernelRecord): void {
    this.records++;
    if (body?.kind === 'process_fork') {
      this.forks.add(`${process.pid}/${process.start_ns}`);
      this.pids.add(process.pid);
      this.cache.fork(process, body);
    } else if (body?.kind === 'process_exec') {
      this.cache.exec(process);
    } else if (body?.kind === 'process_exit') {
      if (this.cache.exit(process) === undefined) this.unknownExits++;
    }
  }
}
