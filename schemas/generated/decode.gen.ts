/** Generated from schemas/ by `npm run generate`. Do not edit. */
import { DecodeError } from '../codec/decode-error.ts';
import { RecordReader } from '../codec/record-reader.ts';
import { syscallName } from '../codec/syscalls.ts';
import type { AddressFamily, Credentials, CredentialsOperation, FileAccess, FileChange, FileOpen, FileOperation, FileType, KernelCall, KernelOperation, Mount, MountOperation, NamespaceChange, NamespaceOperation, Network, NetworkOperation, Packet, PathSource, Process, ProcessExec, ProcessExit, ProcessFork, SocketType } from './types.gen.ts';

/** What the kernel side said, before the collector adds what only it knows (fields of Process without a kernel source are null). */
export interface KernelRecord {
  seq: bigint;
  /** ns since boot (CLOCK_BOOTTIME). */
  bootNs: bigint;
  process: Process;
  /** Null for an entry of the snapshot. */
  body: ProcessExec | ProcessFork | ProcessExit | FileOpen | FileChange | Mount | Network | Credentials | NamespaceChange | KernelCall | Packet | null;
  /** Fields that were cut, as in Event.truncated. */
  truncated: string[];
}

/** A number that stays exact as a plain long, and a time that stays a signed long when the time of boot is added. */
const seqMax = 2n ** 52n;
const bootNsMax = 2n ** 62n;

