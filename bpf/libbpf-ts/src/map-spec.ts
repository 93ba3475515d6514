/** Maps and global variables of an opened object: what can be changed before it is loaded. */
import { expectStatus } from './errors.ts';
import type { HandleOwner } from './handle.ts';
import type { BpfMap } from './map.ts';
import { names, native } from './native.ts';
import type { NativeMap, NativeVariable } from './native.ts';

export class MapSpec {
  readonly name: string;
  /** libbpf's name of the type: 'hash', 'ringbuf', … */
  readonly type: string;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly flags: number;
  /** A data section (.rodata, .data, .bss, .kconfig), made by the compiler. */
  readonly internal: boolean;
  readonly #owner: HandleOwner<'object'>;
  #maxEntries: number;
  #pinPath: string | undefined;

  constructor(owner: HandleOwner<'object'>, map: NativeMap) {
    this.#owner = owner;
    this.name = map.name;
    this.type = names.mapTypes[map.type] ?? `type ${map.type}`;
    this.keySize = map.keySize;
    this.valueSize = map.valueSize;
    this.flags = map.flags;
    this.internal = map.internal;
    this.#maxEntries = map.maxEntries;
    this.#pinPath = map.pinPath;
  }

  get maxEntries(): number {
    return this.#maxEntries;
  }

  /** For a ring buffer: its bytes, which libbpf rounds up to a power of two of pages. */
  set maxEntries(maxEntries: number) {
    const handle = this.#owner.use('set maxEntries');
    expectStatus(native.mapSpecSetMaxEntries(handle, this.name, maxEntries), 'set maxEntries', this.name);
    this.#maxEntries = native.objectMaps(handle).find((map) => map.name === this.name)?.maxEntries ?? maxEntries;
  }

  get pinPath(): string | undefined {
    return this.#pinPath;
  }

  /**
   * Where load() pins the map, on a bpffs. A map already pinned there is used instead of a new one; load() fails with
   * EINVAL when its type, sizes or flags differ.
   */
  set pinPath(path: string | undefined) {
    const handle = this.#owner.use('set pinPath');
    expectStatus(native.mapSpecSetPinPath(handle, this.name, path ?? null), 'set pinPath', this.name);
    this.#pinPath = path;
  }

  /** load() uses that map instead of making one; the caller may close it afterwards. */
  reuse(map: BpfMap): void {
    expectStatus(native.mapSpecReuse(this.#owner.use('reuse'), this.name, map.handle('reuse')), 'reuse', this.name);
  }

  /** A copy of a data section's content; undefined for other maps. */
  get initialValue(): Buffer | undefined {
    return native.mapSpecInitialValue(this.#owner.use('get initialValue'), this.name);
  }

  /** Has to have the section's size. */
  set initialValue(value: Uint8Array) {
    const handle = this.#owner.use('set initialValue');
    expectStatus(native.mapSpecSetInitialValue(handle, this.name, value), 'set initialValue', this.name);
  }
}

/** A global variable of the object. `const volatile` ones are frozen at load: the verifier prunes by their values. */
export class VariableSpec {
  readonly name: string;
  /** '.rodata', '.data' or '.bss'; the loaded object's map of that name holds it at `offset`. */
  readonly section: string;
  /** Bytes from the section's start. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly #owner: HandleOwner<'object'>;

  constructor(owner: HandleOwner<'object'>, variable: NativeVariable) {
    this.#owner = owner;
    this.name = variable.name;
    this.section = variable.section;
    this.offset = variable.offset;
    this.size = variable.size;
  }

  /** A copy. Empty for a section that is no map (.kconfig before load). */
  get value(): Buffer {
    return this.#section('get variable').subarray(this.offset, this.offset + this.size);
  }

  /** Has to have `size` bytes, in the host's byte order. */
  set value(value: Uint8Array) {
    if (value.length !== this.size) throw new RangeError(`${this.name} has ${this.size} bytes, not ${value.length}`);
    const content = this.#section('set variable');
    content.set(value, this.offset);
    const handle = this.#owner.use('set variable');
    expectStatus(native.mapSpecSetInitialValue(handle, this.section, content), 'set variable', this.name);
  }

  #section(operation: string): Buffer {
    return native.mapSpecInitialValue(this.#owner.use(operation), this.section) ?? Buffer.alloc(0);
  }
}
