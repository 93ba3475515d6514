/**
 * A loaded program: attach it, look at its figures, run it on test data. It belongs to its object and is unusable once
 * that is closed; links made from it live on. Every attach function throws BpfError when the kernel refuses.
 */
import { BpfError, EINVAL, EOPNOTSUPP, expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { readAll } from './iterator.ts';
import { Link } from './link.ts';
import type { BpfMap } from './map.ts';
import { names, native } from './native.ts';
import type { Handle, NativeProgramInfo } from './native.ts';
import { TcFilter } from './tc-filter.ts';
import { withFile } from './with-file.ts';

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

/** What perf_event_open(2) takes; the default is a tick of this CPU's clock. */
export interface PerfEventTarget {
  /** perf_type_id of linux/perf_event.h; default 1, PERF_TYPE_SOFTWARE. */
  readonly type?: number;
  /** Which event of that type; default 0, of the software ones PERF_COUNT_SW_CPU_CLOCK. */
  readonly config?: bigint;
  /** Runs a second of CPU time, bounded by kernel.perf_event_max_sample_rate. */
  readonly frequencyHz: bigint;
  /** Default: every process, which needs `cpu`. */
  readonly pid?: number;
  /** Default: every CPU, which needs `pid`. */
  readonly cpu?: number;
}

export type TcDirection = 'ingress' | 'egress';

export class Program {
  readonly name: string;
  readonly section: string;
  readonly #owner: HandleOwner<'object'>;

  constructor(owner: HandleOwner<'object'>, name: string, section: string) {
    this.#owner = owner;
    this.name = name;
    this.section = section;
  }

  /** Attaches to what the section's name says: 'tp_btf/sched_process_exec', 'raw_tp/…', 'fentry/…', 'lsm/…', 'iter/…', … */
  attach(): Link {
    return this.#link('attach', native.linkAttach(this.#object('attach'), this.name));
  }

  /**
   * To a cgroup v2 directory, or a descriptor of one: the cgroup/… types, and lsm_cgroup (kernel 6.0). Several programs may
   * share a cgroup. Needs kernel 5.7.
   */
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

  attachPerfEvent(target: PerfEventTarget): Link {
    const { type = 1, config = 0n, frequencyHz, pid = -1, cpu = -1 } = target;
    const object = this.#object('attach perf event');
    return this.#link('attach perf event', native.linkAttachPerfEvent(object, this.name, type, config, frequencyHz, pid, cpu));
  }

  /** Of the network namespace of this process. Needs kernel 5.9. */
  attachXdp(interfaceIndex: number): Link {
    return this.#link('attach xdp', native.linkAttachXdp(this.#object('attach xdp'), this.name, interfaceIndex));
  }

  /**
   * To the traffic control of an interface of this process's network namespace: by a TCX link, or by a filter where the
   * kernel has no such links (before 6.6). Several programs may share an interface.
   */
  attachTc(interfaceIndex: number, direction: TcDirection): Link | TcFilter {
    try {
      return this.attachTcx(interfaceIndex, direction);
    } catch (error) {
      if (!(error instanceof BpfError) || (error.errno !== EINVAL && error.errno !== EOPNOTSUPP)) throw error;
      return this.attachTcFilter(interfaceIndex, direction);
    }
  }

  /** Throws BpfError EINVAL before kernel 6.6. */
  attachTcx(interfaceIndex: number, direction: TcDirection): Link {
    const object = this.#object('attach tcx');
    return this.#link('attach tcx', native.linkAttachTcx(object, this.name, interfaceIndex, direction === 'egress'));
  }

  /** Adds the clsact queueing discipline to the interface where it is missing, and leaves it there. */
  attachTcFilter(interfaceIndex: number, direction: TcDirection): TcFilter {
    const object = this.#object('attach tc filter');
    const filter = native.tcFilterAttach(object, this.name, interfaceIndex, direction === 'egress');
    return TcFilter.fromHandle(expectValue(filter, 'attach tc filter', this.name), this.name);
  }

  /** sk_lookup and flow_dissector: a path such as /proc/self/ns/net, or a descriptor. Needs kernel 5.8. */
  attachNetns(netns: string | number): Link {
    const object = this.#object('attach netns');
    return withFile(netns, (fd) => this.#link('attach netns', native.linkAttachNetns(object, this.name, fd)));
  }

  info(): ProgramInfo {
    return named(expectValue(native.programInfo(this.#object('info'), this.name), 'info', this.name));
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

  /** Borrowed: valid until the object is closed. */
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

/** Of any program of this kernel, with the maps that it uses. Throws BpfError ENOENT when it is gone; needs CAP_SYS_ADMIN. */
export function programInfo(id: number): ProgramInfo & { readonly mapIds: readonly number[] } {
  return named(expectValue(native.programInfoById(id), 'info', `program ${id}`));
}

function named<Info extends NativeProgramInfo>(info: Info): Omit<Info, 'type'> & { readonly type: string } {
  return { ...info, type: names.programTypes[info.type] ?? `type ${info.type}` };
}