/** Layout of each struct as the decoder reads it; a test holds it against the BTF of the built object. */
export const kernelLayout = {
  rf_header: { size: 24, members: [
    { name: 'seq', offset: 0, size: 8 },
    { name: 'time_ns', offset: 8, size: 8 },
    { name: 'size', offset: 16, size: 4 },
    { name: 'kind', offset: 20, size: 2 },
    { name: 'reserved', offset: 22, size: 2 },
  ] },
  rf_process: { size: 256, members: [
    { name: 'start_ns', offset: 0, size: 8 },
    { name: 'parent_start_ns', offset: 8, size: 8 },
    { name: 'cap_permitted', offset: 16, size: 8 },
    { name: 'cap_effective', offset: 24, size: 8 },
    { name: 'cap_inheritable', offset: 32, size: 8 },
    { name: 'cap_bounding', offset: 40, size: 8 },
    { name: 'cap_ambient', offset: 48, size: 8 },
    { name: 'cgroup_id', offset: 56, size: 8 },
    { name: 'exe_inode', offset: 64, size: 8 },
    { name: 'exe_ctime', offset: 72, size: 8 },
    { name: 'exe_mtime', offset: 80, size: 8 },
    { name: 'pid', offset: 88, size: 4 },
    { name: 'tid', offset: 92, size: 4 },
    { name: 'ppid', offset: 96, size: 4 },
    { name: 'pgid', offset: 100, size: 4 },
    { name: 'sid', offset: 104, size: 4 },
    { name: 'ns_pid', offset: 108, size: 4 },
    { name: 'uid', offset: 112, size: 4 },
    { name: 'euid', offset: 116, size: 4 },
    { name: 'suid', offset: 120, size: 4 },
    { name: 'fsuid', offset: 124, size: 4 },
    { name: 'gid', offset: 128, size: 4 },
    { name: 'egid', offset: 132, size: 4 },
    { name: 'sgid', offset: 136, size: 4 },
    { name: 'fsgid', offset: 140, size: 4 },
    { name: 'login_uid', offset: 144, size: 4 },
    { name: 'audit_session', offset: 148, size: 4 },
    { name: 'pid_ns', offset: 152, size: 4 },
    { name: 'mnt_ns', offset: 156, size: 4 },
    { name: 'net_ns', offset: 160, size: 4 },
    { name: 'uts_ns', offset: 164, size: 4 },
    { name: 'ipc_ns', offset: 168, size: 4 },
    { name: 'cgroup_ns', offset: 172, size: 4 },
    { name: 'user_ns', offset: 176, size: 4 },
    { name: 'ns_pgid', offset: 180, size: 4 },
    { name: 'exe_device', offset: 184, size: 4 },
    { name: 'cgroup', offset: 188, size: 4 },
    { name: 'exe', offset: 192, size: 4 },
    { name: 'args', offset: 196, size: 4 },
    { name: 'cwd', offset: 200, size: 4 },
    { name: 'comm', offset: 204, size: 16 },
    { name: 'exe_deleted', offset: 220, size: 1 },
    { name: 'exe_memfd', offset: 221, size: 1 },
    { name: 'exe_upper_layer', offset: 222, size: 1 },
    { name: 'tty', offset: 223, size: 32 },
  ] },
  rf_exec: { size: 304, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'argc', offset: 280, size: 4 },
    { name: 'filename', offset: 284, size: 4 },
    { name: 'interpreter', offset: 288, size: 4 },
    { name: 'env', offset: 292, size: 4 },
    { name: 'secure', offset: 296, size: 1 },
    { name: 'stdin_type', offset: 297, size: 1 },
    { name: 'stdout_type', offset: 298, size: 1 },
    { name: 'stderr_type', offset: 299, size: 1 },
  ] },
  rf_fork: { size: 296, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'forker_start_ns', offset: 280, size: 8 },
    { name: 'forker_pid', offset: 288, size: 4 },
  ] },
  rf_exit: { size: 304, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'duration_ns', offset: 280, size: 8 },
    { name: 'exit_code', offset: 288, size: 4 },
    { name: 'signal', offset: 292, size: 4 },
    { name: 'core_dumped', offset: 296, size: 1 },
  ] },
  rf_file_open: { size: 336, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'inode', offset: 280, size: 8 },
    { name: 'result', offset: 288, size: 4 },
    { name: 'flags', offset: 292, size: 4 },
    { name: 'mode', offset: 296, size: 4 },
    { name: 'device', offset: 300, size: 4 },
    { name: 'file_mode', offset: 304, size: 4 },
    { name: 'file_uid', offset: 308, size: 4 },
    { name: 'syscall', offset: 312, size: 2 },
    { name: 'filename', offset: 314, size: 4 },
    { name: 'directory', offset: 318, size: 4 },
    { name: 'path', offset: 322, size: 4 },
    { name: 'access', offset: 326, size: 1 },
    { name: 'created', offset: 327, size: 1 },
    { name: 'path_source', offset: 328, size: 1 },
    { name: 'file_type', offset: 329, size: 1 },
    { name: 'upper_layer', offset: 330, size: 1 },
    { name: 'deleted', offset: 331, size: 1 },
    { name: 'io_uring', offset: 332, size: 1 },
  ] },
  rf_file_change: { size: 352, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'inode', offset: 280, size: 8 },
    { name: 'result', offset: 288, size: 4 },
    { name: 'flags', offset: 292, size: 4 },
    { name: 'mode', offset: 296, size: 4 },
    { name: 'uid', offset: 300, size: 4 },
    { name: 'gid', offset: 304, size: 4 },
    { name: 'device', offset: 308, size: 4 },
    { name: 'syscall', offset: 312, size: 2 },
    { name: 'filename', offset: 314, size: 4 },
    { name: 'directory', offset: 318, size: 4 },
    { name: 'path', offset: 322, size: 4 },
    { name: 'new_filename', offset: 326, size: 4 },
    { name: 'new_directory', offset: 330, size: 4 },
    { name: 'new_path', offset: 334, size: 4 },
    { name: 'target', offset: 338, size: 4 },
    { name: 'attribute', offset: 342, size: 4 },
    { name: 'operation', offset: 346, size: 1 },
    { name: 'path_source', offset: 347, size: 1 },
    { name: 'io_uring', offset: 348, size: 1 },
  ] },
  rf_mount: { size: 320, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'flags', offset: 280, size: 8 },
    { name: 'result', offset: 288, size: 4 },
    { name: 'syscall', offset: 292, size: 2 },
    { name: 'source', offset: 294, size: 4 },
    { name: 'filename', offset: 298, size: 4 },
    { name: 'directory', offset: 302, size: 4 },
    { name: 'path', offset: 306, size: 4 },
    { name: 'file_system', offset: 310, size: 4 },
    { name: 'operation', offset: 314, size: 1 },
    { name: 'path_source', offset: 315, size: 1 },
  ] },
  rf_network: { size: 352, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'result', offset: 280, size: 4 },
    { name: 'protocol', offset: 284, size: 4 },
    { name: 'local_port', offset: 288, size: 4 },
    { name: 'remote_port', offset: 292, size: 4 },
    { name: 'backlog', offset: 296, size: 4 },
    { name: 'fd', offset: 300, size: 4 },
    { name: 'syscall', offset: 304, size: 2 },
    { name: 'path', offset: 306, size: 4 },
    { name: 'operation', offset: 310, size: 1 },
    { name: 'family', offset: 311, size: 1 },
    { name: 'socket_type', offset: 312, size: 1 },
    { name: 'local_ip', offset: 313, size: 16 },
    { name: 'remote_ip', offset: 329, size: 16 },
    { name: 'address_source', offset: 345, size: 1 },
    { name: 'io_uring', offset: 346, size: 1 },
  ] },
  rf_credentials: { size: 328, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'asked_capabilities', offset: 280, size: 8 },
    { name: 'before_capabilities', offset: 288, size: 8 },
    { name: 'result', offset: 296, size: 4 },
    { name: 'real_id', offset: 300, size: 4 },
    { name: 'effective_id', offset: 304, size: 4 },
    { name: 'saved_id', offset: 308, size: 4 },
    { name: 'before_uid', offset: 312, size: 4 },
    { name: 'before_euid', offset: 316, size: 4 },
    { name: 'before_egid', offset: 320, size: 4 },
    { name: 'syscall', offset: 324, size: 2 },
    { name: 'operation', offset: 326, size: 1 },
  ] },
  rf_namespace_change: { size: 304, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'result', offset: 280, size: 4 },
    { name: 'flags', offset: 284, size: 4 },
    { name: 'target_inode', offset: 288, size: 4 },
    { name: 'target_pid', offset: 292, size: 4 },
    { name: 'syscall', offset: 296, size: 2 },
    { name: 'operation', offset: 298, size: 1 },
  ] },
  rf_kernel_call: { size: 360, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'flags', offset: 280, size: 8 },
    { name: 'target_start_ns', offset: 288, size: 8 },
    { name: 'result', offset: 296, size: 4 },
    { name: 'request', offset: 300, size: 4 },
    { name: 'type', offset: 304, size: 4 },
    { name: 'fd', offset: 308, size: 4 },
    { name: 'target_pid', offset: 312, size: 4 },
    { name: 'target_uid', offset: 316, size: 4 },
    { name: 'remote_port', offset: 320, size: 4 },
    { name: 'syscall', offset: 324, size: 2 },
    { name: 'name', offset: 326, size: 4 },
    { name: 'path', offset: 330, size: 4 },
    { name: 'arguments', offset: 334, size: 4 },
    { name: 'operation', offset: 338, size: 1 },
    { name: 'remote_ip', offset: 339, size: 16 },
  ] },
  rf_packet: { size: 336, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
    { name: 'protocol', offset: 280, size: 4 },
    { name: 'local_port', offset: 284, size: 4 },
    { name: 'remote_port', offset: 288, size: 4 },
    { name: 'payload', offset: 292, size: 4 },
    { name: 'egress', offset: 296, size: 1 },
    { name: 'local_ip', offset: 297, size: 16 },
    { name: 'remote_ip', offset: 313, size: 16 },
  ] },
  rf_snapshot: { size: 280, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 256 },
  ] },
} as const;

