/** The rules that come with Ringfence: each fires on what it is about, stays quiet on what is near, and is cheap. */
import { describe, expect, test } from 'vitest';
import { shipped } from '#runtime/config.ts';
import { eventKinds, type EventKind, type FieldEntry } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { eventFields } from './event-fields.ts';
import { logSourcesOf } from './event-sources.ts';
import { interestOf } from './interest/interest-of.ts';
import { createMatcher, loadRuleFiles } from './rules/index.ts';

const { rules, report } = await loadRuleFiles([shipped('rules/detections')], { fields: eventFields() });
const detections = rules.filter((rule) => rule.kind === 'detection');
const matcher = createMatcher(detections);

/** What of an event a case says; process fields beside the body's. */
interface Case {
  readonly kind: EventKind;
  readonly exe: string;
  readonly body?: object;
  readonly process?: object;
  readonly parent?: object;
  readonly container?: object;
}

interface Cases {
  readonly fires: readonly Case[];
  readonly quiet: readonly Case[];
}

const opened = (exe: string, path: string, access = 'write', more: object = {}): Case => ({ kind: 'file_open', exe, body: { path, access, created: false, result: 3, ...more } });
const changed = (exe: string, operation: string, path: string, more: object = {}): Case => ({ kind: 'file_change', exe, body: { operation, path, new_path: null, result: 0, ...more } });
const renamed = (exe: string, path: string): Case => changed(exe, 'rename', '/tmp/x', { new_path: path });
const called = (exe: string, operation: string, more: object = {}, rest: Partial<Case> = {}): Case => ({ kind: 'kernel_call', exe, body: { operation, result: 0, ...more }, ...rest });
const connected = (exe: string, destination: string, more: object = {}): Case => {
  return { kind: 'network', exe, body: { operation: 'connect', family: destination.includes(':') ? 'ipv6' : 'ipv4', socket_type: 'stream', initiated: true, destination_ip: destination, destination_port: 443, result: 0, ...more } };
};
const entered = (exe: string, operation: string, namespaces: string[], container = 'c0ffee', result = 0): Case => {
  return { kind: 'namespace_change', exe, body: { operation, namespaces, result }, container: { id: container, runtime: 'docker' } };
};

