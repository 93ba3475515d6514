/** Maps of several kinds: single elements, per-CPU values, iteration under deletion, batches, pinning. */
import { unlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BpfMap } from '../src/index.ts';
import { mountBpffs, openDescriptors, u32, u64, unsupported } from './support.ts';

const skip = unsupported();

describe.skipIf(skip !== undefined)(`a map${skip ? ` (${skip})` : ''}`, () => {
  let bpffs: ReturnType<typeof mountBpffs>;
  beforeAll(() => {
    bpffs = mountBpffs();
  });
  afterAll(() => bpffs?.[Symbol.dispose]());

  test('gives back what was set, and undefined for what is not there', () => {
    using map = make('hash', 4);
    expect(map.get(u32(1))).toBeUndefined();
    map.set(u32(1), u64(10n));
    expect(map.get(u32(1))).toEqual(u64(10n));
    const out = Buffer.alloc(8);
    expect(map.getInto(u32(1), out)).toBe(true);
    expect(out).toEqual(u64(10n));
    expect(map.getInto(u32(2), out)).toBe(false);
    expect(map.delete(u32(1))).toBe(true);
    expect(map.delete(u32(1))).toBe(false);
  });

  test('keeps to the update mode', () => {
    using map = make('hash', 4);
    expect(() => map.set(u32(1), u64(1n), 'exist')).toThrow(expect.objectContaining({ code: 'ENOENT', operation: 'set', subject: 'test' }));
    map.set(u32(1), u64(1n), 'noexist');
    expect(() => map.set(u32(1), u64(2n), 'noexist')).toThrow(expect.objectContaining({ code: 'EEXIST' }));
    map.set(u32(1), u64(3n), 'exist');
    expect(map.get(u32(1))).toEqual(u64(3n));
  });

  test('says when it is full', () => {
    using map = make('hash', 2);
    map.set(u32(1), u64(1n));
    map.set(u32(2), u64(2n));
    expect(() => map.set(u32(3), u64(3n))).toThrow(expect.objectContaining({ code: 'E2BIG' }));
  });

  test('refuses keys and values of the wrong length', () => {
    using map = make('hash', 4);
    expect(() => map.get(Buffer.alloc(3))).toThrow(RangeError);
    expect(() => map.getInto(u32(1), Buffer.alloc(7))).toThrow(RangeError);
    expect(() => map.set(u32(1), Buffer.alloc(9))).toThrow(RangeError);
    expect(() => map.setBatch(u32(1, 2), u64(1n))).toThrow(RangeError);
    expect(() => map.deleteBatch(Buffer.alloc(5))).toThrow(RangeError);
  });

  test('reads and deletes in one step', () => {
    using map = make('hash', 4);
    map.set(u32(1), u64(10n));
    expect(map.getAndDelete(u32(1))).toEqual(u64(10n));
    expect(map.getAndDelete(u32(1))).toBeUndefined();
  });

  test('serves a queue through empty keys', () => {
    using queue = BpfMap.create({ type: 'queue', name: 'queue', keySize: 0, valueSize: 8, maxEntries: 2 });
    queue.set(Buffer.alloc(0), u64(1n));
    queue.set(Buffer.alloc(0), u64(2n));
    expect(queue.getAndDelete(Buffer.alloc(0))).toEqual(u64(1n));
    expect(queue.get(Buffer.alloc(0))).toEqual(u64(2n));
  });

  test.each(['percpu_hash', 'percpu_array', 'lru_percpu_hash'])('holds one value for each CPU (%s)', (type) => {
    using map = BpfMap.create({ type, name: 'percpu', keySize: 4, valueSize: 4, maxEntries: 8 });
    const values = Array.from({ length: map.slots }, (_, cpu) => u32(100 + cpu));
    map.setPerCpu(u32(1), values);
    expect(map.getPerCpu(u32(1))).toEqual(values);
    expect(map.get(u32(1))?.length).toBe(map.slots * 8);
    expect([...map.entries()].find(([key]) => key.equals(u32(1)))?.[1]).toEqual(map.get(u32(1)));
    expect(() => map.setPerCpu(u32(1), [])).toThrow(RangeError);
  });

  test.each(['hash', 'lru_hash', 'array', 'lpm_trie'])('yields every element once (%s)', (type) => {
    using map = make(type, 1000);
    for (let i = 0; i < 1000; i++) map.set(keyFor(type, i), u64(BigInt(i)));
    const values = [...map.entries()].map(([, value]) => Number(value.readBigUInt64LE()));
    /* An LRU map may evict before it is full: it divides its entries among the CPUs. */
    if (type !== 'lru_hash') expect(values.length).toBe(1000);
    expect(new Set(values).size).toBe(values.length);
    expect([...map.keys()].length).toBe(values.length);
  });

  test.each(['hash', 'lpm_trie'])('iterates to the end while elements are deleted (%s)', (type) => {
    using map = make(type, 1000);
    for (let i = 0; i < 1000; i++) map.set(keyFor(type, i), u64(BigInt(i)));
    const seen = new Set<string>();
    for (const [key] of map.entries()) {
      expect(seen.has(key.toString('hex'))).toBe(false);
      seen.add(key.toString('hex'));
      expect(map.delete(key)).toBe(true);
    }
    expect(seen.size).toBe(1000);
    expect([...map.entries()]).toEqual([]);
  });

  test('yields what stays when others are deleted during the iteration', () => {
    using map = make('hash', 2000);
    for (let i = 0; i < 2000; i++) map.set(u32(i), u64(BigInt(i)));
    const seen: number[] = [];
    for (const [key] of map.entries()) {
      seen.push(key.readUInt32LE());
      map.delete(u32(2 * seen.length));
    }
    const odd = seen.filter((number) => number % 2 === 1);
    expect(new Set(odd).size).toBe(1000);
    expect(odd.length).toBe(1000);
  });

  test.each(['hash', 'lpm_trie'])('drains (%s)', (type) => {
    using map = make(type, 600);
    for (let i = 0; i < 600; i++) map.set(keyFor(type, i), u64(BigInt(i)));
    expect(new Set([...map.drain()].map(([, value]) => value.readBigUInt64LE())).size).toBe(600);
    expect([...map.keys()]).toEqual([]);
  });

  test.each(['hash', 'array', 'percpu_array'])('sets many elements at once (%s)', (type) => {
    using map = make(type, 300);
    const keys = u32(...Array.from({ length: 300 }, (_, i) => i));
    const values = Buffer.alloc(300 * map.lookupBytes, 7);
    map.setBatch(keys, values);
    expect([...map.entries()].length).toBe(300);
    expect(map.get(u32(299))).toEqual(values.subarray(0, map.lookupBytes));
    map.setBatch(Buffer.alloc(0), Buffer.alloc(0));
  });

  test.each(['hash', 'lpm_trie'])('deletes many at once, and passes over those that are not there (%s)', (type) => {
    using map = make(type, 100);
    for (let i = 0; i < 100; i += 2) map.set(keyFor(type, i), u64(BigInt(i)));
    const keys = Buffer.concat(Array.from({ length: 100 }, (_, i) => keyFor(type, i)));
    expect(map.deleteBatch(keys)).toBe(50);
    expect(map.deleteBatch(keys)).toBe(0);
  });

  test('can be frozen against user space', () => {
    using map = make('array', 1);
    map.freeze();
    expect(() => map.set(u32(0), u64(1n))).toThrow(expect.objectContaining({ code: 'EPERM' }));
  });

  test('lives on at its pin, and tells its shape', () => {
    const path = `${bpffs.path}/pinned`;
    using map = make('hash', 4);
    map.set(u32(1), u64(1n));
    map.pin(path);
    map.close();
    using again = BpfMap.openPinned(path);
    expect(again.get(u32(1))).toEqual(u64(1n));
    expect(again.info).toMatchObject({ type: 'hash', name: 'test', keySize: 4, valueSize: 8, maxEntries: 4 });
    unlinkSync(path);
    expect(() => BpfMap.openPinned(path)).toThrow(expect.objectContaining({ code: 'ENOENT', subject: path }));
  });

  test('tells what it takes of the kernel\'s memory, and how much of that for each CPU', () => {
    using map = make('array', 1000);
    expect(map.memory().bytes).toBeGreaterThanOrEqual(8000);
    expect(map.memory().perCpuBytes).toBeUndefined();
    using perCpu = BpfMap.create({ type: 'percpu_array', name: 'percpu', keySize: 4, valueSize: 4, maxEntries: 1000 });
    expect(perCpu.memory().perCpuBytes).toBe(8000);
    expect(perCpu.memory().bytes).toBeGreaterThanOrEqual(perCpu.slots * 8000);
  });

  test('closes twice without harm, and leaks no descriptor', () => {
    const before = openDescriptors();
    const map = make('hash', 1);
    const entries = map.entries();
    map.close();
    map.close();
    expect(openDescriptors()).toBe(before);
    for (const use of [() => map.get(u32(1)), () => map.set(u32(1), u64(1n)), () => map.fd, () => map.pin('/nowhere')]) {
      expect(use).toThrow(expect.objectContaining({ code: 'EBADF' }));
    }
    expect(() => entries.next()).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });
});

function make(type: string, maxEntries: number): BpfMap {
  /* BPF_F_NO_PREALLOC, which the kernel demands for tries. */
  const flags = type === 'lpm_trie' ? 1 : 0;
  return BpfMap.create({ type, name: 'test', keySize: type === 'lpm_trie' ? 8 : 4, valueSize: 8, maxEntries, flags });
}

/** A trie's key is the prefix length and the address, in network order. */
function keyFor(type: string, number: number): Buffer {
  if (type !== 'lpm_trie') return u32(number);
  const key = Buffer.concat([u32(32), Buffer.alloc(4)]);
  key.writeUInt32BE(number, 4);
  return key;
}
