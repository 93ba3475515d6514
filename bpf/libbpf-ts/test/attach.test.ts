/**
 * The attach types that program.test.ts and network.test.ts do not have: kernel functions and LSM hooks, uprobes, perf
 * events, maps of programs. Each looks at this process alone, or at a cgroup of the test's own.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BpfMap, Link, openObject, probeSection } from '../src/index.ts';
import type { BpfObject } from '../src/index.ts';
import { compiled, makeCgroup, mountBpffs, openDescriptors, u32, u64, unsupported } from './support.ts';

const skip = unsupported();

/** Why this kernel does not take a section of trampolines.bpf.c; undefined when it does. */
function refusal(section: string): string | undefined {
  if (skip !== undefined) return skip;
  const result = probeSection(section, { attach: true });
  return result.status === 'ok' ? undefined : `${section} is ${result.status}: ${result.reason.replaceAll(/[()]/g, '')}`;
}

const because = (reason: string | undefined) => (reason === undefined ? '' : ` (${reason})`);

const noFentry = refusal('fentry/security_task_setnice');
const noFmodRet = refusal('fmod_ret/security_task_setnice');
const noLsm = refusal('lsm/task_setnice');
const noLsmCgroup = refusal('lsm_cgroup/socket_bind');

describe('a program on a kernel function', () => {
  const loaded = (names: readonly string[], prepare: (spec: ReturnType<typeof openObject>) => void = () => {}) => {
    using spec = openObject(compiled('trampolines'));
    spec.variable('traced_pid').value = u32(process.pid);
    for (const name of names) spec.program(name).autoload = true;
    prepare(spec);
    const offsets = Object.fromEntries(['entered', 'returned', 'last_nice'].map((name) => [name, spec.variable(name).offset]));
    const object = spec.load();
    const read = (name: string) => object.map('.bss').get(u32(0))!.readBigInt64LE(offsets[name]!);
    return { object, read, [Symbol.dispose]: () => object.close() };
  };
  /** To what it is: allowed to anybody, and without effect. */
  const changePriority = () => setPriority(process.pid, getPriority());

  test.skipIf(noFentry !== undefined)(`sees its calls, arguments and returns (fentry, fexit)${because(noFentry)}`, () => {
    using trampolines = loaded(['on_entry', 'on_return']);
    {
      using entry = trampolines.object.program('on_entry').attach();
      using exit = trampolines.object.program('on_return').attach();
      changePriority();
      expect([entry.info().type, exit.info().type]).toEqual(['tracing', 'tracing']);
    }
    changePriority();
    expect(['entered', 'returned', 'last_nice'].map(trampolines.read)).toEqual([1n, 1n, BigInt(getPriority())]);
  });

  test.skipIf(noFentry !== undefined)(`goes to the function of the caller's choice${because(noFentry)}`, () => {
    using trampolines = loaded(['on_choice'], (spec) => {
      const program = spec.program('on_choice');
      expect(program.probe().status).toBe('absent');
      program.attachTarget = 'security_task_setnice';
      expect(program.probe().status).toBe('ok');
    });
    using link = trampolines.object.program('on_choice').attach();
    changePriority();
    expect([trampolines.read('entered'), link.closed]).toEqual([1n, false]);
  });

  test.skipIf(noFmodRet !== undefined)(`changes what it returns (fmod_ret)${because(noFmodRet)}`, () => {
    using trampolines = loaded(['deny_by_return']);
    const link = trampolines.object.program('deny_by_return').attach();
    expect(changePriority).toThrow(/EPERM/);
    link.close();
    changePriority();
  });

  test.skipIf(noLsm !== undefined)(`denies by an LSM hook, also while nobody but its pin holds it${because(noLsm)}`, () => {
    using bpffs = mountBpffs();
    {
      using trampolines = loaded(['deny_by_lsm', 'sleepable_lsm']);
      using sleepable = trampolines.object.program('sleepable_lsm').attach();
      using link = trampolines.object.program('deny_by_lsm').attach();
      expect(sleepable.info().type).toBe('tracing');
      link.pin(`${bpffs.path}/deny`);
    }
    expect(changePriority).toThrow(/EPERM/);
    const pinned = Link.openPinned(`${bpffs.path}/deny`);
    pinned.unpin();
    pinned.close();
    changePriority();
  });

  test.skipIf(noLsmCgroup !== undefined)(`denies by an LSM hook for a cgroup alone${because(noLsmCgroup)}`, () => {
    using cgroup = makeCgroup();
    using trampolines = loaded(['deny_bind']);
    using link = trampolines.object.program('deny_bind').attachCgroup(cgroup.path);
    expect([bindFrom(cgroup.path), bindFrom()]).toEqual(['EPERM', 'bound']);
    link.detach();
    expect(bindFrom(cgroup.path)).toBe('bound');
  });

  test('says whether the kernel would take it, so that it can be left out', () => {
    using spec = openObject(compiled('trampolines'));
    for (const program of spec.programs) program.autoload = program.name !== 'on_choice' && program.probe().status === 'ok';
    using object = spec.load();
    expect(object.programs.map(({ name }) => name).includes('on_entry')).toBe(noFentry === undefined);
    expect(() => (openObject(compiled('kinds')).program('allow_connect').attachTarget = 'sys_enter')).toThrow(expect.objectContaining({ operation: 'set attachTarget' }));
  }, 30_000);
});

