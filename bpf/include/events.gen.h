/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Generated from schemas/ by `npm run generate`. Do not edit. */
#ifndef RINGFENCE_EVENTS_GEN_H
#define RINGFENCE_EVENTS_GEN_H

/* A string in the data that follows the fixed part: len bytes from off. */
struct rf_str {
	__u16 off;
	__u16 len; /* RF_TRUNCATED is set when it was cut */
};

#define RF_TRUNCATED 0x8000

enum rf_kind {
	RF_SNAPSHOT = 0,
	RF_KIND_EXEC = 1,
	RF_KIND_FORK = 2,
	RF_KIND_EXIT = 3,
	RF_KIND_FILE_OPEN = 4,
	RF_KIND_FILE_CHANGE = 5,
	RF_KIND_MOUNT = 6,
	RF_KIND_NETWORK = 7,
	RF_KIND_CREDENTIALS = 8,
	RF_KIND_NAMESPACE_CHANGE = 9,
	RF_KIND_KERNEL_CALL = 10,
	RF_KIND_PACKET = 11,
};

enum rf_credentials_operation {
	RF_CREDENTIALS_OPERATION_SETUID = 0,
	RF_CREDENTIALS_OPERATION_SETGID = 1,
	RF_CREDENTIALS_OPERATION_SETGROUPS = 2,
	RF_CREDENTIALS_OPERATION_CAPSET = 3,
	RF_CREDENTIALS_OPERATION_NOTICED = 4,
};

enum rf_dns_operation {
	RF_DNS_OPERATION_QUESTION = 0,
	RF_DNS_OPERATION_ANSWER = 1,
};

enum rf_file_operation {
	RF_FILE_OPERATION_UNLINK = 0,
	RF_FILE_OPERATION_RMDIR = 1,
	RF_FILE_OPERATION_RENAME = 2,
	RF_FILE_OPERATION_LINK = 3,
	RF_FILE_OPERATION_SYMLINK = 4,
	RF_FILE_OPERATION_MKDIR = 5,
	RF_FILE_OPERATION_MKNOD = 6,
	RF_FILE_OPERATION_TRUNCATE = 7,
	RF_FILE_OPERATION_CHMOD = 8,
	RF_FILE_OPERATION_CHOWN = 9,
	RF_FILE_OPERATION_SETXATTR = 10,
	RF_FILE_OPERATION_REMOVEXATTR = 11,
	RF_FILE_OPERATION_CLOSE_WRITE = 12,
};

enum rf_file_access {
	RF_FILE_ACCESS_NONE = 0,
	RF_FILE_ACCESS_READ = 1,
	RF_FILE_ACCESS_WRITE = 2,
	RF_FILE_ACCESS_READ_WRITE = 3,
	RF_FILE_ACCESS_EXECUTE = 4,
};

enum rf_path_source {
	RF_PATH_SOURCE_KERNEL = 0,
	RF_PATH_SOURCE_CALLER = 1,
};

enum rf_kernel_operation {
	RF_KERNEL_OPERATION_PTRACE = 0,
	RF_KERNEL_OPERATION_PROCESS_VM_WRITEV = 1,
	RF_KERNEL_OPERATION_PROCESS_VM_READV = 2,
	RF_KERNEL_OPERATION_MEMFD_CREATE = 3,
	RF_KERNEL_OPERATION_MAP_EXECUTABLE = 4,
	RF_KERNEL_OPERATION_USERFAULTFD = 5,
	RF_KERNEL_OPERATION_BPF = 6,
	RF_KERNEL_OPERATION_PERF_EVENT_OPEN = 7,
	RF_KERNEL_OPERATION_INIT_MODULE = 8,
	RF_KERNEL_OPERATION_FINIT_MODULE = 9,
	RF_KERNEL_OPERATION_DELETE_MODULE = 10,
	RF_KERNEL_OPERATION_KEXEC_LOAD = 11,
	RF_KERNEL_OPERATION_KEXEC_FILE_LOAD = 12,
	RF_KERNEL_OPERATION_IO_URING_SETUP = 13,
	RF_KERNEL_OPERATION_IO_URING_REGISTER = 14,
	RF_KERNEL_OPERATION_IO_URING_SUBMIT = 15,
	RF_KERNEL_OPERATION_TIOCSTI = 16,
	RF_KERNEL_OPERATION_DUP_SOCKET = 17,
	RF_KERNEL_OPERATION_SIGNAL = 18,
	RF_KERNEL_OPERATION_KEYCTL = 19,
	RF_KERNEL_OPERATION_PRCTL = 20,
	RF_KERNEL_OPERATION_PERSONALITY = 21,
	RF_KERNEL_OPERATION_PIDFD_GETFD = 22,
	RF_KERNEL_OPERATION_LOAD_PROGRAM = 23,
};

