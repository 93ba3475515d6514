/**
 * The records of a flood: a mix of kinds as a busy node has them, by 64 processes that stay and three that come and go.
 * Of 96 records 58 are opens, 12 file changes, 12 connects, 5 other kernel calls, and 9 lives of processes.
 */
import { kernelKinds, kernelLayout } from '../../../schemas/generated/decode.gen.ts';
import { syscallNumbers } from '../../../schemas/codec/syscalls.ts';

export interface Template {
  readonly ring: number;
  /** Its process is another one each round, of the same pid. */
  readonly renewed: boolean;
  readonly bytes: Buffer;
}

const processRing = 0;
const eventRing = 1;

/** Processes that are known to the collector before the flood, and act in it. */
const residents = 64;
const firstResident = 4_000_000;
const firstPasser = 4_100_000;

/** Sent once before the flood: the programs that the residents run. */
export function residentExecs(): Template[] {
  return Array.from({ length: residents }, (_, index) => exec(firstResident + index, BigInt(index + 1), index === 0 ? 0 : firstResident));
}

export function floodTemplates(): Template[] {
  const spread = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => ({ at: (index + 0.5) / count, made: make(index) }));
  const lives = [0, 1, 2].flatMap((index) => [fork(firstPasser + index), exec(firstPasser + index, 1n, firstResident), exit(firstPasser + index)]);
  const mixed = [...spread(58, fileOpen), ...spread(12, fileChange), ...spread(12, connect), ...spread(5, kernelCall), ...spread(lives.length, (index) => lives[index]!)];
  return mixed.sort((one, other) => one.at - other.at).map(({ made }) => made);
}

function fileOpen(index: number): Template {
  const path = `/srv/app/data/cache/${index % 7}/session-${index * 7919}.json`;
  return record('file_open', 'rf_file_open', resident(index), { filename: path.slice(9), directory: '/srv/app', path }, { syscall: syscallNumbers['openat'] ?? 0, result: 5 + index, flags: 0o100000, access: 1, inode: 1_000_000 + index, device: 8_388_609, file_mode: 0o644 });
}

function fileChange(index: number): Template {
  const path = `/srv/app/data/cache/${index % 7}/session-${index * 7919}.tmp`;
  return record('file_change', 'rf_file_change', resident(index), { filename: path, path }, { syscall: syscallNumbers['unlinkat'] ?? 0, operation: 0, inode: 1_000_000 + index });
}

function connect(index: number): Template {
  const made = record('network', 'rf_network', resident(index), {}, { operation: 1, family: 2, socket_type: 1, protocol: 6, local_port: 40_000 + index, remote_port: 443, syscall: syscallNumbers['connect'] ?? 0, fd: 9 });
  putIp(made.bytes, 'local_ip', [10, 0, 0, 7]);
  putIp(made.bytes, 'remote_ip', [10, 1, index, 9]);
  return made;
}

function kernelCall(index: number): Template {
  return record('kernel_call', 'rf_kernel_call', resident(index), { path: '/usr/lib/x86_64-linux-gnu/libjit.so.1' }, { operation: 4, syscall: syscallNumbers['mprotect'] ?? 0, request: 7 });
}

function fork(pid: number): Template {
  return record('process_fork', 'rf_fork', { pid, startNs: 1n, ppid: firstResident }, {}, { forker_pid: firstResident, forker_start_ns: 1 });
}

function exec(pid: number, startNs: bigint, ppid: number): Template {
  const strings = { exe: '/usr/bin/python3.11', args: 'python3\0/srv/app/worker.py\0--config\0/etc/app/worker.toml\0', cwd: '/srv/app', cgroup: '/system.slice/app.service', filename: '/usr/bin/python3', interpreter: '/usr/bin/python3' };
  return record('process_exec', 'rf_exec', { pid, startNs, ppid }, strings, { argc: 4 });
}

function exit(pid: number): Template {
  return record('process_exit', 'rf_exit', { pid, startNs: 1n, ppid: firstResident }, {}, { duration_ns: 3_000_000 });
}

