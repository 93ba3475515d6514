/**
 * A loaded program: attach it, look at its figures, run it on test data. It belongs to its object and is unusable once
 * that is closed; links made from it live on. Every attach function throws BpfError when the kernel refuses.
 */
import { closeSync, openSync } from 'node:fs';
import { expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { readAll } from './iterator.ts';
import { Link } from './link.ts';
import type { BpfMap } from './map.ts';
import { names, native } from './native.ts';
import type { Handle } from './native.ts';

export interface ProgramInfo {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** Hash of the instructions, 16 hex digits. */
  readonly tag: string;
  /** Since boot. */
  readonly loadTimeNs: bigint;
  /** Counted only while statistics are enabled: see enableStats. */
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
  /** Runs left out because the program was running already on that CPU. Needs kernel 5.12. */
  readonly recursionMisses: bigint;
  /** What the verifier walked through, of at most a million. Needs kernel 5.16, else 0. */
  readonly verifiedInstructions: number;
  readonly translatedBytes: number;
  readonly jitedBytes: number;
}

export interface TestRunOptions {
  /** Packet, for the packet types. */
  readonly dataIn?: Uint8Array;
  /** Receives the packet as the program left it. */
  readonly dataOut?: Uint8Array;
  /** Context; 'syscall' programs write into it and the kernel copies it back into this buffer. */
  readonly context?: Uint8Array;
  /** Runs; default 1. */
  readonly repeat?: number;
}

export interface TestRunResult {
  /** What the program returned. */
  readonly result: number;
  /** Average of one run. */
  readonly durationNs: number;
  readonly dataOutBytes: number;
}

export interface IterTarget {
  /** For iterators over a map's elements. */
  readonly map?: BpfMap;
  /** One thread, or one process, instead of all. Needs kernel 6.1. */
  readonly tid?: number;
  readonly pid?: number;
}

export interface UprobeTarget {
  /** Executable or library. */
  readonly path: string;
  /** Symbol in it; or an offset alone. */
  readonly function?: string;
  /** Bytes from the symbol, or from the file's start. */
  readonly offset?: bigint;
  /** Default: every process. */
  readonly pid?: number;
  readonly atReturn?: boolean;
  readonly cookie?: bigint;
}

export class Program {
  readonly name: string;
  readonly section: string;
  readonly #owner: HandleOwner<'object'>;

  constructor(owner: HandleOwner<'object'>, name: string, section: string) {
    this.#owner = owner;
    this.name = name;
    this.section = section;
  }

  /** Attaches to what the section's name says: 'tp_btf/sched_process_exec', 'raw_tp/…', 'tracepoint/…', 'lsm/…', … */
  attach(): Link {
    return this.#link('attach', native.linkAttach(this.#object('attach'), this.name));
  }

  /** A cgroup v2 directory, or a descriptor of one. Several programs may share a cgroup. Needs kernel 5.7. */
  attachCgroup(cgroup: string | number): Link {
    const object = this.#object('attach cgroup');
    return withFile(cgroup, (fd) => this.#link('attach cgroup', native.linkAttachCgroup(object, this.name, fd)));
  }

  /** Makes an iterator's link: link.iterate() begins a pass. Needs kernel 5.8. */
  attachIter(target: IterTarget = {}): Link {
    const map = target.map?.handle('attach iter') ?? null;
    const result = native.linkAttachIter(this.#object('attach iter'), this.name, map, target.tid ?? 0, target.pid ?? 0);
    return this.#link('attach iter', result);
  }

  /** Attaches an iterator, makes one whole pass and detaches: see BpfIterator.read. */
  readIter(target: IterTarget = {}, maxBytes?: number): Buffer {
    using link = this.attachIter(target);
    using iterator = link.iterate();
    return readAll(iterator, maxBytes);
  }

  /** tp_btf, fentry, fexit, fmod_ret, lsm: the place was fixed at load. A cookie needs kernel 5.19; libbpf 1.1 refuses one for tp_btf. */
  attachTrace(cookie = 0n): Link {
    return this.#link('attach trace', native.linkAttachTrace(this.#object('attach trace'), this.name, cookie));
  }

  attachRawTracepoint(name: string): Link {
    const result = native.linkAttachRawTracepoint(this.#object('attach raw tracepoint'), this.name, name);
    return this.#link('attach raw tracepoint', result);
  }

  /** Needs tracefs, at /sys/kernel/tracing or /sys/kernel/debug/tracing. A cookie needs kernel 5.15. */
  attachTracepoint(category: string, name: string, cookie = 0n): Link {
    const result = native.linkAttachTracepoint(this.#object('attach tracepoint'), this.name, category, name, cookie);
    return this.#link('attach tracepoint', result);
  }

  attachKprobe(kernelFunction: string, options: { atReturn?: boolean; cookie?: bigint } = {}): Link {
    const { atReturn = false, cookie = 0n } = options;
    const result = native.linkAttachKprobe(this.#object('attach kprobe'), this.name, kernelFunction, atReturn, cookie);
    return this.#link('attach kprobe', result);
  }

  attachUprobe(target: UprobeTarget): Link {
    const { path, function: fn = '', offset = 0n, pid = -1, atReturn = false, cookie = 0n } = target;
    const object = this.#object('attach uprobe');
    return this.#link('attach uprobe', native.linkAttachUprobe(object, this.name, pid, path, fn, offset, atReturn, cookie));
  }

  /** Needs kernel 5.9. */
  attachXdp(interfaceIndex: number): Link {
    return this.#link('attach xdp', native.linkAttachXdp(this.#object('attach xdp'), this.name, interfaceIndex));
  }

  /** sk_lookup and flow_dissector: a path such as /proc/self/ns/net, or a descriptor. Needs kernel 5.8. */
  attachNetns(netns: string | number): Link {
    const object = this.#object('attach netns');
    return withFile(netns, (fd) => this.#link('attach netns', native.linkAttachNetns(object, this.name, fd)));
  }

  info(): ProgramInfo {
    const info = expectValue(native.programInfo(this.#object('info'), this.name), 'info', this.name);
    return { ...info, type: names.programTypes[info.type] ?? `type ${info.type}` };
  }

  /** The kernel runs it on this data, where the type allows it: packet types, raw_tp (since 5.10), syscall (since 5.14). */
  testRun(options: TestRunOptions = {}): TestRunResult {
    const { dataIn = null, dataOut = null, context = null, repeat = 0 } = options;
    const result = native.programTestRun(this.#object('test run'), this.name, dataIn, dataOut, context, repeat);
    return expectValue(result, 'test run', this.name);
  }

  /** Keeps the program alive at a path of a bpffs. */
  pin(path: string): void {
    expectStatus(native.programPin(this.#object('pin'), this.name, path), 'pin', this.name);
  }

  /** Borrowed: valid until the object is closed. For maps of programs (prog_array). */
  get fd(): number {
    return expectStatus(native.programFd(this.#object('fd'), this.name), 'fd', this.name);
  }

  /** @internal For Link.update. */
  handle(operation: string): Handle<'object'> {
    return this.#object(operation);
  }

  #object(operation: string): Handle<'object'> {
    return this.#owner.use(`${operation} ${this.name}`);
  }

  #link(operation: string, result: Handle<'link'> | number): Link {
    return Link.fromHandle(expectValue(result, operation, this.name), this.name);
  }
}

/**
 * Makes the kernel count runs and run time of all programs, until it is disposed of. Costs some 20-30 ns a run. Needs
 * kernel 5.8.
 */
export function enableStats(): Disposable {
  return new HandleOwner(expectValue(native.programEnableStats(), 'enable stats', 'kernel'), 'statistics');
}

function withFile<Result>(file: string | number, use: (fd: number) => Result): Result {
  if (typeof file === 'number') return use(file);
  const fd = openSync(file, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
