import { describe, expect, test } from 'vitest';
import type { KernelCall, KernelOperation } from '#schemas/generated/types.gen.ts';
import { completeKernelCall } from './kernel.ts';

const unknown = () => null;

function completed(given: Partial<KernelCall>, exeOf: (pid: number, startNs: bigint) => string | null = unknown): KernelCall {
  const body: KernelCall = {
    kind: 'kernel_call',
    operation: 'ptrace',
    syscall: null,
    result: 0,
    request: 0,
    request_name: null,
    type: null,
    type_name: null,
    flags: 0n,
    name: null,
    path: null,
    arguments: null,
    fd: null,
    target_pid: null,
    target_start_ns: 0n,
    target_uid: null,
    target_exe: null,
    remote_ip: null,
    remote_port: null,
    ...given,
  };
  completeKernelCall(body, exeOf);
  return body;
}

describe('a kernel call', () => {
  test.each<[KernelOperation, string, number, string | null]>([
    ['ptrace', 'ptrace', 0, 'PTRACE_TRACEME'],
    ['ptrace', 'ptrace', 0x4206, 'PTRACE_SEIZE'],
    ['ptrace', 'ptrace', 99, null],
    ['bpf', 'bpf', 5, 'BPF_PROG_LOAD'],
    ['bpf', 'bpf', 36, 'BPF_TOKEN_CREATE'],
    ['perf_event_open', 'perf_event_open', 2, 'PERF_TYPE_TRACEPOINT'],
    ['io_uring_submit', 'io_uring_enter', 28, 'IORING_OP_OPENAT2'],
    ['io_uring_register', 'io_uring_register', 0x8000_0002, 'IORING_REGISTER_FILES'],
    ['signal', 'kill', 9, 'SIGKILL'],
    ['signal', 'kill', 6, 'SIGABRT'],
    ['signal', 'kill', 0, null],
    ['prctl', 'prctl', 15, 'PR_SET_NAME'],
    ['keyctl', 'keyctl', 11, 'KEYCTL_READ'],
    ['keyctl', 'add_key', 0, null],
    ['map_executable', 'mprotect', 7, 'PROT_READ|PROT_WRITE|PROT_EXEC'],
    ['personality', 'personality', 0x40_0000 | 0x4_0000, 'ADDR_NO_RANDOMIZE|READ_IMPLIES_EXEC'],
    ['tiocsti', 'ioctl', 0x5412, 'TIOCSTI'],
    ['userfaultfd', 'userfaultfd', 0, null],
    ['dup_socket', 'dup2', 0, null],
  ])('%s by %s of %i is called %s', (operation, syscall, request, name) => {
    expect(completed({ operation, syscall, request }).request_name).toBe(name);
  });

  test.each([
    [5, 2, 'BPF_PROG_TYPE_KPROBE'],
    [0, 27, 'BPF_MAP_TYPE_RINGBUF'],
    [28, 24, 'BPF_TRACE_FENTRY'],
    [6, 1, null],
    [5, 4000, null],
    [5, null, null],
  ])('of bpf with command %i has for type %i the name %s', (request, type, name) => {
    expect(completed({ operation: 'bpf', request, type }).type_name).toBe(name);
  });

  test('names the program of the process acted on, when that is known by pid and start', () => {
    const exeOf = (pid: number, startNs: bigint) => (pid === 7 && startNs === 5n ? '/bin/victim' : null);
    expect(completed({ target_pid: 7, target_start_ns: 5n }, exeOf).target_exe).toBe('/bin/victim');
    expect(completed({ target_pid: 7, target_start_ns: 6n }, exeOf).target_exe).toBeNull();
    expect(completed({ target_pid: 7, target_start_ns: 0n }, () => '/bin/wrong').target_exe).toBeNull();
  });
});