/** The number of each kind of record. */
export const kernelKinds = {
  process_exec: 1,
  process_fork: 2,
  process_exit: 3,
  file_open: 4,
  file_change: 5,
  mount: 6,
  network: 7,
  credentials: 8,
  namespace_change: 9,
  kernel_call: 10,
  packet: 11,
} as const;

export const fileTypeSymbols: readonly FileType[] = ['closed', 'fifo', 'char_device', 'directory', 'block_device', 'regular', 'symlink', 'unix_socket', 'inet_socket', 'other_socket', 'anonymous'];
export const fileAccessSymbols: readonly FileAccess[] = ['none', 'read', 'write', 'read_write', 'execute'];
export const pathSourceSymbols: readonly PathSource[] = ['kernel', 'caller'];
export const fileOperationSymbols: readonly FileOperation[] = ['unlink', 'rmdir', 'rename', 'link', 'symlink', 'mkdir', 'mknod', 'truncate', 'chmod', 'chown', 'setxattr', 'removexattr', 'close_write'];
export const mountOperationSymbols: readonly MountOperation[] = ['mount', 'umount', 'move_mount', 'pivot_root', 'chroot', 'open_tree', 'mount_setattr'];
export const networkOperationSymbols: readonly NetworkOperation[] = ['socket', 'connect', 'accept', 'bind', 'listen', 'send'];
export const addressFamilySymbols: readonly AddressFamily[] = ['other', 'unix', 'ipv4', 'ipv6', 'netlink', 'packet', 'vsock', 'bluetooth', 'alg'];
export const socketTypeSymbols: readonly SocketType[] = ['other', 'stream', 'datagram', 'raw', 'seqpacket', 'packet'];
export const credentialsOperationSymbols: readonly CredentialsOperation[] = ['setuid', 'setgid', 'setgroups', 'capset', 'noticed'];
export const namespaceOperationSymbols: readonly NamespaceOperation[] = ['setns', 'unshare', 'clone'];
export const kernelOperationSymbols: readonly KernelOperation[] = ['ptrace', 'process_vm_writev', 'process_vm_readv', 'memfd_create', 'map_executable', 'userfaultfd', 'bpf', 'perf_event_open', 'init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load', 'io_uring_setup', 'io_uring_register', 'io_uring_submit', 'tiocsti', 'dup_socket', 'signal', 'keyctl', 'prctl', 'personality', 'pidfd_getfd', 'load_program'];

