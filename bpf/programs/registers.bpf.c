// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/* Measures how far from the bottom of a task's stack its user registers lie: see caller.bpf.h. The same for all tasks. */
#include "kernel.bpf.h"

char LICENSE[] SEC("license") = "GPL";

struct registers_place {
	u64 registers;
	u64 stack;
};

SEC("syscall")
int registers__measure(struct registers_place *place)
{
	struct task_struct *task = bpf_get_current_task_btf();

	/* Not subtracted here: kernel 6.1 forbids it. */
	place->registers = bpf_task_pt_regs(task);
	place->stack = (u64)task->stack;
	return 0;
}