const cases: Readonly<Record<string, Cases>> = {
  'su Refused': {
    fires: [{ kind: 'process_exit', exe: '/usr/bin/su', body: { exit_code: 1 }, process: { uid: 1000 } }],
    quiet: [{ kind: 'process_exit', exe: '/usr/bin/su', body: { exit_code: 1 }, process: { uid: 0 } }, { kind: 'process_exit', exe: '/usr/bin/su', body: { exit_code: 0 } }],
  },
  'Shell With Its Streams On A Network Socket': {
    fires: [{ kind: 'process_exec', exe: '/usr/bin/dash', body: { stdin_type: 'inet_socket', stdout_type: 'inet_socket' } }],
    quiet: [{ kind: 'process_exec', exe: '/usr/bin/dash', body: { stdin_type: 'unix_socket', stdout_type: 'unix_socket' } }, { kind: 'process_exec', exe: '/usr/bin/nc', body: { stdin_type: 'inet_socket', stdout_type: 'inet_socket' } }],
  },
  'Program Run From Shared Memory': {
    fires: [{ kind: 'process_exec', exe: '/dev/shm/x' }, { kind: 'process_exec', exe: '/memfd:x (deleted)' }],
    quiet: [{ kind: 'process_exec', exe: '/dev/shmem/x' }],
  },
  'Program Run From A Deleted File': {
    fires: [{ kind: 'process_exec', exe: '/tmp/x', process: { exe_deleted: true, exe_memfd: false } }],
    quiet: [{ kind: 'process_exec', exe: '/memfd:', process: { exe_deleted: true, exe_memfd: true } }, { kind: 'process_exec', exe: '/tmp/x' }],
  },
  'Password Hashes Read By An Unusual Program': {
    fires: [opened('/usr/bin/cat', '/etc/shadow', 'read'), opened('/tmp/sudo', '/etc/shadow-', 'read'), opened('/usr/bin/vim', '/etc/gshadow', 'read_write')],
    quiet: [opened('/usr/bin/sudo', '/etc/shadow', 'read'), opened('/usr/bin/cat', '/etc/shadow', 'read', { result: -13 }), opened('/usr/bin/cat', '/etc/passwd', 'read'), opened('/usr/bin/ls', '/etc/shadow', 'none')],
  },
  'SSH Authorized Keys Changed': {
    fires: [opened('/usr/bin/bash', '/root/.ssh/authorized_keys'), renamed('/usr/bin/mv', '/home/ann/.ssh/authorized_keys2')],
    quiet: [opened('/usr/sbin/sshd', '/root/.ssh/authorized_keys', 'read'), changed('/usr/bin/mv', 'rename', '/root/.ssh/authorized_keys', { new_path: '/root/old' }), opened('/usr/bin/bash', '/root/.ssh/known_hosts')],
  },
  'Scheduled Task Or systemd Unit Written By An Unusual Program': {
    fires: [opened('/usr/bin/tee', '/etc/cron.d/x'), renamed('/usr/bin/crontab', '/var/spool/cron/crontabs/root'), changed('/usr/bin/ln', 'symlink', '/etc/systemd/system/x.service'), opened('/tmp/dpkg', '/etc/systemd/system/x.service')],
    quiet: [
      opened('/usr/bin/dpkg', '/etc/cron.d/x.dpkg-new'),
      changed('/usr/bin/systemctl', 'symlink', '/etc/systemd/system/multi-user.target.wants/x.service'),
      { ...changed('/usr/bin/perl', 'symlink', '/etc/systemd/system/x.service'), process: { args: ['/usr/bin/perl', '/usr/bin/deb-systemd-helper', 'enable'] }, parent: { exe: '/usr/bin/dash' } },
      opened('/usr/bin/cat', '/etc/crontab', 'read'),
      opened('/usr/bin/tee', '/etc/cron.d/x', 'write', { result: -13 }),
    ],
  },
  'Preload List Of The Dynamic Loader Written': {
    fires: [opened('/usr/bin/tee', '/etc/ld.so.preload'), renamed('/usr/bin/mv', '/etc/ld.so.preload')],
    quiet: [opened('/usr/bin/cat', '/etc/ld.so.preload', 'read'), opened('/usr/sbin/ldconfig', '/etc/ld.so.cache')],
  },
  'Connection By A Program In A Temporary Directory': {
    fires: [connected('/tmp/x', '192.0.2.7'), connected('/dev/shm/x', '2001:db8::1', { result: -115 }), connected('/memfd:x', '192.0.2.7')],
    quiet: [connected('/tmp/x', '127.0.0.1'), connected('/tmp/x', '::1'), connected('/usr/bin/curl', '192.0.2.7'), connected('/tmp/x', '192.0.2.7', { operation: 'accept', initiated: false }), connected('/tmp/x', '', { family: 'unix', destination_ip: null })],
  },
  'Connection By A Shell': {
    fires: [connected('/usr/bin/bash', '192.0.2.7')],
    quiet: [connected('/usr/bin/bash', '127.0.0.53'), connected('/usr/bin/bash', '192.0.2.7', { destination_port: 389 }), connected('/usr/bin/bash', '192.0.2.7', { socket_type: 'datagram' }), connected('/usr/bin/ssh', '192.0.2.7')],
  },
  'Memory Of Another Process Written': {
    fires: [called('/usr/bin/python3.11', 'ptrace', { request: 16, target_pid: 7 }), called('/tmp/gdb', 'ptrace', { request: 16902, target_pid: 7 }), called('/tmp/x', 'process_vm_writev', { result: 8, target_pid: 7 })],
    quiet: [called('/usr/bin/strace', 'ptrace', { request: 16902, target_pid: 7 }), called('/usr/bin/python3.11', 'ptrace', { request: 0, target_pid: 7 }), called('/tmp/x', 'process_vm_writev', { result: 8, target_pid: 42 }), called('/tmp/x', 'ptrace', { request: 16, target_pid: 7, result: -1 })],
  },
  'Namespace Entered Or Made In A Container': {
    fires: [entered('/usr/bin/nsenter', 'setns', ['mnt']), entered('/usr/bin/unshare', 'unshare', ['user', 'net'])],
    quiet: [entered('/usr/bin/nsenter', 'setns', ['net']), entered('/usr/bin/unshare', 'unshare', ['user'], ''), entered('/usr/sbin/runc', 'setns', ['mnt']), entered('/usr/bin/unshare', 'unshare', ['user'], 'c0ffee', -1), { ...entered('/usr/bin/unshare', 'unshare', ['user']), container: undefined! }],
  },
  'Kernel Module Loaded In An Unusual Way': {
    fires: [called('/tmp/x', 'init_module', { path: null }), called('/usr/bin/kmod', 'finit_module', { path: '/tmp/x.ko' })],
    quiet: [called('/usr/bin/kmod', 'finit_module', { path: '/usr/lib/modules/6.1/x.ko' }), called('/usr/bin/kmod', 'init_module', { path: null }), called('/tmp/x', 'init_module', { path: null, result: -1 }), called('/tmp/x', 'delete_module')],
  },
  'io_uring Used By A Program In A Temporary Directory': {
    fires: [called('/dev/shm/x', 'io_uring_setup', { result: 4 })],
    quiet: [called('/usr/bin/qemu-system-x86_64', 'io_uring_setup', { result: 4 }), called('/tmp/x', 'io_uring_register')],
  },
  'Set-User-ID Bit Set': {
    fires: [changed('/usr/bin/chmod', 'chmod', '/tmp/sh', { mode: 0o4755 }), changed('/usr/bin/chmod', 'chmod', '/tmp/sh', { mode: 0o7777 })],
    quiet: [changed('/usr/bin/chmod', 'chmod', '/srv', { mode: 0o2775 }), changed('/usr/bin/dpkg', 'chmod', '/usr/bin/su.dpkg-new', { mode: 0o4755 }), changed('/usr/bin/chmod', 'chmod', '/tmp/sh', { mode: 0o4755, result: -1 })],
  },
  'Program That The Kernel Runs As Root Was Set': {
    fires: [opened('/usr/bin/bash', '/proc/sys/kernel/core_pattern'), opened('/bin/sh', '/sys/fs/cgroup/rdma/release_agent')],
    quiet: [opened('/usr/sbin/sysctl', '/proc/sys/kernel/core_pattern'), opened('/usr/bin/cat', '/proc/sys/kernel/core_pattern', 'read'), opened('/bin/sh', '/proc/sys/kernel/core_uses_pid')],
  },
  'BPF Program Loaded By An Unusual Program': {
    fires: [called('/tmp/x', 'bpf', { request: 5, result: 6 }), called('/tmp/bpftool', 'bpf', { request: 5, result: 6 })],
    quiet: [called('/usr/sbin/bpftool', 'bpf', { request: 5, result: 6 }), called('/tmp/x', 'bpf', { request: 0, result: 6 }), called('/usr/bin/node', 'bpf', { request: 5, result: 6 }, { process: { args: ['node', 'services/cli/main.ts', 'up'] } })],
  },
  'Shell Moved Its Streams To A Network Socket': {
    fires: [called('/usr/bin/bash', 'dup_socket', { fd: 0 })],
    quiet: [called('/usr/sbin/inetd', 'dup_socket', { fd: 0 })],
  },
  'Input Injected Into A Terminal': {
    fires: [called('/usr/bin/perl', 'tiocsti')],
    quiet: [called('/usr/bin/perl', 'tiocsti', { result: -5 }), called('/usr/bin/perl', 'prctl')],
  },
};

