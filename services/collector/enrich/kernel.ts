/** What the collector adds to a kernel_call: names for numbers, and the program of the process acted on. */
import type { KernelCall } from '#schemas/generated/types.gen.ts';
import {
  bitsOf,
  bpfAttachTypes,
  bpfCommands,
  bpfMapTypes,
  bpfProgramTypes,
  ioctlRequests,
  ioUringOperations,
  ioUringRegistrations,
  keyctlCommands,
  perfTypes,
  personalities,
  prctlOptions,
  protections,
  ptraceRequests,
  signals,
} from './kernel-names.ts';

/** `exeOf` gives the program of a process that is known. */
export function completeKernelCall(body: KernelCall, exeOf: (pid: number, startNs: bigint) => string | null): void {
  body.request_name = requestName(body);
  body.type_name = typeName(body);
  if (body.target_pid !== null && body.target_start_ns !== 0n) body.target_exe = exeOf(body.target_pid, body.target_start_ns);
}

function requestName({ operation, syscall, request }: KernelCall): string | null {
  switch (operation) {
    case 'ptrace':
      return ptraceRequests.get(request) ?? null;
    case 'bpf':
      return bpfCommands.get(request) ?? null;
    case 'perf_event_open':
      return perfTypes.get(request) ?? null;
    case 'io_uring_submit':
      return ioUringOperations.get(request) ?? null;
    case 'io_uring_register':
      // The highest bit says only how the ring is named.
      return ioUringRegistrations.get(request & 0x7fff_ffff) ?? null;
    case 'signal':
      return signals.get(request) ?? null;
    case 'prctl':
      return prctlOptions.get(request) ?? null;
    case 'keyctl':
      return syscall === 'keyctl' ? (keyctlCommands.get(request) ?? null) : null;
    case 'map_executable':
    case 'load_program':
      return bitsOf(protections, request);
    case 'personality':
      return bitsOf(personalities, request);
    case 'tiocsti':
      return ioctlRequests.get(request) ?? null;
    case 'userfaultfd':
      return syscall === 'ioctl' ? (ioctlRequests.get(request) ?? null) : null;
    case 'process_vm_writev':
    case 'process_vm_readv':
    case 'memfd_create':
    case 'init_module':
    case 'finit_module':
    case 'delete_module':
    case 'kexec_load':
    case 'kexec_file_load':
    case 'io_uring_setup':
    case 'dup_socket':
    case 'pidfd_getfd':
      return null;
  }
}

/** Which of bpf's enumerations the type is of, its command says. */
function typeName({ operation, request, type }: KernelCall): string | null {
  if (operation !== 'bpf' || type === null) return null;
  switch (bpfCommands.get(request)) {
    case 'BPF_PROG_LOAD':
    case 'BPF_PROG_GET_FD_BY_ID':
      return bpfProgramTypes.get(type) ?? null;
    case 'BPF_MAP_CREATE':
    case 'BPF_MAP_GET_FD_BY_ID':
      return bpfMapTypes.get(type) ?? null;
    case 'BPF_LINK_CREATE':
    case 'BPF_PROG_ATTACH':
      return bpfAttachTypes.get(type) ?? null;
    default:
      return null;
  }
}
