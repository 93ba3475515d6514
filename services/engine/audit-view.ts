/**
 * Events as audit records, for rules on Linux's audit log (service: auditd): a program started is EXECVE, SYSCALL and
 * PATH, a file opened or changed is PATH. An event stands for all records of one audited call, so that what rules ask of
 * a record is asked of the event. Other calls are no audit records here: which ones auditd tells of is its
 * configuration's business, and to send all of them would cost every node.
 */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { told } from './derivation-forms.ts';
import type { PathValue, Place } from './event-fields.ts';
import type { LogSource } from './rules/fields.ts';

export const auditSource: LogSource = { product: 'linux', service: 'auditd' };

/** Undefined for what no event has: key, which is auditd's own, and arguments of calls. */
export function auditField(kind: EventKind, name: string): Place | undefined {
  const own = kinds[kind];
  if (own === undefined) return undefined;
  const known = Object.hasOwn(own, name) ? own[name] : Object.hasOwn(process, name) ? { paths: [process[name]!] } : undefined;
  return known ?? (kind === 'process_exec' ? argument(name) : undefined);
}

/** As ausearch(8) names them, also in capitals for what it has interpreted. */
const process: Readonly<Record<string, string>> = {
  exe: 'process.exe',
  comm: 'process.comm',
  cwd: 'process.cwd',
  pid: 'process.pid',
  ppid: 'process.ppid',
  uid: 'process.uid',
  euid: 'process.euid',
  suid: 'process.suid',
  fsuid: 'process.fsuid',
  gid: 'process.gid',
  egid: 'process.egid',
  sgid: 'process.sgid',
  fsgid: 'process.fsgid',
  auid: 'process.login_uid',
  ses: 'process.audit_session',
  tty: 'process.tty',
  UID: 'process.user',
  GID: 'process.group',
  AUID: 'process.login_user',
};

/** What is the same in every event of a kind is read from the kind: rules then are not taken for possible in others. */
const ofKind = (value: string | readonly string[]): Place => ({ paths: ['body.kind'], derive: () => value });

const kinds: Readonly<Partial<Record<EventKind, Readonly<Record<string, Place>>>>> = {
  process_exec: {
    type: ofKind(['EXECVE', 'SYSCALL', 'PATH', 'CWD', 'PROCTITLE']),
    syscall: ofKind('execve'),
    SYSCALL: ofKind('execve'),
    name: { paths: ['process.exe'] },
    nametype: ofKind('NORMAL'),
    argc: { paths: ['body.argc'] },
    proctitle: { paths: ['process.args'], derive: told({ kind: 'joined', separator: ' ', from: 0 }, ([args]) => listOf(args).join(' ')) },
  },
  file_open: {
    type: ofKind('PATH'),
    name: { paths: ['body.path'] },
    nametype: { paths: ['body.created'], derive: ([created]) => (created === true ? 'CREATE' : 'NORMAL') },
  },
  file_change: {
    type: ofKind('PATH'),
    // A record for each name.
    name: { paths: ['body.path', 'body.new_path'], derive: told({ kind: 'each' }, (names) => names.filter((name) => typeof name === 'string')), amongThem: true },
    nametype: { paths: ['body.operation'], derive: ([operation]) => nameTypes(operation) },
  },
};

/** a0, a1 … of EXECVE. One place for each, so that all rules share the field. */
function argument(name: string): Place | undefined {
  if (!/^a\d{1,3}$/.test(name)) return undefined;
  const index = Number(name.slice(1));
  return argumentPlaces.getOrInsertComputed(index, () => ({ paths: ['process.args'], derive: told({ kind: 'item', index }, ([args]) => listOf(args)[index]) }));
}

const argumentPlaces = new Map<number, Place>();

function listOf(value: PathValue): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function nameTypes(operation: PathValue): string[] {
  switch (operation) {
    case 'unlink':
    case 'rmdir':
      return ['DELETE'];
    case 'rename':
      return ['DELETE', 'CREATE'];
    case 'link':
    case 'symlink':
    case 'mkdir':
    case 'mknod':
      return ['CREATE'];
    default:
      return ['NORMAL'];
  }
}
