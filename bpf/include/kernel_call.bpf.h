/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Beginning a kernel_call: what all of them have in common. */
#ifndef RINGFENCE_KERNEL_CALL_BPF_H
#define RINGFENCE_KERNEL_CALL_BPF_H

#include "syscall.bpf.h"
#include "once.bpf.h"
#include "target.bpf.h"

#define NO_TYPE (~0u)

/*
 * May the operation be of interest, of this process? These are too seldom for paths to be compared here: what is of interest
 * for some path passes with any.
 */
static __always_inline bool kernel_call__wanted(struct task_struct *task, u8 operation)
{
	return sensor__reports(task) && interest__possible(RF_KIND_KERNEL_CALL, 1ull << operation);
}

/* As kernel_call__wanted, the first time a program of a process does that to that subject. */
static __always_inline bool kernel_call__wanted_once(struct task_struct *task, u8 operation, u64 subject, bool failed)
{
	return kernel_call__wanted(task, operation) && once__is_first(task, RF_KIND_KERNEL_CALL, operation, subject, failed);
}

static __always_inline struct record *kernel_call__begin(u32 slot, struct task_struct *task, u8 operation, u16 syscall,
							 long result)
{
	struct record *record = record__begin(slot, RF_KIND_KERNEL_CALL, sizeof(record->kernel_call));
	struct rf_kernel_call *call;

	if (!record)
		return NULL;
	call = &record->kernel_call;
	process__fill(&call->process, task);
	call->operation = operation;
	call->syscall = syscall;
	call->result = syscall__result(result);
	call->type = NO_TYPE;
	call->fd = -1;
	call->target_uid = NO_ID;
	call->remote_port = -1;
	__builtin_memset(call->remote_ip, 0xff, sizeof(call->remote_ip));
	return record;
}

/* For a system call of which every one counts: null when nobody wants it. */
static __always_inline struct record *kernel_call__of(struct pt_regs *regs, long result, u8 operation)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (!kernel_call__wanted(task, operation))
		return NULL;
	return kernel_call__begin(SCRATCH_SYSCALL, task, operation, syscall__number(regs), result);
}

static __always_inline void kernel_call__path(struct record *record, struct file *file)
{
	u32 slot = SCRATCH_SYSCALL;
	struct path_buffer *buffer = bpf_map_lookup_elem(&path_buffers, &slot);

	if (file && buffer)
		path__append(record, &record->kernel_call.path, buffer, BPF_CORE_READ(file, f_path.mnt),
			     BPF_CORE_READ(file, f_path.dentry));
}

static __always_inline struct file *current__file(u32 fd)
{
	return task__file(bpf_get_current_task_btf(), fd);
}

#endif
