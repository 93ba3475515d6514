import { describe, expect, test } from 'vitest';
import type { Process, ProcessFork } from '#schemas/generated/types.gen.ts';
import { ProcessCache, processesMax } from './process-cache.ts';
import { sampleProcess } from './sample-process.ts';

/** Process n is started at time n; its parent at the time given. */
function process(pid: number, ppid: number, given: Partial<Process> = {}): Process {
  return sampleProcess({ pid, start_ns: BigInt(pid), ppid, parent_start_ns: BigInt(ppid), comm: `c${pid}`, exe: `/p${pid}`, args: [`p${pid}`], ...given });
}

function forkOf(child: Process): ProcessFork {
  return { kind: 'process_fork', forker_pid: child.ppid, forker_start_ns: child.parent_start_ns };
}

/** A fork's record has no strings: they come from the cache. */
function fork(cache: ProcessCache, pid: number, ppid: number, given: Partial<Process> = {}) {
  const child = process(pid, ppid, { exe: null, args: [], ...given });
  return cache.fork(child, forkOf(child));
}

describe('the process cache', () => {
  test('gives a child what its creator had: program, arguments, directory, cgroup', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0, { cwd: '/w', cgroup: '/g' }));
    expect(fork(cache, 2, 1)).toMatchObject({ exe: '/p1', args: ['p1'], cwd: '/w', cgroup: '/g', parent: { pid: 1, exe: '/p1' } });
  });

  test('keeps the ancestry as it was at the fork, whatever the parent does later', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    const child = fork(cache, 2, 1);
    cache.exec(process(1, 0, { exe: '/other' }));
    cache.exit(process(1, 0));
    expect(child.parent).toMatchObject({ pid: 1, exe: '/p1', args: ['p1'] });
    expect(cache.exec(process(2, 1)).parent).toMatchObject({ exe: '/p1' });
    expect(fork(cache, 3, 1).parent).toMatchObject({ exe: '/other' });
  });

  test('knows eight ancestors, the parent included, nearest first; only the parent with arguments', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    for (let pid = 2; pid <= 12; pid++) {
      fork(cache, pid, pid - 1);
      cache.exec(process(pid, pid - 1));
    }
    const { parent, ancestors } = cache.get(12, 12n)!;
    expect(parent).toMatchObject({ pid: 11, args: ['p11'] });
    expect(ancestors.map((each) => each.pid)).toEqual([10, 9, 8, 7, 6, 5, 4]);
    expect(ancestors.every((each) => each.args.length === 0)).toBe(true);
  });

  test('cuts what a parent\'s arguments add to an event', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0, { args: ['a', 'b'.repeat(2000), 'c'] }));
    expect(fork(cache, 2, 1).parent!.args).toEqual(['a', 'b'.repeat(1022)]);
  });

  test('does not take a reused pid for the process that had it', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    cache.exec(process(2, 1));
    cache.exec(process(2, 1, { start_ns: 99n, exe: '/new' }));
    expect(cache.get(2, 2n)).toBeUndefined();
    expect(cache.get(2, 99n)).toMatchObject({ exe: '/new' });
    expect(fork(cache, 3, 2).parent).toBeNull();
    expect(fork(cache, 4, 2, { parent_start_ns: 99n }).parent).toMatchObject({ exe: '/new' });
  });

  test('learns a process whose fork was lost from its exec, with the parent that it has then', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    expect(cache.exec(process(2, 1)).parent).toMatchObject({ pid: 1 });
    expect(cache.exec(process(5, 4)).parent).toBeNull();
  });

  test('knows nothing of an exit of a process that it never saw', () => {
    expect(new ProcessCache().exit(process(1, 0))).toBeUndefined();
  });

  test('keeps a process for a while after its exit, and then forgets it, unless its pid has a new owner', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    cache.exec(process(2, 1));
    cache.exit(process(1, 0));
    cache.exit(process(2, 1));
    expect(cache.get(1, 1n)).toBeDefined();
    cache.exec(process(2, 1, { start_ns: 99n }));
    for (let pid = 10; pid < 10 + 4096; pid++) {
      cache.exec(process(pid, 1));
      cache.exit(process(pid, 1));
    }
    expect(cache.get(1, 1n)).toBeUndefined();
    expect(cache.get(2, 99n)).toBeDefined();
    expect(cache.evicted).toBe(0);
  });

  test('makes room for new processes beyond its bound, and counts those that were alive', () => {
    const cache = new ProcessCache();
    const one = process(1, 0);
    for (let pid = 1; pid <= processesMax; pid++) cache.exec({ ...one, pid, start_ns: BigInt(pid) });
    expect([cache.size, cache.evicted]).toEqual([processesMax, 0]);
    cache.exec(process(processesMax + 1, 0));
    expect([cache.size, cache.evicted, cache.get(1, 1n)]).toEqual([processesMax, 1, undefined]);
    cache.exit(process(2, 0));
    cache.exec(process(processesMax + 2, 0));
    expect([cache.size, cache.evicted, cache.get(2, 2n)]).toEqual([processesMax, 1, undefined]);
  });

  test.each([
    ['parents first', (processes: Process[]) => processes],
    ['children first', (processes: Process[]) => processes.toReversed()],
    ['mixed', (processes: Process[]) => processes.toSorted((a, b) => (a.pid % 3) - (b.pid % 3))],
  ])('takes a snapshot with %s, as deep as it may be', (_, order) => {
    const cache = new ProcessCache();
    const depth = 30_000;
    cache.addSnapshot(order(Array.from({ length: depth }, (_unused, index) => process(index + 1, index))));
    expect(cache.size).toBe(depth);
    for (const pid of [2, 1002, depth]) expect(cache.get(pid, BigInt(pid))!.parent).toMatchObject({ pid: pid - 1 });
    expect(cache.get(depth, BigInt(depth))!.ancestors).toHaveLength(7);
  });

  test('does not take a snapshot\'s later owner of a pid for a parent', () => {
    const cache = new ProcessCache();
    cache.addSnapshot([process(2, 1), process(1, 0, { start_ns: 99n })]);
    expect(cache.get(2, 2n)!.parent).toBeNull();
  });

  test('ends on a snapshot in which processes are each other\'s parents', () => {
    const cache = new ProcessCache();
    cache.addSnapshot([process(1, 2), process(2, 1), process(3, 3)]);
    expect(cache.size).toBe(3);
  });

  test('keeps what the snapshot said when the ring brings the same fork', () => {
    const cache = new ProcessCache();
    cache.addSnapshot([process(1, 0), process(2, 1)]);
    expect(fork(cache, 2, 1)).toMatchObject({ exe: '/p2', parent: { pid: 1 } });
  });
});