function nullIf(value: number, absent: number): number | null {
  return value === absent ? null : value;
}

/**
 * Decodes the record of `size` bytes at `start`. Throws DecodeError when the bytes can't be such a record.
 */
export function decodeKernelRecord(bytes: Buffer, start: number, size: number): KernelRecord {
  const reader = new RecordReader(bytes, start, size);
  const body = decodeBody(reader, size);
  return {
    seq: reader.u64UpTo(0, seqMax, 'seq'),
    bootNs: reader.u64UpTo(8, bootNsMax, 'time'),
    process: decodeProcess(reader),
    body,
    truncated: reader.truncated,
  };
}

/** The body alone, for who knows the rest; null of a record of which something was cut. Throws as decodeKernelRecord. */
export function decodeKernelBody(bytes: Buffer, start: number, size: number): KernelRecord['body'] {
  const reader = new RecordReader(bytes, start, size);
  const body = decodeBody(reader, size);
  return reader.truncated.length === 0 ? body : null;
}

function decodeBody(reader: RecordReader, size: number): KernelRecord['body'] {
  if (size < 280 || reader.u32(16) !== size) throw new DecodeError('HEADER_INVALID', `kernel record of ${size} bytes is cut`);
  switch (reader.u16(20)) {
    case 0:
      reader.begin(280);
      return null;
    case 1:
      return decodeProcessExec(reader);
    case 2:
      return decodeProcessFork(reader);
    case 3:
      return decodeProcessExit(reader);
    case 4:
      return decodeFileOpen(reader);
    case 5:
      return decodeFileChange(reader);
    case 6:
      return decodeMount(reader);
    case 7:
      return decodeNetwork(reader);
    case 8:
      return decodeCredentials(reader);
    case 9:
      return decodeNamespaceChange(reader);
    case 10:
      return decodeKernelCall(reader);
    case 11:
      return decodePacket(reader);
    default:
      throw new DecodeError('SCHEMA_UNKNOWN', `kernel record of unknown kind ${reader.u16(20)}`);
  }
}

function decodeProcessExec(reader: RecordReader): ProcessExec {
  reader.begin(304);
  return {
    kind: 'process_exec',
    filename: reader.string(284, 'body.filename'),
    interpreter: reader.string(288, 'body.interpreter'),
    argc: reader.i31(280, 'body.argc'),
    env: reader.strings(292, 'body.env'),
    secure: reader.u8(296) !== 0,
    loaded_program: null,
    stdin_type: fileTypeSymbols[reader.u8(297)] ?? 'closed',
    stdout_type: fileTypeSymbols[reader.u8(298)] ?? 'closed',
    stderr_type: fileTypeSymbols[reader.u8(299)] ?? 'closed',
  };
}

function decodeProcessFork(reader: RecordReader): ProcessFork {
  reader.begin(296);
  return {
    kind: 'process_fork',
    forker_pid: reader.i31(288, 'body.forker_pid'),
    forker_start_ns: reader.u64(280),
  };
}

function decodeProcessExit(reader: RecordReader): ProcessExit {
  reader.begin(304);
  return {
    kind: 'process_exit',
    exit_code: reader.i31(288, 'body.exit_code'),
    signal: reader.i31(292, 'body.signal'),
    core_dumped: reader.u8(296) !== 0,
    duration_ns: reader.u64(280),
  };
}