enum rf_loss_stage {
	RF_LOSS_STAGE_KERNEL = 0,
	RF_LOSS_STAGE_DECODE = 1,
	RF_LOSS_STAGE_SPOOL = 2,
};

enum rf_mount_operation {
	RF_MOUNT_OPERATION_MOUNT = 0,
	RF_MOUNT_OPERATION_UMOUNT = 1,
	RF_MOUNT_OPERATION_MOVE_MOUNT = 2,
	RF_MOUNT_OPERATION_PIVOT_ROOT = 3,
	RF_MOUNT_OPERATION_CHROOT = 4,
	RF_MOUNT_OPERATION_OPEN_TREE = 5,
	RF_MOUNT_OPERATION_MOUNT_SETATTR = 6,
};

enum rf_namespace_operation {
	RF_NAMESPACE_OPERATION_SETNS = 0,
	RF_NAMESPACE_OPERATION_UNSHARE = 1,
	RF_NAMESPACE_OPERATION_CLONE = 2,
};

enum rf_network_operation {
	RF_NETWORK_OPERATION_SOCKET = 0,
	RF_NETWORK_OPERATION_CONNECT = 1,
	RF_NETWORK_OPERATION_ACCEPT = 2,
	RF_NETWORK_OPERATION_BIND = 3,
	RF_NETWORK_OPERATION_LISTEN = 4,
	RF_NETWORK_OPERATION_SEND = 5,
};

enum rf_address_family {
	RF_ADDRESS_FAMILY_OTHER = 0,
	RF_ADDRESS_FAMILY_UNIX = 1,
	RF_ADDRESS_FAMILY_IPV4 = 2,
	RF_ADDRESS_FAMILY_IPV6 = 3,
	RF_ADDRESS_FAMILY_NETLINK = 4,
	RF_ADDRESS_FAMILY_PACKET = 5,
	RF_ADDRESS_FAMILY_VSOCK = 6,
	RF_ADDRESS_FAMILY_BLUETOOTH = 7,
	RF_ADDRESS_FAMILY_ALG = 8,
};

enum rf_socket_type {
	RF_SOCKET_TYPE_OTHER = 0,
	RF_SOCKET_TYPE_STREAM = 1,
	RF_SOCKET_TYPE_DATAGRAM = 2,
	RF_SOCKET_TYPE_RAW = 3,
	RF_SOCKET_TYPE_SEQPACKET = 4,
	RF_SOCKET_TYPE_PACKET = 5,
};

enum rf_file_type {
	RF_FILE_TYPE_CLOSED = 0,
	RF_FILE_TYPE_FIFO = 1,
	RF_FILE_TYPE_CHAR_DEVICE = 2,
	RF_FILE_TYPE_DIRECTORY = 3,
	RF_FILE_TYPE_BLOCK_DEVICE = 4,
	RF_FILE_TYPE_REGULAR = 5,
	RF_FILE_TYPE_SYMLINK = 6,
	RF_FILE_TYPE_UNIX_SOCKET = 7,
	RF_FILE_TYPE_INET_SOCKET = 8,
	RF_FILE_TYPE_OTHER_SOCKET = 9,
	RF_FILE_TYPE_ANONYMOUS = 10,
};

#define PROCESS_CGROUP_MAX 1024
#define PROCESS_EXE_MAX 4096
#define PROCESS_ARGS_MAX 8192
#define PROCESS_CWD_MAX 4096
#define PROCESS_EXEC_FILENAME_MAX 4096
#define PROCESS_EXEC_INTERPRETER_MAX 256
#define PROCESS_EXEC_ENV_MAX 2048
#define FILE_OPEN_FILENAME_MAX 4096
#define FILE_OPEN_DIRECTORY_MAX 4096
#define FILE_OPEN_PATH_MAX 4096
#define FILE_CHANGE_FILENAME_MAX 4096
#define FILE_CHANGE_DIRECTORY_MAX 4096
#define FILE_CHANGE_PATH_MAX 4096
#define FILE_CHANGE_NEW_FILENAME_MAX 4096
#define FILE_CHANGE_NEW_DIRECTORY_MAX 4096
#define FILE_CHANGE_NEW_PATH_MAX 4096
#define FILE_CHANGE_TARGET_MAX 1024
#define FILE_CHANGE_ATTRIBUTE_MAX 256
#define MOUNT_SOURCE_MAX 1024
#define MOUNT_FILENAME_MAX 4096
#define MOUNT_DIRECTORY_MAX 4096
#define MOUNT_PATH_MAX 4096
#define MOUNT_FILE_SYSTEM_MAX 64
#define NETWORK_PATH_MAX 4096
#define KERNEL_CALL_NAME_MAX 256
#define KERNEL_CALL_PATH_MAX 4096
#define KERNEL_CALL_ARGUMENTS_MAX 256
#define PACKET_PAYLOAD_MAX 2048

