/** Generated from schemas/ by `npm run generate`. Do not edit. */
import { DecodeError } from '../codec/decode-error.ts';
import { RecordReader } from '../codec/record-reader.ts';
import type { FileType, Process, ProcessExec, ProcessExit, ProcessFork } from './types.gen.ts';

/** What the kernel side said, before the collector adds what only it knows (fields of Process without a kernel source are null). */
export interface KernelRecord {
  seq: bigint;
  /** ns since boot (CLOCK_BOOTTIME). */
  bootNs: bigint;
  process: Process;
  /** Null for an entry of the snapshot. */
  body: ProcessExec | ProcessFork | ProcessExit | null;
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
  rf_process: { size: 240, members: [
    { name: 'start_ns', offset: 0, size: 8 },
    { name: 'parent_start_ns', offset: 8, size: 8 },
    { name: 'cap_permitted', offset: 16, size: 8 },
    { name: 'cap_effective', offset: 24, size: 8 },
    { name: 'cap_inheritable', offset: 32, size: 8 },
    { name: 'cap_bounding', offset: 40, size: 8 },
    { name: 'cap_ambient', offset: 48, size: 8 },
    { name: 'cgroup_id', offset: 56, size: 8 },
    { name: 'exe_inode', offset: 64, size: 8 },
    { name: 'pid', offset: 72, size: 4 },
    { name: 'tid', offset: 76, size: 4 },
    { name: 'ppid', offset: 80, size: 4 },
    { name: 'pgid', offset: 84, size: 4 },
    { name: 'sid', offset: 88, size: 4 },
    { name: 'ns_pid', offset: 92, size: 4 },
    { name: 'uid', offset: 96, size: 4 },
    { name: 'euid', offset: 100, size: 4 },
    { name: 'suid', offset: 104, size: 4 },
    { name: 'fsuid', offset: 108, size: 4 },
    { name: 'gid', offset: 112, size: 4 },
    { name: 'egid', offset: 116, size: 4 },
    { name: 'sgid', offset: 120, size: 4 },
    { name: 'fsgid', offset: 124, size: 4 },
    { name: 'login_uid', offset: 128, size: 4 },
    { name: 'audit_session', offset: 132, size: 4 },
    { name: 'pid_ns', offset: 136, size: 4 },
    { name: 'mnt_ns', offset: 140, size: 4 },
    { name: 'net_ns', offset: 144, size: 4 },
    { name: 'uts_ns', offset: 148, size: 4 },
    { name: 'ipc_ns', offset: 152, size: 4 },
    { name: 'cgroup_ns', offset: 156, size: 4 },
    { name: 'user_ns', offset: 160, size: 4 },
    { name: 'exe_device', offset: 164, size: 4 },
    { name: 'cgroup', offset: 168, size: 4 },
    { name: 'exe', offset: 172, size: 4 },
    { name: 'args', offset: 176, size: 4 },
    { name: 'cwd', offset: 180, size: 4 },
    { name: 'comm', offset: 184, size: 16 },
    { name: 'exe_deleted', offset: 200, size: 1 },
    { name: 'exe_memfd', offset: 201, size: 1 },
    { name: 'tty', offset: 202, size: 32 },
  ] },
  rf_exec: { size: 280, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 240 },
    { name: 'argc', offset: 264, size: 4 },
    { name: 'filename', offset: 268, size: 4 },
    { name: 'interpreter', offset: 272, size: 4 },
    { name: 'stdin_type', offset: 276, size: 1 },
    { name: 'stdout_type', offset: 277, size: 1 },
    { name: 'stderr_type', offset: 278, size: 1 },
  ] },
  rf_fork: { size: 280, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 240 },
    { name: 'forker_start_ns', offset: 264, size: 8 },
    { name: 'forker_pid', offset: 272, size: 4 },
  ] },
  rf_exit: { size: 288, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 240 },
    { name: 'duration_ns', offset: 264, size: 8 },
    { name: 'exit_code', offset: 272, size: 4 },
    { name: 'signal', offset: 276, size: 4 },
    { name: 'core_dumped', offset: 280, size: 1 },
  ] },
  rf_snapshot: { size: 264, members: [
    { name: 'header', offset: 0, size: 24 },
    { name: 'process', offset: 24, size: 240 },
  ] },
} as const;

const fileTypeSymbols: readonly FileType[] = ['closed', 'fifo', 'char_device', 'directory', 'block_device', 'regular', 'symlink', 'unix_socket', 'inet_socket', 'other_socket', 'anonymous'];

function nullIf(value: number, absent: number): number | null {
  return value === absent ? null : value;
}