function decodeFileOpen(reader: RecordReader): FileOpen {
  reader.begin(336);
  return {
    kind: 'file_open',
    syscall: syscallName(reader.u16(312)),
    result: nullIf(reader.s32(288), -2147483648),
    access: fileAccessSymbols[reader.u8(326)] ?? 'none',
    flags: reader.u32(292),
    mode: reader.i31(296, 'body.mode'),
    created: reader.u8(327) !== 0,
    filename: reader.string(314, 'body.filename'),
    directory: reader.string(318, 'body.directory'),
    path: reader.string(322, 'body.path'),
    path_source: pathSourceSymbols[reader.u8(328)] ?? 'kernel',
    inode: reader.u64(280),
    device: reader.u32(300),
    file_type: fileTypeSymbols[reader.u8(329)] ?? 'closed',
    file_mode: reader.i31(304, 'body.file_mode'),
    file_uid: nullIf(reader.u32(308), 4294967295),
    upper_layer: reader.u8(330) !== 0,
    deleted: reader.u8(331) !== 0,
    io_uring: reader.u8(332) !== 0,
  };
}

function decodeFileChange(reader: RecordReader): FileChange {
  reader.begin(352);
  return {
    kind: 'file_change',
    operation: fileOperationSymbols[reader.u8(346)] ?? 'unlink',
    syscall: syscallName(reader.u16(312)),
    result: nullIf(reader.s32(288), -2147483648),
    filename: reader.string(314, 'body.filename'),
    directory: reader.string(318, 'body.directory'),
    path: reader.string(322, 'body.path'),
    new_filename: reader.string(326, 'body.new_filename'),
    new_directory: reader.string(330, 'body.new_directory'),
    new_path: reader.string(334, 'body.new_path'),
    path_source: pathSourceSymbols[reader.u8(347)] ?? 'kernel',
    target: reader.string(338, 'body.target'),
    attribute: reader.string(342, 'body.attribute'),
    flags: reader.u32(292),
    mode: nullIf(reader.s32(296), -1),
    uid: nullIf(reader.u32(300), 4294967295),
    gid: nullIf(reader.u32(304), 4294967295),
    inode: reader.u64(280),
    device: reader.u32(308),
    io_uring: reader.u8(348) !== 0,
  };
}

function decodeMount(reader: RecordReader): Mount {
  reader.begin(320);
  return {
    kind: 'mount',
    operation: mountOperationSymbols[reader.u8(314)] ?? 'mount',
    syscall: syscallName(reader.u16(292)),
    result: nullIf(reader.s32(288), -2147483648),
    source: reader.string(294, 'body.source'),
    filename: reader.string(298, 'body.filename'),
    directory: reader.string(302, 'body.directory'),
    path: reader.string(306, 'body.path'),
    path_source: pathSourceSymbols[reader.u8(315)] ?? 'kernel',
    file_system: reader.string(310, 'body.file_system'),
    flags: reader.u64(280),
  };
}

function decodeNetwork(reader: RecordReader): Network {
  reader.begin(352);
  return {
    kind: 'network',
    operation: networkOperationSymbols[reader.u8(310)] ?? 'socket',
    syscall: syscallName(reader.u16(304)),
    result: nullIf(reader.s32(280), -2147483648),
    family: addressFamilySymbols[reader.u8(311)] ?? 'other',
    socket_type: socketTypeSymbols[reader.u8(312)] ?? 'other',
    protocol: reader.i31(284, 'body.protocol'),
    transport: null,
    initiated: false,
    local_ip: reader.ip(313),
    local_port: nullIf(reader.s32(288), -1),
    remote_ip: reader.ip(329),
    remote_port: nullIf(reader.s32(292), -1),
    source_ip: null,
    source_port: null,
    destination_ip: null,
    destination_port: null,
    destination_name: null,
    path: reader.string(306, 'body.path'),
    address_source: pathSourceSymbols[reader.u8(345)] ?? 'kernel',
    backlog: nullIf(reader.s32(296), -1),
    fd: nullIf(reader.s32(300), -1),
    io_uring: reader.u8(346) !== 0,
  };
}

function decodeCredentials(reader: RecordReader): Credentials {
  reader.begin(328);
  return {
    kind: 'credentials',
    operation: credentialsOperationSymbols[reader.u8(326)] ?? 'setuid',
    syscall: syscallName(reader.u16(324)),
    result: nullIf(reader.s32(296), -2147483648),
    real_id: nullIf(reader.u32(300), 4294967295),
    effective_id: nullIf(reader.u32(304), 4294967295),
    saved_id: nullIf(reader.u32(308), 4294967295),
    asked_capabilities: reader.u64(280),
    before_uid: nullIf(reader.u32(312), 4294967295),
    before_euid: nullIf(reader.u32(316), 4294967295),
    before_egid: nullIf(reader.u32(320), 4294967295),
    before_capabilities: reader.u64(288),
    gained_capabilities: [],
  };
}