/* What every record begins with. */
struct rf_header {
	__u64 seq;
	__u64 time_ns;
	__u32 size;
	__u16 kind;
	__u16 reserved;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_header) == 24, "rf_header");
_Static_assert(__builtin_offsetof(struct rf_header, seq) == 0, "rf_header.seq");
_Static_assert(__builtin_offsetof(struct rf_header, time_ns) == 8, "rf_header.time_ns");
_Static_assert(__builtin_offsetof(struct rf_header, size) == 16, "rf_header.size");
_Static_assert(__builtin_offsetof(struct rf_header, kind) == 20, "rf_header.kind");
_Static_assert(__builtin_offsetof(struct rf_header, reserved) == 22, "rf_header.reserved");

/* A process at the moment of an event. Its identity is (node, boot id, pid, start_ns): never the pid alone. */
struct rf_process {
	__u64 start_ns;
	__u64 parent_start_ns;
	__u64 cap_permitted;
	__u64 cap_effective;
	__u64 cap_inheritable;
	__u64 cap_bounding;
	__u64 cap_ambient;
	__u64 cgroup_id;
	__u64 exe_inode;
	__u64 exe_ctime;
	__u64 exe_mtime;
	__u32 pid;
	__u32 tid;
	__u32 ppid;
	__u32 pgid;
	__u32 sid;
	__u32 ns_pid;
	__u32 uid;
	__u32 euid;
	__u32 suid;
	__u32 fsuid;
	__u32 gid;
	__u32 egid;
	__u32 sgid;
	__u32 fsgid;
	__u32 login_uid;
	__u32 audit_session;
	__u32 pid_ns;
	__u32 mnt_ns;
	__u32 net_ns;
	__u32 uts_ns;
	__u32 ipc_ns;
	__u32 cgroup_ns;
	__u32 user_ns;
	__s32 ns_pgid;
	__u32 exe_device;
	struct rf_str cgroup;
	struct rf_str exe;
	struct rf_str args;
	struct rf_str cwd;
	char comm[16];
	__u8 exe_deleted;
	__u8 exe_memfd;
	__u8 exe_upper_layer;
	char tty[32];
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_process) == 256, "rf_process");
_Static_assert(__builtin_offsetof(struct rf_process, start_ns) == 0, "rf_process.start_ns");
_Static_assert(__builtin_offsetof(struct rf_process, parent_start_ns) == 8, "rf_process.parent_start_ns");
_Static_assert(__builtin_offsetof(struct rf_process, cap_permitted) == 16, "rf_process.cap_permitted");
_Static_assert(__builtin_offsetof(struct rf_process, cap_effective) == 24, "rf_process.cap_effective");
_Static_assert(__builtin_offsetof(struct rf_process, cap_inheritable) == 32, "rf_process.cap_inheritable");
_Static_assert(__builtin_offsetof(struct rf_process, cap_bounding) == 40, "rf_process.cap_bounding");
_Static_assert(__builtin_offsetof(struct rf_process, cap_ambient) == 48, "rf_process.cap_ambient");
_Static_assert(__builtin_offsetof(struct rf_process, cgroup_id) == 56, "rf_process.cgroup_id");
_Static_assert(__builtin_offsetof(struct rf_process, exe_inode) == 64, "rf_process.exe_inode");
_Static_assert(__builtin_offsetof(struct rf_process, exe_ctime) == 72, "rf_process.exe_ctime");
_Static_assert(__builtin_offsetof(struct rf_process, exe_mtime) == 80, "rf_process.exe_mtime");
_Static_assert(__builtin_offsetof(struct rf_process, pid) == 88, "rf_process.pid");
_Static_assert(__builtin_offsetof(struct rf_process, tid) == 92, "rf_process.tid");
_Static_assert(__builtin_offsetof(struct rf_process, ppid) == 96, "rf_process.ppid");
_Static_assert(__builtin_offsetof(struct rf_process, pgid) == 100, "rf_process.pgid");
_Static_assert(__builtin_offsetof(struct rf_process, sid) == 104, "rf_process.sid");
_Static_assert(__builtin_offsetof(struct rf_process, ns_pid) == 108, "rf_process.ns_pid");
_Static_assert(__builtin_offsetof(struct rf_process, uid) == 112, "rf_process.uid");
_Static_assert(__builtin_offsetof(struct rf_process, euid) == 116, "rf_process.euid");
_Static_assert(__builtin_offsetof(struct rf_process, suid) == 120, "rf_process.suid");
_Static_assert(__builtin_offsetof(struct rf_process, fsuid) == 124, "rf_process.fsuid");
_Static_assert(__builtin_offsetof(struct rf_process, gid) == 128, "rf_process.gid");
_Static_assert(__builtin_offsetof(struct rf_process, egid) == 132, "rf_process.egid");
_Static_assert(__builtin_offsetof(struct rf_process, sgid) == 136, "rf_process.sgid");
_Static_assert(__builtin_offsetof(struct rf_process, fsgid) == 140, "rf_process.fsgid");
_Static_assert(__builtin_offsetof(struct rf_process, login_uid) == 144, "rf_process.login_uid");
_Static_assert(__builtin_offsetof(struct rf_process, audit_session) == 148, "rf_process.audit_session");
_Static_assert(__builtin_offsetof(struct rf_process, pid_ns) == 152, "rf_process.pid_ns");
_Static_assert(__builtin_offsetof(struct rf_process, mnt_ns) == 156, "rf_process.mnt_ns");
_Static_assert(__builtin_offsetof(struct rf_process, net_ns) == 160, "rf_process.net_ns");
_Static_assert(__builtin_offsetof(struct rf_process, uts_ns) == 164, "rf_process.uts_ns");
_Static_assert(__builtin_offsetof(struct rf_process, ipc_ns) == 168, "rf_process.ipc_ns");
_Static_assert(__builtin_offsetof(struct rf_process, cgroup_ns) == 172, "rf_process.cgroup_ns");
_Static_assert(__builtin_offsetof(struct rf_process, user_ns) == 176, "rf_process.user_ns");
_Static_assert(__builtin_offsetof(struct rf_process, ns_pgid) == 180, "rf_process.ns_pgid");
_Static_assert(__builtin_offsetof(struct rf_process, exe_device) == 184, "rf_process.exe_device");
_Static_assert(__builtin_offsetof(struct rf_process, cgroup) == 188, "rf_process.cgroup");
_Static_assert(__builtin_offsetof(struct rf_process, exe) == 192, "rf_process.exe");
_Static_assert(__builtin_offsetof(struct rf_process, args) == 196, "rf_process.args");
_Static_assert(__builtin_offsetof(struct rf_process, cwd) == 200, "rf_process.cwd");
_Static_assert(__builtin_offsetof(struct rf_process, comm) == 204, "rf_process.comm");
_Static_assert(__builtin_offsetof(struct rf_process, exe_deleted) == 220, "rf_process.exe_deleted");
_Static_assert(__builtin_offsetof(struct rf_process, exe_memfd) == 221, "rf_process.exe_memfd");
_Static_assert(__builtin_offsetof(struct rf_process, exe_upper_layer) == 222, "rf_process.exe_upper_layer");
_Static_assert(__builtin_offsetof(struct rf_process, tty) == 223, "rf_process.tty");

