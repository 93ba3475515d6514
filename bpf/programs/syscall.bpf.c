// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * The one program on tp_btf/sys_exit: passes each system call that has a program on to it. Attached only while one has.
 * Opens of files that are known to be of no interest end here, because the tail call alone would cost half as much again.
 */
#include "calls.bpf.h"
#include "discard.bpf.h"
#include "syscall.bpf.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline bool call__is_discarded(struct task_struct *task, u64 number, long result)
{
	return result >= 0 && call__opens(number) && sensor__reports(task) && discard__knows(task, result);
}

/*
 * May it have a program? Asked of every system call of every process, so without a call to a helper: the number is looked
 * up as one of ours and as one of i386's, before it is known which it is.
 */
static __always_inline bool call__may_be_wanted(struct pt_regs *regs, const struct syscall_set *set)
{
	u64 number = syscall__raw_number(regs) & (SYSCALLS - 1);

	return set->wanted[number] || set->wanted[compat_numbers[number] & (SYSCALLS - 1)];
}

SEC("tp_btf/sys_exit")
int BPF_PROG(syscall__exit, struct pt_regs *regs, long result)
{
	u32 key = 0;
	struct syscall_set *set = bpf_map_lookup_elem(&syscalls_wanted, &key);
	struct task_struct *task;
	u64 number;

	if (!set || !call__may_be_wanted(regs, set))
		return 0;
	task = bpf_get_current_task_btf();
	number = syscall__number_of(task, regs);
	if (number >= SYSCALLS || !set->wanted[number])
		return 0;
	if (call__is_discarded(task, number, result))
		kind__filtered(RF_KIND_FILE_OPEN);
	else
		bpf_tail_call(ctx, &syscall_handlers, number);
	return 0;
}
