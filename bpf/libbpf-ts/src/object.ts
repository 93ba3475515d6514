/**
 * An ELF object of BPF programs goes through phases, each a type: ObjectSpec (opened: look at it and change it), then
 * BpfObject (loaded into the kernel: programs can be attached, maps used), then closed. A spec is loaded once, and its
 * ownership moves to the loaded object.
 */
import { ENOENT, BpfError, expectStatus, expectValue, failure } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { BpfMap } from './map.ts';
import { MapSpec, VariableSpec } from './map-spec.ts';
import { names, native } from './native.ts';
import type { NativeProgram } from './native.ts';
import { probeSection } from './probe.ts';
import type { ProbeResult } from './probe.ts';
import { Program } from './program.ts';

export interface OpenOptions {
  /** Name of the object: prefix of its data maps' names. Default: the file's name, 'object' for a Buffer. */
  readonly name?: string;
  /** BTF to relocate against instead of /sys/kernel/btf/vmlinux, for kernels without. */
  readonly btfPath?: string;
}

export interface LoadOptions {
  /** Bytes kept of the verifier's log, from its end, where the reason stands; default verifierLogBytesKept. */
  readonly verifierLogBytes?: number;
}

/**
 * Bound of the verifier's log in the kernel, some 150,000 instructions verified at level 1. Reserved, and used only as
 * far as the kernel writes. With a longer log the kernel answers ENOSPC whatever was wrong; the log still keeps its end
 * (since 6.4; its beginning before), so the reason can be read there.
 */
export const verifierLogBytesMax = 16 * 1024 * 1024;

/** What an error carries of it by default: an error has to be small enough to be printed and stored. */
export const verifierLogBytesKept = 1024 * 1024;

/** Opens and parses; nothing reaches the kernel yet. Throws BpfError (ENOENT, EINVAL for what is not a BPF object, …). */
export function openObject(source: string | Uint8Array, options: OpenOptions = {}): ObjectSpec {
  const path = typeof source === 'string' ? source : null;
  const bytes = typeof source === 'string' ? null : source;
  const name = options.name ?? (bytes === null ? null : 'object');
  const handle = native.objectOpen(path, bytes, name, options.btfPath ?? null);
  const subject = options.name ?? path ?? 'object';
  return new ObjectSpec(new HandleOwner(expectValue(handle, 'open', subject), subject));
}

/** An opened object. Not thread-safe: use it in the thread that opened it. */
export class ObjectSpec implements Disposable {
  /** In the object's order. */
  readonly programs: readonly ProgramSpec[];
  /** In the object's order; data sections (.rodata, .data, .bss) are maps too. */
  readonly maps: readonly MapSpec[];
  /** Global variables, whose initial values can be set before loading. */
  readonly variables: readonly VariableSpec[];
  readonly #owner: HandleOwner<'object'>;

  constructor(owner: HandleOwner<'object'>) {
    const handle = owner.use('open');
    this.#owner = owner;
    this.programs = native.objectPrograms(handle).map((program) => new ProgramSpec(owner, program));
    this.maps = native.objectMaps(handle).map((map) => new MapSpec(owner, map));
    this.variables = native.objectVariables(handle).map((variable) => new VariableSpec(owner, variable));
  }

  /** Throws BpfError ENOENT when there is none of that name. */
  program(name: string): ProgramSpec {
    return find(this.programs, name, 'program');
  }

  /** By name, or a data section's map by the section: '.rodata'. Throws BpfError ENOENT. */
  map(name: string): MapSpec {
    if (!name.startsWith('.')) return find(this.maps, name, 'map');
    return find(this.maps, this.maps.find((map) => map.internal && map.name.endsWith(name))?.name ?? name, 'map');
  }

  /** Throws BpfError ENOENT. */
  variable(name: string): VariableSpec {
    return find(this.variables, name, 'variable');
  }

