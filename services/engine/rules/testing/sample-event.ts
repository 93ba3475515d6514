/**
 * The event that a rule's test describes: an everyday one of its kind, an ordinary user's program started from a shell,
 * with the values that the test names, and what follows from these (the program's name from its path, the sides of a
 * connection). So a test names only what its rule is about.
 */
import { eventKinds, type EventKind, type FieldEntry } from '#schemas/generated/fields.gen.ts';
import type { Event, Network, ProcessExec } from '#schemas/generated/types.gen.ts';
import { emptyContainer, emptyEvent } from './schema-value.ts';

/** Where a value that a test names stands in the event, such as process.exe. */
export type NamedValues = ReadonlyMap<string, unknown>;

/** Where in an event of the kind a name of a rule stands, by Sigma's name or our path; empty when nowhere. */
export function pathsOf(kind: EventKind, name: string, operation: unknown): readonly string[] {
  if (kind === 'file_change' && name === 'SourceFilename') return ['body.path'];
  if (kind === 'file_change' && name === 'TargetFilename' && hasNewPath(operation)) return ['body.new_path'];
  const known = fieldsOf(kind).filter((field) => field.sigma === name || field.path === name).map(({ path }) => path);
  return known.length > 0 ? known : (otherNames[name] ?? []);
}

/** The names that `pathsOf` knows, for hints. */
export function namesOf(kind: EventKind): string[] {
  return [...fieldsOf(kind).flatMap(({ sigma, path }) => (sigma === undefined ? [path] : [sigma, path])), ...Object.keys(otherNames)];
}

function fieldsOf(kind: EventKind): readonly FieldEntry[] {
  return eventKinds[kind].fields;
}

/** Of the batch, not of the event; and of the ancestors, which are no fields of their own. */
const otherNames: Readonly<Record<string, readonly string[]>> = { node: ['node'], hostname: ['hostname'], Computer: ['hostname'], 'ancestors.exe': ['ancestors.exe'] };

export function sampleEvent(kind: EventKind, given: NamedValues, order: { readonly seq: number; readonly timeNs: bigint }): Event {
  const event = emptyEvent(kind);
  const named = (path: string): boolean => given.has(path);
  Object.assign(event, { ring: kind.startsWith('process_') ? 0 : 1, seq: order.seq, time: order.timeNs });
  for (const [part, defaults] of Object.entries({ process: everydayProcess, parent: everydayParent })) event[part] = { ...(event[part] as object | null), ...defaults };
  if ([...given.keys()].some((path) => path.startsWith('container.'))) event['container'] = { ...(emptyContainer() as object), ...everydayContainer };
  Object.assign(event['body'] as object, everydayBodies[kind]);
  for (const [path, value] of given) put(event, path, value);
  const made = event as unknown as Event;
  concludeProcess(made, named);
  concludeBody(made, named);
  return made;
}

function put(event: Record<string, unknown>, path: string, value: unknown): void {
  const [first, second] = path.split('.');
  if (first === 'ancestors') {
    event['ancestors'] = (value as string[]).map((exe, index) => ({ ...everydayParent, pid: 3_000 - index, exe, args: [exe], comm: commOf(exe), uid: 0, user: 'root' }));
    return;
  }
  if (second === undefined) {
    if (Object.hasOwn(event, path)) event[path] = value;
    return;
  }
  (event[first!] as Record<string, unknown>)[second] = value;
}

const startNs = 3_600_000_000_000n;
/** An inode number of a namespace, as the first ones of a host have. */
const firstNamespace = 4_026_531_835;
const allCapabilities = 0x1ff_ffff_ffffn;

const everydayProcess = {
  ...{ pid: 4242, tid: 4242, pgid: 4242, ns_pid: 4242, sid: 4000, start_ns: startNs + 60_000_000_000n, parent_start_ns: startNs, uid: 1000, gid: 1000, login_uid: 1000, audit_session: 3 },
  ...{ pid_ns: firstNamespace + 1, mnt_ns: firstNamespace + 6, net_ns: firstNamespace + 5, uts_ns: firstNamespace + 3, ipc_ns: firstNamespace + 4, cgroup_ns: firstNamespace, user_ns: firstNamespace + 2 },
  ...{ cap_bounding: allCapabilities, cgroup_id: 5_000n, cgroup: '/user.slice/user-1000.slice/session-3.scope', exe: '/usr/bin/example', exe_inode: 123_456n, exe_device: 0x80_0001, cwd: '/', tty: 'pts0', login_user: 'ann' },
};

const everydayParent = { pid: 4000, start_ns: startNs, exe: '/usr/bin/bash', args: ['-bash'], comm: 'bash' };

const containerId = 'c0ffee'.repeat(10) + 'c0ff';
const everydayContainer = { id: containerId, runtime: 'docker', name: 'example', image: 'example:1', image_repository: 'example', image_tag: '1', privileged: false };

