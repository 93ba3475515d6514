/**
 * A map in the kernel. Keys and values are bytes in the host's order and layout. An element that is not there is a
 * value (undefined or false); every other failure throws BpfError. Single operations are atomic in the kernel, also
 * against programs and other processes; nothing else is.
 */
import { readFileSync } from 'node:fs';
import { ENOENT, expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { deleteMany, readEntries, takeEntries, updateMany } from './map-batch.ts';
import { names, native } from './native.ts';
import type { Handle, NativeMapInfo } from './native.ts';
import type { Program } from './program.ts';

export interface MapInfo {
  readonly id: number;
  /** As the kernel keeps it: at most 15 bytes. */
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes of one value; per-CPU maps hold one for each possible CPU. */
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags: number;
}

export interface MapCreation {
  /** libbpf's name of the type: 'hash', 'array', 'lru_hash', 'lpm_trie', … */
  readonly type: string;
  /** At most 15 bytes of letters, digits, '_' and '.'. */
  readonly name: string;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags?: number;
  /** For a map of maps: one of the shape that its elements will have. It may be closed afterwards. */
  readonly inner?: BpfMap;
}

export interface MapMemory {
  /** As the kernel reckons it; since 6.4 it counts all, before that keys and values only. */
  readonly bytes: number;
  /** Of a per-CPU map: what the values of one CPU take of it. */
  readonly perCpuBytes?: number;
}

/** any: add or replace; noexist: only add (else EEXIST); exist: only replace (else ENOENT). */
export type UpdateMode = 'any' | 'noexist' | 'exist';

export type Entry = [key: Buffer, value: Buffer];

/** BPF_ANY, BPF_NOEXIST, BPF_EXIST. */
const updateFlags: Readonly<Record<UpdateMode, number>> = { any: 0, noexist: 1, exist: 2 };

export class BpfMap implements Disposable {
  readonly info: MapInfo;
  /** Bytes that get, getInto and set take: valueSize, or for per-CPU maps slots × valueSize rounded up to 8. */
  readonly lookupBytes: number;
  /** Values of one key: 1, or the possible CPUs. */
  readonly slots: number;
  readonly #owner: HandleOwner<'map'>;

  private constructor(owner: HandleOwner<'map'>, native: NativeMapInfo) {
    const { id, name, keySize, valueSize, maxEntries, flags } = native;
    this.#owner = owner;
    this.info = { id, name, type: names.mapTypes[native.type] ?? `type ${native.type}`, keySize, valueSize, maxEntries, flags };
    this.lookupBytes = native.lookupBytes;
    this.slots = native.slots;
  }

  /** A map of its own, outside any object. */
  static create(creation: MapCreation): BpfMap {
    const { type, name, keySize, valueSize, maxEntries, flags = 0, inner } = creation;
    const number = names.mapTypes.indexOf(type);
    if (number < 0) throw new RangeError(`no map type is called ${type}`);
    const handle = native.mapCreate(number, name, keySize, valueSize, maxEntries, flags, inner?.handle('create map') ?? null);
    return BpfMap.fromHandle(expectValue(handle, 'create map', name), name);
  }

  /** Throws BpfError ENOENT when nothing is pinned there, EINVAL when it is not a map. */
  static openPinned(path: string): BpfMap {
    return BpfMap.fromHandle(expectValue(native.mapOpenPinned(path), 'open pinned map', path), path);
  }

  /** Any map of this kernel. Throws BpfError ENOENT when it is gone; needs CAP_SYS_ADMIN. */
  static openId(id: number): BpfMap {
    return BpfMap.fromHandle(expectValue(native.mapOpenById(id), 'open map', `id ${id}`), `id ${id}`);
  }

  /** @internal */
  static fromHandle(handle: Handle<'map'>, subject: string): BpfMap {
    return new BpfMap(new HandleOwner(handle, subject), native.mapInfo(handle));
  }

  /** A new Buffer with the value, or undefined. Of a per-CPU map: all slots, one after the other. */
  get(key: Uint8Array): Buffer | undefined {
    const out = Buffer.allocUnsafe(this.lookupBytes);
    return this.getInto(key, out) ? out : undefined;
  }

  /** Writes the value into `out` (lookupBytes long) and returns whether there is one; allocates nothing. */
  getInto(key: Uint8Array, out: Uint8Array): boolean {
    return this.#found(native.mapLookup(this.handle('get'), key, out), 'get');
  }

  /** One value for each possible CPU. The Buffers are views of one allocation. */
  getPerCpu(key: Uint8Array): Buffer[] | undefined {
    const all = this.get(key);
    if (all === undefined) return undefined;
    const stride = this.lookupBytes / this.slots;
    return Array.from({ length: this.slots }, (_, slot) => all.subarray(slot * stride, slot * stride + this.info.valueSize));
  }

  /** Throws BpfError: E2BIG or ENOSPC when full, EEXIST and ENOENT by `mode`, EPERM when frozen. */
  set(key: Uint8Array, value: Uint8Array, mode: UpdateMode = 'any'): void {
    expectStatus(native.mapUpdate(this.handle('set'), key, value, updateFlags[mode]), 'set', this.#owner.subject);
  }

  /** Of a map of programs (prog_array): the program is kept alive by the element, the element by a user of the map. */
  setProgram(key: Uint8Array, program: Program): void {
    this.set(key, descriptorBytes(program.fd));
  }

  /** Of a map of maps. */
  setMap(key: Uint8Array, map: BpfMap): void {
    this.set(key, descriptorBytes(map.fd));
  }

  setPerCpu(key: Uint8Array, values: readonly Uint8Array[], mode: UpdateMode = 'any'): void {
    if (values.length !== this.slots) throw new RangeError(`the map has ${this.slots} slots, not ${values.length}`);
    const stride = this.lookupBytes / this.slots;
    const all = Buffer.alloc(this.lookupBytes);
    for (const [slot, value] of values.entries()) {
      if (value.length !== this.info.valueSize) throw new RangeError(`a value has ${this.info.valueSize} bytes, not ${value.length}`);
      all.set(value, slot * stride);
    }
    this.set(key, all, mode);
  }

  /** Whether there was something to delete. */
  delete(key: Uint8Array): boolean {
    return this.#found(native.mapDelete(this.handle('delete'), key), 'delete');
  }

  /**
   * Reads and deletes in one atomic step. Hash types need kernel 5.14; queue and stack (with an empty key) 4.20.
   * Throws BpfError ENOTSUPP or EOPNOTSUPP for other types.
   */
  getAndDelete(key: Uint8Array): Buffer | undefined {
    const out = Buffer.allocUnsafe(this.lookupBytes);
    return this.#found(native.mapTake(this.handle('get and delete'), key, out), 'get and delete') ? out : undefined;
  }

  /**
   * Every element that is there during the whole iteration comes exactly once; one added or deleted meanwhile comes
   * once or not at all. Deleting while iterating, here or elsewhere, is safe. Reads in batches where the kernel can
   * (5.6), so a value is as old as its batch.
   */
  entries(): Generator<Entry, void, undefined> {
    return readEntries(this);
  }

  /** See entries. */
  *keys(): Generator<Buffer, void, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  /** Like entries, deleting what it yields. On kernels without the batch, a value changed in between is lost. */
  drain(): Generator<Entry, void, undefined> {
    return takeEntries(this);
  }

  /**
   * n keys one after the other and their n values (lookupBytes each). One system call where the kernel can (5.6), else
   * one for each. Not atomic: on BpfError the elements before the failing one are set.
   */
  setBatch(keys: Uint8Array, values: Uint8Array, mode: UpdateMode = 'any'): void {
    updateMany(this, this.handle('set batch'), keys, values, updateFlags[mode]);
  }

  /** n keys one after the other; returns how many were there. */
  deleteBatch(keys: Uint8Array): number {
    return deleteMany(this, this.handle('delete batch'), keys);
  }

  /** User space can't write to the map any more, for good. Needs kernel 5.2. */
  freeze(): void {
    expectStatus(native.mapFreeze(this.handle('freeze')), 'freeze', this.#owner.subject);
  }

  /** Keeps the map alive at a path of a bpffs. Unpin with fs.unlinkSync. */
  pin(path: string): void {
    expectStatus(native.mapPin(this.handle('pin'), path), 'pin', this.#owner.subject);
  }

  /** What it takes of the kernel's memory, from /proc/self/fdinfo. */
  memory(): MapMemory {
    const bytes = Number(/^memlock:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${this.fd}`, 'utf8'))?.[1] ?? 0);
    const perCpuBytes = (this.lookupBytes / this.slots) * this.info.maxEntries;
    return this.slots > 1 || this.info.type.includes('percpu') ? { bytes, perCpuBytes } : { bytes };
  }

  /** Borrowed: valid until close(). */
  get fd(): number {
    return native.mapInfo(this.handle('fd')).fd;
  }

  get subject(): string {
    return this.#owner.subject;
  }

  get closed(): boolean {
    return this.#owner.closed;
  }

  close(): void {
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  handle(operation: string): Handle<'map'> {
    return this.#owner.use(operation);
  }

  #found(status: number, operation: string): boolean {
    if (status === -ENOENT) return false;
    expectStatus(status, operation, this.#owner.subject);
    return true;
  }
}

/** Maps of programs and of maps take a descriptor as the value, and give back an id. */
function descriptorBytes(fd: number): Buffer {
  return Buffer.from(Uint32Array.of(fd).buffer);
}
