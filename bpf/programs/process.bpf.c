// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * The process sensor: fork, exec and exit of processes (not of threads), and a snapshot of those that were there
 * before. All hooks are tp_btf: they need neither kprobes nor trampolines. Needs kernel 5.18 (bpf_copy_from_user_task);
 * the scope by cgroup needs 6.1 (cgroup.ancestors; earlier kernels keep only ids, of another layout).
 */
#include "file.bpf.h"
#include "program.bpf.h"
#include "sensor.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * Processes with threads whose exit one of the last threads has reported: at a place that follows from their identity, the
 * last one to claim it. A claim is needed for microseconds only, and making one can't fail. (An LRU hash could: on 6.1 it
 * now and then has no free element when two threads ask at once. Storage on the task: EAGAIN then, and busy when the CPU
 * was just freeing another task's.)
 */
#define EXIT_CLAIMS 4096

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, EXIT_CLAIMS);
	__type(key, u32);
	__type(value, u64);
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

/* A child of a process in the tree belongs to the tree. */
static __always_inline void scope__inherit(u32 parent, u32 child)
{
	u8 present = 1;

	if (!scope_tree || !bpf_map_lookup_elem(&scope_processes, &parent))
		return;
	if (bpf_map_update_elem(&scope_processes, &child, &present, BPF_ANY) < 0)
		fault__count(FAULT_SCOPE_FULL);
}

/* Not inlined: all variables of the program at once are more than the stack holds. */
static __noinline void exec__exe(struct record *record, struct path_buffer *path, struct task_struct *task)
{
	struct path_walk walk;

	if (process__exe(record, &record->exec.process, &walk, path, task))
		program__of_exec(task, &walk);
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

static __always_inline void exec__env(struct record *record, struct task_struct *task)
{
	unsigned long start = task->mm->env_start, end = task->mm->env_end;
	u64 length = end > start ? end - start : 0;
	u64 len = bounded(length, PROCESS_EXEC_ENV_MAX);
	u32 at;
	char *to = record__next(record, &at);

	if (!to || !len)
		return;
	if (bpf_probe_read_user(to, len, (void *)start) < 0) {
		fault__count(FAULT_ARGS_UNREADABLE);
		return;
	}
	/* Not flagged when cut: what lies beyond its first bytes is not part of the field. */
	record__took(record, &record->exec.env, at, len, false);
}

static __always_inline void exec__names(struct record *record, struct linux_binprm *binprm)
{
	const char *filename = binprm->filename, *interp = binprm->interp;

	record__string(record, &record->exec.filename, filename, PROCESS_EXEC_FILENAME_MAX);
	/* The kernel has one string for both unless a script's first line gave another: so have we. */
	if (interp == filename)
		record->exec.interpreter = record->exec.filename;
	else
		record__string(record, &record->exec.interpreter, interp, PROCESS_EXEC_INTERPRETER_MAX);
}

/* They are often one and the same file, and there is always room for so many: a table has 64 at least. */
static __always_inline void exec__streams(struct record *record, struct task_struct *task)
{
	struct file **table = task->files->fdt->fd, *files[3] = {};
	struct rf_exec *exec = &record->exec;

	bpf_probe_read_kernel(files, sizeof(files), table);
	exec->stdin_type = file__type(files[0]);
	exec->stdout_type = files[1] == files[0] ? exec->stdin_type : file__type(files[1]);
	exec->stderr_type = files[2] == files[1] ? exec->stdout_type : file__type(files[2]);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process__exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
	u32 slot = SCRATCH_EXEC;
	struct path_buffer *path;
	struct record *record;
	struct rf_process *process;

	if (!sensor__reports(task))
		return 0;
	path = bpf_map_lookup_elem(&path_buffers, &slot);
	record = record__begin(slot, RF_KIND_EXEC, sizeof(record->exec));
	if (!record || !path)
		return 0;
	process = &record->exec.process;
	process__fill(process, task);
	exec__exe(record, path, task);
	exec__args(record, task);
	process__cwd(record, process, path, task);
	process__cgroup(record, process, path, task);
	exec__names(record, binprm);
	exec__env(record, task);
	record->exec.argc = binprm->argc;
	record->exec.secure = BPF_CORE_READ_BITFIELD(binprm, secureexec);
	exec__streams(record, task);
	record__submit_process(record, true);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process__fork, struct task_struct *parent, struct task_struct *child)
{
	u32 forker = parent->tgid, tgid = child->tgid;
	struct record *record;

	if (child->pid != tgid)
		return 0;
	scope__inherit(forker, tgid);
	if (!sensor__reports(child))
		return 0;
	program__of_fork(parent, child);
	record = record__begin(SCRATCH_FORK, RF_KIND_FORK, sizeof(record->fork));
	if (!record)
		return 0;
	process__fill(&record->fork.process, child);
	record->fork.forker_pid = forker;
	record->fork.forker_start_ns = parent->group_leader->start_boottime;
	record__submit_process(record, false);
	return 0;
}

/* Of all who ask for the same process, true for one: for more only if another process took the place in between. */
static __always_inline bool exit__claim(u64 process, u32 slot)
{
	u64 *claimed = bpf_map_lookup_elem(&exits_reported, &slot);
	u64 before;

	if (!claimed)
		return true;
	before = *claimed;
	if (before == process)
		return false;
	return __sync_val_compare_and_swap(claimed, before, process) == before || *claimed != process;
}

/*
 * live counts the threads that have not come to their end: only the last one ends the process. But it was decremented a
 * moment before this hook, so that of threads that end together several find 0, and the first to claim it reports.
 * (Since 6.16 the hook is told which thread it was; before, it has no such argument.)
 */
static __always_inline bool exit__is_last(struct task_struct *task, struct signal_struct *signal)
{
	u64 start_ns = task->group_leader->start_boottime;
	u32 tgid = task->tgid;

	if (signal->live.counter != 0)
		return false;
	return exit__claim(start_ns ^ ((u64)tgid << 40), (tgid ^ (start_ns >> 10)) & (EXIT_CLAIMS - 1));
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process__exit, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	u32 tgid = task->tgid;
	struct record *record;
	int status;

	if (!sensor__reports(task) || !exit__is_last(task, signal))
		return 0;
	program__forget(tgid);
	record = record__begin(SCRATCH_EXIT, RF_KIND_EXIT, sizeof(record->exit));
	if (!record)
		return 0;
	process__fill(&record->exit.process, task);
	/* After exit_group or a deadly signal the group's status counts, else the leader's own. */
	status = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code :
								   task->group_leader->exit_code;
	record->exit.signal = status & 0x7f;
	record->exit.core_dumped = !!(status & 0x80);
	record->exit.exit_code = (status >> 8) & 0xff;
	record->exit.duration_ns = record->header.time_ns - record->exit.process.start_ns;
	record__submit_process(record, false);
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

/* Not inlined either. */
static __noinline void snapshot__exe(struct snapshot_scratch *scratch, struct task_struct *task)
{
	struct path_walk walk;

	if (process__exe(&scratch->record, &scratch->record.snapshot.process, &walk, &scratch->path, task))
		program__of_snapshot(task, &walk);
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

	if (!task || task->pid != task->tgid || !scope__has(task))
		return 0;
	scratch = bpf_map_lookup_elem(&snapshot_scratches, &key);
	if (!scratch)
		return 0;
	record = &scratch->record;
	record__init(record, RF_SNAPSHOT, sizeof(record->snapshot));
	process = &record->snapshot.process;
	process__fill(process, task);
	snapshot__exe(scratch, task);
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
