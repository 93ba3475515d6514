// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * The process sensor: fork, exec and exit of processes (not of threads), and a snapshot of those that were there
 * before. All hooks are tp_btf: they need neither kprobes nor trampolines. Needs kernel 5.18 (bpf_copy_from_user_task);
 * the scope by cgroup needs 6.1 (cgroup.ancestors; earlier kernels keep only ids, of another layout).
 *
 * Every event that passes the scope takes the ring's next number before it is put into the ring, so that one which
 * finds the ring full leaves a hole: seen = delivered + dropped can be checked by anyone who reads the stream.
 */
#include "process.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Scope: which processes to report. Read-only after load, so that the verifier drops the branches not taken. */
const volatile u64 scope_cgroup_id = 0;    /* 0: no cgroup scope */
const volatile u32 scope_cgroup_level = 0; /* depth of that cgroup */
const volatile bool scope_tree = false;    /* only processes in scope_processes and their descendants */
/* Wake the reader for fork and exit only when this much is unread: a wake-up costs the traced process. */
const volatile u32 wake_bytes = 1 << 20;

/* Names this load of the sensor; see active_generation. */
const volatile u64 generation = 0;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20); /* the collector sets it */
} process_ring SEC(".maps");

struct ring_state {
	u64 seq;          /* number of the newest event = events seen */
	u64 dropped_full; /* the ring was full */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct ring_state);
} process_ring_state SEC(".maps");

/*
 * The generation that reports; 0: none. Shared by all that are attached: one write hands over from an old sensor to a new
 * one, so that no event is seen by both or by neither, and ends reporting before the last records are read.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u64);
} active_generation SEC(".maps");

/* Failures that cost a field, not an event. */
enum fault {
	FAULT_ARGS_UNREADABLE,
	FAULT_SCOPE_FULL,
	FAULT_EXIT_UNCLAIMED,
	FAULTS,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, FAULTS);
	__type(key, u32);
	__type(value, u64);
} process_faults SEC(".maps");

/* Thread group ids of the pid-tree scope; children are added at fork, removed at exit. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u8);
} scope_processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_SLOTS);
	__type(key, u32);
	__type(value, struct record);
} records SEC(".maps");

/*
 * Processes with threads whose exit one of the last threads has reported. An entry is needed for microseconds, so the
 * least recently used can go. (Storage on the task would need no bound, but is refused now and then: EAGAIN when two
 * threads create it at once, and busy when the CPU was just freeing another task's.)
 */
struct exit_key {
	u64 start_ns;
	u64 pid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct exit_key);
	__type(value, u8);
} exits_reported SEC(".maps");

/* The snapshot sleeps while it reads arguments, so it can't use per-CPU memory. One snapshot at a time. */
struct snapshot_scratch {
	struct record record;
	struct path_buffer path;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct snapshot_scratch);
} snapshot_scratches SEC(".maps");

static __always_inline void fault__count(u32 fault)
{
	u64 *count = bpf_map_lookup_elem(&process_faults, &fault);

	if (count)
		(*count)++;
}

static __always_inline bool scope__has_cgroup(struct task_struct *task)
{
	struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
	struct cgroup *ancestor = NULL;

	if (BPF_CORE_READ(cgroup, level) < scope_cgroup_level)
		return false;
	bpf_probe_read_kernel(&ancestor, sizeof(ancestor),
			      (void *)cgroup + bpf_core_field_offset(cgroup->ancestors) +
			      scope_cgroup_level * sizeof(ancestor));
	return BPF_CORE_READ(ancestor, kn, id) == scope_cgroup_id;
}

static __always_inline bool scope__has(struct task_struct *task)
{
	u32 tgid = BPF_CORE_READ(task, tgid);

	if (scope_cgroup_id && !scope__has_cgroup(task))
		return false;
	return !scope_tree || bpf_map_lookup_elem(&scope_processes, &tgid);
}

static __always_inline bool sensor__reports(struct task_struct *task)
{
	u32 key = 0;
	u64 *active = bpf_map_lookup_elem(&active_generation, &key);

	return active && *active == generation && scope__has(task);
}

/* A child of a process in the tree belongs to the tree. */
static __always_inline void scope__inherit(u32 parent, u32 child)
{
	u8 present = 1;

	if (!scope_tree || !bpf_map_lookup_elem(&scope_processes, &parent))
		return;
	if (bpf_map_update_elem(&scope_processes, &child, &present, BPF_ANY) < 0)
		fault__count(FAULT_SCOPE_FULL);
}

