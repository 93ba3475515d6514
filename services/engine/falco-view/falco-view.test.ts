/** Values of our events as Falco shows them. */
import { describe, expect, test } from 'vitest';
import { eventFields } from '../event-fields.ts';
import { falcoReason } from './index.ts';

const fields = eventFields();

function shown(name: string, event: object): unknown {
  return fields.resolve({ product: 'falco' }, name)?.read(event);
}

const process = { comm: 'bash', args: ['-bash', '-c', 'id'], exe: '/bin/bash', pid: 30, ns_pid: 3, ns_pgid: 3, sid: 10, cwd: '/root', tty: 'pts2', login_uid: null, cap_effective: 1n << 21n | 1n, user: 'alice', uid: 1000 };
const family = {
  parent: { comm: 'sshd', args: ['sshd: alice'], exe: '/usr/sbin/sshd', pid: 20 },
  ancestors: [{ comm: 'sshd', exe: '/usr/sbin/sshd', pid: 10, args: [] }, { comm: 'systemd', exe: '/sbin/init', pid: 1, args: [] }],
};
const exec = { seq: 5, process, ...family, container: null, body: { kind: 'process_exec', env: ['LD_PRELOAD=/x.so', 'A=1'] } };
const open = (body: object): object => ({ process, ...family, container: null, body: { kind: 'file_open', syscall: 'openat', result: 3, access: 'read', flags: 0, mode: 0, created: false, file_type: 'regular', path: '/etc/ssh/x', filename: '../x', ...body } });
const network = (body: object): object => ({ process, container: null, body: { kind: 'network', operation: 'connect', syscall: 'connect', result: 0, family: 'ipv4', transport: 'tcp', source_ip: '10.0.0.1', source_port: 5, destination_ip: '10.0.0.2', destination_port: 6, local_ip: '10.0.0.1', local_port: 5, remote_ip: '10.0.0.2', remote_port: 6, ...body } });
const timed = { ...exec, time: 1_735_786_209_000_000_042n };
const within = (container: object): object => ({ process, container: { id: '0123456789abcdef', runtime: 'docker', name: 'web', mounts: [], ...container }, body: { kind: 'process_exec' } });
const call = (kind: string, body: object): object => ({ process, body: { kind, ...body } });