/* A process replaced its program: execve or execveat succeeded, and the first instruction of the new program has not run yet. */
struct rf_exec {
	struct rf_header header;
	struct rf_process process;
	__u32 argc;
	struct rf_str filename;
	struct rf_str interpreter;
	struct rf_str env;
	__u8 secure;
	__u8 stdin_type;
	__u8 stdout_type;
	__u8 stderr_type;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_exec) == 304, "rf_exec");
_Static_assert(__builtin_offsetof(struct rf_exec, header) == 0, "rf_exec.header");
_Static_assert(__builtin_offsetof(struct rf_exec, process) == 24, "rf_exec.process");
_Static_assert(__builtin_offsetof(struct rf_exec, argc) == 280, "rf_exec.argc");
_Static_assert(__builtin_offsetof(struct rf_exec, filename) == 284, "rf_exec.filename");
_Static_assert(__builtin_offsetof(struct rf_exec, interpreter) == 288, "rf_exec.interpreter");
_Static_assert(__builtin_offsetof(struct rf_exec, env) == 292, "rf_exec.env");
_Static_assert(__builtin_offsetof(struct rf_exec, secure) == 296, "rf_exec.secure");
_Static_assert(__builtin_offsetof(struct rf_exec, stdin_type) == 297, "rf_exec.stdin_type");
_Static_assert(__builtin_offsetof(struct rf_exec, stdout_type) == 298, "rf_exec.stdout_type");
_Static_assert(__builtin_offsetof(struct rf_exec, stderr_type) == 299, "rf_exec.stderr_type");

