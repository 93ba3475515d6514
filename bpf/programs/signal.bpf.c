// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Signals that a process sends to one of another user. Those that are sent are seen where the kernel generates them: there
 * each target of a kill(-1) is known. Those that are refused are seen at their system call.
 */
#include "calls.bpf.h"
#include "kernel_call.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/*
 * The kernel sends signals, too, some from interrupts, when any process may be current; what the signal says of its sender
 * (si_code) can be made up by rt_sigqueueinfo. So what counts is what the current process is doing.
 */
static __always_inline bool syscall__sends_signals(u64 number)
{
	switch (number) {
	case __NR_kill:
	case __NR_tkill:
	case __NR_tgkill:
	case __NR_rt_sigqueueinfo:
	case __NR_rt_tgsigqueueinfo:
	case __NR_pidfd_send_signal:
		return true;
	default:
		return false;
	}
}

SEC("tp_btf/signal_generate")
int BPF_PROG(signal__generate, int signal, void *info, struct task_struct *target)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);
	struct record *record;

	if (task->real_cred->uid.val == target->real_cred->uid.val || !syscall__sends_signals(syscall__number(regs)))
		return 0;
	if (!kernel_call__wanted(task, RF_KERNEL_OPERATION_SIGNAL))
		return 0;
	record = kernel_call__begin(SCRATCH_HOOK, task, RF_KERNEL_OPERATION_SIGNAL, syscall__number(regs), 0);
	if (!record)
		return 0;
	record->kernel_call.request = signal;
	target__fill(&record->kernel_call, target);
	record__submit(record);
	return 0;
}

/* Between processes of one user it is no matter of users that it was refused. */
static __always_inline int signal__refused(struct pt_regs *regs, u32 signal, struct task_struct *target, s32 number)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct record *record;

	if (target && BPF_CORE_READ(target, real_cred, uid.val) == task->real_cred->uid.val)
		return 0;
	record = kernel_call__of(regs, -EPERM, RF_KERNEL_OPERATION_SIGNAL);
	if (!record)
		return 0;
	record->kernel_call.request = signal;
	if (target)
		target__fill(&record->kernel_call, target);
	else if (number > 0)
		record->kernel_call.target_pid = number;
	record__submit(record);
	return 0;
}

/* kill(pid, signal), tkill(tid, signal), rt_sigqueueinfo(pid, signal, info) */
SEC("tp_btf/sys_exit")
int BPF_PROG(signal__refused_process, struct pt_regs *regs, long result)
{
	s32 number = syscall__arg(regs, 0);

	if (result != -EPERM)
		return 0;
	return signal__refused(regs, syscall__arg(regs, 1), task__of_number(bpf_get_current_task_btf(), number), number);
}

/* tgkill(pid, tid, signal), rt_tgsigqueueinfo(pid, tid, signal, info) */
SEC("tp_btf/sys_exit")
int BPF_PROG(signal__refused_thread, struct pt_regs *regs, long result)
{
	s32 number = syscall__arg(regs, 1);

	if (result != -EPERM)
		return 0;
	return signal__refused(regs, syscall__arg(regs, 2), task__of_number(bpf_get_current_task_btf(), number), number);
}

/* pidfd_send_signal(pidfd, signal, info, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(signal__refused_pidfd, struct pt_regs *regs, long result)
{
	struct file *file;

	if (result != -EPERM)
		return 0;
	file = current__file(syscall__arg(regs, 0));
	return file ? signal__refused(regs, syscall__arg(regs, 1), task__of_pidfd(file), 0) : 0;
}
