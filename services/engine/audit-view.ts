/**
 * Events as audit records, for rules on Linux's audit log (service: auditd): a program started is EXECVE, SYSCALL and
 * PATH, a file opened or changed is PATH. An event stands for all records of one audited call, so that what rules ask of
 * a record is asked of the event. Other calls are no audit records here: which ones auditd tells of is its
 * configuration's business, and to send all of them would cost every node.
 */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import type { FieldRef, LogSource } from './rules/fields.ts';

export const auditSource: LogSource = { product: 'linux', service: 'auditd' };

/** A field of a record: the paths that it is read from, and how, where it is not the first's value. */
export interface AuditField {
  readonly paths: readonly string[];
  readonly read?: FieldRef['read'];
}

/** Undefined for what no event has: key, which is auditd's own, and arguments of calls. */
export function auditField(kind: EventKind, name: string): AuditField | undefined {
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
const ofKind = (value: string | readonly string[]): AuditField => ({ paths: ['body.kind'], read: () => value });

const kinds: Readonly<Partial<Record<EventKind, Readonly<Record<string, AuditField>>>>> = {
  process_exec: {
    type: ofKind(['EXECVE', 'SYSCALL', 'PATH', 'CWD', 'PROCTITLE']),
    syscall: ofKind('execve'),
    SYSCALL: ofKind('execve'),
    name: { paths: ['process.exe'] },
    nametype: ofKind('NORMAL'),
    argc: { paths: ['body.argc'] },
    proctitle: { paths: ['process.args'], read: (event) => (event as Event).process.args.join(' ') },
  },
  file_open: {
    type: ofKind('PATH'),
    name: { paths: ['body.path'] },
    nametype: { paths: ['body.created'], read: (event) => (bodyOf(event, 'file_open')?.created === true ? 'CREATE' : 'NORMAL') },
  },
  file_change: {
    type: ofKind('PATH'),
    name: { paths: ['body.path', 'body.new_path'], read: (event) => changedNames(event) },
    nametype: { paths: ['body.operation'], read: (event) => nameTypes(bodyOf(event, 'file_change')?.operation) },
  },
};

/** a0, a1 … of EXECVE. */
function argument(name: string): AuditField | undefined {
  if (!/^a\d{1,3}$/.test(name)) return undefined;
  const index = Number(name.slice(1));
  return { paths: ['process.args'], read: (event) => (event as Event).process.args[index] };
}

/** A record for each name. */
function changedNames(event: object): string[] {
  const body = bodyOf(event, 'file_change');
  return [body?.path, body?.new_path].filter((path) => typeof path === 'string');
}

function nameTypes(operation: string | undefined): string[] {
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

function bodyOf<K extends EventKind>(event: object, kind: K): Extract<Event['body'], { kind: K }> | undefined {
  const { body } = event as Event;
  return body.kind === kind ? (body as Extract<Event['body'], { kind: K }>) : undefined;
}
