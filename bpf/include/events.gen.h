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
	__u32 exe_device;
	struct rf_str cgroup;
	struct rf_str exe;
	struct rf_str args;
	struct rf_str cwd;
	char comm[16];
	__u8 exe_deleted;
	__u8 exe_memfd;
	char tty[32];
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_process) == 240, "rf_process");
_Static_assert(__builtin_offsetof(struct rf_process, start_ns) == 0, "rf_process.start_ns");
_Static_assert(__builtin_offsetof(struct rf_process, parent_start_ns) == 8, "rf_process.parent_start_ns");
_Static_assert(__builtin_offsetof(struct rf_process, cap_permitted) == 16, "rf_process.cap_permitted");
_Static_assert(__builtin_offsetof(struct rf_process, cap_effective) == 24, "rf_process.cap_effective");
_Static_assert(__builtin_offsetof(struct rf_process, cap_inheritable) == 32, "rf_process.cap_inheritable");
_Static_assert(__builtin_offsetof(struct rf_process, cap_bounding) == 40, "rf_process.cap_bounding");
_Static_assert(__builtin_offsetof(struct rf_process, cap_ambient) == 48, "rf_process.cap_ambient");
_Static_assert(__builtin_offsetof(struct rf_process, cgroup_id) == 56, "rf_process.cgroup_id");
_Static_assert(__builtin_offsetof(struct rf_process, exe_inode) == 64, "rf_process.exe_inode");
_Static_assert(__builtin_offsetof(struct rf_process, pid) == 72, "rf_process.pid");
_Static_assert(__builtin_offsetof(struct rf_process, tid) == 76, "rf_process.tid");
_Static_assert(__builtin_offsetof(struct rf_process, ppid) == 80, "rf_process.ppid");
_Static_assert(__builtin_offsetof(struct rf_process, pgid) == 84, "rf_process.pgid");
_Static_assert(__builtin_offsetof(struct rf_process, sid) == 88, "rf_process.sid");
_Static_assert(__builtin_offsetof(struct rf_process, ns_pid) == 92, "rf_process.ns_pid");
_Static_assert(__builtin_offsetof(struct rf_process, uid) == 96, "rf_process.uid");
_Static_assert(__builtin_offsetof(struct rf_process, euid) == 100, "rf_process.euid");
_Static_assert(__builtin_offsetof(struct rf_process, suid) == 104, "rf_process.suid");
_Static_assert(__builtin_offsetof(struct rf_process, fsuid) == 108, "rf_process.fsuid");
_Static_assert(__builtin_offsetof(struct rf_process, gid) == 112, "rf_process.gid");
_Static_assert(__builtin_offsetof(struct rf_process, egid) == 116, "rf_process.egid");
_Static_assert(__builtin_offsetof(struct rf_process, sgid) == 120, "rf_process.sgid");
_Static_assert(__builtin_offsetof(struct rf_process, fsgid) == 124, "rf_process.fsgid");
_Static_assert(__builtin_offsetof(struct rf_process, login_uid) == 128, "rf_process.login_uid");
_Static_assert(__builtin_offsetof(struct rf_process, audit_session) == 132, "rf_process.audit_session");
_Static_assert(__builtin_offsetof(struct rf_process, pid_ns) == 136, "rf_process.pid_ns");
_Static_assert(__builtin_offsetof(struct rf_process, mnt_ns) == 140, "rf_process.mnt_ns");
_Static_assert(__builtin_offsetof(struct rf_process, net_ns) == 144, "rf_process.net_ns");
_Static_assert(__builtin_offsetof(struct rf_process, uts_ns) == 148, "rf_process.uts_ns");
_Static_assert(__builtin_offsetof(struct rf_process, ipc_ns) == 152, "rf_process.ipc_ns");
_Static_assert(__builtin_offsetof(struct rf_process, cgroup_ns) == 156, "rf_process.cgroup_ns");
_Static_assert(__builtin_offsetof(struct rf_process, user_ns) == 160, "rf_process.user_ns");
_Static_assert(__builtin_offsetof(struct rf_process, exe_device) == 164, "rf_process.exe_device");
_Static_assert(__builtin_offsetof(struct rf_process, cgroup) == 168, "rf_process.cgroup");
_Static_assert(__builtin_offsetof(struct rf_process, exe) == 172, "rf_process.exe");
_Static_assert(__builtin_offsetof(struct rf_process, args) == 176, "rf_process.args");
_Static_assert(__builtin_offsetof(struct rf_process, cwd) == 180, "rf_process.cwd");
_Static_assert(__builtin_offsetof(struct rf_process, comm) == 184, "rf_process.comm");
_Static_assert(__builtin_offsetof(struct rf_process, exe_deleted) == 200, "rf_process.exe_deleted");
_Static_assert(__builtin_offsetof(struct rf_process, exe_memfd) == 201, "rf_process.exe_memfd");
_Static_assert(__builtin_offsetof(struct rf_process, tty) == 202, "rf_process.tty");