function decodeNamespaceChange(reader: RecordReader): NamespaceChange {
  reader.begin(304);
  return {
    kind: 'namespace_change',
    operation: namespaceOperationSymbols[reader.u8(298)] ?? 'setns',
    syscall: syscallName(reader.u16(296)),
    result: nullIf(reader.s32(280), -2147483648),
    flags: reader.u32(284),
    namespaces: [],
    target_inode: nullIf(reader.u32(288), 0),
    target_pid: nullIf(reader.s32(292), 0),
  };
}

function decodeKernelCall(reader: RecordReader): KernelCall {
  reader.begin(360);
  return {
    kind: 'kernel_call',
    operation: kernelOperationSymbols[reader.u8(338)] ?? 'ptrace',
    syscall: syscallName(reader.u16(324)),
    result: nullIf(reader.s32(296), -2147483648),
    request: reader.u32(300),
    request_name: null,
    type: nullIf(reader.u32(304), 4294967295),
    type_name: null,
    flags: reader.u64(280),
    name: reader.string(326, 'body.name'),
    path: reader.string(330, 'body.path'),
    arguments: reader.string(334, 'body.arguments'),
    fd: nullIf(reader.s32(308), -1),
    target_pid: nullIf(reader.s32(312), 0),
    target_start_ns: reader.u64(288),
    target_uid: nullIf(reader.u32(316), 4294967295),
    target_exe: null,
    remote_ip: reader.ip(339),
    remote_port: nullIf(reader.s32(320), -1),
  };
}

function decodePacket(reader: RecordReader): Packet {
  reader.begin(336);
  return {
    kind: 'packet',
    protocol: reader.i31(280, 'body.protocol'),
    egress: reader.u8(296) !== 0,
    local_ip: reader.ip(297),
    local_port: nullIf(reader.s32(284), -1),
    remote_ip: reader.ip(313),
    remote_port: nullIf(reader.s32(288), -1),
    payload: reader.data(292, 'body.payload'),
  };
}

function decodeProcess(reader: RecordReader): Process {
  return {
    pid: reader.i31(112, 'process.pid'),
    start_ns: reader.u64(24),
    tid: reader.i31(116, 'process.tid'),
    ppid: reader.i31(120, 'process.ppid'),
    parent_start_ns: reader.u64(32),
    pgid: reader.i31(124, 'process.pgid'),
    sid: reader.i31(128, 'process.sid'),
    ns_pid: reader.i31(132, 'process.ns_pid'),
    uid: reader.u32(136),
    euid: reader.u32(140),
    suid: reader.u32(144),
    fsuid: reader.u32(148),
    gid: reader.u32(152),
    egid: reader.u32(156),
    sgid: reader.u32(160),
    fsgid: reader.u32(164),
    login_uid: nullIf(reader.u32(168), 4294967295),
    audit_session: nullIf(reader.u32(172), 4294967295),
    cap_permitted: reader.u64(40),
    cap_effective: reader.u64(48),
    cap_inheritable: reader.u64(56),
    cap_bounding: reader.u64(64),
    cap_ambient: reader.u64(72),
    pid_ns: reader.u32(176),
    mnt_ns: reader.u32(180),
    net_ns: reader.u32(184),
    uts_ns: reader.u32(188),
    ipc_ns: reader.u32(192),
    cgroup_ns: reader.u32(196),
    user_ns: reader.u32(200),
    cgroup_id: reader.u64(80),
    cgroup: reader.string(212, 'process.cgroup'),
    ns_pgid: nullIf(reader.s32(204), 0),
    comm: reader.chars(228, 16),
    exe: reader.string(216, 'process.exe'),
    exe_inode: reader.u64(88),
    exe_device: reader.u32(208),
    exe_deleted: reader.u8(244) !== 0,
    exe_memfd: reader.u8(245) !== 0,
    exe_upper_layer: reader.u8(246) !== 0,
    exe_ctime: reader.u64(96),
    exe_mtime: reader.u64(104),
    args: reader.strings(220, 'process.args'),
    cwd: reader.string(224, 'process.cwd'),
    tty: reader.chars(247, 32) || null,
    user: null,
    group: null,
    login_user: null,
  };
}
