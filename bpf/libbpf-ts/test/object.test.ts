/** Phases of an object: what can be seen and changed before loading, what a refusal says, what closing means. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BpfError, BpfMap, openObject } from '../src/index.ts';
import { compiled, mountBpffs, u32, u64, unsupported } from './support.ts';

const skip = unsupported();

describe.skipIf(skip !== undefined)(`an object${skip ? ` (${skip})` : ''}`, () => {
  let bpffs: ReturnType<typeof mountBpffs>;
  beforeAll(() => {
    bpffs = mountBpffs();
  });
  afterAll(() => bpffs?.[Symbol.dispose]());

  test('lists its programs, maps and variables when opened', () => {
    using spec = openObject(compiled('kinds'));
    expect(spec.program('on_tp_btf')).toMatchObject({ section: 'tp_btf/sys_enter', type: 'tracing', attachType: 'trace_raw_tp', autoload: true });
    expect(spec.program('on_tracepoint').autoload).toBe(false);
    expect(spec.map('hash_map')).toMatchObject({ type: 'hash', keySize: 4, valueSize: 8, maxEntries: 1024, internal: false });
    expect(spec.map('.rodata')).toMatchObject({ type: 'array', internal: true });
    expect(spec.variable('traced_pid')).toMatchObject({ section: '.rodata', size: 4 });
  });

  test('opens from a Buffer as from a file', () => {
    using spec = openObject(readFileSync(compiled('kinds')), { name: 'buffered' });
    using object = spec.load();
    expect(object.programs.map((program) => program.name)).toContain('add_numbers');
    expect(object.mapNames).toContain('buffered.rodata');
  });

  test('tells the layout of its structs from its own BTF', () => {
    using spec = openObject(compiled('kinds'));
    expect(spec.struct('kinds_layout')).toEqual({
      size: 32,
      members: [
        { name: 'time', offsetBits: 0, size: 8, bitfieldBits: 0 },
        { name: 'flag', offsetBits: 64, size: 4, bitfieldBits: 3 },
        { name: 'rest', offsetBits: 67, size: 4, bitfieldBits: 29 },
        { name: 'name', offsetBits: 96, size: 16, bitfieldBits: 0 },
        { name: 'tail', offsetBits: 224, size: 0, bitfieldBits: 0 },
      ],
    });
    expect(() => spec.struct('no_such_struct')).toThrow(expect.objectContaining({ code: 'ENOENT', subject: 'no_such_struct' }));
  });

  test('takes initial values of variables and bounds of maps into the kernel', () => {
    using spec = openObject(compiled('kinds'));
    expect(spec.variable('initial').value.readBigUInt64LE()).toBe(7n);
    spec.variable('initial').value = u64(42n);
    spec.map('hash_map').maxEntries = 3;
    using object = spec.load();
    const variable = spec.variable('initial');
    expect(object.map('.data').get(u32(0))?.readBigUInt64LE(variable.offset)).toBe(42n);
    expect(object.map('hash_map').info.maxEntries).toBe(3);
  });

  test('loads only the programs whose autoload is set', () => {
    using spec = openObject(compiled('kinds'));
    for (const program of spec.programs) program.autoload = program.name === 'add_numbers';
    using object = spec.load();
    expect(object.programs.map((program) => program.name)).toEqual(['add_numbers']);
  });

  test('uses the map pinned at the pin path when there is one', () => {
    const path = `${bpffs.path}/hash_map`;
    const load = () => {
      using spec = openObject(compiled('kinds'));
      spec.map('hash_map').pinPath = path;
      return spec.load();
    };
    using first = load();
    first.map('hash_map').set(u32(1), u64(11n));
    first.close();
    using second = load();
    expect(second.map('hash_map').get(u32(1))).toEqual(u64(11n));
  });

  test('refuses to use a pinned map of another shape', () => {
    const path = `${bpffs.path}/other_shape`;
    using map = BpfMap.create({ type: 'hash', name: 'other', keySize: 8, valueSize: 8, maxEntries: 1 });
    map.pin(path);
    using spec = openObject(compiled('kinds'));
    spec.map('hash_map').pinPath = path;
    expect(() => spec.load()).toThrow(expect.objectContaining({ code: 'EINVAL', operation: 'load' }));
  });

  test('shares a map with another object that was loaded before', () => {
    using firstSpec = openObject(compiled('kinds'));
    using first = firstSpec.load();
    using secondSpec = openObject(compiled('kinds'));
    secondSpec.map('hash_map').reuse(first.map('hash_map'));
    using second = secondSpec.load();
    first.map('hash_map').set(u32(5), u64(55n));
    expect(second.map('hash_map').get(u32(5))).toEqual(u64(55n));
  });

  test('carries the verifier log, the program and the errno when a program is refused', () => {
    using spec = openObject(compiled('refused'));
    const error = thrownBy(() => spec.load());
    expect(error).toMatchObject({ code: 'EACCES', operation: 'load', subject: 'reads_null' });
    expect(error.verifierLog).toMatch(/map_value_or_null/);
    expect(error.detail).toMatch(/BPF program load failed/);
    expect(spec.closed).toBe(true);
  });

  test('keeps the end of the verifier log, where the reason stands', () => {
    using spec = openObject(compiled('refused'));
    const error = thrownBy(() => spec.load({ verifierLogBytes: 200 }));
    expect(error.verifierLog).toHaveLength(200);
    expect(error.message).toBe("load reads_null: EACCES: R0 invalid mem access 'map_value_or_null'");
    using other = openObject(compiled('refused'));
    expect(() => other.load({ verifierLogBytes: -1 })).toThrow(RangeError);
  });

  test('says why a file is not an object', () => {
    expect(thrownBy(() => openObject('/nowhere/none.bpf.o'))).toMatchObject({ code: 'ENOENT', operation: 'open' });
    expect(thrownBy(() => openObject(Buffer.from('no ELF here')))).toBeInstanceOf(BpfError);
  });

  test('turns every use after close into an error, and closes twice without harm', () => {
    const spec = openObject(compiled('kinds'));
    const object = spec.load();
    const map = object.map('hash_map');
    const program = object.program('add_numbers');
    object.close();
    object.close();
    spec.close();
    const uses = [
      () => spec.load(),
      () => spec.struct('kinds_layout'),
      () => void (spec.program('add_numbers').autoload = false),
      () => void (spec.map('hash_map').maxEntries = 2),
      () => spec.variable('initial').value,
      () => object.map('hash_map'),
      () => map.get(u32(1)),
      () => [...map.entries()],
      () => program.attach(),
      () => program.info(),
      () => program.testRun(),
    ];
    for (const use of uses) expect(thrownBy(use)).toMatchObject({ code: 'EBADF' });
  });
});

function thrownBy(use: () => unknown): BpfError {
  try {
    use();
  } catch (error) {
    return error as BpfError;
  }
  throw new Error('it did not throw');
}
