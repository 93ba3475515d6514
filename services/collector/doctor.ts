/**
 * What this host lets Ringfence do: every hook is tried by loading a program of its type, and by attaching it for a moment
 * where that disturbs nobody. The tiers follow: for each thing to observe or prevent, the best hooks of its ladder that
 * work here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { hasVmlinuxBtf } from 'libbpf-ts';
import { cgroup2Mount } from '#runtime/cgroup2.ts';
import { probeHooks, type HookReport } from './doctor/hooks.ts';
import { kernelMemory, type MemoryReport } from './doctor/memory.ts';
import { tiersOf, type Tiers } from './doctor/tiers.ts';

export type { HookReport, MemoryReport, Tiers };

export interface DoctorReport {
  readonly kernel: string;
  /** Where cgroup v2 is mounted; null when it is not. */
  readonly cgroup2: string | null;
  readonly btf: boolean;
  /** Effective capabilities of this process. */
  readonly capabilities: readonly string[];
  readonly hooks: readonly HookReport[];
  readonly tiers: Tiers;
  /** Of the sensors that run; null when none does, or this process may not look. */
  readonly memory: MemoryReport | null;
}

export function examineHost(): DoctorReport {
  const cgroup2 = cgroup2Mount();
  const hooks = probeHooks(cgroup2);
  return { kernel: release(), cgroup2, btf: hasVmlinuxBtf(), capabilities: capabilities(), hooks, tiers: tiersOf(hooks), memory: kernelMemory() };
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