static __always_inline struct record *record__begin(u32 slot, u16 kind, u32 fixed)
{
	struct record *record = bpf_map_lookup_elem(&records, &slot);

	if (record)
		record__init(record, kind, fixed);
	return record;
}

static __always_inline void record__submit(struct record *record, bool urgent)
{
	u32 key = 0, size = record->end;
	struct ring_state *state = bpf_map_lookup_elem(&process_ring_state, &key);
	u64 flags = BPF_RB_NO_WAKEUP;

	if (!state)
		return;
	if (size > RECORD_MAX)
		size = RECORD_MAX;
	record->header.size = size;
	record->header.seq = __sync_fetch_and_add(&state->seq, 1) + 1;
	if (urgent || bpf_ringbuf_query(&process_ring, BPF_RB_AVAIL_DATA) > wake_bytes)
		flags = BPF_RB_FORCE_WAKEUP;
	if (bpf_ringbuf_output(&process_ring, record->bytes, size, flags) < 0)
		__sync_fetch_and_add(&state->dropped_full, 1);
}

static __always_inline u8 socket__type(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	switch (BPF_CORE_READ(socket, sk, __sk_common.skc_family)) {
	case AF_UNIX:
		return RF_FILE_TYPE_UNIX_SOCKET;
	case AF_INET:
	case AF_INET6:
		return RF_FILE_TYPE_INET_SOCKET;
	default:
		return RF_FILE_TYPE_OTHER_SOCKET;
	}
}

static __always_inline u8 file__type(struct file *file)
{
	if (!file)
		return RF_FILE_TYPE_CLOSED;
	switch (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) {
	case S_IFSOCK:
		return socket__type(file);
	case S_IFLNK:
		return RF_FILE_TYPE_SYMLINK;
	case S_IFREG:
		return RF_FILE_TYPE_REGULAR;
	case S_IFBLK:
		return RF_FILE_TYPE_BLOCK_DEVICE;
	case S_IFDIR:
		return RF_FILE_TYPE_DIRECTORY;
	case S_IFCHR:
		return RF_FILE_TYPE_CHAR_DEVICE;
	case S_IFIFO:
		return RF_FILE_TYPE_FIFO;
	default:
		return RF_FILE_TYPE_ANONYMOUS;
	}
}

static __always_inline u8 task__fd_type(struct task_struct *task, u32 fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = NULL;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return RF_FILE_TYPE_CLOSED;
	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file__type(file);
}

static __always_inline void exec__args(struct record *record, struct task_struct *task)
{
	unsigned long start;
	u64 length = args__length(task, &start);
	u64 len = bounded(length, PROCESS_ARGS_MAX);
	u32 at;
	char *to = record__next(record, &at);

	if (!to || !len)
		return;
	/* The kernel has just written these pages, so they are resident: one bulk read, no loop over argv. */
	if (bpf_probe_read_user(to, len, (void *)start) < 0) {
		fault__count(FAULT_ARGS_UNREADABLE);
		return;
	}
	record__took(record, &record->exec.process.args, at, len, length > len);
}

static __always_inline void exec__names(struct record *record, struct linux_binprm *binprm)
{
	const char *filename = BPF_CORE_READ(binprm, filename), *interp = BPF_CORE_READ(binprm, interp);

	record__string(record, &record->exec.filename, filename, PROCESS_EXEC_FILENAME_MAX);
	/* The kernel has one string for both unless a script's first line gave another: so have we. */
	if (interp == filename)
		record->exec.interpreter = record->exec.filename;
	else
		record__string(record, &record->exec.interpreter, interp, PROCESS_EXEC_INTERPRETER_MAX);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process__exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
	u32 slot = SCRATCH_EXEC;
	struct path_buffer *path = bpf_map_lookup_elem(&path_buffers, &slot);
	struct record *record;
	struct rf_process *process;

	if (!sensor__reports(task))
		return 0;
	record = record__begin(slot, RF_KIND_EXEC, sizeof(record->exec));
	if (!record || !path)
		return 0;
	process = &record->exec.process;
	process__fill(process, task);
	process__exe(record, process, path, task);
	exec__args(record, task);
	process__cwd(record, process, path, task);
	process__cgroup(record, process, path, task);
	exec__names(record, binprm);
	record->exec.argc = BPF_CORE_READ(binprm, argc);
	record->exec.stdin_type = task__fd_type(task, 0);
	record->exec.stdout_type = task__fd_type(task, 1);
	record->exec.stderr_type = task__fd_type(task, 2);
	record__submit(record, true);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process__fork, struct task_struct *parent, struct task_struct *child)
{
	u32 forker = BPF_CORE_READ(parent, tgid), tgid = BPF_CORE_READ(child, tgid);
	struct record *record;

	if (BPF_CORE_READ(child, pid) != tgid)
		return 0;
	scope__inherit(forker, tgid);
	if (!sensor__reports(child))
		return 0;
	record = record__begin(SCRATCH_FORK, RF_KIND_FORK, sizeof(record->fork));
	if (!record)
		return 0;
	process__fill(&record->fork.process, child);
	record->fork.forker_pid = forker;
	record->fork.forker_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	record__submit(record, false);
	return 0;
}