  /** Layout of a struct or union from the object's own BTF (not the kernel's). Throws BpfError ENOENT. */
  struct(name: string): StructLayout {
    return expectValue(native.objectStruct(this.#owner.use('struct'), name), 'struct', name);
  }

  /**
   * Creates the maps and loads the programs whose `autoload` is set. The spec is closed afterwards, whether or not it
   * succeeded: libbpf can't load an object twice. Throws BpfError, with the verifier's log when a program was refused.
   */
  load(options: LoadOptions = {}): BpfObject {
    const kept = options.verifierLogBytes ?? verifierLogBytesKept;
    if (!(kept >= 0 && kept <= verifierLogBytesMax)) throw new RangeError(`verifierLogBytes must be from 0 to ${verifierLogBytesMax}`);
    const loaded = this.programs.filter((program) => program.autoload);
    const owner = new HandleOwner(this.#owner.take('load'), this.#owner.subject);
    const result = native.objectLoad(owner.use('load'), verifierLogBytesMax, kept);
    if (result === 0) return new BpfObject(owner, loaded, this.maps);
    const error = typeof result === 'number' ? failure(-result, 'load', owner.subject) : loadFailure(result, owner.subject);
    owner.close();
    throw error;
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
}

export interface StructLayout {
  /** Bytes. */
  readonly size: number;
  readonly members: readonly StructMember[];
}

export interface StructMember {
  /** '' for an anonymous struct or union. */
  readonly name: string;
  readonly offsetBits: number;
  /** Bytes of the member's type; 0 for a flexible array. */
  readonly size: number;
  /** Width of a bit field; 0 for other members. */
  readonly bitfieldBits: number;
}

/** A program of an opened object. */
export class ProgramSpec {
  readonly name: string;
  /** Its SEC(), from which libbpf derives type and place of attachment. */
  readonly section: string;
  /** libbpf's name of the type, such as 'tracing' or 'cgroup_sock_addr'. */
  readonly type: string;
  /** libbpf's name, such as 'trace_raw_tp'; meaningless where the type has only one. */
  readonly attachType: string;
  readonly instructions: number;
  readonly #owner: HandleOwner<'object'>;
  #attachTarget: string | undefined;
  #autoload: boolean;

  constructor(owner: HandleOwner<'object'>, program: NativeProgram) {
    this.#owner = owner;
    this.#autoload = program.autoload;
    this.name = program.name;
    this.section = program.section;
    this.type = names.programTypes[program.type] ?? `type ${program.type}`;
    this.attachType = names.attachTypes[program.attachType] ?? `type ${program.attachType}`;
    this.instructions = program.instructions;
  }

  /** Whether load() loads it. Sections with a leading '?' begin with false. */
  get autoload(): boolean {
    return this.#autoload;
  }

  set autoload(autoload: boolean) {
    expectStatus(native.programSetAutoload(this.#owner.use('set autoload'), this.name, autoload), 'set autoload', this.name);
    this.#autoload = autoload;
  }

  /** What load() attaches it to, in place of what the section says: a kernel function, hook or tracepoint by its name. */
  get attachTarget(): string | undefined {
    return this.#attachTarget;
  }

  /** Of the types with a BTF target: tp_btf, fentry, fexit, fmod_ret, lsm, iter. Throws BpfError ESRCH for an unknown name. */
  set attachTarget(name: string) {
    const handle = this.#owner.use('set attachTarget');
    expectStatus(native.programSetAttachTarget(handle, this.name, name), 'set attachTarget', this.name);
    this.#attachTarget = name;
  }

  /**
   * Would the kernel take a program of this section and target? It loads one that does nothing. For optional programs:
   * `spec.autoload = spec.probe().status === 'ok'`.
   */
  probe(): ProbeResult {
    const [section, target] = /^\??([^/]+)(?:\/(.+))?$/.exec(this.section)!.slice(1);
    const place = this.#attachTarget ?? target;
    return probeSection(place === undefined ? section! : `${section}/${place}`);
  }
}

/**
 * A loaded object. It owns its programs and the maps it hands out: closing it closes them, and the kernel frees what no
 * link, pin or other process holds. Links live on.
 */
export class BpfObject implements Disposable {
  /** The programs that were loaded. */
  readonly programs: readonly Program[];
  readonly mapNames: readonly string[];
  readonly #owner: HandleOwner<'object'>;
  readonly #maps = new Map<string, BpfMap>();

  constructor(owner: HandleOwner<'object'>, programs: readonly ProgramSpec[], maps: readonly MapSpec[]) {
    this.#owner = owner;
    this.programs = programs.map((program) => new Program(owner, program.name, program.section));
    this.mapNames = maps.map((map) => map.name);
  }

  /** Throws BpfError ENOENT when there is none of that name, or it was not loaded. */
  program(name: string): Program {
    return find(this.programs, name, 'program');
  }

  /** By name or data section ('.bss'); the same BpfMap for the same name. Throws BpfError ENOENT. */
  map(name: string): BpfMap {
    const handle = this.#owner.use('map');
    const known = this.#maps.get(name);
    if (known !== undefined && !known.closed) return known;
    const map = BpfMap.fromHandle(expectValue(native.objectMap(handle, name), 'map', name), name);
    this.#maps.set(name, map);
    return map;
  }

  get closed(): boolean {
    return this.#owner.closed;
  }

  close(): void {
    for (const map of this.#maps.values()) map.close();
    this.#maps.clear();
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function find<Named extends { readonly name: string }>(list: readonly Named[], name: string, noun: string): Named {
  const found = list.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  throw new BpfError(ENOENT, `find ${noun}`, name, { reason: `the object has no ${noun} of that name` });
}

/**
 * The refused program's name stands in libbpf's message only ("prog 'x': BPF program load failed"); libbpf has no
 * function that tells it. Without that line (a map was refused, say) the subject is the object.
 */
function loadFailure(refusal: { errno: number; log: string }, subject: string): BpfError {
  const error = failure(refusal.errno, 'load', subject, refusal.log);
  const program = /^prog '([^']+)': BPF program load failed/m.exec(error.detail ?? '')?.[1];
  if (program === undefined) return error;
  const reason = refusal.log.split('\n').findLast((line) => line !== '' && !line.startsWith('processed '));
  return new BpfError(error.errno, 'load', program, {
    detail: error.detail ?? '',
    verifierLog: refusal.log,
    ...(reason === undefined ? {} : { reason }),
  });
}
