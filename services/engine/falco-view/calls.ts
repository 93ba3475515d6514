/** Falco's fields of the call itself: its type, its result, its arguments. */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import type { PathValue, Place } from '../event-fields.ts';
import type { FieldValue } from '../rules/fields.ts';
import type { FalcoField } from './index.ts';
import { modeNames, namespaceFlagNames, numberOf, openFlagNames, resultName, textOf } from './values.ts';

/** What is the same in every event of a kind is read from the kind. */
const constant = (value: FieldValue): Place => ({ paths: ['body.kind'], derive: () => value });
const syscall: Place = { paths: ['body.syscall'] };
const result: Place = { paths: ['body.result'] };
const named = (derive: NonNullable<Place['derive']>): Place => ({ paths: ['body.result'], derive });

const resultText = named(([value]) => (typeof value === 'number' ? resultName(value) : undefined));
const failed = named(([value]) => (typeof value === 'number' ? value < 0 : undefined));
const alive = { zero: constant(0), success: constant('SUCCESS'), no: constant(false) };

/** Each field in the kinds that are told at the end of a call. */
function ended(place: Place, ofProcesses: Place): FalcoField {
  return {
    by: {
      process_exec: ofProcesses, process_fork: ofProcesses, file_open: place, file_change: place, mount: place, network: place, credentials: place,
      namespace_change: place, kernel_call: place,
    },
  };
}

/** A send is told of before its end: that it was let through is all that is known. */
const sent = (derive: (result: number) => FieldValue): Place => ({
  paths: ['body.result', 'body.operation'],
  derive: ([value, operation]) => (typeof value === 'number' ? derive(value) : operation === 'send' ? derive(0) : undefined),
});

const withSends = (field: FalcoField, place: Place): FalcoField => ({ by: { ...('by' in field ? field.by : {}), network: place } });

export const eventFields: Readonly<Record<string, FalcoField>> = {
  'evt.num': { all: { paths: ['seq'] } },
  'evt.hostname': { all: { paths: ['hostname'] } },
  'evt.source': { all: constant('syscall') },
  // Every event of ours is told at the end of a call, as all of Falco's since 0.42; older rules ask for it.
  'evt.dir': { all: constant('<') },
  'evt.type': typeField(),
  'syscall.type': typeField(),
  'evt.rawres': withSends(ended(result, alive.zero), sent((value) => value)),
  'evt.res': withSends(ended(resultText, alive.success), sent(resultName)),
  'evt.failed': withSends(ended(failed, alive.no), sent((value) => value < 0)),
  'evt.args': { by: { file_open: { paths: ['body.path', 'body.flags', 'body.mode'], derive: openArguments }, file_change: { paths: ['body.path', 'body.new_path', 'body.mode'], derive: changeArguments }, namespace_change: { paths: ['body.flags'], derive: ([flags]) => `flags=${namespaceFlagNames(numberOf(flags) ?? 0)}` } } },
  'evt.is_open_read': { by: { file_open: { paths: ['body.access'], derive: ([access]) => access === 'read' || access === 'read_write' } } },
  'evt.is_open_write': { by: { file_open: { paths: ['body.access'], derive: ([access]) => access === 'write' || access === 'read_write' } } },
  'evt.is_open_exec': { by: { file_open: { paths: ['body.created', 'body.mode'], derive: ([created, mode]) => created === true && ((numberOf(mode) ?? 0) & 0o111) !== 0 } } },
  'evt.is_open_create': { by: { file_open: { paths: ['body.created'] } } },
};

function typeField(): FalcoField {
  return {
    by: {
      process_exec: constant('execve'), process_fork: constant('clone'), process_exit: constant('procexit'), file_open: syscall, file_change: syscall, mount: syscall,
      // The operation has the name of the call where the call was not seen.
      network: { paths: ['body.syscall', 'body.operation'] },
      credentials: syscall, namespace_change: syscall, kernel_call: syscall,
    },
  };
}

