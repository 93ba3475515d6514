/**
 * The numbers of the system calls that sensors report. Each architecture has its own; a record holds the number of the
 * one it was made on, and captures are read on their own architecture.
 */

export type SyscallNumbers = Readonly<Record<string, number>>;

/** arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h. */
const numbers: Readonly<Record<string, SyscallNumbers>> = {
  x64: {
    open: 2, openat: 257, openat2: 437, creat: 85, truncate: 76, ftruncate: 77, rename: 82, renameat: 264,
    renameat2: 316, link: 86, linkat: 265, symlink: 88, symlinkat: 266, unlink: 87, unlinkat: 263, mkdir: 83,
    mkdirat: 258, rmdir: 84, mknod: 133, mknodat: 259, chmod: 90, fchmod: 91, fchmodat: 268, fchmodat2: 452,
    chown: 92, fchown: 93, lchown: 94, fchownat: 260, setxattr: 188, lsetxattr: 189, fsetxattr: 190, removexattr: 197,
    lremovexattr: 198, fremovexattr: 199, setxattrat: 463, removexattrat: 466, close: 3, close_range: 436, mount: 165,
    umount2: 166, move_mount: 429, open_tree: 428, mount_setattr: 442, fsopen: 430, fsconfig: 431, fsmount: 432,
    pivot_root: 155, chroot: 161, socket: 41, connect: 42, accept: 43, accept4: 288, bind: 49, listen: 50, sendto: 44,
    sendmsg: 46, sendmmsg: 307, recvfrom: 45, recvmsg: 47, recvmmsg: 299, write: 1, writev: 20, setuid: 105,
    setgid: 106, setreuid: 113, setregid: 114, setresuid: 117, setresgid: 119, setfsuid: 122, setfsgid: 123,
    setgroups: 116, capset: 126, setns: 308, unshare: 272, clone: 56, clone3: 435, fork: 57, vfork: 58, keyctl: 250,
    add_key: 248, request_key: 249, prctl: 157, ptrace: 101, process_vm_readv: 310, process_vm_writev: 311,
    memfd_create: 319, memfd_secret: 447, mmap: 9, mprotect: 10, pkey_mprotect: 329, userfaultfd: 323, bpf: 321,
    perf_event_open: 298, init_module: 175, finit_module: 313, delete_module: 176, kexec_load: 246,
    kexec_file_load: 320, io_uring_setup: 425, io_uring_enter: 426, io_uring_register: 427, ioctl: 16, dup: 32,
    dup2: 33, dup3: 292, fcntl: 72, kill: 62, tkill: 200, tgkill: 234, rt_sigqueueinfo: 129, rt_tgsigqueueinfo: 297,
    pidfd_send_signal: 424, pidfd_getfd: 438, personality: 135, execve: 59, execveat: 322, shmat: 30,
  },
  arm64: {
    openat: 56, openat2: 437, truncate: 45, ftruncate: 46, renameat: 38, renameat2: 276, linkat: 37, symlinkat: 36,
    unlinkat: 35, mkdirat: 34, mknodat: 33, fchmod: 52, fchmodat: 53, fchmodat2: 452, fchown: 55, fchownat: 54,
    setxattr: 5, lsetxattr: 6, fsetxattr: 7, removexattr: 14, lremovexattr: 15, fremovexattr: 16, setxattrat: 463,
    removexattrat: 466, close: 57, close_range: 436, mount: 40, umount2: 39, move_mount: 429, open_tree: 428,
    mount_setattr: 442, fsopen: 430, fsconfig: 431, fsmount: 432, pivot_root: 41, chroot: 51, socket: 198,
    connect: 203, accept: 202, accept4: 242, bind: 200, listen: 201, sendto: 206, sendmsg: 211, sendmmsg: 269,
    recvfrom: 207, recvmsg: 212, recvmmsg: 243, write: 64, writev: 66, setuid: 146, setgid: 144, setreuid: 145,
    setregid: 143, setresuid: 147, setresgid: 149, setfsuid: 151, setfsgid: 152, setgroups: 159, capset: 91,
    setns: 268, unshare: 97, clone: 220, clone3: 435, keyctl: 219, add_key: 217, request_key: 218, prctl: 167,
    ptrace: 117, process_vm_readv: 270, process_vm_writev: 271, memfd_create: 279, memfd_secret: 447, mmap: 222,
    mprotect: 226, pkey_mprotect: 288, userfaultfd: 282, bpf: 280, perf_event_open: 241, init_module: 105,
    finit_module: 273, delete_module: 106, kexec_load: 104, kexec_file_load: 294, io_uring_setup: 425,
    io_uring_enter: 426, io_uring_register: 427, ioctl: 29, dup: 23, dup3: 24, fcntl: 25, kill: 129, tkill: 130,
    tgkill: 131, rt_sigqueueinfo: 138, rt_tgsigqueueinfo: 240, pidfd_send_signal: 424, pidfd_getfd: 438,
    personality: 92, execve: 221, execveat: 281, shmat: 196,
  },
};