interface Who {
  readonly pid: number;
  readonly startNs: bigint;
  readonly ppid: number;
}

function resident(index: number): Who {
  const number = (index * 13) % residents;
  return { pid: firstResident + number, startNs: BigInt(number + 1), ppid: number === 0 ? 0 : firstResident };
}

type Struct = Exclude<keyof typeof kernelLayout, 'rf_header' | 'rf_process' | 'rf_snapshot'>;

function record(kind: keyof typeof kernelKinds, struct: Struct, who: Who, strings: Readonly<Record<string, string>>, numbers: Readonly<Record<string, number>>): Template {
  const { size, members } = kernelLayout[struct];
  const bytes = Buffer.alloc(size + Object.values(strings).reduce((sum, text) => sum + text.length, 0));
  bytes.writeUInt32LE(bytes.length, place(kernelLayout.rf_header.members, 'size').offset);
  bytes.writeUInt16LE(kernelKinds[kind], place(kernelLayout.rf_header.members, 'kind').offset);
  const process = place(members, 'process').offset;
  for (const [name, value] of Object.entries({ ...usual, pid: who.pid, tid: who.pid, ppid: who.ppid, pgid: who.pid, ns_pid: who.pid })) put(bytes, process, place(kernelLayout.rf_process.members, name), BigInt(value));
  put(bytes, process, place(kernelLayout.rf_process.members, 'start_ns'), who.startNs);
  put(bytes, process, place(kernelLayout.rf_process.members, 'parent_start_ns'), who.ppid === 0 ? 0n : 1n);
  bytes.write('python3', process + place(kernelLayout.rf_process.members, 'comm').offset);
  for (const [name, value] of Object.entries(numbers)) put(bytes, 0, place(members, name), BigInt(value));
  putStrings(bytes, size, strings, (name) => (isMember(members, name) ? place(members, name).offset : process + place(kernelLayout.rf_process.members, name).offset));
  return { ring: kind.startsWith('process_') ? processRing : eventRing, renewed: who.pid >= firstPasser, bytes };
}

/** A service's process in its own namespaces. */
const usual: Readonly<Record<string, number>> = {
  uid: 998, euid: 998, suid: 998, fsuid: 998, gid: 998, egid: 998, sgid: 998, fsgid: 998, login_uid: 0xffff_ffff, audit_session: 0xffff_ffff,
  cap_bounding: 0x1ff_ffff_ffff, pid_ns: 4_026_531_836, mnt_ns: 4_026_532_511, net_ns: 4_026_531_840, uts_ns: 4_026_532_512, ipc_ns: 4_026_531_839,
  cgroup_ns: 4_026_531_835, user_ns: 4_026_531_837, cgroup_id: 4_242,
};

interface Place {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

function isMember(members: readonly Place[], name: string): boolean {
  return members.some((member) => member.name === name);
}

function place(members: readonly Place[], name: string): Place {
  const found = members.find((member) => member.name === name);
  if (found === undefined) throw new Error(`no member ${name}`);
  return found;
}

function put(bytes: Buffer, base: number, { offset, size }: Place, value: bigint): void {
  for (let index = 0; index < size; index++) bytes[base + offset + index] = Number((value >> BigInt(8 * index)) & 0xffn);
}

function putStrings(bytes: Buffer, data: number, strings: Readonly<Record<string, string>>, offsetOf: (name: string) => number): void {
  let at = 0;
  for (const [name, text] of Object.entries(strings)) {
    bytes.writeUInt16LE(at, offsetOf(name));
    bytes.writeUInt16LE(text.length, offsetOf(name) + 2);
    bytes.write(text, data + at);
    at += text.length;
  }
}

/** IPv4 in IPv6. */
function putIp(bytes: Buffer, name: 'local_ip' | 'remote_ip', address: readonly number[]): void {
  Buffer.from([...Array<number>(10).fill(0), 0xff, 0xff, ...address]).copy(bytes, place(kernelLayout.rf_network.members, name).offset);
}