const everydayBodies: Readonly<Record<EventKind, object>> = {
  process_exec: { stdin_type: 'char_device', stdout_type: 'char_device', stderr_type: 'char_device' },
  process_fork: {},
  process_exit: { duration_ns: 1_000_000_000n },
  file_open: { result: 3, access: 'read', path: '/srv/example', file_type: 'regular', file_mode: 0o644, file_uid: 0 },
  file_change: { operation: 'close_write', result: 0, path: '/srv/example' },
  mount: { result: 0, path: '/mnt' },
  network: { operation: 'connect', result: 0, family: 'ipv4', socket_type: 'stream', protocol: 6, fd: 3 },
  dns: { name: 'example.com', record_type: 'A', server_ip: '192.0.2.53', server_port: 53 },
  tls_client_hello: { server_name: 'example.com', local_ip: '192.0.2.10', local_port: 40_000, remote_ip: '198.51.100.7', remote_port: 443 },
  http_request: { method: 'GET', target: '/', host: 'example.com', local_ip: '192.0.2.10', local_port: 40_000, remote_ip: '198.51.100.7', remote_port: 80 },
  credentials: { result: 0 },
  namespace_change: { result: 0 },
  kernel_call: { result: 0 },
};

type Named = (path: string) => boolean;

function concludeProcess({ process, parent }: Event, named: Named): void {
  const { exe, uid } = process;
  const fill = (values: object): void => {
    for (const [key, value] of Object.entries(values)) if (!named(`process.${key}`)) Object.assign(process, { [key]: value });
  };
  fill({ args: exe === null ? [] : [exe], comm: commOf(exe), exe_memfd: exe?.startsWith('/memfd:') === true, exe_deleted: exe?.endsWith(' (deleted)') === true || exe?.startsWith('/memfd:') === true });
  fill({ euid: uid, suid: uid, user: userOf(uid) });
  fill({ fsuid: process.euid, egid: process.gid, sgid: process.gid, fsgid: process.gid, group: userOf(process.gid), ns_pgid: process.pgid });
  if (process.euid === 0) fill({ cap_permitted: allCapabilities, cap_effective: allCapabilities });
  if (parent === null) return;
  fill({ ppid: parent.pid });
  if (!named('parent.uid')) parent.uid = uid;
  if (!named('parent.user')) parent.user = userOf(parent.uid);
  if (!named('parent.comm')) parent.comm = commOf(parent.exe);
  if (named('parent.exe') && !named('parent.args')) parent.args = parent.exe === null ? [] : [parent.exe];
}

/** What the kernel keeps of a program's name. */
function commOf(exe: string | null): string {
  return exe === null ? '' : exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15);
}

function userOf(id: number): string | null {
  return id === 0 ? 'root' : id === 1000 ? 'ann' : null;
}

function concludeBody({ body, process }: Event, named: Named): void {
  switch (body.kind) {
    case 'process_exec':
      return concludeExec(body, process.exe, process.args.length, named);
    case 'network':
      return concludeNetwork(body, named);
    case 'file_open':
      if (body.result !== null && body.result < 0 && !named('body.file_type')) Object.assign(body, { file_type: 'closed', file_mode: 0, file_uid: null });
      return;
    case 'file_change':
      if (hasNewPath(body.operation) && !named('body.new_path')) body.new_path = '/srv/example-2';
      return;
    default:
  }
}

function concludeExec(body: ProcessExec, exe: string | null, argc: number, named: Named): void {
  if (!named('body.filename')) body.filename = exe;
  if (!named('body.argc')) body.argc = argc;
}

function concludeNetwork(body: Network, named: Named): void {
  const set = <K extends keyof Network>(key: K, value: Network[K]): void => {
    if (!named(`body.${key}`)) body[key] = value;
  };
  const named6 = ['local_ip', 'remote_ip', 'source_ip', 'destination_ip'] as const;
  if (named6.some((key) => body[key]?.includes(':') === true)) set('family', 'ipv6');
  set('initiated', body.operation === 'connect' || body.operation === 'send');
  if (body.operation === 'send') set('socket_type', 'datagram');
  if (body.socket_type === 'datagram') set('protocol', 17);
  if (body.family !== 'ipv4' && body.family !== 'ipv6') return set('protocol', 0);
  set('transport', body.protocol === 17 ? 'udp' : body.protocol === 6 ? 'tcp' : null);
  const v6 = body.family === 'ipv6';
  const waits = !['connect', 'send', 'accept'].includes(body.operation);
  const [mine, other] = body.initiated ? (['source', 'destination'] as const) : (['destination', 'source'] as const);
  set('local_ip', body[`${mine}_ip`] ?? (v6 ? '2001:db8::10' : '192.0.2.10'));
  set('local_port', body[`${mine}_port`] ?? (body.initiated ? 40_000 : 8080));
  if (waits) return;
  set('remote_ip', body[`${other}_ip`] ?? (v6 ? '2001:db8:1::7' : '198.51.100.7'));
  set('remote_port', body[`${other}_port`] ?? (body.initiated ? 443 : 40_000));
  for (const part of ['ip', 'port'] as const) {
    set(`${mine}_${part}`, body[`local_${part}`]);
    set(`${other}_${part}`, body[`remote_${part}`]);
  }
}

/** The operation gives a file another path, which Sigma's TargetFilename then is. */
function hasNewPath(operation: unknown): boolean {
  return operation === 'rename' || operation === 'link';
}