/* A process replaced its program: execve or execveat succeeded, and the first instruction of the new program has not run yet. */
struct rf_exec {
	struct rf_header header;
	struct rf_process process;
	__u32 argc;
	struct rf_str filename;
	struct rf_str interpreter;
	__u8 stdin_type;
	__u8 stdout_type;
	__u8 stderr_type;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_exec) == 280, "rf_exec");
_Static_assert(__builtin_offsetof(struct rf_exec, header) == 0, "rf_exec.header");
_Static_assert(__builtin_offsetof(struct rf_exec, process) == 24, "rf_exec.process");
_Static_assert(__builtin_offsetof(struct rf_exec, argc) == 264, "rf_exec.argc");
_Static_assert(__builtin_offsetof(struct rf_exec, filename) == 268, "rf_exec.filename");
_Static_assert(__builtin_offsetof(struct rf_exec, interpreter) == 272, "rf_exec.interpreter");
_Static_assert(__builtin_offsetof(struct rf_exec, stdin_type) == 276, "rf_exec.stdin_type");
_Static_assert(__builtin_offsetof(struct rf_exec, stdout_type) == 277, "rf_exec.stdout_type");
_Static_assert(__builtin_offsetof(struct rf_exec, stderr_type) == 278, "rf_exec.stderr_type");

/* A process was created. The event's process is the child; new threads of a process are not reported. */
struct rf_fork {
	struct rf_header header;
	struct rf_process process;
	__u64 forker_start_ns;
	__u32 forker_pid;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_fork) == 280, "rf_fork");
_Static_assert(__builtin_offsetof(struct rf_fork, header) == 0, "rf_fork.header");
_Static_assert(__builtin_offsetof(struct rf_fork, process) == 24, "rf_fork.process");
_Static_assert(__builtin_offsetof(struct rf_fork, forker_start_ns) == 264, "rf_fork.forker_start_ns");
_Static_assert(__builtin_offsetof(struct rf_fork, forker_pid) == 272, "rf_fork.forker_pid");

/* The last thread of a process ended. */
struct rf_exit {
	struct rf_header header;
	struct rf_process process;
	__u64 duration_ns;
	__u32 exit_code;
	__u32 signal;
	__u8 core_dumped;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_exit) == 288, "rf_exit");
_Static_assert(__builtin_offsetof(struct rf_exit, header) == 0, "rf_exit.header");
_Static_assert(__builtin_offsetof(struct rf_exit, process) == 24, "rf_exit.process");
_Static_assert(__builtin_offsetof(struct rf_exit, duration_ns) == 264, "rf_exit.duration_ns");
_Static_assert(__builtin_offsetof(struct rf_exit, exit_code) == 272, "rf_exit.exit_code");
_Static_assert(__builtin_offsetof(struct rf_exit, signal) == 276, "rf_exit.signal");
_Static_assert(__builtin_offsetof(struct rf_exit, core_dumped) == 280, "rf_exit.core_dumped");

/* A process that was there before the sensor. */
struct rf_snapshot {
	struct rf_header header;
	struct rf_process process;
} __attribute__((aligned(8)));

_Static_assert(sizeof(struct rf_snapshot) == 264, "rf_snapshot");
_Static_assert(__builtin_offsetof(struct rf_snapshot, header) == 0, "rf_snapshot.header");
_Static_assert(__builtin_offsetof(struct rf_snapshot, process) == 24, "rf_snapshot.process");

#endif
