/** The sensor's programs of the families privilege and kernel: see programs.ts. */
import type { Hook, ProgramSpec, Want } from './programs.ts';

export const privilegePrograms: readonly ProgramSpec[] = [
  credentials('setuid', ['setuid', 'setfsuid'], 'setuid'),
  credentials('setreuid', ['setreuid'], 'setuid'),
  credentials('setresuid', ['setresuid'], 'setuid'),
  credentials('setgid', ['setgid', 'setfsgid'], 'setgid'),
  credentials('setregid', ['setregid'], 'setgid'),
  credentials('setresgid', ['setresgid'], 'setgid'),
  credentials('setgroups', ['setgroups'], 'setgroups'),
  credentials('capset', ['capset'], 'capset'),
  noticed('noticed_fork'),
  noticed('noticed_exec'),
  noticed('noticed_exit'),
  namespaces('unshare', calls('unshare'), 'unshare'),
  namespaces('setns', calls('setns'), 'setns'),
  namespaces('clone', { at: 'section' }, 'clone'),
  namespaces('clone_refused', calls('clone'), 'clone'),
  namespaces('clone3_refused', calls('clone3'), 'clone'),
];

export const kernelPrograms: readonly ProgramSpec[] = [
  kernelCall('kernel', 'ptrace', calls('ptrace'), 'ptrace'),
  kernelCall('kernel', 'process_vm_readv', calls('process_vm_readv'), 'process_vm_readv'),
  kernelCall('kernel', 'process_vm_writev', calls('process_vm_writev'), 'process_vm_writev'),
  kernelCall('kernel', 'pidfd_getfd', calls('pidfd_getfd'), 'pidfd_getfd'),
  kernelCall('kernel', 'init_module', calls('init_module'), 'init_module'),
  kernelCall('kernel', 'finit_module', calls('finit_module'), 'finit_module'),
  kernelCall('kernel', 'delete_module', calls('delete_module'), 'delete_module'),
  kernelCall('kernel', 'kexec_load', calls('kexec_load'), 'kexec_load'),
  kernelCall('kernel', 'kexec_file_load', calls('kexec_file_load'), 'kexec_file_load'),
  kernelCall('kernel', 'ioctl', calls('ioctl'), 'tiocsti', 'userfaultfd'),
  kernelCall('kernel', 'userfaultfd', calls('userfaultfd'), 'userfaultfd'),
  kernelCall('kernel', 'dup', calls('dup', 'dup2', 'dup3'), 'dup_socket'),
  kernelCall('kernel', 'fcntl', calls('fcntl'), 'dup_socket'),
  kernelCall('kernel', 'keyctl', calls('keyctl'), 'keyctl'),
  kernelCall('kernel', 'key', calls('add_key', 'request_key'), 'keyctl'),
  kernelCall('kernel', 'prctl', calls('prctl'), 'prctl'),
  kernelCall('kernel', 'personality', calls('personality'), 'personality'),
  kernelCall('tracing', 'bpf', calls('bpf'), 'bpf'),
  kernelCall('tracing', 'perf_event_open', calls('perf_event_open'), 'perf_event_open'),
  kernelCall('memory', 'mmap', calls('mmap'), 'map_executable', 'load_program'),
  kernelCall('memory', 'mprotect', calls('mprotect', 'pkey_mprotect'), 'map_executable'),
  kernelCall('memory', 'shmat', calls('shmat'), 'map_executable'),
  kernelCall('memory', 'memfd_create', calls('memfd_create'), 'memfd_create'),
  kernelCall('memory', 'memfd_secret', calls('memfd_secret'), 'memfd_create'),
  kernelCall('io_uring', 'setup', calls('io_uring_setup'), 'io_uring_setup'),
  kernelCall('io_uring', 'register', calls('io_uring_register'), 'io_uring_register'),
  { ...kernelCall('io_uring', 'submit', { at: 'section' }, 'io_uring_submit'), needs: 'tp_btf/io_uring_submit_req' },
  { ...kernelCall('io_uring', 'submit_before_6_3', { at: 'section' }, 'io_uring_submit'), needs: 'tp_btf/io_uring_submit_sqe' },
  kernelCall('signal', 'generate', { at: 'section' }, 'signal'),
  kernelCall('signal', 'refused_process', calls('kill', 'tkill', 'rt_sigqueueinfo'), 'signal'),
  kernelCall('signal', 'refused_thread', calls('tgkill', 'rt_tgsigqueueinfo'), 'signal'),
  kernelCall('signal', 'refused_pidfd', calls('pidfd_send_signal'), 'signal'),
];

function calls(...names: string[]): Hook {
  return { at: 'syscalls', names };
}

function credentials(name: string, names: readonly string[], operation: string): ProgramSpec {
  // What a call explains is not noticed.
  return program('privilege', name, calls(...names), { kind: 'credentials', operations: [operation, 'noticed'] });
}

function noticed(name: string): ProgramSpec {
  return program('privilege', name, { at: 'section' }, { kind: 'credentials', operations: ['noticed'] });
}

function namespaces(name: string, hook: Hook, operation: string): ProgramSpec {
  return program('privilege', name, hook, { kind: 'namespace_change', operations: [operation] });
}

function kernelCall(object: string, name: string, hook: Hook, ...operations: string[]): ProgramSpec {
  return program(object, name, hook, { kind: 'kernel_call', operations });
}

/** In C a program's name begins with that of its object. */
function program(object: string, name: string, hook: Hook, want: Want): ProgramSpec {
  return { name: `${object}__${name}`, object, hook, wants: [want] };
}