/* A process was created. The event's process is the child; new threads of a process are not reported. */
struct rf_fork {
	struct rf_header header;
	struct rf_process process;
	__u64 forker_start_ns;
	__u32 forker_pid;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_fork) == 296, "rf_fork");
_Static_assert(__builtin_offsetof(struct rf_fork, header) == 0, "rf_fork.header");
_Static_assert(__builtin_offsetof(struct rf_fork, process) == 24, "rf_fork.process");
_Static_assert(__builtin_offsetof(struct rf_fork, forker_start_ns) == 280, "rf_fork.forker_start_ns");
_Static_assert(__builtin_offsetof(struct rf_fork, forker_pid) == 288, "rf_fork.forker_pid");

/* The last thread of a process ended. */
struct rf_exit {
	struct rf_header header;
	struct rf_process process;
	__u64 duration_ns;
	__u32 exit_code;
	__u32 signal;
	__u8 core_dumped;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_exit) == 304, "rf_exit");
_Static_assert(__builtin_offsetof(struct rf_exit, header) == 0, "rf_exit.header");
_Static_assert(__builtin_offsetof(struct rf_exit, process) == 24, "rf_exit.process");
_Static_assert(__builtin_offsetof(struct rf_exit, duration_ns) == 280, "rf_exit.duration_ns");
_Static_assert(__builtin_offsetof(struct rf_exit, exit_code) == 288, "rf_exit.exit_code");
_Static_assert(__builtin_offsetof(struct rf_exit, signal) == 292, "rf_exit.signal");
_Static_assert(__builtin_offsetof(struct rf_exit, core_dumped) == 296, "rf_exit.core_dumped");

/* A file was opened, or could not be. */
struct rf_file_open {
	struct rf_header header;
	struct rf_process process;
	__u64 inode;
	__s32 result;
	__u32 flags;
	__u32 mode;
	__u32 device;
	__u32 file_mode;
	__u32 file_uid;
	__u16 syscall;
	struct rf_str filename;
	struct rf_str directory;
	struct rf_str path;
	__u8 access;
	__u8 created;
	__u8 path_source;
	__u8 file_type;
	__u8 upper_layer;
	__u8 deleted;
	__u8 io_uring;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_file_open) == 336, "rf_file_open");
_Static_assert(__builtin_offsetof(struct rf_file_open, header) == 0, "rf_file_open.header");
_Static_assert(__builtin_offsetof(struct rf_file_open, process) == 24, "rf_file_open.process");
_Static_assert(__builtin_offsetof(struct rf_file_open, inode) == 280, "rf_file_open.inode");
_Static_assert(__builtin_offsetof(struct rf_file_open, result) == 288, "rf_file_open.result");
_Static_assert(__builtin_offsetof(struct rf_file_open, flags) == 292, "rf_file_open.flags");
_Static_assert(__builtin_offsetof(struct rf_file_open, mode) == 296, "rf_file_open.mode");
_Static_assert(__builtin_offsetof(struct rf_file_open, device) == 300, "rf_file_open.device");
_Static_assert(__builtin_offsetof(struct rf_file_open, file_mode) == 304, "rf_file_open.file_mode");
_Static_assert(__builtin_offsetof(struct rf_file_open, file_uid) == 308, "rf_file_open.file_uid");
_Static_assert(__builtin_offsetof(struct rf_file_open, syscall) == 312, "rf_file_open.syscall");
_Static_assert(__builtin_offsetof(struct rf_file_open, filename) == 314, "rf_file_open.filename");
_Static_assert(__builtin_offsetof(struct rf_file_open, directory) == 318, "rf_file_open.directory");
_Static_assert(__builtin_offsetof(struct rf_file_open, path) == 322, "rf_file_open.path");
_Static_assert(__builtin_offsetof(struct rf_file_open, access) == 326, "rf_file_open.access");
_Static_assert(__builtin_offsetof(struct rf_file_open, created) == 327, "rf_file_open.created");
_Static_assert(__builtin_offsetof(struct rf_file_open, path_source) == 328, "rf_file_open.path_source");
_Static_assert(__builtin_offsetof(struct rf_file_open, file_type) == 329, "rf_file_open.file_type");
_Static_assert(__builtin_offsetof(struct rf_file_open, upper_layer) == 330, "rf_file_open.upper_layer");
_Static_assert(__builtin_offsetof(struct rf_file_open, deleted) == 331, "rf_file_open.deleted");
_Static_assert(__builtin_offsetof(struct rf_file_open, io_uring) == 332, "rf_file_open.io_uring");

