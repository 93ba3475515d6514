// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Interfaces of the kernel that attacks use and ordinary programs seldom do: other processes, modules, kexec, keys,
 * descriptors. Each handler leaves first whatever programs do in floods. bpf and perf, memory, io_uring and signals stand
 * in objects of their own.
 */
#include "kernel_call.bpf.h"
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* include/uapi/linux/ptrace.h */
#define PTRACE_TRACEME 0
#define PTRACE_POKETEXT 4
#define PTRACE_POKEDATA 5
#define PTRACE_POKEUSR 6
#define PTRACE_SETREGS 13
#define PTRACE_SETFPREGS 15
#define PTRACE_ATTACH 16
#define PTRACE_SETREGSET 0x4205
#define PTRACE_SEIZE 0x4206

/* include/uapi/linux/prctl.h, include/uapi/linux/securebits.h */
#define PR_SET_DUMPABLE 4
#define PR_SET_KEEPCAPS 8
#define PR_SET_NAME 15
#define PR_SET_SECCOMP 22
#define PR_SET_SECUREBITS 28
#define PR_SET_MM 35
#define PR_SET_NO_NEW_PRIVS 38
#define PR_CAP_AMBIENT 47
#define PR_SET_PTRACER 0x59616d61

/* include/uapi/linux/keyctl.h */
#define KEYCTL_JOIN_SESSION_KEYRING 1

/* arch/…/include/uapi/asm/ioctls.h, include/uapi/linux/userfaultfd.h */
#define TIOCSTI 0x5412
#define USERFAULTFD_IOC_NEW 0xaa00

/* include/uapi/linux/fcntl.h */
#define F_DUPFD 0
#define F_DUPFD_CLOEXEC 1030

#define GET_PERSONALITY 0xffffffff

enum ptrace_weight {
	PTRACE_LEFT_OUT,
	PTRACE_EACH,
	PTRACE_ONCE, /* an injection writes word by word */
};

static __always_inline enum ptrace_weight ptrace__weight(u32 request)
{
	switch (request) {
	case PTRACE_TRACEME:
	case PTRACE_ATTACH:
	case PTRACE_SEIZE:
		return PTRACE_EACH;
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
	case PTRACE_POKEUSR:
	case PTRACE_SETREGS:
	case PTRACE_SETFPREGS:
	case PTRACE_SETREGSET:
		return PTRACE_ONCE;
	default:
		return PTRACE_LEFT_OUT;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__ptrace, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 request = syscall__arg(regs, 0), pid = syscall__arg(regs, 1);
	enum ptrace_weight weight = ptrace__weight(request);
	struct record *record;

	if (weight == PTRACE_LEFT_OUT || !kernel_call__wanted(task, RF_KERNEL_OPERATION_PTRACE))
		return 0;
	if (weight == PTRACE_ONCE && !once__is_first(task, RF_KIND_KERNEL_CALL, RF_KERNEL_OPERATION_PTRACE,
						     (u64)request << 32 | pid, result < 0))
		return 0;
	record = kernel_call__begin(SCRATCH_SYSCALL, task, RF_KERNEL_OPERATION_PTRACE, syscall__number(regs), result);
	if (!record)
		return 0;
	record->kernel_call.request = request;
	if (request == PTRACE_SEIZE)
		record->kernel_call.flags = syscall__arg(regs, 3);
	if (request != PTRACE_TRACEME)
		target__of_number(&record->kernel_call, task, pid);
	record__submit(record);
	return 0;
}

static __always_inline int kernel__process_vm(struct pt_regs *regs, long result, u8 operation)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 pid = syscall__arg(regs, 0);
	struct record *record;

	if (!kernel_call__wanted_once(task, operation, pid, result < 0))
		return 0;
	record = kernel_call__begin(SCRATCH_SYSCALL, task, operation, syscall__number(regs), result);
	if (!record)
		return 0;
	target__of_number(&record->kernel_call, task, pid);
	record__submit(record);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__process_vm_readv, struct pt_regs *regs, long result)
{
	return kernel__process_vm(regs, result, RF_KERNEL_OPERATION_PROCESS_VM_READV);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__process_vm_writev, struct pt_regs *regs, long result)
{
	return kernel__process_vm(regs, result, RF_KERNEL_OPERATION_PROCESS_VM_WRITEV);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__pidfd_getfd, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_PIDFD_GETFD);
	struct file *pidfd = current__file(syscall__arg(regs, 0));
	struct task_struct *target;

	if (!record)
		return 0;
	record->kernel_call.fd = syscall__arg(regs, 1);
	record->kernel_call.flags = syscall__arg(regs, 2);
	/* Only a call that was granted or refused for its target had a pidfd in hand. */
	target = pidfd && (result >= 0 || result == -EPERM) ? task__of_pidfd(pidfd) : NULL;
	if (target)
		target__fill(&record->kernel_call, target);
	if (result >= 0)
		kernel_call__path(record, current__file(result));
	record__submit(record);
	return 0;
}

