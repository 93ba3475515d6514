// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Rings by which programs ask the kernel without system calls: their set-up, and the first of each kind of request that a
 * program puts in. What opens, connects and the like has events of its own beside, in the families of files and network.
 */
#include "kernel_call.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* struct io_uring_params: two numbers, then the flags. */
#define PARAMS_FLAGS_AT 8

/* io_uring_setup(entries, params) */
SEC("tp_btf/sys_exit")
int BPF_PROG(io_uring__setup, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_IO_URING_SETUP);
	u32 flags = 0;

	if (!record)
		return 0;
	bpf_probe_read_user(&flags, sizeof(flags), (void *)syscall__arg(regs, 1) + PARAMS_FLAGS_AT);
	record->kernel_call.flags = flags;
	record__submit(record);
	return 0;
}

/* io_uring_register(fd, opcode, …) */
SEC("tp_btf/sys_exit")
int BPF_PROG(io_uring__register, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_IO_URING_REGISTER);

	if (!record)
		return 0;
	record->kernel_call.fd = syscall__arg(regs, 0);
	record->kernel_call.request = syscall__arg(regs, 1);
	record__submit(record);
	return 0;
}

/* In the submitting task, or in the kernel's thread that polls for it, which belongs to the same process. */
static __always_inline int io_uring__submitted(struct io_kiocb *request)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u8 opcode = BPF_CORE_READ(request, opcode);
	struct record *record;

	if (!kernel_call__wanted_once(task, RF_KERNEL_OPERATION_IO_URING_SUBMIT, opcode, false))
		return 0;
	record = kernel_call__begin(SCRATCH_HOOK, task, RF_KERNEL_OPERATION_IO_URING_SUBMIT, NO_SYSCALL, 0);
	if (!record)
		return 0;
	record->kernel_call.result = RESULT_NOT_SEEN;
	record->kernel_call.request = opcode;
	record__submit(record);
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(io_uring__submit, struct io_kiocb *request)
{
	return io_uring__submitted(request);
}

/* The same hook's name before 6.3. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(io_uring__submit_before_6_3, struct io_kiocb *request)
{
	return io_uring__submitted(request);
}