/* A name or a file was changed, or could not be. */
struct rf_file_change {
	struct rf_header header;
	struct rf_process process;
	__u64 inode;
	__s32 result;
	__u32 flags;
	__s32 mode;
	__u32 uid;
	__u32 gid;
	__u32 device;
	__u16 syscall;
	struct rf_str filename;
	struct rf_str directory;
	struct rf_str path;
	struct rf_str new_filename;
	struct rf_str new_directory;
	struct rf_str new_path;
	struct rf_str target;
	struct rf_str attribute;
	__u8 operation;
	__u8 path_source;
	__u8 io_uring;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_file_change) == 352, "rf_file_change");
_Static_assert(__builtin_offsetof(struct rf_file_change, header) == 0, "rf_file_change.header");
_Static_assert(__builtin_offsetof(struct rf_file_change, process) == 24, "rf_file_change.process");
_Static_assert(__builtin_offsetof(struct rf_file_change, inode) == 280, "rf_file_change.inode");
_Static_assert(__builtin_offsetof(struct rf_file_change, result) == 288, "rf_file_change.result");
_Static_assert(__builtin_offsetof(struct rf_file_change, flags) == 292, "rf_file_change.flags");
_Static_assert(__builtin_offsetof(struct rf_file_change, mode) == 296, "rf_file_change.mode");
_Static_assert(__builtin_offsetof(struct rf_file_change, uid) == 300, "rf_file_change.uid");
_Static_assert(__builtin_offsetof(struct rf_file_change, gid) == 304, "rf_file_change.gid");
_Static_assert(__builtin_offsetof(struct rf_file_change, device) == 308, "rf_file_change.device");
_Static_assert(__builtin_offsetof(struct rf_file_change, syscall) == 312, "rf_file_change.syscall");
_Static_assert(__builtin_offsetof(struct rf_file_change, filename) == 314, "rf_file_change.filename");
_Static_assert(__builtin_offsetof(struct rf_file_change, directory) == 318, "rf_file_change.directory");
_Static_assert(__builtin_offsetof(struct rf_file_change, path) == 322, "rf_file_change.path");
_Static_assert(__builtin_offsetof(struct rf_file_change, new_filename) == 326, "rf_file_change.new_filename");
_Static_assert(__builtin_offsetof(struct rf_file_change, new_directory) == 330, "rf_file_change.new_directory");
_Static_assert(__builtin_offsetof(struct rf_file_change, new_path) == 334, "rf_file_change.new_path");
_Static_assert(__builtin_offsetof(struct rf_file_change, target) == 338, "rf_file_change.target");
_Static_assert(__builtin_offsetof(struct rf_file_change, attribute) == 342, "rf_file_change.attribute");
_Static_assert(__builtin_offsetof(struct rf_file_change, operation) == 346, "rf_file_change.operation");
_Static_assert(__builtin_offsetof(struct rf_file_change, path_source) == 347, "rf_file_change.path_source");
_Static_assert(__builtin_offsetof(struct rf_file_change, io_uring) == 348, "rf_file_change.io_uring");

/* The tree of mounts, or what a process sees of it, was changed, or could not be. */
struct rf_mount {
	struct rf_header header;
	struct rf_process process;
	__u64 flags;
	__s32 result;
	__u16 syscall;
	struct rf_str source;
	struct rf_str filename;
	struct rf_str directory;
	struct rf_str path;
	struct rf_str file_system;
	__u8 operation;
	__u8 path_source;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_mount) == 320, "rf_mount");
_Static_assert(__builtin_offsetof(struct rf_mount, header) == 0, "rf_mount.header");
_Static_assert(__builtin_offsetof(struct rf_mount, process) == 24, "rf_mount.process");
_Static_assert(__builtin_offsetof(struct rf_mount, flags) == 280, "rf_mount.flags");
_Static_assert(__builtin_offsetof(struct rf_mount, result) == 288, "rf_mount.result");
_Static_assert(__builtin_offsetof(struct rf_mount, syscall) == 292, "rf_mount.syscall");
_Static_assert(__builtin_offsetof(struct rf_mount, source) == 294, "rf_mount.source");
_Static_assert(__builtin_offsetof(struct rf_mount, filename) == 298, "rf_mount.filename");
_Static_assert(__builtin_offsetof(struct rf_mount, directory) == 302, "rf_mount.directory");
_Static_assert(__builtin_offsetof(struct rf_mount, path) == 306, "rf_mount.path");
_Static_assert(__builtin_offsetof(struct rf_mount, file_system) == 310, "rf_mount.file_system");
_Static_assert(__builtin_offsetof(struct rf_mount, operation) == 314, "rf_mount.operation");
_Static_assert(__builtin_offsetof(struct rf_mount, path_source) == 315, "rf_mount.path_source");

