/**
 * Our events as Falco's rules see them: each field of Falco's that our sensors supply, by kind of event, and for those that
 * they don't, why. Events that stand for no system call (what was read of packets) are none to Falco.
 */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import type { BodyTest } from '../event-sources.ts';
import type { Place } from '../event-fields.ts';
import type { LogSource } from '../rules/fields.ts';
import { argumentPlace, eventFields } from './calls.ts';
import { containerPlace, containerFields } from './container.ts';
import { descriptorFields } from './descriptors.ts';
import { ancestorPlace, processFields, variablePlace } from './process.ts';
import { timeFields } from './times.ts';

export { falcoSource } from '../rules/falco/rule.ts';

export const falcoKinds: readonly EventKind[] = [
  'process_exec', 'process_fork', 'process_exit', 'file_open', 'file_change', 'mount', 'network', 'credentials', 'namespace_change', 'kernel_call',
];

/** What a body must be for the event to be one of Falco's: the kernel's own opening of a program is part of the execve. */
export function falcoWhen(kind: EventKind): readonly BodyTest[] {
  return kind === 'file_open' ? [{ field: 'access', values: ['none', 'read', 'write', 'read_write'] }] : [];
}

/** A field in the events of some kinds: the same place in all of them, or one of its own in each. */
export type FalcoField = { readonly all: Place } | { readonly by: Readonly<Partial<Record<EventKind, Place>>> };

const fields: Readonly<Record<string, FalcoField>> = { ...eventFields, ...timeFields, ...processFields, ...descriptorFields, ...containerFields };

/** Undefined for what events of the kind do not have. `name` may end with an argument in brackets. */
export function falcoField(kind: EventKind, name: string): Place | undefined {
  if (!falcoKinds.includes(kind)) return undefined;
  const [, plain = name, argument] = /^([^[\]]+)\[(.*)\]$/.exec(name) ?? [];
  if (argument !== undefined) return ancestorPlace(plain, argument) ?? containerPlace(plain, argument) ?? variablePlace(kind, plain, argument);
  const field = Object.hasOwn(fields, plain) ? fields[plain] : undefined;
  if (field === undefined) return argumentPlace(kind, plain);
  return 'all' in field ? field.all : field.by[kind];
}

/** For hints and documents; arguments of system calls by name among them. */
export const falcoNames: readonly string[] = Object.keys(fields);

/** Why nothing supplies a field, for people. */
export function falcoReason({ service }: LogSource, name: string): string {
  if (service !== undefined) return `of the source ${service}: the sensors here see system calls`;
  const reason = reasons.find(([prefix]) => name === prefix || (prefix.endsWith('.') && name.startsWith(prefix)))?.[1];
  if (reason !== undefined) return reason;
  if (name === 'evt.type') return 'no sensor here tells of such system calls';
  return Object.hasOwn(fields, name) ? 'no event here can have such values' : 'no event here has it';
}

const reasons: readonly (readonly [name: string, reason: string])[] = [
  ['evt.buffer', 'what is read and written is not collected'],
  ['evt.buflen', 'what is read and written is not collected'],
  ['proc.duration', 'the start of a process is told in ns since boot, the time of an event in ns since the epoch; process_exit alone has a duration'],
  ['proc.exe_ino.ctime_duration_proc_start', 'the start of a process is told in ns since boot, the change of its file in ns since the epoch'],
  ['fd.cip.name', 'names come from DNS answers for destinations; a client has none'],
  ['fd.lip.name', 'names come from DNS answers for destinations; the own address has none'],
  ['container.label.', 'labels of containers are not collected'],
  ['k8s.pod.label.', 'labels of pods are not collected'],
];