/*
 * live counts the threads that have not come to their end: only the last one ends the process. But it was decremented a
 * moment before this hook, so that of threads that end together several find 0, and the first to claim it reports.
 * (Since 6.16 the hook is told which thread it was; before, it has no such argument.)
 */
static __always_inline bool exit__is_last(struct task_struct *task, struct signal_struct *signal)
{
	struct exit_key key = {};
	u8 reported = 1;
	long error;

	if (BPF_CORE_READ(signal, live.counter) != 0)
		return false;
	key.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	key.pid = BPF_CORE_READ(task, tgid);
	/* The others are gone, so each has passed here, and has left its claim if it had one. */
	if (BPF_CORE_READ(signal, nr_threads) == 1)
		return !bpf_map_lookup_elem(&exits_reported, &key);
	error = bpf_map_update_elem(&exits_reported, &key, &reported, BPF_NOEXIST);
	if (error && error != -EEXIST)
		fault__count(FAULT_EXIT_UNCLAIMED);
	/* Rather twice than never. */
	return error != -EEXIST;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process__exit, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	u32 tgid = BPF_CORE_READ(task, tgid);
	struct record *record;
	int status;

	if (!sensor__reports(task) || !exit__is_last(task, signal))
		return 0;
	record = record__begin(SCRATCH_EXIT, RF_KIND_EXIT, sizeof(record->exit));
	if (!record)
		return 0;
	process__fill(&record->exit.process, task);
	/* After exit_group or a deadly signal the group's status counts, else the leader's own. */
	status = BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT ? BPF_CORE_READ(signal, group_exit_code) :
								   BPF_CORE_READ(task, group_leader, exit_code);
	record->exit.signal = status & 0x7f;
	record->exit.core_dumped = !!(status & 0x80);
	record->exit.exit_code = (status >> 8) & 0xff;
	record->exit.duration_ns = record->header.time_ns - record->exit.process.start_ns;
	record__submit(record, false);
	if (scope_tree)
		bpf_map_delete_elem(&scope_processes, &tgid);
	return 0;
}

static __always_inline void snapshot__args(struct record *record, struct task_struct *task)
{
	unsigned long start;
	u64 length = args__length(task, &start);
	u64 len = bounded(length, PROCESS_ARGS_MAX);
	u32 at;
	char *to = record__next(record, &at);

	if (!to || !len)
		return;
	if (bpf_copy_from_user_task(to, len, (void *)start, task, 0) < 0) {
		fault__count(FAULT_ARGS_UNREADABLE);
		return;
	}
	record__took(record, &record->snapshot.process.args, at, len, length > len);
}

/* Reports every process of the scope. Read through a bpf_iter link's file descriptor; the framing is the record's own size. */
SEC("iter.s/task")
int process__snapshot(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct snapshot_scratch *scratch;
	struct rf_process *process;
	struct record *record;
	u32 key = 0, size;

	if (!task || BPF_CORE_READ(task, pid) != BPF_CORE_READ(task, tgid) || !scope__has(task))
		return 0;
	scratch = bpf_map_lookup_elem(&snapshot_scratches, &key);
	if (!scratch)
		return 0;
	record = &scratch->record;
	record__init(record, RF_SNAPSHOT, sizeof(record->snapshot));
	process = &record->snapshot.process;
	process__fill(process, task);
	process__exe(record, process, &scratch->path, task);
	snapshot__args(record, task);
	process__cwd(record, process, &scratch->path, task);
	process__cgroup(record, process, &scratch->path, task);
	size = record->end;
	if (size > RECORD_MAX)
		return 0;
	record->header.size = size;
	bpf_seq_write(ctx->meta->seq, record->bytes, size);
	return 0;
}

struct clock_reading {
	u64 boot_ns;
};

/* The clock of time_ns, for whoever wants to relate it to the time of day: Node can't read CLOCK_BOOTTIME. */
SEC("syscall")
int clock__read(struct clock_reading *reading)
{
	reading->boot_ns = bpf_ktime_get_boot_ns();
	return 0;
}
