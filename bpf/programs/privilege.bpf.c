// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Changes of user, group, capabilities and namespaces: who asked for what, and whether it was granted. What the process
 * has become stands in the record's process part, which is filled when the call is done.
 */
#include "syscall.bpf.h"
#include "noticed.bpf.h"
#include "target.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* include/uapi/linux/capability.h */
#define CAPABILITY_VERSION_1 0x19980330

/* include/uapi/linux/sched.h */
#define CLONE_NEW_ANY 0x7e020080
#define CSIGNAL 0xffull /* clone's lowest byte is a signal; clone3's is not */

/* include/uapi/linux/magic.h */
#define NSFS_MAGIC 0x6e736673

static __always_inline struct record *credentials__begin(struct pt_regs *regs, long result, u8 operation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct record *record;

	if (interest__always(RF_KIND_CREDENTIALS, NOTICED)) {
		/* A call that was refused explains nothing. */
		if (result < 0)
			noticed__look(SCRATCH_SYSCALL, task, true);
		else
			noticed__call(SCRATCH_SYSCALL, task);
	}
	if (!sensor__reports(task) || !interest__wants(RF_KIND_CREDENTIALS, 1ull << operation))
		return NULL;
	record = credentials__record(SCRATCH_SYSCALL, task, operation);
	if (!record)
		return NULL;
	record->credentials.syscall = syscall__number(regs);
	record->credentials.result = syscall__result(result);
	return record;
}

static __always_inline int credentials__ids(struct pt_regs *regs, long result, u8 operation, const int ids)
{
	struct record *record = credentials__begin(regs, result, operation);

	if (!record)
		return 0;
	record->credentials.real_id = syscall__arg(regs, 0);
	if (ids > 1)
		record->credentials.effective_id = syscall__arg(regs, 1);
	if (ids > 2)
		record->credentials.saved_id = syscall__arg(regs, 2);
	record__submit(record);
	return 0;
}

/* setuid, setfsuid */
SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setuid, struct pt_regs *regs, long result)
{
	return credentials__ids(regs, result, RF_CREDENTIALS_OPERATION_SETUID, 1);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setreuid, struct pt_regs *regs, long result)
{
	return credentials__ids(regs, result, RF_CREDENTIALS_OPERATION_SETUID, 2);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setresuid, struct pt_regs *regs, long result)
{
	return credentials__ids(regs, result, RF_CREDENTIALS_OPERATION_SETUID, 3);
}

/* setgid, setfsgid */
SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setgid, struct pt_regs *regs, long result)
{
	return credentials__ids(regs, result, RF_CREDENTIALS_OPERATION_SETGID, 1);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setregid, struct pt_regs *regs, long result)
{
	return credentials__ids(regs, result, RF_CREDENTIALS_OPERATION_SETGID, 2);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setresgid, struct pt_regs *regs, long result)
{
	return credentials__ids(regs, result, RF_CREDENTIALS_OPERATION_SETGID, 3);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setgroups, struct pt_regs *regs, long result)
{
	struct record *record = credentials__begin(regs, result, RF_CREDENTIALS_OPERATION_SETGROUPS);

	if (record)
		record__submit(record);
	return 0;
}

/* struct __user_cap_data_struct; the second holds capabilities from 32 on, and version 1 has none. */
struct capability_data {
	u32 effective, permitted, inheritable;
};

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__capset, struct pt_regs *regs, long result)
{
	struct record *record = credentials__begin(regs, result, RF_CREDENTIALS_OPERATION_CAPSET);
	struct capability_data data[2] = {};
	void *from = (void *)syscall__arg(regs, 1);
	u32 version = 0;

	if (!record)
		return 0;
	bpf_probe_read_user(&version, sizeof(version), (void *)syscall__arg(regs, 0));
	if (version == CAPABILITY_VERSION_1)
		bpf_probe_read_user(&data[0], sizeof(data[0]), from);
	else
		bpf_probe_read_user(&data, sizeof(data), from);
	record->credentials.asked_capabilities = (u64)data[1].effective << 32 | data[0].effective;
	record__submit(record);
	return 0;
}

static __always_inline struct record *namespaces__begin(u32 slot, u8 operation, u16 syscall, long result, u32 flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct record *record;
	struct rf_namespace_change *change;

	if (!sensor__reports(task) || !interest__wants(RF_KIND_NAMESPACE_CHANGE, 1ull << operation))
		return NULL;
	record = record__begin(slot, RF_KIND_NAMESPACE_CHANGE, sizeof(record->namespace_change));
	if (!record)
		return NULL;
	change = &record->namespace_change;
	process__fill(&change->process, task);
	change->operation = operation;
	change->syscall = syscall;
	change->result = syscall__result(result);
	change->flags = flags;
	return record;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__unshare, struct pt_regs *regs, long result)
{
	struct record *record = namespaces__begin(SCRATCH_SYSCALL, RF_NAMESPACE_OPERATION_UNSHARE, syscall__number(regs),
						  result, syscall__arg(regs, 0));

	if (record)
		record__submit(record);
	return 0;
}

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct proc_ns_operations___before_6_18 {
	int type; /* CLONE_NEW* */
};

