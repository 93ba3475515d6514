/** Numbers of the kernel as the words that Falco shows for them. */
import { constants as fileConstants } from 'node:fs';
import { constants as systemConstants } from 'node:os';
import type { FieldValue } from '../rules/fields.ts';
import type { PathValue } from '../event-fields.ts';

export function listOf(value: PathValue): readonly (FieldValue | undefined)[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: PathValue): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(value: PathValue): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : undefined;
}

const errors = new Map(Object.entries(systemConstants.errno).map(([name, number]) => [number, name]));

/** SUCCESS, or the name of the error. */
export function resultName(result: number): string {
  return result >= 0 ? 'SUCCESS' : (errors.get(-result) ?? String(result));
}

/** EINPROGRESS is no failure: the connection is under way. */
export function isConnected(result: number): boolean {
  return result >= 0 || -result === systemConstants.errno.EINPROGRESS;
}

const openFlags: readonly (readonly [string, number | undefined])[] = [
  ['O_CREAT', fileConstants.O_CREAT],
  ['O_APPEND', fileConstants.O_APPEND],
  ['O_DSYNC', fileConstants.O_DSYNC],
  ['O_EXCL', fileConstants.O_EXCL],
  ['O_NONBLOCK', fileConstants.O_NONBLOCK],
  ['O_TRUNC', fileConstants.O_TRUNC],
  ['O_DIRECT', fileConstants.O_DIRECT],
  ['O_DIRECTORY', fileConstants.O_DIRECTORY],
  // include/uapi/asm-generic/fcntl.h, the same on both architectures.
  ['O_CLOEXEC', 0o2000000],
];

const accessMode = 3;

/** The access first, as in `O_WRONLY|O_CREAT|O_TRUNC`. */
export function openFlagNames(flags: number): string {
  const access = ['O_RDONLY', 'O_WRONLY', 'O_RDWR'][flags & accessMode] ?? 'O_RDWR';
  return [access, ...openFlags.flatMap(([name, bit]) => (bit !== undefined && bit !== 0 && (flags & bit) === bit ? [name] : []))].join('|');
}

/** include/uapi/linux/sched.h */
const namespaceFlags: readonly (readonly [string, number])[] = [
  ['CLONE_NEWTIME', 0x80],
  ['CLONE_NEWNS', 0x20000],
  ['CLONE_NEWCGROUP', 0x2000000],
  ['CLONE_NEWUTS', 0x4000000],
  ['CLONE_NEWIPC', 0x8000000],
  ['CLONE_NEWUSER', 0x10000000],
  ['CLONE_NEWPID', 0x20000000],
  ['CLONE_NEWNET', 0x40000000],
];

export function namespaceFlagNames(flags: number): string {
  return joined(namespaceFlags, flags);
}

/** include/uapi/linux/stat.h */
const modeBits: readonly (readonly [string, number])[] = [
  ['S_IXOTH', 0o1], ['S_IWOTH', 0o2], ['S_IROTH', 0o4], ['S_IXGRP', 0o10], ['S_IWGRP', 0o20], ['S_IRGRP', 0o40],
  ['S_IXUSR', 0o100], ['S_IWUSR', 0o200], ['S_IRUSR', 0o400], ['S_ISVTX', 0o1000], ['S_ISGID', 0o2000], ['S_ISUID', 0o4000],
];

export function modeNames(mode: number): string {
  return joined(modeBits, mode);
}

function joined(names: readonly (readonly [string, number])[], bits: number): string {
  return names.flatMap(([name, bit]) => ((bits & bit) === bit ? [name] : [])).join('|') || '0';
}

/** include/uapi/linux/capability.h, by number. */
const capabilities = [
  'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'LINUX_IMMUTABLE', 'NET_BIND_SERVICE',
  'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN',
  'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP', 'MAC_OVERRIDE',
  'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF', 'CHECKPOINT_RESTORE',
].map((name) => `CAP_${name}`);

export function capabilityNames(bits: PathValue): string | undefined {
  if (typeof bits !== 'bigint' && typeof bits !== 'number') return undefined;
  const set = BigInt(bits);
  return capabilities.filter((_, number) => (set >> BigInt(number)) & 1n).join(' ');
}

/** include/uapi/linux/major.h: the device number that Falco shows for a terminal; 0 without one. */
export function terminalNumber(name: string | undefined): number {
  if (name === undefined) return 0;
  const [, kind, number = '0'] = /^(pts|tty)\/?(\d{1,5})$/.exec(name) ?? [];
  return kind === 'pts' ? (136 << 8) + Number(number) : kind === 'tty' ? (4 << 8) + Number(number) : 5 << 8;
}
