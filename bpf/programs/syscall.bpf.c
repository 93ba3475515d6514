// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/* The one program on tp_btf/sys_exit: passes each system call that has a program on to it. Attached only while one has. */
#include "syscall.bpf.h"

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sys_exit")
int BPF_PROG(syscall__exit, struct pt_regs *regs, long result)
{
	u64 number = syscall__number(regs);
	u32 key = 0;
	struct syscall_set *set = bpf_map_lookup_elem(&syscalls_wanted, &key);

	if (number >= SYSCALLS || !set || !set->wanted[number])
		return 0;
	bpf_tail_call(ctx, &syscall_handlers, number);
	return 0;
}