struct ns_common___before_6_18 {
	const struct proc_ns_operations___before_6_18 *ops;
};

#pragma clang attribute pop

static __always_inline u32 ns__kind(struct ns_common *ns)
{
	struct ns_common___before_6_18 *old = (void *)ns;

	if (bpf_core_field_exists(ns->ns_type))
		return BPF_CORE_READ(ns, ns_type);
	return BPF_CORE_READ(old, ops, type);
}

/* The descriptor is of a namespace, or of a process whose namespaces are entered; of anything else when it failed. */
static __always_inline void setns__target(struct rf_namespace_change *change, struct file *file)
{
	struct ns_common *ns;
	struct task_struct *target;

	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) == NSFS_MAGIC) {
		ns = BPF_CORE_READ(file, f_inode, i_private);
		change->target_inode = BPF_CORE_READ(ns, inum);
		change->flags = ns__kind(ns);
	} else if (change->result == 0) {
		target = task__of_pidfd(file);
		change->target_pid = target ? BPF_CORE_READ(target, tgid) : 0;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__setns, struct pt_regs *regs, long result)
{
	struct record *record = namespaces__begin(SCRATCH_SYSCALL, RF_NAMESPACE_OPERATION_SETNS, syscall__number(regs), result,
						  syscall__arg(regs, 1));
	struct file *file;

	if (!record)
		return 0;
	file = task__file(bpf_get_current_task_btf(), syscall__arg(regs, 0));
	if (file)
		setns__target(&record->namespace_change, file);
	record__submit(record);
	return 0;
}

/* A clone that succeeds: the flags are those that the kernel used, which clone3's in user memory need no longer be. */
SEC("tp_btf/task_newtask")
int BPF_PROG(privilege__clone, struct task_struct *child, u64 flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);
	struct record *record;

	if (!(flags & CLONE_NEW_ANY))
		return 0;
	record = namespaces__begin(SCRATCH_HOOK, RF_NAMESPACE_OPERATION_CLONE, syscall__number(regs), 0, flags);
	if (!record)
		return 0;
	record->namespace_change.result = pid__at_level(child->thread_pid, task->thread_pid->level).nr;
	record->namespace_change.target_pid = child->tgid;
	record__submit(record);
	return 0;
}

static __always_inline int clone__refused(struct pt_regs *regs, long result, u64 flags)
{
	struct record *record;

	if (!(flags & CLONE_NEW_ANY))
		return 0;
	record = namespaces__begin(SCRATCH_SYSCALL, RF_NAMESPACE_OPERATION_CLONE, syscall__number(regs), result, flags);
	if (record)
		record__submit(record);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__clone_refused, struct pt_regs *regs, long result)
{
	return result < 0 ? clone__refused(regs, result, syscall__arg(regs, 0) & ~CSIGNAL) : 0;
}

/* struct clone_args begins with the flags. */
SEC("tp_btf/sys_exit")
int BPF_PROG(privilege__clone3_refused, struct pt_regs *regs, long result)
{
	u64 flags = 0;

	if (result >= 0)
		return 0;
	bpf_probe_read_user(&flags, sizeof(flags), (void *)syscall__arg(regs, 0));
	return clone__refused(regs, result, flags);
}

/* The child has what its parent has, unless it begins a user namespace. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(privilege__noticed_fork, struct task_struct *parent, struct task_struct *child)
{
	noticed__look(SCRATCH_FORK, parent, true);
	noticed__explain(child);
	return 0;
}

/*
 * An exec that raises nobody leaves the ids. Capabilities it can raise without being secure: those of root, and ambient ones.
 * A thread that does not lead takes the leader's place with credentials of its own.
 */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(privilege__noticed_exec, struct task_struct *task, int old_pid, struct linux_binprm *binprm)
{
	if (old_pid == task->pid && !BPF_CORE_READ_BITFIELD_PROBED(binprm, secureexec))
		noticed__look(SCRATCH_EXEC, task, false);
	else
		noticed__explain(task);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(privilege__noticed_exit, struct task_struct *task)
{
	noticed__end(SCRATCH_EXIT, task);
	return 0;
}