describe.skipIf(skip !== undefined)(`a program on a probe or a clock${because(skip)}`, () => {
  let object: BpfObject;
  let offsets: Record<string, number>;
  beforeAll(() => {
    using spec = openObject(compiled('probes'));
    offsets = Object.fromEntries(['uprobes', 'uretprobes', 'ticks'].map((name) => [name, spec.variable(name).offset]));
    object = spec.load();
  });
  afterAll(() => object?.close());

  const count = (name: string) => Number(object.map('.bss').get(u32(0))!.readBigUInt64LE(offsets[name]!));

  test('counts the calls of a function of a library, and their returns (uprobe)', () => {
    const path = realpathSync(/\S+\/libc\.so\.6$/m.exec(readFileSync('/proc/self/maps', 'utf8'))![0]);
    {
      using call = object.program('on_call').attachUprobe({ path, function: 'getppid', pid: process.pid });
      using end = object.program('on_call_return').attachUprobe({ path, function: 'getppid', pid: process.pid, atReturn: true });
      expect([call.closed, end.closed]).toEqual([false, false]);
      for (let i = 0; i < 5; i++) expect(process.ppid).toBeGreaterThan(0);
    }
    expect(process.ppid).toBeGreaterThan(0);
    expect([count('uprobes'), count('uretprobes')]).toEqual([5, 5]);
  });

  test('runs with the ticks of a clock, until its link is closed (perf_event)', () => {
    const link = object.program('on_tick').attachPerfEvent({ frequencyHz: 1000n, pid: process.pid });
    while (count('ticks') < 3);
    link.close();
    const end = count('ticks');
    for (const until = performance.now() + 20; performance.now() < until; );
    expect(count('ticks')).toBe(end);
  });

  test('goes on with the ticks when its link is pinned and closed', () => {
    using bpffs = mountBpffs();
    const link = object.program('on_tick').attachPerfEvent({ frequencyHz: 1000n, pid: process.pid });
    link.pin(`${bpffs.path}/tick`);
    link.close();
    const start = count('ticks');
    while (count('ticks') < start + 3);
    const pinned = Link.openPinned(`${bpffs.path}/tick`);
    pinned.unpin();
    pinned.close();
  });

  test('says why it can not be attached', () => {
    expect(() => object.program('on_call').attachUprobe({ path: '/nowhere', function: 'f' })).toThrow(expect.objectContaining({ operation: 'attach uprobe' }));
    expect(() => object.program('on_tick').attachPerfEvent({ frequencyHz: 1000n })).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    const before = openDescriptors();
    for (let i = 0; i < 50; i++) expect(() => object.program('on_tick').attachPerfEvent({ frequencyHz: 1000n })).toThrow();
    expect(openDescriptors()).toBe(before);
  });
});

describe.skipIf(skip !== undefined)(`a map of programs or maps${because(skip)}`, () => {
  let object: BpfObject;
  beforeAll(() => {
    object = openObject(compiled('probes')).load();
  });
  afterAll(() => object?.close());

  const run = (name: string) => object.program(name).testRun({ dataIn: Buffer.alloc(64) }).result;

  test('passes control to the program at an index, and to none once that is deleted', () => {
    const steps = object.map('steps');
    expect(run('first_step')).toBe(100);
    steps.setProgram(u32(2), object.program('second_step'));
    expect(run('first_step')).toBe(7);
    expect(steps.get(u32(2))).toEqual(u32(object.program('second_step').info().id));
    expect(steps.delete(u32(2))).toBe(true);
    expect(run('first_step')).toBe(100);
  });

  test('reads a map of the shape of the others, made by user space', () => {
    const outer = object.map('outer');
    expect(run('read_nested')).toBe(404);
    using inner = BpfMap.create({ type: 'array', name: 'inner', keySize: 4, valueSize: 8, maxEntries: 1 });
    inner.set(u32(0), u64(42n));
    outer.setMap(u32(1), inner);
    expect(run('read_nested')).toBe(42);
    expect(outer.get(u32(1))).toEqual(u32(inner.info.id));
    using other = BpfMap.create({ type: 'hash_of_maps', name: 'outer', keySize: 4, valueSize: 4, maxEntries: 2, inner });
    other.setMap(u32(9), inner);
    expect(other.get(u32(9))).toEqual(u32(inner.info.id));
  });
});

describe.skipIf(skip !== undefined)(`an iterator over files${because(skip)}`, () => {
  test('lists what a process has open', () => {
    using object = openObject(compiled('iter')).load();
    const output = object.program('list_files').readIter({ pid: process.pid });
    const inodes = Array.from({ length: output.length / 16 }, (_, i) => [output.readUInt32LE(16 * i), output.readBigUInt64LE(16 * i + 8)]);
    expect(inodes).toContainEqual([0, statSync('/proc/self/fd/0', { bigint: true }).ino]);
  });
});

function bindFrom(cgroup?: string): string {
  const script = "require('node:net').createServer().on('error', (e) => process.stdout.write(e.code)).listen(0, '127.0.0.1', function () { process.stdout.write('bound'); this.close(); })";
  const enter = cgroup === undefined ? '' : `echo $$ > "${cgroup}/cgroup.procs" && `;
  return spawnSync('sh', ['-c', `${enter}exec "$0" -e "$1"`, process.execPath, script], { encoding: 'utf8' }).stdout;
}