/* init_module(image, length, parameters) */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__init_module, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_INIT_MODULE);

	if (!record)
		return 0;
	record__user_string(record, &record->kernel_call.arguments, (void *)syscall__arg(regs, 2), KERNEL_CALL_ARGUMENTS_MAX);
	record__submit(record);
	return 0;
}

/* finit_module(fd, parameters, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__finit_module, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_FINIT_MODULE);
	u32 fd = syscall__arg(regs, 0);

	if (!record)
		return 0;
	record->kernel_call.fd = fd;
	record->kernel_call.flags = (u32)syscall__arg(regs, 2);
	kernel_call__path(record, current__file(fd));
	record__user_string(record, &record->kernel_call.arguments, (void *)syscall__arg(regs, 1), KERNEL_CALL_ARGUMENTS_MAX);
	record__submit(record);
	return 0;
}

/* delete_module(name, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__delete_module, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_DELETE_MODULE);

	if (!record)
		return 0;
	record->kernel_call.flags = (u32)syscall__arg(regs, 1);
	record__user_string(record, &record->kernel_call.name, (void *)syscall__arg(regs, 0), KERNEL_CALL_NAME_MAX);
	record__submit(record);
	return 0;
}

/* kexec_load(entry, segments, …, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__kexec_load, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_KEXEC_LOAD);

	if (!record)
		return 0;
	record->kernel_call.flags = syscall__arg(regs, 3);
	record__submit(record);
	return 0;
}

/* kexec_file_load(kernel_fd, initrd_fd, length, command line, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__kexec_file_load, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_KEXEC_FILE_LOAD);
	u32 fd = syscall__arg(regs, 0);

	if (!record)
		return 0;
	record->kernel_call.fd = fd;
	record->kernel_call.flags = syscall__arg(regs, 4);
	kernel_call__path(record, current__file(fd));
	record__user_string(record, &record->kernel_call.arguments, (void *)syscall__arg(regs, 3), KERNEL_CALL_ARGUMENTS_MAX);
	record__submit(record);
	return 0;
}

/* ioctl is hot: two requests of it count, and a comparison leaves the others. */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__ioctl, struct pt_regs *regs, long result)
{
	u32 request = syscall__arg(regs, 1), fd = syscall__arg(regs, 0);
	struct record *record;
	u32 at;
	char *to;

	if (request != TIOCSTI && request != USERFAULTFD_IOC_NEW)
		return 0;
	record = kernel_call__of(regs, result, request == TIOCSTI ? RF_KERNEL_OPERATION_TIOCSTI : RF_KERNEL_OPERATION_USERFAULTFD);
	if (!record)
		return 0;
	record->kernel_call.request = request;
	record->kernel_call.fd = fd;
	if (request == USERFAULTFD_IOC_NEW)
		record->kernel_call.flags = syscall__arg(regs, 2);
	kernel_call__path(record, current__file(fd));
	to = record__next(record, &at);
	if (request == TIOCSTI && to && bpf_probe_read_user(to, 1, (void *)syscall__arg(regs, 2)) == 0)
		record__took(record, &record->kernel_call.arguments, at, 1, false);
	record__submit(record);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__userfaultfd, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_USERFAULTFD);

	if (!record)
		return 0;
	record->kernel_call.flags = (u32)syscall__arg(regs, 0);
	record__submit(record);
	return 0;
}

