/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Programs of system calls. One program hangs on tp_btf/sys_exit for all families and passes on by number (programs/
 * syscall.bpf.c), because every program there costs every system call of every process. They run when the call is done:
 * its result is known, what it made is there to be looked at, and what it read of user memory is resident.
 */
#ifndef RINGFENCE_SYSCALL_BPF_H
#define RINGFENCE_SYSCALL_BPF_H

#include "interest.bpf.h"

#define SYSCALLS 512

/* Number → program. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALLS);
	__type(key, u32);
	__type(value, u32);
} syscall_handlers SEC(".maps");

struct syscall_set {
	u8 wanted[SYSCALLS]; /* 1: the number has a program */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct syscall_set);
} syscalls_wanted SEC(".maps");

/* i386's numbers → ours: a 64-bit program can make its calls by int 0x80. The collector fills it in; 0xffff: no equal. */
const volatile u16 compat_numbers[SYSCALLS];

#define NO_SYSCALL 0xffff

/* The result of a call that has none yet, or whose end is not seen; the collector makes null of it. */
#define RESULT_NOT_SEEN (-2147483647 - 1)

#if defined(__TARGET_ARCH_x86)
/* arch/x86/include/asm/thread_info.h */
#define TS_COMPAT 0x0002
/* arch/x86/include/uapi/asm/unistd.h: x32 has the same numbers, marked; but for those from 512 on, which are not seen. */
#define X32_SYSCALL_BIT 0x40000000

static __always_inline bool task__is_in_compat_call(struct task_struct *task)
{
	return task->thread_info.status & TS_COMPAT;
}

static __always_inline bool syscall__is_compat(void)
{
	return task__is_in_compat_call(bpf_get_current_task_btf());
}

/* As it stands in the registers: of which table it is shows in syscall__is_compat only. */
static __always_inline u64 syscall__raw_number(struct pt_regs *regs)
{
	return regs->orig_ax;
}

/* Of the current task, which the caller has at hand. */
static __always_inline u64 syscall__number_of(struct task_struct *task, struct pt_regs *regs)
{
	u64 number = regs->orig_ax & ~(u64)X32_SYSCALL_BIT;

	if (task__is_in_compat_call(task)) {
		number = regs->orig_ax & (SYSCALLS - 1);
		barrier_var(number);
		number = compat_numbers[number & (SYSCALLS - 1)];
	}
	barrier_var(number);
	return number;
}

/* Argument 0 to 5, a constant. */
static __always_inline u64 syscall__arg(struct pt_regs *regs, const int index)
{
	if (syscall__is_compat()) {
		switch (index) {
		case 0: return (u32)regs->bx;
		case 1: return (u32)regs->cx;
		case 2: return (u32)regs->dx;
		case 3: return (u32)regs->si;
		case 4: return (u32)regs->di;
		default: return (u32)regs->bp;
		}
	}
	switch (index) {
	case 0: return regs->di;
	case 1: return regs->si;
	case 2: return regs->dx;
	case 3: return regs->r10;
	case 4: return regs->r8;
	default: return regs->r9;
	}
}
#elif defined(__TARGET_ARCH_arm64)
static __always_inline u64 syscall__raw_number(struct pt_regs *regs)
{
	return ((struct pt_regs___arm64 *)regs)->syscallno;
}

static __always_inline u64 syscall__number_of(struct task_struct *task, struct pt_regs *regs)
{
	struct pt_regs___arm64 *arm = (void *)regs;
	u64 number = (u32)arm->syscallno;

	barrier_var(number);
	return number;
}

static __always_inline u64 syscall__arg(struct pt_regs *regs, const int index)
{
	struct pt_regs___arm64 *arm = (void *)regs;

	/* The first argument's register holds the result by now. */
	return index == 0 ? arm->orig_x0 : arm->regs[index];
}
#else
#error "no system calls known for this architecture"
#endif

static __always_inline u64 syscall__number(struct pt_regs *regs)
{
	return syscall__number_of(bpf_get_current_task_btf(), regs);
}

/* A return value as an event holds it: errors are small, and what is larger than an int is cut. */
static __always_inline s32 syscall__result(long result)
{
	return result > 0x7fffffff ? 0x7fffffff : result;
}

#endif
