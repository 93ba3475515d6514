/** Which programs' sockets the kernel side tells of: by the path that each had when it was started, as their events say it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { processesOnly, type KernelInterest, type PathInterest } from '../../services/collector/kernel/interest.ts';
import { actor } from './actors.ts';
import { becauseOf, hindrance, Watched } from './watched.ts';
import { act, actOf, operations, readAll } from './watched-sockets.ts';

/** The connections of `tcp`, and those of them that fail. */
const [connections, one] = [3, 1];

describe.skipIf(hindrance !== null)(`sockets of programs${becauseOf}`, () => {
  let watched: Watched;
  let folder: string;

  beforeAll(() => {
    watched = new Watched('network-program');
  });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'ringfence-program-')));
    return () => rmSync(folder, { recursive: true });
  });

  afterAll(() => watched.close());

  function program(end: PathInterest['end'], text: string, ...names: string[]): PathInterest {
    return { end, text, traits: { network: operations(...(names.length === 0 ? ['connect'] : names)) } };
  }

  async function watch(...programs: PathInterest[]): Promise<void> {
    await watched.kernel.setInterest({ ...processesOnly, programs });
  }

  /** The actor under another name, below the test's folder. */
  function copy(name: string): string {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    copyFileSync(actor('sockets'), path);
    return path;
  }

  /** How many connections were seen of an act. */
  async function seenOf(path: string, name = 'tcp'): Promise<number> {
    const { events } = await act(watched, name, '/', path);
    return events.filter(({ body }) => body.operation === 'connect').length;
  }

  function filtered(): number {
    return Number(watched.kernel.counters().kinds['network']?.filtered ?? 0n);
  }

  test('are told of when the path begins so, ends so, or is so; the others are counted', async () => {
    const [shell, shells, other] = [copy('bin/Shell'), copy('bin/shells'), copy('other/shell')];
    const seen = async () => [await seenOf(shell), await seenOf(shells), await seenOf(other)];
    await watch(program('exact', shell.toLowerCase()));
    const before = filtered();
    expect(await seen()).toEqual([connections, 0, 0]);
    expect(filtered() - before).toBe(2 * connections);
    await watch(program('suffix', '/shell'));
    expect(await seen()).toEqual([connections, 0, connections]);
    await watch(program('prefix', join(folder, 'bin/').toLowerCase()));
    expect(await seen()).toEqual([connections, connections, 0]);
    await watch(program('suffix', '/shell', 'listen'), program('suffix', '/shells'));
    expect(await seen()).toEqual([0, connections, 0]);
  });

  test('are all told of when the path is not ASCII', async () => {
    const paths = [copy('\u017fhell'), copy('other')];
    await watch(program('suffix', '/shell'));
    expect(await Promise.all(paths.map((path) => seenOf(path)))).toEqual([connections, 0]);
  });

  test('are told of at the ends of calls, and counted once', async () => {
    const [shell, other] = [copy('shell'), copy('other')];
    const ends: KernelInterest = { ...processesOnly, always: { network: operations('ended') }, programs: [program('suffix', '/shell')] };
    await watched.kernel.setInterest(ends);
    for (const [name, count] of [['tcp', connections], ['tcp6', 2], ['nonblocking', 1], ['udp', 1]] as const) {
      const before = filtered();
      expect({ name, seen: await seenOf(other, name) }).toEqual({ name, seen: 0 });
      // Listening has no hook here: its end is counted.
      expect({ name, filtered: filtered() - before }).toEqual({ name, filtered: count + (await listensOf(name)) });
      expect({ name, seen: await seenOf(shell, name) }).toEqual({ name, seen: count });
    }
    const { events } = await act(watched, 'tcp', '/', shell);
    expect(events.map(({ body }) => body.result)).toEqual([0, -111, -101]);
  });

  /** How often an act listens. */
  async function listensOf(name: string): Promise<number> {
    const all = await Watched.reporting({ ...processesOnly, always: { network: operations('listen') } }, 'network-listens');
    const { events } = await act(all, name);
    await all.close();
    return events.length;
  }

  test('are told of beside ports and networks, whichever holds', async () => {
    const [shell, other] = [copy('shell'), copy('other')];
    await watched.kernel.setInterest({ ...processesOnly, ports: new Map([[4041, operations('connect')]]), programs: [program('suffix', '/shell')] });
    expect([await seenOf(shell), await seenOf(other)]).toEqual([connections, one]);
  });

  test('are told of in a child that has not started a program of its own', async () => {
    const [shell, other] = [copy('shell'), copy('other')];
    await watch(program('suffix', '/shell'));
    expect([await seenOf(shell, 'detours'), await seenOf(other, 'detours')]).toEqual([2, 0]);
  });

  test('are told of by the program of the moment, after an exec', async () => {
    const paths = [copy('shell'), copy('other')];
    const seen = async (...programs: string[]) => (await actOf(watched, '/bin/sh', ['-c', '"$0" tcp; exec "$1" tcp', ...programs])).events.map(({ process }) => process.comm);
    await watch(program('suffix', '/shell'));
    expect(await seen(paths[0]!, paths[1]!)).toEqual(Array(connections).fill('shell'));
    expect(await seen(paths[1]!, paths[0]!)).toEqual(Array(connections).fill('shell'));
  });

  test('are told of by the name that the program was started under, whatever it is called since', async () => {
    await watch(program('suffix', '/shell'), program('suffix', '/other-renamed'));
    expect(await seenOf(copy('shell'), 'renamed')).toBe(one);
    expect(await seenOf(copy('other'), 'renamed')).toBe(0);
    expect(await seenOf(join(folder, 'other-renamed'))).toBe(connections);
  });

  test('are told of by the new path when a folder above the program was renamed before it was started', async () => {
    const path = copy('bin/program');
    await watch(program('prefix', join(folder, 'etc/').toLowerCase()));
    expect(await seenOf(path)).toBe(0);
    renameSync(join(folder, 'bin'), join(folder, 'etc'));
    expect(await seenOf(join(folder, 'etc/program'))).toBe(connections);
  });

  test('follow another interest while they run', async () => {
    const child = watched.cgroup.run(copy('other'), ['each-byte'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const seen: number[] = [];
    for (const text of ['/shell', '/other', '/shell']) {
      await watch(program('suffix', text));
      seen.push(await connectsOf(child), await connectsOf(child));
    }
    child.stdin!.end();
    await watched.follow(child);
    expect(seen).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test('that run already are told of until a snapshot says what they are, and of two names by either', async () => {
    const children = ['other', 'shell', 'once', 'else'].map((name) => spawn(copy(name), ['each-byte'], { stdio: ['pipe', 'pipe', 'inherit'] }));
    const seen = async () => {
      const counts: number[] = [];
      for (const child of children) counts.push(await connectsOf(child));
      return counts;
    };
    // Before they come into the scope they run what they were started as: each has answered.
    await seen();
    for (const { pid } of children) writeFileSync(join(watched.cgroup.path, 'cgroup.procs'), String(pid));
    await watch(program('suffix', '/shell'));
    expect(await seen()).toEqual([1, 1, 1, 1]);
    watched.kernel.snapshot();
    expect(await seen()).toEqual([0, 1, 0, 0]);
    renameSync(join(folder, 'once'), join(folder, 'shell'));
    watched.kernel.snapshot();
    expect(await seen()).toEqual([0, 1, 1, 0]);
    for (const child of children) {
      child.stdin!.end();
      await watched.follow(child);
    }
  });

  /** Lets a process connect once; how often that was seen. */
  async function connectsOf(child: ChildProcess): Promise<number> {
    const before = watched.records.length;
    child.stdin!.write('.');
    await once(child.stdout!, 'data');
    await readAll(watched);
    return watched.records.slice(before).filter(({ body, process }) => body?.kind === 'network' && process.pid === child.pid).length;
  }

  test('of the unix family alone are told of when a path is asked for', async () => {
    await watched.kernel.setInterest({ ...processesOnly, always: { network: operations('ended', 'connect_of_path') } });
    const { events } = await act(watched, 'unix', folder);
    expect(events.map(({ body }) => [body.operation, body.family])).toEqual(Array(4).fill(['connect', 'unix']));
    expect(await seenOf(actor('sockets'))).toBe(0);
  });
});
