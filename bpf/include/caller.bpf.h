/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * The system call that the current task is in, for hooks that are not told. Only tracing programs may ask the kernel for
 * the registers (bpf_task_pt_regs); cgroup programs find them at their fixed distance from the bottom of the task's stack.
 */
#ifndef RINGFENCE_CALLER_BPF_H
#define RINGFENCE_CALLER_BPF_H

#include "syscall.bpf.h"

/* That distance, which the collector has measured; 0: unknown. */
const volatile u32 registers_offset = 0;

/* The numbers that programs here ask for. */
#if defined(__TARGET_ARCH_x86)
#define SYS_SOCKET 41
#define SYS_CONNECT 42
#define SYS_ACCEPT 43
#define SYS_BIND 49
#define SYS_LISTEN 50
#define SYS_SENDTO 44
#define SYS_SENDMSG 46
#define SYS_SENDMMSG 307
#elif defined(__TARGET_ARCH_arm64)
#define SYS_SOCKET 198
#define SYS_CONNECT 203
#define SYS_ACCEPT 202
#define SYS_BIND 200
#define SYS_LISTEN 201
#define SYS_SENDTO 206
#define SYS_SENDMSG 211
#define SYS_SENDMMSG 269
#endif

struct caller {
	u16 syscall; /* NO_SYSCALL: unknown, or none that the kernel side knows */
	bool io_uring;
};

static __always_inline u16 registers__syscall(struct task_struct *task)
{
	struct pt_regs *regs = (void *)((u64)task->stack + registers_offset);
	u64 number;

#if defined(__TARGET_ARCH_x86)
	number = BPF_CORE_READ(regs, orig_ax) & ~(u64)X32_SYSCALL_BIT;
	if (syscall__is_compat()) {
		number &= SYSCALLS - 1;
		barrier_var(number);
		number = compat_numbers[number & (SYSCALLS - 1)];
	}
#elif defined(__TARGET_ARCH_arm64)
	number = (u32)BPF_CORE_READ((struct pt_regs___arm64 *)regs, syscallno);
#endif
	return number < SYSCALLS ? number : NO_SYSCALL;
}

/*
 * How the current task has come to a hook that does what the system call `plain` does. io_uring does it in threads of its
 * own, within io_uring_enter, or, as task work, on the way out of any call at all.
 */
static __always_inline struct caller caller__of(struct task_struct *task, const u16 plain)
{
	struct caller caller = { .syscall = NO_SYSCALL };

	if (task->flags & PF_IO_WORKER) {
		caller.syscall = plain;
		caller.io_uring = true;
	} else if (registers_offset && !(task->flags & PF_KTHREAD)) {
		caller.syscall = registers__syscall(task);
		/* 32-bit programs have socketcall(2) for all of these, which has no number of ours. */
		if (caller.syscall != NO_SYSCALL && caller.syscall != plain && caller.syscall != SYS_SENDTO &&
		    caller.syscall != SYS_SENDMSG && caller.syscall != SYS_SENDMMSG) {
			caller.syscall = plain;
			caller.io_uring = true;
		}
	}
	return caller;
}

#endif