/* A socket was made or used for the first time in some way, or could not be. Results, sockets of other families than IP, and accept and socket at all, are seen at the end of the system call; a cheaper hook tells of connect, bind, listen and send over IP before that when nothing else needs the ends of system calls. Left out are failures that come in floods or say nothing of a peer: EAGAIN, EINTR and aborted connections of accept, EALREADY and EISCONN of connect. Blind: what a packet socket sends; accept through io_uring with many answers to one request (multishot). */
struct rf_network {
	struct rf_header header;
	struct rf_process process;
	__s32 result;
	__u32 protocol;
	__s32 local_port;
	__s32 remote_port;
	__s32 backlog;
	__s32 fd;
	__u16 syscall;
	struct rf_str path;
	__u8 operation;
	__u8 family;
	__u8 socket_type;
	__u8 local_ip[16];
	__u8 remote_ip[16];
	__u8 address_source;
	__u8 io_uring;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_network) == 352, "rf_network");
_Static_assert(__builtin_offsetof(struct rf_network, header) == 0, "rf_network.header");
_Static_assert(__builtin_offsetof(struct rf_network, process) == 24, "rf_network.process");
_Static_assert(__builtin_offsetof(struct rf_network, result) == 280, "rf_network.result");
_Static_assert(__builtin_offsetof(struct rf_network, protocol) == 284, "rf_network.protocol");
_Static_assert(__builtin_offsetof(struct rf_network, local_port) == 288, "rf_network.local_port");
_Static_assert(__builtin_offsetof(struct rf_network, remote_port) == 292, "rf_network.remote_port");
_Static_assert(__builtin_offsetof(struct rf_network, backlog) == 296, "rf_network.backlog");
_Static_assert(__builtin_offsetof(struct rf_network, fd) == 300, "rf_network.fd");
_Static_assert(__builtin_offsetof(struct rf_network, syscall) == 304, "rf_network.syscall");
_Static_assert(__builtin_offsetof(struct rf_network, path) == 306, "rf_network.path");
_Static_assert(__builtin_offsetof(struct rf_network, operation) == 310, "rf_network.operation");
_Static_assert(__builtin_offsetof(struct rf_network, family) == 311, "rf_network.family");
_Static_assert(__builtin_offsetof(struct rf_network, socket_type) == 312, "rf_network.socket_type");
_Static_assert(__builtin_offsetof(struct rf_network, local_ip) == 313, "rf_network.local_ip");
_Static_assert(__builtin_offsetof(struct rf_network, remote_ip) == 329, "rf_network.remote_ip");
_Static_assert(__builtin_offsetof(struct rf_network, address_source) == 345, "rf_network.address_source");
_Static_assert(__builtin_offsetof(struct rf_network, io_uring) == 346, "rf_network.io_uring");

/* A process changed its user, group or capabilities, or could not; what it is after the call stands in process. */
struct rf_credentials {
	struct rf_header header;
	struct rf_process process;
	__u64 asked_capabilities;
	__u64 before_capabilities;
	__s32 result;
	__u32 real_id;
	__u32 effective_id;
	__u32 saved_id;
	__u32 before_uid;
	__u32 before_euid;
	__u32 before_egid;
	__u16 syscall;
	__u8 operation;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_credentials) == 328, "rf_credentials");
_Static_assert(__builtin_offsetof(struct rf_credentials, header) == 0, "rf_credentials.header");
_Static_assert(__builtin_offsetof(struct rf_credentials, process) == 24, "rf_credentials.process");
_Static_assert(__builtin_offsetof(struct rf_credentials, asked_capabilities) == 280, "rf_credentials.asked_capabilities");
_Static_assert(__builtin_offsetof(struct rf_credentials, before_capabilities) == 288, "rf_credentials.before_capabilities");
_Static_assert(__builtin_offsetof(struct rf_credentials, result) == 296, "rf_credentials.result");
_Static_assert(__builtin_offsetof(struct rf_credentials, real_id) == 300, "rf_credentials.real_id");
_Static_assert(__builtin_offsetof(struct rf_credentials, effective_id) == 304, "rf_credentials.effective_id");
_Static_assert(__builtin_offsetof(struct rf_credentials, saved_id) == 308, "rf_credentials.saved_id");
_Static_assert(__builtin_offsetof(struct rf_credentials, before_uid) == 312, "rf_credentials.before_uid");
_Static_assert(__builtin_offsetof(struct rf_credentials, before_euid) == 316, "rf_credentials.before_euid");
_Static_assert(__builtin_offsetof(struct rf_credentials, before_egid) == 320, "rf_credentials.before_egid");
_Static_assert(__builtin_offsetof(struct rf_credentials, syscall) == 324, "rf_credentials.syscall");
_Static_assert(__builtin_offsetof(struct rf_credentials, operation) == 326, "rf_credentials.operation");

