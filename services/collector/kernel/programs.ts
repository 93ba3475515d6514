/**
 * The programs of the sensor: in which object each stands, where it hangs, and which events need it. A program that no
 * loaded rule needs is not in the kernel.
 */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { filePrograms } from './file-programs.ts';
import { kernelPrograms, privilegePrograms } from './privilege-programs.ts';
import { networkPrograms } from './network-programs.ts';
import { traitBit, traitsOf, type KernelInterest } from './interest.ts';

export interface ProgramSpec {
  /** Its name in the object. */
  readonly name: string;
  /** bpf/build/<object>.bpf.o. */
  readonly object: string;
  readonly hook: Hook;
  /** Loaded when one of these may be of interest; always when it is left out. */
  readonly wants?: readonly Want[];
  /** Maps whose contents mean nothing once it is gone: they are emptied then. */
  readonly forgets?: readonly string[];
  /** A hook, by its section, that this kernel may lack: the program is left out there. */
  readonly needs?: string;
}

export type Hook =
  /** Attached as its section says. */
  | { readonly at: 'section' }
  /** An iterator, pinned for whoever reads it. */
  | { readonly at: 'iterator' }
  /** Called by the one program on tp_btf/sys_exit for these; names that this architecture lacks are left out. */
  | { readonly at: 'syscalls'; readonly names: readonly string[] }
  /** Attached to the scope's cgroup, or the root of the hierarchy. */
  | { readonly at: 'cgroup' };

export interface Want {
  readonly kind: EventKind;
  /** Operations, or accesses of an open; any when left out. */
  readonly operations?: readonly string[];
}

const section: Hook = { at: 'section' };

export const dispatcher: ProgramSpec = { name: 'syscall__exit', object: 'syscall', hook: section };

export const snapshot: ProgramSpec = { name: 'process__snapshot', object: 'process', hook: { at: 'iterator' } };

export const programs: readonly ProgramSpec[] = [
  snapshot,
  { name: 'process__fork', object: 'process', hook: section },
  { name: 'process__exec', object: 'process', hook: section },
  { name: 'process__exit', object: 'process', hook: section },
  ...filePrograms,
  ...privilegePrograms,
  ...kernelPrograms,
  ...networkPrograms,
];

export function isWanted(program: ProgramSpec, interest: KernelInterest): boolean {
  if (program.wants === undefined) return true;
  return program.wants.some(({ kind, operations }) => {
    const wanted = traitsOf(interest, kind);
    return operations === undefined ? wanted !== 0n : (wanted & wantedTraits(kind, operations)) !== 0n;
  });
}

/**
 * The interest as it is served: ends of network calls are reported when some rule asks for them (`ended`), and also when the
 * ends of system calls are watched anyway, for then they cost nothing. The kernel side wants it said once, for all.
 */
export function withEnds(interest: KernelInterest): KernelInterest {
  const network = traitsOf(interest, 'network');
  const [ended, begun] = [wantedTraits('network', ['ended']), wantedTraits('network', ['connect', 'bind', 'listen'])];
  const isWatched = programs.some((program) => program.hook.at === 'syscalls' && isWanted(program, interest));
  if ((network & begun) === 0n || !isWatched) return interest;
  return { ...interest, always: { ...interest.always, network: (interest.always.network ?? 0n) | ended } };
}

function wantedTraits(kind: EventKind, operations: readonly string[]): bigint {
  return operations.reduce((bits, each) => bits | traitBit(kind, each), 0n);
}