/** evt.arg.path and its like, by the name of the argument. What is a path is shown whole, wherever the call was made from. */
const callArguments: Readonly<Record<string, Readonly<Partial<Record<EventKind, Place>>>>> = {
  res: { file_open: resultText, file_change: resultText, mount: resultText, network: resultText, credentials: resultText, namespace_change: resultText, kernel_call: resultText },
  flags: {
    process_exec: {
      paths: ['process.exe_upper_layer', 'process.exe_memfd'],
      derive: ([upper, memfd]) => [upper === true ? 'EXE_UPPER_LAYER' : '', memfd === true ? 'EXE_FROM_MEMFD' : ''].filter((name) => name !== '').join('|') || '0',
    },
    file_open: { paths: ['body.flags'], derive: ([flags]) => openFlagNames(numberOf(flags) ?? 0) },
    namespace_change: { paths: ['body.flags'], derive: ([flags]) => namespaceFlagNames(numberOf(flags) ?? 0) },
  },
  filename: { process_exec: { paths: ['body.filename'] }, file_open: { paths: ['body.path', 'body.filename'] }, file_change: { paths: ['body.path', 'body.filename'] } },
  name: { file_open: { paths: ['body.path', 'body.filename'] }, file_change: { paths: ['body.path', 'body.filename'] }, kernel_call: { paths: ['body.name'] } },
  path: { file_open: { paths: ['body.path'] }, file_change: { paths: ['body.path'] }, mount: { paths: ['body.path'] } },
  pathname: { file_change: { paths: ['body.path'] } },
  oldpath: { file_change: { paths: ['body.path'] } },
  newpath: { file_change: { paths: ['body.new_path'] } },
  linkpath: { file_change: { paths: ['body.path'] } },
  target: { file_change: { paths: ['body.target'] } },
  mode: { file_open: modeOf(), file_change: modeOf() },
  fd: { network: { paths: ['body.fd'] }, kernel_call: { paths: ['body.fd'] } },
  domain: { network: { paths: ['body.family'], derive: ([family]) => domains[textOf(family) ?? ''] } },
  request: { kernel_call: { paths: ['body.request_name'] } },
  cmd: { kernel_call: { paths: ['body.request_name'] } },
  option: { kernel_call: { paths: ['body.request_name'] } },
  dev: { mount: { paths: ['body.source'] } },
  dir: { mount: { paths: ['body.path'] } },
  type: { mount: { paths: ['body.file_system'] } },
  uid: { credentials: { paths: ['body.real_id', 'process.uid', 'process.user'], derive: identity } },
  gid: { credentials: { paths: ['body.real_id', 'process.gid', 'process.group'], derive: identity } },
};

export function argumentPlace(kind: EventKind, name: string): Place | undefined {
  const argument = /^evt\.(?:raw)?arg\.([a-z_]+)$/.exec(name)?.[1];
  if (argument === undefined || !Object.hasOwn(callArguments, argument)) return undefined;
  return callArguments[argument]![kind];
}

/** include/linux/socket.h */
const domains: Readonly<Record<string, string>> = {
  unix: 'AF_UNIX', ipv4: 'AF_INET', ipv6: 'AF_INET6', netlink: 'AF_NETLINK', packet: 'AF_PACKET', vsock: 'AF_VSOCK', bluetooth: 'AF_BLUETOOTH', alg: 'AF_ALG',
};

function modeOf(): Place {
  return { paths: ['body.mode'], derive: modeText };
}

function modeText([mode]: readonly PathValue[]): FieldValue {
  return typeof mode === 'number' ? modeNames(mode) : undefined;
}

/** Falco shows the name of the user: known here when the call made the process this user. */
function identity([id, own, name]: readonly PathValue[]): FieldValue {
  return typeof id !== 'number' ? undefined : id === own ? (textOf(name) ?? id) : id;
}

function openArguments([path, flags, mode]: readonly PathValue[]): FieldValue {
  return `name=${textOf(path) ?? '<NA>'} flags=${openFlagNames(numberOf(flags) ?? 0)} mode=${modeNames(numberOf(mode) ?? 0)}`;
}

function changeArguments([path, newPath, mode]: readonly PathValue[]): FieldValue {
  const parts = [['path', textOf(path)], ['newpath', textOf(newPath)], ['mode', typeof mode === 'number' ? modeNames(mode) : undefined]];
  return parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join(' ');
}
