/** Programs, links and iterators: attached for real, to this process or to a cgroup of the test's own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BpfMap, Link, enableStats, openObject, pinKind, programInfo } from '../src/index.ts';
import type { BpfObject, Program } from '../src/index.ts';
import { compiled, connectFrom, makeCgroup, mountBpffs, openDescriptors, u32, u64, unsupported } from './support.ts';

const skip = unsupported();

describe.skipIf(skip !== undefined)(`a program${skip ? ` (${skip})` : ''}`, () => {
  let bpffs: ReturnType<typeof mountBpffs>;
  let cgroup: ReturnType<typeof makeCgroup>;
  let object: BpfObject;
  let countedAt = 0;

  beforeAll(() => {
    bpffs = mountBpffs();
    cgroup = makeCgroup();
    using spec = openObject(compiled('kinds'));
    spec.variable('traced_pid').value = u32(process.pid);
    countedAt = spec.variable('counted').offset;
    object = spec.load();
  });
  afterAll(() => {
    object?.close();
    cgroup?.[Symbol.dispose]();
    bpffs?.[Symbol.dispose]();
  });

  const counted = () => object.map('.bss').get(u32(0))?.readBigUInt64LE(countedAt) ?? -1n;

  test.each(['on_tp_btf', 'on_raw_tp'])('counts while it is attached and not after (%s)', (name) => {
    const start = counted();
    {
      using link = object.program(name).attach();
      expect(link.info().programId).toBe(object.program(name).info().id);
      process.cwd();
      openDescriptors();
    }
    const end = counted();
    expect(end).toBeGreaterThan(start);
    openDescriptors();
    expect(counted()).toBe(end);
  });

  test('attaches to a raw tracepoint by name and to a BTF target', () => {
    using byName = object.program('on_raw_tp').attachRawTracepoint('sys_exit');
    expect(byName.info().type).toBe('raw_tracepoint');
    using byTarget = object.program('on_tp_btf').attachTrace();
    expect(byTarget.info().programId).toBe(object.program('on_tp_btf').info().id);
    expect(() => object.program('on_raw_tp').attachRawTracepoint('no_such_tracepoint')).toThrow(
      expect.objectContaining({ code: 'ENOENT', operation: 'attach raw tracepoint', subject: 'on_raw_tp' }),
    );
  });

  test('decides for a cgroup, and is replaced without a gap', () => {
    using link = object.program('allow_connect').attachCgroup(cgroup.path);
    const start = counted();
    expect(connectFrom(cgroup.path)).toBe('ECONNREFUSED');
    expect(counted()).toBe(start + 1n);
    link.update(object.program('deny_connect'));
    expect(connectFrom(cgroup.path)).toBe('EPERM');
    link.detach();
    expect(connectFrom(cgroup.path)).toBe('ECONNREFUSED');
  });

  test('stays attached while its link is pinned, also when object and link are closed', () => {
    const path = `${bpffs.path}/deny`;
    {
      using other = openObject(compiled('kinds')).load();
      using link = other.program('deny_connect').attachCgroup(cgroup.path);
      link.pin(path);
    }
    expect(connectFrom(cgroup.path)).toBe('EPERM');
    expect(pinKind(path)).toBe('link');
    expect(() => BpfMap.openPinned(path)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    using opened = Link.openPinned(path);
    opened.unpin();
    opened.close();
    expect(connectFrom(cgroup.path)).toBe('ECONNREFUSED');
    expect(() => Link.openPinned(path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => pinKind(path)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  test('says what can not be updated or detached', () => {
    using link = object.program('on_raw_tp').attach();
    expect(() => link.detach()).toThrow(expect.objectContaining({ code: 'EOPNOTSUPP', operation: 'detach' }));
  });

  test('is found by its id, with the maps that it uses, and so is a map', () => {
    const program = object.program('add_numbers');
    const { mapIds, ...info } = programInfo(program.info().id);
    expect(info).toEqual(program.info());
    expect(mapIds).toContain(object.map('.bss').info.id);
    using map = BpfMap.openId(object.map('hash_map').info.id);
    expect(map.info).toEqual(object.map('hash_map').info);
    const path = `${bpffs.path}/program`;
    program.pin(path);
    expect(pinKind(path)).toBe('program');
    expect(() => Link.openPinned(path)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
    expect(() => programInfo(0xffffffff)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  test('runs on test data, and reports result and context', () => {
    const context = u32(2, 3, 0);
    expect(object.program('add_numbers').testRun({ context })).toMatchObject({ result: 5 });
    expect(context.readUInt32LE(8)).toBe(5);
  });

  test('tells its figures, and its run time only while statistics are enabled', () => {
    const program = object.program('on_tp_btf');
    using link = program.attach();
    expect(program.info()).toMatchObject({ name: 'on_tp_btf', type: 'tracing', tag: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(program.info().verifiedInstructions).toBeGreaterThan(0);
    {
      using statistics = enableStats();
      openDescriptors();
      expect(statistics).toBeDefined();
    }
    const { runCount, runTimeNs } = program.info();
    expect(runCount).toBeGreaterThan(0n);
    expect(runTimeNs).toBeGreaterThan(0n);
    link.close();
    expect(program.info().runCount).toBe(program.info().runCount);
  });

  test('leaks no descriptor in 1,000 attachments, and refuses use after close', () => {
    const before = openDescriptors();
    for (let i = 0; i < 1000; i++) {
      const link = object.program('allow_connect').attachCgroup(cgroup.path);
      link.close();
      link.close();
      for (const use of [() => link.info(), () => link.detach(), () => link.pin('/x'), () => link.iterate()]) {
        expect(use).toThrow(expect.objectContaining({ code: 'EBADF' }));
      }
    }
    expect(openDescriptors()).toBe(before);
  });
});

describe.skipIf(skip !== undefined)(`an iterator${skip ? ` (${skip})` : ''}`, () => {
  let object: BpfObject;
  beforeAll(() => {
    object = openObject(compiled('iter')).load();
  });
  afterAll(() => object?.close());

  test('lists every thread, among them this one', () => {
    expect(tasks(object.program('list_tasks'))).toContainEqual([process.pid, process.pid]);
  });

  test('lists one process when told so', () => {
    const listed = tasks(object.program('list_tasks'), { pid: process.pid });
    expect(listed.length).toBeGreaterThan(1);
    expect(new Set(listed.map(([tgid]) => tgid))).toEqual(new Set([process.pid]));
    expect(tasks(object.program('list_tasks'), { tid: process.pid })).toEqual([[process.pid, process.pid]]);
  });

  test('walks the elements of a map, and begins anew with each pass', () => {
    const map = object.map('elements');
    for (let i = 1; i <= 50; i++) map.set(u32(i), u64(BigInt(i)));
    using link = object.program('list_elements').attachIter({ map });
    for (let pass = 0; pass < 2; pass++) {
      using iterator = link.iterate();
      const values = [...new BigUint64Array(Uint8Array.from(iterator.read()).buffer)];
      expect(values.reduce((sum, value) => sum + value)).toBe(1275n);
    }
  });

  test('comes in pieces that add up to the whole', () => {
    using link = object.program('list_elements').attachIter({ map: object.map('elements') });
    using whole = link.iterate();
    using pieces = link.iterate();
    const into = Buffer.alloc(24);
    let bytes = 0;
    for (let read = pieces.readInto(into); read > 0; read = pieces.readInto(into)) bytes += read;
    expect(bytes).toBe(whole.read().length);
  });

  test('has a bound, and refuses use after close', () => {
    expect(() => object.program('list_tasks').readIter({}, 8)).toThrow(expect.objectContaining({ code: 'EFBIG' }));
    using link = object.program('list_tasks').attachIter();
    const iterator = link.iterate();
    iterator.close();
    iterator.close();
    expect(() => iterator.read()).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});

function tasks(program: Program, target = {}): [number, number][] {
  const output = program.readIter(target);
  return Array.from({ length: output.length / 8 }, (_, i) => [output.readUInt32LE(8 * i), output.readUInt32LE(8 * i + 4)]);
}
