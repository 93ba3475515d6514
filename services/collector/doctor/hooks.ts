/**
 * The hooks that anything of Ringfence may hang on, each tried on this kernel: a program of two instructions is loaded,
 * attached, and detached at once. Those of a cgroup are attached to an empty one, made for that moment; those of a network
 * interface or namespace are loaded only.
 */
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { BpfError, probeSection } from 'libbpf-ts';

export interface HookReport {
  /** The section of such a program. */
  readonly hook: string;
  /** Its part before the place. */
  readonly type: string;
  readonly status: 'ok' | 'refused' | 'absent';
  readonly errno?: number;
  readonly reason?: string;
}

const sections = [
  'tp_btf/sched_process_exec',
  'tp_btf/sys_enter',
  'tp_btf/sys_exit',
  'tp_btf/task_newtask',
  'tp_btf/inet_sock_set_state',
  // One tracepoint, renamed in 6.4.
  'tp_btf/io_uring_submit_req',
  'tp_btf/io_uring_submit_sqe',
  'raw_tp/sched_process_exec',
  'raw_tp/sys_exit',
  'tracepoint/sched/sched_process_exec',
  'iter/task',
  'iter.s/task',
  'iter/task_file',
  'syscall',
  'fentry/security_file_open',
  'fentry/security_bprm_check',
  'fexit/security_file_open',
  'fmod_ret/security_file_open',
  'lsm/file_open',
  'lsm/bprm_check_security',
  'lsm/capable',
  'lsm.s/bprm_check_security',
  'lsm_cgroup/socket_bind',
  'kprobe/do_sys_openat2',
  'uprobe',
  'perf_event',
  'cgroup/connect4',
  'cgroup/connect6',
  'cgroup/sendmsg4',
  'cgroup/sendmsg6',
  'cgroup/recvmsg4',
  'cgroup/recvmsg6',
  'cgroup/bind4',
  'cgroup/bind6',
  'cgroup/post_bind4',
  'cgroup/post_bind6',
  'cgroup/sock_create',
  'cgroup/sock_release',
  'cgroup/dev',
  'cgroup_skb/ingress',
  'cgroup_skb/egress',
  'sockops',
  'sk_lookup',
  'tc',
  'xdp',
] as const;

export type HookName = (typeof sections)[number];

/** Of a cgroup, libbpf's types are each named by where they hang. */
function typeOf(section: HookName): string {
  return section.startsWith('cgroup/') ? section : section.split('/')[0]!;
}

export function probeHooks(cgroup2: string | null): HookReport[] {
  const cgroup = cgroup2 === null ? null : makeCgroup(cgroup2);
  try {
    return sections.map((section) => probe(section, cgroup));
  } finally {
    if (cgroup !== null) rmdirSync(cgroup);
  }
}

/** Null where none may be made: then the types of a cgroup are loaded only. */
function makeCgroup(mount: string): string | null {
  const path = join(mount, `ringfence-doctor-${process.pid}`);
  try {
    mkdirSync(path);
    return path;
  } catch {
    return null;
  }
}

function probe(hook: HookName, cgroup: string | null): HookReport {
  const type = typeOf(hook);
  try {
    return { hook, type, ...probeSection(hook, { attach: true, ...(cgroup === null ? {} : { cgroup }) }) };
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    return { hook, type, status: 'absent', errno: error.errno, reason: error.message };
  }
}
