/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * The process that a system call acts on. The caller names it by a number of its own pid namespace, or by a descriptor.
 * bpf_task_from_pid needs 6.2 and bpf_task_from_vpid 6.13, so the namespace's radix tree is walked here: the tree of
 * numbers is read under RCU anyway, and this is under RCU.
 */
#ifndef RINGFENCE_TARGET_BPF_H
#define RINGFENCE_TARGET_BPF_H

#include "file.bpf.h"

/* include/linux/xarray.h: 64 slots a node; an entry whose low bits are 2 is a node, from 4096 on. */
#define XA_CHUNK_SHIFT 6
#define XA_CHUNK_MASK ((1 << XA_CHUNK_SHIFT) - 1)
#define XA_TAGS 3
#define XA_INTERNAL 2
#define XA_NODES_FROM 4096
/* Pids have at most 22 bits. */
#define XA_LEVELS_MAX 4

static __always_inline bool xa__is_node(u64 entry)
{
	return (entry & XA_TAGS) == XA_INTERNAL && entry > XA_NODES_FROM;
}

/* The entry of that index; null when there is none. */
static __always_inline void *xa__load(struct xarray *array, u32 index)
{
	u64 entry = (u64)BPF_CORE_READ(array, xa_head);

	if (!xa__is_node(entry)) /* one entry, of index 0: no pid */
		return NULL;
#pragma unroll
	for (int level = 0; level < XA_LEVELS_MAX; level++) {
		struct xa_node *node = (void *)(entry - XA_INTERNAL);
		u32 slot = index >> BPF_CORE_READ(node, shift);

		if (level == 0 && slot > XA_CHUNK_MASK)
			return NULL;
		if (bpf_probe_read_kernel(&entry, sizeof(entry), (void *)node + bpf_core_field_offset(node->slots) +
					  (slot & XA_CHUNK_MASK) * sizeof(entry)) < 0)
			return NULL;
		if (!xa__is_node(entry))
			return entry & XA_TAGS ? NULL : (void *)entry;
	}
	return NULL;
}

/* The task of a pid, to be read by helpers only; null when it is gone. */
static __always_inline struct task_struct *pid__task(struct pid *pid)
{
	struct hlist_node *link = BPF_CORE_READ(pid, tasks[PIDTYPE_PID].first);

	return link ? (void *)link - bpf_core_field_offset(struct task_struct, pid_links[PIDTYPE_PID]) : NULL;
}

/* The pid namespace that the task sees. The task must be one the verifier knows. */
static __always_inline struct pid_namespace *task__pid_ns(struct task_struct *task)
{
	struct pid *own = task->thread_pid;

	return pid__at_level(own, own->level).ns;
}

/* The task of a number that the current process gave; null when there is none. */
static __always_inline struct task_struct *task__of_number(struct task_struct *current, s32 number)
{
	struct pid_namespace *ns = task__pid_ns(current);
	struct pid *pid;

	if (number <= 0)
		return NULL;
	pid = xa__load(&ns->idr.idr_rt, number);
	return pid ? pid__task(pid) : NULL;
}

/* Since 6.9 a pidfd's inode has the pid, before that its file. Sensible only of a descriptor that is a pidfd. */
static __always_inline struct task_struct *task__of_pidfd(struct file *file)
{
	struct pid *pid = BPF_CORE_READ(file, f_inode, i_private);

	if (!pid)
		pid = BPF_CORE_READ(file, private_data);
	return pid ? pid__task(pid) : NULL;
}

static __always_inline void target__fill(struct rf_kernel_call *call, struct task_struct *target)
{
	call->target_pid = BPF_CORE_READ(target, tgid);
	call->target_start_ns = BPF_CORE_READ(target, group_leader, start_boottime);
	call->target_uid = BPF_CORE_READ(target, real_cred, uid.val);
}

/* By number; that number itself, when nobody has it any more. */
static __always_inline void target__of_number(struct rf_kernel_call *call, struct task_struct *current, s32 number)
{
	struct task_struct *target = task__of_number(current, number);

	if (target)
		target__fill(call, target);
	else if (number > 0)
		call->target_pid = number;
}

#endif