/**
 * Decodes the record of `size` bytes at `start`. Throws DecodeError when the bytes can't be such a record.
 */
export function decodeKernelRecord(bytes: Buffer, start: number, size: number): KernelRecord {
  const reader = new RecordReader(bytes, start, size);
  if (size < 264 || reader.u32(16) !== size) throw new DecodeError('HEADER_INVALID', `kernel record of ${size} bytes is cut`);
  switch (reader.u16(20)) {
    case 0:
      return decodeSnapshot(reader);
    case 1:
      return decodeProcessExec(reader);
    case 2:
      return decodeProcessFork(reader);
    case 3:
      return decodeProcessExit(reader);
    default:
      throw new DecodeError('SCHEMA_UNKNOWN', `kernel record of unknown kind ${reader.u16(20)}`);
  }
}

function decodeSnapshot(reader: RecordReader): KernelRecord {
  reader.begin(264);
  return finish(reader, decodeProcess(reader), null);
}

function decodeProcessExec(reader: RecordReader): KernelRecord {
  reader.begin(280);
  const body: ProcessExec = {
    kind: 'process_exec',
    filename: reader.string(268, 'body.filename'),
    interpreter: reader.string(272, 'body.interpreter'),
    argc: reader.i31(264, 'body.argc'),
    stdin_type: fileTypeSymbols[reader.u8(276)] ?? 'closed',
    stdout_type: fileTypeSymbols[reader.u8(277)] ?? 'closed',
    stderr_type: fileTypeSymbols[reader.u8(278)] ?? 'closed',
  };
  return finish(reader, decodeProcess(reader), body);
}

function decodeProcessFork(reader: RecordReader): KernelRecord {
  reader.begin(280);
  const body: ProcessFork = {
    kind: 'process_fork',
    forker_pid: reader.i31(272, 'body.forker_pid'),
    forker_start_ns: reader.u64(264),
  };
  return finish(reader, decodeProcess(reader), body);
}

function decodeProcessExit(reader: RecordReader): KernelRecord {
  reader.begin(288);
  const body: ProcessExit = {
    kind: 'process_exit',
    exit_code: reader.i31(272, 'body.exit_code'),
    signal: reader.i31(276, 'body.signal'),
    core_dumped: reader.u8(280) !== 0,
    duration_ns: reader.u64(264),
  };
  return finish(reader, decodeProcess(reader), body);
}

function finish(reader: RecordReader, process: Process, body: KernelRecord['body']): KernelRecord {
  return {
    seq: reader.u64UpTo(0, seqMax, 'seq'),
    bootNs: reader.u64UpTo(8, bootNsMax, 'time'),
    process,
    body,
    truncated: reader.truncated,
  };
}

function decodeProcess(reader: RecordReader): Process {
  return {
    pid: reader.i31(96, 'process.pid'),
    start_ns: reader.u64(24),
    tid: reader.i31(100, 'process.tid'),
    ppid: reader.i31(104, 'process.ppid'),
    parent_start_ns: reader.u64(32),
    pgid: reader.i31(108, 'process.pgid'),
    sid: reader.i31(112, 'process.sid'),
    ns_pid: reader.i31(116, 'process.ns_pid'),
    uid: reader.u32(120),
    euid: reader.u32(124),
    suid: reader.u32(128),
    fsuid: reader.u32(132),
    gid: reader.u32(136),
    egid: reader.u32(140),
    sgid: reader.u32(144),
    fsgid: reader.u32(148),
    login_uid: nullIf(reader.u32(152), 4294967295),
    audit_session: nullIf(reader.u32(156), 4294967295),
    cap_permitted: reader.u64(40),
    cap_effective: reader.u64(48),
    cap_inheritable: reader.u64(56),
    cap_bounding: reader.u64(64),
    cap_ambient: reader.u64(72),
    pid_ns: reader.u32(160),
    mnt_ns: reader.u32(164),
    net_ns: reader.u32(168),
    uts_ns: reader.u32(172),
    ipc_ns: reader.u32(176),
    cgroup_ns: reader.u32(180),
    user_ns: reader.u32(184),
    cgroup_id: reader.u64(80),
    cgroup: reader.string(192, 'process.cgroup'),
    comm: reader.chars(208, 16),
    exe: reader.string(196, 'process.exe'),
    exe_inode: reader.u64(88),
    exe_device: reader.u32(188),
    exe_deleted: reader.u8(224) !== 0,
    exe_memfd: reader.u8(225) !== 0,
    args: reader.strings(200, 'process.args'),
    cwd: reader.string(204, 'process.cwd'),
    tty: reader.chars(226, 32) || null,
    user: null,
  };
}
