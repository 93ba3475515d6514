/**
 * The programs of a sensor that are in the kernel, each held by a pin of its name. They come and go one by one with what
 * is of interest; one that stays is not touched, so that nothing is missed or told twice.
 */
import { existsSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BpfMap, probeSection, type BpfObject, type Link, type ObjectSpec, type Program } from 'libbpf-ts';
import { RingfenceError } from '#runtime/errors.ts';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { syscallNumbers } from '#schemas/codec/syscalls.ts';
import type { KernelInterest } from './interest.ts';
import { dispatcher, isWanted, programs, type ProgramSpec } from './programs.ts';

export interface ProgramHost {
  /** Opens an object with its maps and variables set. */
  open(object: string): ObjectSpec;
  pinOf(map: string): string;
  /** Where programs of cgroup hooks go; the root of the hierarchy when undefined. */
  readonly cgroup: string | undefined;
}

const zeroKey = Buffer.alloc(4);

export class ProgramSet {
  private readonly directory: string;
  private readonly host: ProgramHost;

  constructor(directory: string, host: ProgramHost) {
    this.directory = directory;
    this.host = host;
  }

  /** Loads and attaches what is wanted and not there. Throws BpfError; what was attached before then stays. */
  add(interest: KernelInterest): void {
    const missing = this.wanted(interest).filter((program) => !existsSync(this.pinOf(program)) && isPossible(program));
    const objects = Map.groupBy(missing, (program) => program.object);
    // The dispatcher comes last: what it passes on to is there then.
    for (const [object, members] of [...objects].sort(([one], [other]) => Number(one === dispatcher.object) - Number(other === dispatcher.object))) {
      using spec = this.host.open(object);
      for (const program of spec.programs) program.autoload = members.some(({ name }) => name === program.name);
      using loaded = spec.load();
      for (const program of members) this.attach(loaded, program);
    }
  }

  /** Detaches what nothing wants any more. */
  removeUnwanted(interest: KernelInterest): void {
    const wanted = new Set(this.wanted(interest).map(({ name }) => name));
    for (const name of readdirSync(this.directory)) {
      if (wanted.has(name)) continue;
      const program = programs.find((each) => each.name === name);
      this.passOn(program, null);
      unlinkSync(join(this.directory, name));
      for (const map of program?.forgets ?? []) this.empty(map);
    }
  }

  private wanted(interest: KernelInterest): ProgramSpec[] {
    const wanted = programs.filter((program) => isWanted(program, interest));
    return wanted.some(({ hook }) => hook.at === 'syscalls') ? [...wanted, dispatcher] : wanted;
  }

  private pinOf(program: ProgramSpec): string {
    return join(this.directory, program.name);
  }

  private attach(object: BpfObject, spec: ProgramSpec): void {
    const program = object.program(spec.name);
    switch (spec.hook.at) {
      case 'section':
        return pinAndClose(program.attach(), this.pinOf(spec));
      case 'iterator':
        return pinAndClose(program.attachIter(), this.pinOf(spec));
      case 'cgroup':
        return pinAndClose(program.attachCgroup(this.host.cgroup ?? rootCgroup()), this.pinOf(spec));
      case 'syscalls':
        this.passOn(spec, program);
        return program.pin(this.pinOf(spec));
    }
  }

  private empty(name: string): void {
    using map = BpfMap.openPinned(this.host.pinOf(name));
    for (const key of [...map.keys()]) map.delete(key);
  }

  /** Enters a program for its system calls, or takes it out again. */
  private passOn(spec: ProgramSpec | undefined, program: Program | null): void {
    if (spec?.hook.at !== 'syscalls') return;
    using handlers = BpfMap.openPinned(this.host.pinOf('syscall_handlers'));
    using wanted = BpfMap.openPinned(this.host.pinOf('syscalls_wanted'));
    const set = wanted.get(zeroKey)!;
    for (const name of spec.hook.names) {
      const number = syscallNumbers[name];
      if (number === undefined) continue;
      if (program === null) handlers.delete(u32(number));
      else handlers.set(u32(number), u32(program.fd));
      set[number] = Number(program !== null);
    }
    wanted.set(zeroKey, set);
  }
}

/** The pin alone keeps it: a descriptor of ours would keep it attached after the pin is gone, until garbage collection. */
function pinAndClose(link: Link, path: string): void {
  using owned = link;
  owned.pin(path);
}

/** Some hooks are not in every kernel. */
function isPossible({ needs }: ProgramSpec): boolean {
  return needs === undefined || probeSection(needs).status === 'ok';
}

function rootCgroup(): string {
  const mount = cgroup2Mount();
  if (mount === null) throw new RingfenceError('HOST_UNSUPPORTED', 'no cgroup v2 hierarchy is mounted: the network cannot be watched');
  return mount;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