describe('an event of ours', () => {
  test.each<[string, object, unknown]>([
    ['evt.type', exec, 'execve'],
    ['evt.type', open({}), 'openat'],
    ['evt.type', network({ syscall: null }), 'connect'],
    ['evt.dir', exec, '<'],
    ['evt.rawtime', timed, 1_735_786_209_000_000_042n],
    ['evt.rawtime.s', timed, 1_735_786_209],
    ['evt.rawtime.ns', timed, 42],
    ['evt.time', timed, '02:50:09.000000042'],
    ['evt.time.s', timed, '02:50:09'],
    ['evt.time.iso8601', timed, '2025-01-02T02:50:09.000000042+0000'],
    ['evt.datetime', timed, '2025-01-02 02:50:09.000000042'],
    ['evt.datetime.s', timed, '2025-01-02 02:50:09'],
    ['evt.datetime', { ...timed, time: 2n ** 63n - 1n }, '2262-04-11 23:47:16.854775807'],
    ['evt.num', exec, 5],
    ['evt.res', exec, 'SUCCESS'],
    ['evt.res', open({ result: -13 }), 'EACCES'],
    ['evt.rawres', open({ result: -13 }), -13],
    ['evt.rawres', network({ operation: 'send', result: null }), 0],
    ['evt.rawres', network({ result: null }), undefined],
    ['evt.failed', open({ result: -2 }), true],
    ['evt.is_open_write', open({ access: 'read_write' }), true],
    ['evt.is_open_read', open({ access: 'write' }), false],
    ['evt.is_open_exec', open({ created: true, mode: 0o755 }), true],
    ['evt.arg.flags', open({ flags: 0o1101 }), 'O_WRONLY|O_CREAT|O_TRUNC'],
    ['evt.arg.flags', call('namespace_change', { flags: 0x10000000 }), 'CLONE_NEWUSER'],
    ['evt.arg.flags', { ...exec, process: { exe_upper_layer: true, exe_memfd: false } }, 'EXE_UPPER_LAYER'],
    ['evt.arg.mode', call('file_change', { mode: 0o4755 }), 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID'],
    ['evt.arg.uid', call('credentials', { real_id: 1000 }), 'alice'],
    ['evt.arg.uid', call('credentials', { real_id: 0 }), 0],
    ['evt.arg.domain', network({ family: 'packet' }), 'AF_PACKET'],
    ['proc.exe', exec, '-bash'],
    ['proc.args', exec, '-c id'],
    ['proc.cmdline', exec, 'bash -c id'],
    ['proc.cwd', exec, '/root/'],
    ['proc.tty', exec, 34_818],
    ['proc.tty', { process: { tty: null }, body: { kind: 'process_exec' } }, 0],
    ['proc.env', exec, 'LD_PRELOAD=/x.so A=1'],
    ['proc.env[A]', exec, '1'],
    ['proc.is_vpgid_leader', exec, true],
    ['proc.pcmdline', exec, 'sshd'],
    ['proc.aname', exec, ['sshd', 'sshd', 'systemd']],
    ['proc.aname[0]', exec, 'bash'],
    ['proc.aname[3]', exec, 'systemd'],
    ['proc.aname[4]', exec, undefined],
    ['proc.aexe[2]', exec, '/usr/sbin/sshd'],
    ['proc.aexepath[1]', exec, '/usr/sbin/sshd'],
    ['proc.sname', exec, 'sshd'],
    ['thread.cap_effective', exec, 'CAP_CHOWN CAP_SYS_ADMIN'],
    ['user.loginuid', exec, -1],
    ['fd.num', open({ result: -2 }), -1],
    ['fd.nameraw', open({}), '../x'],
    ['fd.directory', open({}), '/etc/ssh'],
    ['fd.directory', open({ path: '/x' }), '/'],
    ['fd.filename', open({}), 'x'],
    ['fd.typechar', open({ file_type: 'closed' }), 'f'],
    ['fd.typechar', open({ file_type: 'directory' }), 'd'],
    ['fd.type', open({ file_type: 'char_device' }), 'file'],
    ['fd.name', network({}), '10.0.0.1:5->10.0.0.2:6'],
    ['fd.name', network({ family: 'unix', path: '/run/x' }), '/run/x'],
    ['fd.ip', network({}), ['10.0.0.1', '10.0.0.2']],
    ['fd.port', network({}), ['5', '6']],
    ['fd.connected', network({ result: -115 }), true],
    ['fd.connected', network({ operation: 'send' }), false],
    ['fd.sockfamily', network({ family: 'ipv6' }), 'ip'],
    ['fd.sip', call('kernel_call', { remote_ip: '::1' }), '::1'],
    ['fd.type', call('kernel_call', { remote_ip: '::1' }), 'ipv6'],
    ['container.id', exec, 'host'],
    ['container.id', within({ id: '' }), 'host'],
    ['container.id', within({}), '0123456789ab'],
    ['container.mounts', within({ mounts: [{ source: '/a', destination: '/b', read_only: true }] }), '/a:/b:ro'],
    ['container.mount.dest[/proc*]', within({ mounts: [{ source: '/proc/1', destination: '/host', read_only: true }] }), '/host'],
    ['container.mount.dest[/x]', within({}), 'N/A'],
    ['container.mount.source[/host]', within({ mounts: [{ source: '/proc', destination: '/host', read_only: true }] }), '/proc'],
    ['container.mount.mode[0]', within({ mounts: [{ source: '/a', destination: '/b', read_only: false }] }), 'rw'],
    ['container.mount.dest[/x]', exec, undefined],
  ])('%s, event %#', (name, event, value) => expect(shown(name, event)).toEqual(value));
});

test.each([
  ['evt.buffer', undefined, 'what is read and written is not collected'],
  ['proc.fdopencount', undefined, 'no event here has it'],
  ['ka.verb', 'k8s_audit', 'of the source k8s_audit: the sensors here see system calls'],
])('why %s is missing is said', (name, service, reason) => {
  expect(falcoReason({ product: 'falco', ...(service === undefined ? {} : { service }) }, name)).toBe(reason);
});