/* A duplicate that became standard input, output or error. Any other leaves by its number. */
static __always_inline int dup__socket(struct pt_regs *regs, long result)
{
	struct socket_end peer;
	struct record *record;
	struct sock *sk;

	if ((u64)result > 2)
		return 0;
	sk = task__sock(bpf_get_current_task_btf(), result);
	if (!sk || !sock__is_ip(sk))
		return 0;
	record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_DUP_SOCKET);
	if (!record)
		return 0;
	sock__remote(sk, &peer);
	record->kernel_call.fd = result;
	record->kernel_call.remote_port = peer.port;
	__builtin_memcpy(record->kernel_call.remote_ip, peer.ip, sizeof(peer.ip));
	record__submit(record);
	return 0;
}

/* dup, dup2, dup3 */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__dup, struct pt_regs *regs, long result)
{
	return dup__socket(regs, result);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__fcntl, struct pt_regs *regs, long result)
{
	u32 command = syscall__arg(regs, 1);

	return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? dup__socket(regs, result) : 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__keyctl, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_KEYCTL);

	if (!record)
		return 0;
	record->kernel_call.request = syscall__arg(regs, 0);
	if (record->kernel_call.request == KEYCTL_JOIN_SESSION_KEYRING)
		record__user_string(record, &record->kernel_call.name, (void *)syscall__arg(regs, 1), KERNEL_CALL_NAME_MAX);
	record__submit(record);
	return 0;
}

/* add_key(type, description, …), request_key(type, description, …) */
SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__key, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_KEYCTL);

	if (!record)
		return 0;
	record__user_string(record, &record->kernel_call.arguments, (void *)syscall__arg(regs, 0), KERNEL_CALL_ARGUMENTS_MAX);
	record__user_string(record, &record->kernel_call.name, (void *)syscall__arg(regs, 1), KERNEL_CALL_NAME_MAX);
	record__submit(record);
	return 0;
}

/*
 * What names a process or guards it. Not PR_CAPBSET_DROP, PR_SET_PDEATHSIG, PR_SET_VMA and their like, which give nothing;
 * and of names only the process's, since every pool names its threads.
 */
static __always_inline bool prctl__counts(struct task_struct *task, u32 option)
{
	switch (option) {
	case PR_SET_NAME:
		return task->pid == task->tgid;
	case PR_SET_DUMPABLE:
	case PR_SET_KEEPCAPS:
	case PR_SET_SECCOMP:
	case PR_SET_SECUREBITS:
	case PR_SET_MM:
	case PR_SET_NO_NEW_PRIVS:
	case PR_CAP_AMBIENT:
	case PR_SET_PTRACER:
		return true;
	default:
		return false;
	}
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__prctl, struct pt_regs *regs, long result)
{
	u32 option = syscall__arg(regs, 0);
	struct task_struct *task = bpf_get_current_task_btf();
	struct record *record;

	if (!prctl__counts(task, option))
		return 0;
	record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_PRCTL);
	if (!record)
		return 0;
	record->kernel_call.request = option;
	if (option == PR_SET_NAME)
		record__string(record, &record->kernel_call.name, task->comm, sizeof(task->comm) - 1);
	else
		record->kernel_call.flags = syscall__arg(regs, 1);
	record__submit(record);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(kernel__personality, struct pt_regs *regs, long result)
{
	u32 personality = syscall__arg(regs, 0);
	struct record *record;

	if (personality == GET_PERSONALITY)
		return 0;
	record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_PERSONALITY);
	if (!record)
		return 0;
	record->kernel_call.request = personality;
	record__submit(record);
	return 0;
}