describe.each(detections.map((rule) => rule.title))('%s', (title) => {
  const { fires = [], quiet = [] } = cases[title] ?? {};
  const matches = (each: Case) => {
    const event = eventOf(each);
    return matcher.match(logSourcesOf(event), event).some((rule) => rule.title === title);
  };

  test('fires on what it is about', () => {
    expect(fires.length).toBeGreaterThan(0);
    for (const each of fires) expect({ ...each, fired: matches(each) }).toEqual({ ...each, fired: true });
  });

  test('stays quiet on what is near', () => {
    expect(quiet.length).toBeGreaterThan(0);
    for (const each of quiet) expect({ ...each, fired: matches(each) }).toEqual({ ...each, fired: false });
  });
});

test('every rule can match here, and says what it is, how bad, and when it is wrong', () => {
  expect(report.summary).toMatchObject({ unsatisfiable: 0, rejected: 0 });
  for (const rule of rules) {
    expect(rule).toMatchObject({ id: expect.any(String), description: expect.any(String), level: expect.any(String) });
    expect(rule.tags.some((tag) => /^attack\.t\d{4}/.test(tag))).toBe(true);
  }
});

test('no rule asks the kernel for more than certain paths, operations or connections', () => {
  for (const { kind, clauses } of interestOf(rules)) {
    if (kind === 'network') expect(clauses.filter(({ operations }) => operations.includes('ended'))).toEqual([]);
    if (kind === 'file_open') expect(clauses.filter(({ path }) => path === null)).toEqual([]);
    expect(clauses.filter(({ operations, path }) => operations.length === 0 && path === null)).toEqual([]);
  }
});

function eventOf({ kind, exe, body = {}, process = {}, parent, container }: Case): Event {
  const fields = new Map<string, FieldEntry>(eventKinds[kind].fields.map((field) => [field.path, field]));
  for (const [name, value] of Object.entries(body)) {
    const field = fields.get(`body.${name}`);
    // A slip in a case would make it quiet for the wrong reason.
    if (field === undefined || (field.symbols !== undefined && !field.symbols.includes(value as string))) throw new Error(`${kind} has no ${name} ${String(value)}`);
  }
  const acting = { pid: 42, uid: 0, exe, args: [exe], exe_deleted: false, exe_memfd: exe.startsWith('/memfd:'), ...process };
  return { process: acting, parent: parent ?? null, container: container ?? null, body: { kind, ...body } } as unknown as Event;
}