/* A process entered or made namespaces, or could not. A clone that makes none is no such event; of one that succeeds, the new process is told of by its fork. */
struct rf_namespace_change {
	struct rf_header header;
	struct rf_process process;
	__s32 result;
	__u32 flags;
	__u32 target_inode;
	__s32 target_pid;
	__u16 syscall;
	__u8 operation;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_namespace_change) == 304, "rf_namespace_change");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, header) == 0, "rf_namespace_change.header");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, process) == 24, "rf_namespace_change.process");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, result) == 280, "rf_namespace_change.result");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, flags) == 284, "rf_namespace_change.flags");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, target_inode) == 288, "rf_namespace_change.target_inode");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, target_pid) == 292, "rf_namespace_change.target_pid");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, syscall) == 296, "rf_namespace_change.syscall");
_Static_assert(__builtin_offsetof(struct rf_namespace_change, operation) == 298, "rf_namespace_change.operation");

/* A process used an interface of the kernel that attacks use and ordinary programs seldom do, or could not. */
struct rf_kernel_call {
	struct rf_header header;
	struct rf_process process;
	__u64 flags;
	__u64 target_start_ns;
	__s32 result;
	__u32 request;
	__u32 type;
	__s32 fd;
	__s32 target_pid;
	__u32 target_uid;
	__s32 remote_port;
	__u16 syscall;
	struct rf_str name;
	struct rf_str path;
	struct rf_str arguments;
	__u8 operation;
	__u8 remote_ip[16];
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_kernel_call) == 360, "rf_kernel_call");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, header) == 0, "rf_kernel_call.header");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, process) == 24, "rf_kernel_call.process");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, flags) == 280, "rf_kernel_call.flags");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, target_start_ns) == 288, "rf_kernel_call.target_start_ns");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, result) == 296, "rf_kernel_call.result");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, request) == 300, "rf_kernel_call.request");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, type) == 304, "rf_kernel_call.type");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, fd) == 308, "rf_kernel_call.fd");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, target_pid) == 312, "rf_kernel_call.target_pid");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, target_uid) == 316, "rf_kernel_call.target_uid");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, remote_port) == 320, "rf_kernel_call.remote_port");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, syscall) == 324, "rf_kernel_call.syscall");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, name) == 326, "rf_kernel_call.name");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, path) == 330, "rf_kernel_call.path");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, arguments) == 334, "rf_kernel_call.arguments");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, operation) == 338, "rf_kernel_call.operation");
_Static_assert(__builtin_offsetof(struct rf_kernel_call, remote_ip) == 339, "rf_kernel_call.remote_ip");

/* The first bytes of a packet, from the kernel side to the collector, which makes Dns, TlsClientHello or HttpRequest of it. Never in the event log. */
struct rf_packet {
	struct rf_header header;
	struct rf_process process;
	__u32 protocol;
	__s32 local_port;
	__s32 remote_port;
	struct rf_str payload;
	__u8 egress;
	__u8 local_ip[16];
	__u8 remote_ip[16];
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_packet) == 336, "rf_packet");
_Static_assert(__builtin_offsetof(struct rf_packet, header) == 0, "rf_packet.header");
_Static_assert(__builtin_offsetof(struct rf_packet, process) == 24, "rf_packet.process");
_Static_assert(__builtin_offsetof(struct rf_packet, protocol) == 280, "rf_packet.protocol");
_Static_assert(__builtin_offsetof(struct rf_packet, local_port) == 284, "rf_packet.local_port");
_Static_assert(__builtin_offsetof(struct rf_packet, remote_port) == 288, "rf_packet.remote_port");
_Static_assert(__builtin_offsetof(struct rf_packet, payload) == 292, "rf_packet.payload");
_Static_assert(__builtin_offsetof(struct rf_packet, egress) == 296, "rf_packet.egress");
_Static_assert(__builtin_offsetof(struct rf_packet, local_ip) == 297, "rf_packet.local_ip");
_Static_assert(__builtin_offsetof(struct rf_packet, remote_ip) == 313, "rf_packet.remote_ip");

/* A process that was there before the sensor. */
struct rf_snapshot {
	struct rf_header header;
	struct rf_process process;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_snapshot) == 280, "rf_snapshot");
_Static_assert(__builtin_offsetof(struct rf_snapshot, header) == 0, "rf_snapshot.header");
_Static_assert(__builtin_offsetof(struct rf_snapshot, process) == 24, "rf_snapshot.process");

#endif
