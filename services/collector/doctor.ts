/**
 * What this host lets Ringfence do: every hook is tried by loading a program of its type, and attaching it where that
 * is harmless. The tiers follow: for each thing to observe or prevent, the best hook of its ladder that works here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { BpfError, hasVmlinuxBtf, probeSection } from 'libbpf-ts';
import { cgroup2Mount } from '#runtime/cgroup2.ts';

export interface HookReport {
  readonly hook: string;
  readonly type: string;
  readonly status: 'ok' | 'refused' | 'absent';
  readonly errno?: number;
  readonly reason?: string;
}

export interface DoctorReport {
  readonly kernel: string;
  /** Where cgroup v2 is mounted; null when it is not. */
  readonly cgroup2: string | null;
  readonly btf: boolean;
  /** Effective capabilities of this process. */
  readonly capabilities: readonly string[];
  readonly hooks: readonly HookReport[];
  /** The hook each thing would be done with, or "none". */
  readonly tiers: {
    readonly observe: Readonly<Record<string, string>>;
    readonly prevent: Readonly<Record<string, string>>;
  };
}

/** Section of a probe program, and whether attaching it for a moment disturbs nobody. */
const hooks: readonly { section: string; type: string; attach: boolean }[] = [
  { section: 'tp_btf/sched_process_exec', type: 'tp_btf', attach: true },
  { section: 'raw_tp/sched_process_exec', type: 'raw_tp', attach: true },
  { section: 'tp/sched/sched_process_exec', type: 'tracepoint', attach: true },
  { section: 'iter/task', type: 'iter', attach: true },
  { section: 'iter.s/task', type: 'iter.s', attach: true },
  { section: 'fentry/security_file_open', type: 'fentry', attach: false },
  { section: 'fexit/security_file_open', type: 'fexit', attach: false },
  { section: 'fmod_ret/security_file_open', type: 'fmod_ret', attach: false },
  { section: 'lsm/file_open', type: 'lsm', attach: false },
  { section: 'lsm/bprm_check_security', type: 'lsm', attach: false },
  { section: 'lsm/capable', type: 'lsm', attach: false },
  { section: 'lsm_cgroup/socket_bind', type: 'lsm_cgroup', attach: false },
  { section: 'kprobe/do_sys_openat2', type: 'kprobe', attach: true },
  { section: 'uprobe', type: 'uprobe', attach: false },
  { section: 'perf_event', type: 'perf_event', attach: false },
  { section: 'cgroup/connect4', type: 'cgroup/connect4', attach: false },
  { section: 'cgroup/connect6', type: 'cgroup/connect6', attach: false },
  { section: 'cgroup/sendmsg4', type: 'cgroup/sendmsg4', attach: false },
  { section: 'cgroup/sendmsg6', type: 'cgroup/sendmsg6', attach: false },
  { section: 'cgroup/bind4', type: 'cgroup/bind4', attach: false },
  { section: 'cgroup/sock_create', type: 'cgroup/sock_create', attach: false },
  { section: 'cgroup/dev', type: 'cgroup/dev', attach: false },
  { section: 'cgroup_skb/ingress', type: 'cgroup_skb', attach: false },
  { section: 'sockops', type: 'sockops', attach: false },
  { section: 'tc', type: 'tc', attach: false },
  { section: 'xdp', type: 'xdp', attach: false },
  { section: 'syscall', type: 'syscall', attach: false },
];

/** Best first; a rung may need several hooks. SIGKILL from a tracepoint (`signal`) needs no hook of its own: bpf_send_signal works in any of these. */
const sigkill = 'SIGKILL';
const tracing = ['tp_btf', 'raw_tp', 'tracepoint'];
const signal = tracing.map((type) => `${type} + ${sigkill}`);
const ladders = {
  observe: {
    // What the collector loads: three tracepoints, the snapshot's sleepable iterator, the program that reads the clock.
    process: ['tp_btf + iter.s + syscall'],
    file: ['lsm', 'fentry', ...tracing],
    network: ['fentry', ...tracing, 'cgroup/connect4'],
    dns: ['cgroup_skb'],
    privilege: tracing,
    kernel: tracing,
    iouring: tracing,
  },
  prevent: {
    exec: ['lsm', 'fmod_ret', ...signal],
    file: ['lsm', 'fmod_ret', ...signal],
    connect: ['cgroup/connect4', 'lsm', ...signal],
    packet: ['cgroup_skb', 'tc', 'xdp'],
    capability: ['lsm', 'fmod_ret', ...signal],
    syscall: signal,
  },
} as const;

export function examineHost(): DoctorReport {
  const reports = hooks.map(probe);
  const works = (type: string) => reports.some((report) => report.type === type && report.status === 'ok');
  const best = (ladder: readonly string[]) => ladder.find((rung) => rung.split(' + ').every((part) => part === sigkill || works(part))) ?? 'none';
  const tier = (names: Readonly<Record<string, readonly string[]>>) => Object.fromEntries(Object.entries(names).map(([name, ladder]) => [name, best(ladder)]));
  return {
    kernel: release(),
    cgroup2: cgroup2Mount(),
    btf: hasVmlinuxBtf(),
    capabilities: capabilities(),
    hooks: reports,
    tiers: { observe: tier(ladders.observe), prevent: tier(ladders.prevent) },
  };
}

function probe({ section, type, attach }: (typeof hooks)[number]): HookReport {
  try {
    return { hook: section, type, ...probeSection(section, { attach }) };
  } catch (error) {
    if (!(error instanceof BpfError)) throw error;
    return { hook: section, type, status: 'absent', errno: error.errno, reason: error.message };
  }
}

/** include/uapi/linux/capability.h, in order of their numbers. */
const capabilityNames = [
  'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT',
  'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE',
  'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP', 'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ',
  'PERFMON', 'BPF', 'CHECKPOINT_RESTORE',
];

function capabilities(): string[] {
  if (!existsSync('/proc/self/status')) return [];
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`);
  return capabilityNames.filter((_, bit) => (mask >> BigInt(bit)) & 1n).map((name) => `CAP_${name}`);
}