/** Name → number here; a name that is missing, such as open on arm64, is no system call of this architecture. */
export const syscallNumbers: SyscallNumbers = numbers[process.arch] ?? {};

const names = new Map(Object.entries(syscallNumbers).map(([name, number]) => [number, name]));

/** Stands for "no system call": the hook is none. */
export const noSyscall = 0xffff;

/** Null for noSyscall; syscall_<n> for one that has no name here. */
export function syscallName(number: number): string | null {
  if (number === noSyscall) return null;
  return names.get(number) ?? `syscall_${number}`;
}

/** Of system calls on x86-64's 32-bit table (arch/x86/entry/syscalls/syscall_32.tbl), which 64-bit programs can use too. */
const compat: SyscallNumbers = {
  open: 5, openat: 295, openat2: 437, creat: 8, truncate: 92, ftruncate: 93, rename: 38, renameat: 302, renameat2: 353,
  link: 9, linkat: 303, symlink: 83, symlinkat: 304, unlink: 10, unlinkat: 301, mkdir: 39, mkdirat: 296, rmdir: 40,
  mknod: 14, mknodat: 297, chmod: 15, fchmod: 94, fchmodat: 306, fchmodat2: 452, chown: 212, fchown: 207, lchown: 198,
  fchownat: 298, setxattr: 226, lsetxattr: 227, fsetxattr: 228, removexattr: 235, lremovexattr: 236, fremovexattr: 237,
  setxattrat: 463, removexattrat: 466, close: 6, close_range: 436, mount: 21, umount2: 52, move_mount: 429, open_tree: 428, mount_setattr: 442, pivot_root: 217, chroot: 61,
  socket: 359, connect: 362, accept4: 364, bind: 361, listen: 363, sendto: 369, sendmsg: 370, sendmmsg: 345,
  setuid: 213, setgid: 214, setreuid: 203, setregid: 204, setresuid: 208, setresgid: 210, setfsuid: 215, setfsgid: 216,
  setgroups: 206, capset: 185, setns: 346, unshare: 310, clone: 120, clone3: 435, fork: 2, vfork: 190, keyctl: 288,
  add_key: 286, request_key: 287, prctl: 172, ptrace: 26, process_vm_readv: 347, process_vm_writev: 348,
  memfd_create: 356, mprotect: 125, pkey_mprotect: 380, userfaultfd: 374, bpf: 357, perf_event_open: 336,
  init_module: 128, finit_module: 350, delete_module: 129, kexec_load: 283, io_uring_setup: 425, io_uring_enter: 426,
  io_uring_register: 427, ioctl: 54, dup2: 63, dup3: 330, kill: 37, tkill: 238, tgkill: 270, rt_sigqueueinfo: 178,
  pidfd_send_signal: 424, pidfd_getfd: 438, personality: 136, shmat: 397, dup: 41, fcntl: 221, mmap: 192,
  rt_tgsigqueueinfo: 335, memfd_secret: 447,
};

/** Other forms there: with ids of 16 bits, and with lengths of 64. */
const compatOlder: SyscallNumbers = {
  setuid: 23, setgid: 46, setreuid: 70, setregid: 71, setresuid: 164, setresgid: 170, setgroups: 81, setfsuid: 138,
  setfsgid: 139, fcntl: 55, chown: 182, lchown: 16, fchown: 95, truncate: 193, ftruncate: 194, umount2: 22,
};

/** Numbers that the kernel side passes on; beyond it none is watched. */
const syscallsMax = 512;

/** The 32-bit table's number → ours; noSyscall where there is no equal, or on other architectures. */
export function compatNumbers(): Uint16Array<ArrayBuffer> {
  const table = new Uint16Array(syscallsMax).fill(noSyscall);
  if (process.arch === 'x64') for (const [name, number] of [...Object.entries(compat), ...Object.entries(compatOlder)]) table[number] = syscallNumbers[name]!;
  return table;
}
