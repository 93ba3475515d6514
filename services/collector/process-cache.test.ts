import { describe, expect, test } from 'vitest';
import type { Container, Process, ProcessFork } from '#schemas/generated/types.gen.ts';
import { argsCharsMax } from './args-budget.ts';
import { exitedMax, ProcessCache, processesMax } from './process-cache.ts';
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

  /** Snapshot in which these processes have programs that they got later than what comes next. */
  function snapshot(cache: ProcessCache, processes: Process[], replaced: readonly number[]): void {
    cache.addSnapshot(processes, new Set(processes.filter(({ pid }) => replaced.includes(pid))));
  }

  test.each([
    ['parents first', (processes: Process[]) => processes],
    ['children first', (processes: Process[]) => processes.toReversed()],
  ])('does not take over a program that a snapshot (%s) shows too early, neither for the process nor for its children, until an exec tells it', (_, order) => {
    const cache = new ProcessCache();
    snapshot(cache, order([process(1, 0, { cwd: '/w', cgroup: '/g' }), process(2, 1), process(5, 2)]), [1]);
    expect(cache.get(1, 1n)).toMatchObject({ exe: null, args: [], cwd: null, cgroup: '/g' });
    expect(cache.get(2, 2n)).toMatchObject({ exe: '/p2', parent: { pid: 1, exe: null, args: [], comm: '' } });
    expect(cache.get(5, 5n)).toMatchObject({ parent: { pid: 2, exe: '/p2' }, ancestors: [{ pid: 1, exe: null, comm: '' }] });
    expect(fork(cache, 3, 1).parent).toMatchObject({ pid: 1, exe: null, args: [] });
    cache.exec(process(1, 0));
    expect(cache.get(1, 1n)).toMatchObject({ exe: '/p1', args: ['p1'] });
    expect(fork(cache, 4, 1).parent).toMatchObject({ pid: 1, exe: '/p1' });
  });

  test('gives a process of the snapshot its creator\'s program at its fork, when its own came later', () => {
    const cache = new ProcessCache();
    snapshot(cache, [process(1, 0, { cwd: '/w' }), process(2, 1), process(3, 1)], [2]);
    expect(fork(cache, 2, 1)).toMatchObject({ exe: '/p1', args: ['p1'], cwd: '/w' });
    expect(fork(cache, 3, 1)).toMatchObject({ exe: '/p3', args: ['p3'] });
    expect(cache.exec(process(2, 1))).toMatchObject({ exe: '/p2', args: ['p2'] });
    expect(fork(cache, 2, 1)).toMatchObject({ exe: '/p2', args: ['p2'] });
  });

  test('names as parent of a process what its creator was at the fork, not what the snapshot says of it later', () => {
    const cache = new ProcessCache();
    snapshot(cache, [process(1, 0), process(2, 1), process(3, 2)], [1, 2]);
    expect(fork(cache, 2, 1).parent).toMatchObject({ pid: 1, exe: null });
    expect(cache.exec(process(2, 1)).parent).toMatchObject({ pid: 1, exe: null });
    cache.exec(process(1, 0));
    expect(cache.get(2, 2n)!.parent).toMatchObject({ pid: 1, exe: null });
    expect(fork(cache, 3, 2)).toMatchObject({ exe: '/p3', parent: { pid: 2, exe: '/p2' }, ancestors: [{ pid: 1, exe: null }] });
  });

  test('names the creator as parent of a process that the snapshot shows with another, and its children with it', () => {
    const cache = new ProcessCache();
    cache.addSnapshot([process(1, 0), process(2, 1), process(3, 1)]);
    const { version } = cache.get(3, 3n)!;
    const child = process(3, 1);
    expect(cache.fork(child, { kind: 'process_fork', forker_pid: 2, forker_start_ns: 2n })).toMatchObject({ exe: '/p3', parent: { pid: 2, exe: '/p2' }, ancestors: [{ pid: 1 }] });
    expect(cache.get(3, 3n)!.version).not.toBe(version);
    expect(fork(cache, 4, 3).ancestors.map(({ pid }) => pid)).toEqual([2, 1]);
  });

  test('knows a parent by the user that its child begins with, where no event has told of the change', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0, { uid: 0, user: 'root' }));
    expect(fork(cache, 2, 1, { uid: 0, user: 'root' }).parent).toMatchObject({ uid: 0, user: 'root' });
    expect(fork(cache, 3, 1, { uid: 33, user: 'www-data' }).parent).toMatchObject({ uid: 33, user: 'www-data' });
    expect(cache.get(2, 2n)!.parent).toMatchObject({ uid: 0, user: 'root' });
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
    for (let pid = 10; pid < 10 + exitedMax; pid++) {
      cache.exec(process(pid, 1));
      cache.exit(process(pid, 1));
    }
    expect(cache.get(1, 1n)).toBeUndefined();
    expect(cache.get(2, 99n)).toBeDefined();
    expect(cache.evicted).toBe(0);
  });

  test('takes an exit once', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    for (let time = 0; time <= exitedMax; time++) cache.exit(process(1, 0));
    expect(cache.get(1, 1n)).toBeDefined();
  });

  describe('makes room beyond its bound', () => {
    /** Full of processes that exec'd in the order of their pids. */
    function full(): ProcessCache {
      const cache = new ProcessCache();
      const one = process(1, 0);
      for (let pid = 1; pid <= processesMax; pid++) cache.exec({ ...one, pid, start_ns: BigInt(pid) });
      return cache;
    }

    test('of the exited first, then of those used least recently, and counts those that were alive', () => {
      const cache = full();
      expect([cache.size, cache.evicted]).toEqual([processesMax, 0]);
      cache.touch(process(1, 0));
      cache.use(cache.get(2, 2n)!);
      fork(cache, 200_001, 3);
      expect([1, 2, 3, 4].map((pid) => cache.get(pid, BigInt(pid)) !== undefined)).toEqual([true, true, true, false]);
      expect([cache.size, cache.evicted]).toEqual([processesMax, 1]);
      cache.exit(process(processesMax, 0));
      cache.exec(process(200_002, 0));
      expect(cache.get(processesMax, BigInt(processesMax))).toBeUndefined();
      expect([cache.size, cache.evicted, cache.get(5, 5n) !== undefined]).toEqual([processesMax, 1, true]);
    });

    test('for good: an entry that had to go does not come back by being used', () => {
      const cache = full();
      const [first, second] = [cache.get(1, 1n)!, cache.get(2, 2n)!];
      cache.exec(process(200_001, 0));
      cache.use(first);
      expect([first.exited, second.exited, cache.get(1, 1n)]).toEqual([true, false, undefined]);
      cache.exec(process(200_002, 0));
      expect([second.exited, cache.size, cache.evicted]).toEqual([true, processesMax, 2]);
    });

    test('when arguments take too much, too', () => {
      const cache = new ProcessCache();
      const args = ['a'.repeat(1 << 20)];
      const many = argsCharsMax / (1 << 20);
      for (let pid = 1; pid <= many; pid++) cache.exec(process(pid, 0, { args }));
      expect([cache.size, cache.evicted]).toEqual([many - 1, 1]);
      cache.exec(process(2, 0, { args: [] }));
      for (let pid = 1001; pid <= 1100; pid++) fork(cache, pid, many);
      expect([cache.size, cache.evicted]).toEqual([many + 99, 1]);
    });

    test('under fifty thousand forks of processes that end at once', () => {
      const cache = new ProcessCache();
      cache.exec(process(1, 0));
      for (let pid = 2; pid <= 50_001; pid++) {
        fork(cache, pid, 1);
        cache.exit(process(pid, 1));
      }
      expect([cache.size, cache.evicted]).toEqual([1 + exitedMax, 0]);
    });
  });

  describe('gives an entry another version', () => {
    function changes(change: (cache: ProcessCache) => void): boolean {
      const cache = new ProcessCache();
      cache.exec(process(1, 0));
      cache.exec(process(2, 1, { cgroup_id: 7n, cgroup: '/seven' }));
      const entry = cache.exec(process(3, 1, { cwd: '/w', cgroup_id: 5n, cgroup: '/five' }));
      const { version } = entry;
      change(cache);
      return entry.version !== version;
    }
    const known = { exe: null, args: [], cwd: null, cgroup: null, cgroup_id: 5n };

    test('when program, directory or cgroup change', () => {
      expect(changes((cache) => cache.exec(process(3, 1)))).toBe(true);
      expect(changes((cache) => cache.touch(process(3, 1, { ...known, cwd: '/elsewhere' })))).toBe(true);
      expect(changes((cache) => cache.touch(process(3, 1, { ...known, cgroup_id: 7n })))).toBe(true);
      expect(changes((cache) => cache.touch(process(3, 1, { ...known, cgroup: '/renamed' })))).toBe(true);
    });

    test('and none when nothing does that its records do not carry', () => {
      expect(changes((cache) => cache.touch(process(3, 1, known)))).toBe(false);
      expect(changes((cache) => cache.touch(process(3, 1, { ...known, cwd: '/w', cgroup: '/five', euid: 5 })))).toBe(false);
      expect(changes((cache) => cache.exit(process(3, 1, known)))).toBe(false);
      expect(changes((cache) => void fork(cache, 4, 3))).toBe(false);
    });

    test('when its container gets known', () => {
      let container: Container | null = null;
      const cache = new ProcessCache({ of: (cgroup) => (cgroup === '/c' ? container : null) });
      const entry = cache.exec(process(1, 0, { cgroup: '/c' }));
      const { version } = entry;
      container = { id: 'c' } as Container;
      cache.use(entry);
      expect(entry.container).toBe(container);
      expect(entry.version).not.toBe(version);
      expect(fork(cache, 2, 1).container).toBe(container);
    });
  });

  test('finds the path of a cgroup that a process has moved to by its id, or says that it is unknown', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0, { cgroup_id: 7n, cgroup: '/seven' }));
    cache.exec(process(2, 1, { cgroup_id: 5n, cgroup: '/five' }));
    expect(cache.touch(process(2, 1, { cgroup: null, cgroup_id: 7n }))).toMatchObject({ cgroup: '/seven' });
    expect(cache.touch(process(2, 1, { cgroup: null, cgroup_id: 8n }))).toMatchObject({ cgroup: null });
  });

  test('keeps the credentials of the last event, until the next one is taken over', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0, { uid: 1000, euid: 1000, cap_effective: 0n }));
    expect(cache.get(1, 1n)).toMatchObject({ uid: 1000, euid: 1000, capEffective: 0n });
    cache.touch(process(1, 0, { uid: 1000, euid: 0, cap_effective: 8n }));
    expect(cache.get(1, 1n)).toMatchObject({ uid: 1000, euid: 0, capEffective: 8n });
  });

  test('shows a parent to its later children with the name and user that it has by then', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0, { uid: 0, user: 'root' }));
    const before = fork(cache, 2, 1, { user: 'root' });
    cache.touch(process(1, 0, { uid: 33, user: 'www-data', comm: 'worker' }));
    expect(fork(cache, 3, 1, { uid: 33, user: 'www-data' }).parent).toMatchObject({ uid: 33, user: 'www-data', comm: 'worker' });
    expect(before.parent).toMatchObject({ uid: 0, user: 'root', comm: 'c1' });
  });

  test('serves a late record of a pid\'s former owner without giving up the present one', () => {
    const cache = new ProcessCache();
    cache.exec(process(1, 0));
    cache.exec(process(2, 1, { start_ns: 99n, exe: '/new' }));
    expect(cache.exec(process(2, 1, { exe: '/old' }))).toMatchObject({ exe: '/old', parent: { pid: 1 } });
    expect(cache.get(2, 2n)).toBeUndefined();
    expect(cache.get(2, 99n)).toMatchObject({ exe: '/new' });
    expect(cache.size).toBe(2);
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
