// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Opens, and the end of descriptors that were opened for writing. What an open that succeeded tells of the file is what
 * the descriptor stands for when the call is done: links and mounts are resolved, and no other thread can change it by
 * writing over the name. (One that closes the descriptor before that is told of by the caller's word, and flagged so; one
 * that puts another file in its place in that moment is not caught.)
 */
#include "calls.bpf.h"
#include "opened.bpf.h"
#include "syscall.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* include/uapi/linux/openat2.h */
struct how {
	u64 flags;
	u64 mode;
};

struct asked {
	struct named named;
	u32 flags;
	u32 mode;
};

static __always_inline void asked__read(struct asked *asked, struct pt_regs *regs, u64 number)
{
	struct how how = {};

	asked->named.directory = AT_FDCWD;
	asked->named.in_kernel = false;
	switch (number) {
	case __NR_open:
		asked->named.text = (void *)syscall__arg(regs, 0);
		asked->flags = syscall__arg(regs, 1);
		asked->mode = syscall__arg(regs, 2);
		return;
	case __NR_creat:
		asked->named.text = (void *)syscall__arg(regs, 0);
		asked->flags = O_CREAT | O_WRONLY | O_TRUNC;
		asked->mode = syscall__arg(regs, 1);
		return;
	case __NR_openat2:
		bpf_probe_read_user(&how, sizeof(how), (void *)syscall__arg(regs, 2));
		asked->named.directory = syscall__arg(regs, 0);
		asked->named.text = (void *)syscall__arg(regs, 1);
		asked->flags = how.flags;
		asked->mode = how.mode;
		return;
	default:
		asked->named.directory = syscall__arg(regs, 0);
		asked->named.text = (void *)syscall__arg(regs, 1);
		asked->flags = syscall__arg(regs, 2);
		asked->mode = syscall__arg(regs, 3);
	}
}

/* The name that was asked for stands beside the path, when it is still there. */
static __always_inline void open__name(struct record *record, const struct named *named)
{
	record__user_string(record, &record->file_open.filename, named->text, FILE_OPEN_FILENAME_MAX);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__open, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 number = syscall__number(regs), failed = result < 0 ? TRAIT_FAILED : 0;
	struct file *file = result < 0 ? NULL : task__file(task, result);
	u32 slot = SCRATCH_SYSCALL;
	struct path_buffer *buffer = bpf_map_lookup_elem(&path_buffers, &slot);
	struct record *record;
	struct asked asked;

	if (!buffer || !sensor__reports(task))
		return 0;
	asked__read(&asked, regs, number);
	if (failed && !interest__possible(RF_KIND_FILE_OPEN, flags__traits(asked.flags) | failed))
		return 0;
	record = record__begin(slot, RF_KIND_FILE_OPEN, sizeof(record->file_open));
	if (!record)
		return 0;
	record->file_open.syscall = number;
	record->file_open.result = syscall__result(result);
	record->file_open.flags = asked.flags;
	record->file_open.mode = asked.mode & 07777;
	if (file) {
		open__name(record, &asked.named);
		opened__report(record, slot, buffer, task, file, true);
		return 0;
	}
	record->file_open.access = flags__access(asked.flags);
	record->file_open.path_source = RF_PATH_SOURCE_CALLER;
	record->file_open.file_uid = -1;
	opened__report_named(record, buffer, task, &asked.named, flags__traits(asked.flags) | failed, true);
	return 0;
}

/* A descriptor is gone whatever close returns, unless there was none. */
SEC("tp_btf/sys_exit")
int BPF_PROG(file__close, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct writing_key key = writing__key(task, syscall__arg(regs, 0));

	if (result != -EBADF && sensor__reports(task))
		writing__report(task, &key, SCRATCH_SYSCALL, result, syscall__number(regs));
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__close_range, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct writing_sweep sweep = {
		.start_ns = task->group_leader->start_boottime,
		.process = task->tgid,
		.first = syscall__arg(regs, 0),
		.last = syscall__arg(regs, 1),
		.slot = SCRATCH_SYSCALL,
		.result = result,
		.syscall = syscall__number(regs),
		.closed_only = true, /* with CLOSE_RANGE_CLOEXEC they stay open */
	};

	if (result == 0 && sensor__reports(task))
		writing__sweep(&sweep);
	return 0;
}

/* Descriptors that are closed on exec are closed by now. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(file__closed_by_exec, struct task_struct *task)
{
	struct writing_sweep sweep = {
		.start_ns = task->group_leader->start_boottime,
		.process = task->tgid,
		.last = ~0u,
		.slot = SCRATCH_EXEC,
		.result = RESULT_NOT_SEEN,
		.syscall = NO_SYSCALL,
		.closed_only = true,
	};

	if (sensor__reports(task))
		writing__sweep(&sweep);
	return 0;
}

/*
 * The last thread's end closes what is open. The scope is not asked for: process__exit, which hangs on the same hook before
 * this, has taken the process out of a tree's by now. Only a process that was in scope when it opened a file has places, and
 * they must not stay taken.
 */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(file__closed_by_exit, struct task_struct *task)
{
	struct writing_sweep sweep = {
		.start_ns = task->group_leader->start_boottime,
		.process = task->tgid,
		.last = ~0u,
		.slot = SCRATCH_EXIT,
		.result = RESULT_NOT_SEEN,
		.syscall = NO_SYSCALL,
	};
	u32 process = sweep.process;

	if (task->signal->live.counter != 0 || !sensor__is_active())
		return 0;
	writing__sweep(&sweep);
	bpf_map_delete_elem(&writers, &process);
	return 0;
}
