/** A detection with every field filled, for the tests of what reads detections. */
import type { Detection, Event, Process } from '#schemas/generated/types.gen.ts';

export type SampleDetection = Detection & { readonly trigger: Event };

export function sampleDetection(changes: Partial<SampleDetection> = {}, process: Partial<Process> = {}): SampleDetection {
  return {
    id: 'd'.repeat(32),
    rule: {
      id: '5c1e4a0e-58a7-4c5c-9d0e-6f4b8a8d1c01',
      title: 'Shell On A Socket',
      version: '0123456789abcdef',
      dialect: 'sigma',
      level: 'critical',
      tags: ['attack.execution'],
      author: null,
      references: [],
    },
    group: {},
    first: 1_700_000_000_000_000_001n,
    last: 1_700_000_000_000_000_001n,
    count: 1,
    events: ['n1/b1/0/0000000000000001'],
    node: 'n1',
    boot_id: 'b1',
    trigger: sampleEvent(process),
    external: null,
    output: null,
    ...changes,
  };
}

function sampleEvent(process: Partial<Process>): Event {
  return {
    ring: 0,
    seq: 1,
    time: 1_700_000_000_000_000_001n,
    process: { ...sampleProcess, ...process },
    parent: { pid: 41, start_ns: 1n, exe: '/usr/bin/nc', args: ['nc'], comm: 'nc', uid: 0, user: 'root' },
    ancestors: [],
    container: null,
    truncated: [],
    body: { kind: 'process_exec', filename: '/bin/sh', interpreter: '/bin/sh', argc: 1, env: [], secure: false, loaded_program: null, stdin_type: 'inet_socket', stdout_type: 'inet_socket', stderr_type: 'closed' },
  };
}

const identities = { uid: 0, euid: 0, suid: 0, fsuid: 0, gid: 0, egid: 0, sgid: 0, fsgid: 0, login_uid: null, audit_session: null };
const capabilities = { cap_permitted: (1n << 64n) - 1n, cap_effective: 0n, cap_inheritable: 0n, cap_bounding: 0n, cap_ambient: 0n };
const namespaces = { pid_ns: 1, mnt_ns: 2, net_ns: 3, uts_ns: 4, ipc_ns: 5, cgroup_ns: 6, user_ns: 7 };

const sampleProcess: Process = {
  pid: 42,
  start_ns: 9_007_199_254_740_993n,
  tid: 42,
  ppid: 41,
  parent_start_ns: 1n,
  pgid: 42,
  sid: 42,
  ns_pid: 42,
  ns_pgid: 42,
  ...identities,
  ...capabilities,
  ...namespaces,
  cgroup_id: 18_446_744_073_709_551_615n,
  cgroup: '/',
  comm: 'sh',
  exe: '/usr/bin/dash',
  exe_inode: 7n,
  exe_device: 8,
  exe_deleted: false,
  exe_memfd: false,
  exe_upper_layer: false,
  exe_ctime: 1_600_000_000_000_000_000n,
  exe_mtime: 1_600_000_000_000_000_000n,
  args: ['sh', '-i'],
  cwd: '/',
  tty: null,
  user: 'root',
  group: 'root',
  login_user: null,
};
