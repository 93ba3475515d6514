// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Memory that can be written and executed, programs that are loaded by a loader which the kernel was told to run, and files
 * that exist in memory only. mmap and mprotect are hot: nearly all of them leave after one look at their protection.
 */
#include "kernel_call.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* include/uapi/asm-generic/mman-common.h */
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_ANONYMOUS 0x20

/* include/uapi/linux/shm.h */
#define SHM_RDONLY 010000
#define SHM_EXEC 0100000

/* include/uapi/linux/personality.h: what can be read can be executed. */
#define READ_IMPLIES_EXEC 0x0400000

/* include/uapi/linux/auxvec.h: where the loader lies; 0 of a program that needs none. */
#define AT_BASE 7

#define MEMFD_PREFIX "memfd:"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct vm_area_struct {
	struct file *vm_file;
};

#pragma clang attribute pop

static __always_inline bool prot__is_executable(struct task_struct *task, u32 prot)
{
	return (prot & PROT_EXEC) || ((prot & PROT_READ) && (task->personality & READ_IMPLIES_EXEC));
}

/* An address can be any number but the last page's. */
static __always_inline bool result__is_error(long result)
{
	return (u64)result > -4096ull;
}

static long vma__take_file(struct task_struct *task, struct vm_area_struct *vma, struct file **file)
{
	*file = BPF_CORE_READ(vma, vm_file);
	return 0;
}

/* What is mapped at that address; null when it is memory without a file. */
static __always_inline struct file *memory__file(struct task_struct *task, u64 address)
{
	struct file *file = NULL;

	bpf_find_vma(task, address, vma__take_file, &file, 0);
	return file;
}

struct mapping {
	u64 address;
	u64 flags;
	u32 prot;
	s32 fd;
	struct file *file; /* null: memory without one */
};

static __always_inline void mapping__report(struct pt_regs *regs, long result, struct task_struct *task,
					    struct mapping *mapping, u8 operation)
{
	struct record *record = kernel_call__begin(SCRATCH_SYSCALL, task, operation, syscall__number(regs), result);

	if (!record)
		return;
	record->kernel_call.request = mapping->prot;
	record->kernel_call.flags = mapping->flags;
	record->kernel_call.fd = mapping->fd;
	kernel_call__path(record, mapping->file);
	/* An int does not hold an address. */
	if (!result__is_error(result))
		record->kernel_call.result = 0;
	record__submit(record);
}

/* Once a program of a process and file: a compiler at run time makes such memory again and again. */
static __always_inline void mapping__executable(struct pt_regs *regs, long result, struct task_struct *task,
						struct mapping *mapping)
{
	bool failed = result__is_error(result);
	struct file *file;

	if (!kernel_call__wanted(task, RF_KERNEL_OPERATION_MAP_EXECUTABLE))
		return;
	file = failed ? mapping->file : memory__file(task, mapping->address);
	mapping->file = file;
	if (once__is_first(task, RF_KIND_KERNEL_CALL, RF_KERNEL_OPERATION_MAP_EXECUTABLE,
			   file ? (u64)BPF_CORE_READ(file, f_inode) : 0, failed))
		mapping__report(regs, result, task, mapping, RF_KERNEL_OPERATION_MAP_EXECUTABLE);
}

/* Does the running program do without a loader? A static one does, and a loader itself. */
static __always_inline bool task__needs_no_loader(struct task_struct *task)
{
	unsigned long vector[2 * AUXV_ENTRIES_MIN] = {};
	struct mm_struct *mm = task->mm;

	/* 32-bit programs have another form of it. */
	if (bpf_core_read(&vector, sizeof(vector), &mm->saved_auxv) < 0 || syscall__is_compat())
		return false;
#pragma unroll
	for (int i = 0; i < AUXV_ENTRIES_MIN; i++) {
		if (vector[2 * i] == AT_BASE)
			return vector[2 * i + 1] == 0;
	}
	return false;
}

/* What such a program maps first to execute it is the program that a loader was told to run. */
static __always_inline void mapping__load(struct pt_regs *regs, long result, struct task_struct *task,
					  struct mapping *mapping)
{
	if (!task__needs_no_loader(task) || !kernel_call__wanted(task, RF_KERNEL_OPERATION_LOAD_PROGRAM))
		return;
	if (!once__is_first(task, RF_KIND_KERNEL_CALL, RF_KERNEL_OPERATION_LOAD_PROGRAM, 0, false))
		return;
	mapping->file = memory__file(task, result);
	mapping__report(regs, result, task, mapping, RF_KERNEL_OPERATION_LOAD_PROGRAM);
}

/* mmap(address, length, prot, flags, fd, offset) */
SEC("tp_btf/sys_exit")
int BPF_PROG(memory__mmap, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct mapping mapping = {
		.address = result,
		.prot = syscall__arg(regs, 2),
		.flags = (u32)syscall__arg(regs, 3),
		.fd = -1,
	};

	if (!prot__is_executable(task, mapping.prot))
		return 0;
	if (!(mapping.flags & MAP_ANONYMOUS)) {
		mapping.fd = syscall__arg(regs, 4);
		mapping.file = task__file(task, mapping.fd);
	}
	if (mapping.prot & PROT_WRITE)
		mapping__executable(regs, result, task, &mapping);
	if (mapping.file && !result__is_error(result))
		mapping__load(regs, result, task, &mapping);
	return 0;
}

/* mprotect(address, length, prot), pkey_mprotect(address, length, prot, key) */
SEC("tp_btf/sys_exit")
int BPF_PROG(memory__mprotect, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct mapping mapping = { .address = syscall__arg(regs, 0), .prot = syscall__arg(regs, 2), .fd = -1 };

	if ((mapping.prot & PROT_WRITE) && prot__is_executable(task, mapping.prot))
		mapping__executable(regs, result, task, &mapping);
	return 0;
}

/* shmat(id, address, flags): its own names for what mmap calls protection. */
SEC("tp_btf/sys_exit")
int BPF_PROG(memory__shmat, struct pt_regs *regs, long result)
{
	u32 flags = syscall__arg(regs, 2);
	struct mapping mapping = { .address = result, .prot = PROT_READ | PROT_WRITE | PROT_EXEC, .flags = flags, .fd = -1 };

	if ((flags & (SHM_EXEC | SHM_RDONLY)) == SHM_EXEC)
		mapping__executable(regs, result, bpf_get_current_task_btf(), &mapping);
	return 0;
}

static __always_inline void call__memfd_name(struct record *record, long result, u64 asked)
{
	struct file *file = result >= 0 ? current__file(result) : NULL;
	const unsigned char *name = file ? BPF_CORE_READ(file, f_path.dentry, d_name.name) : NULL;

	if (name)
		record__string(record, &record->kernel_call.name, name + sizeof(MEMFD_PREFIX) - 1, KERNEL_CALL_NAME_MAX);
	else
		record__user_string(record, &record->kernel_call.name, (void *)asked, KERNEL_CALL_NAME_MAX);
}

/* memfd_create(name, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(memory__memfd_create, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_MEMFD_CREATE);

	if (!record)
		return 0;
	record->kernel_call.flags = (u32)syscall__arg(regs, 1);
	call__memfd_name(record, result, syscall__arg(regs, 0));
	record__submit(record);
	return 0;
}

/* memfd_secret(flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(memory__memfd_secret, struct pt_regs *regs, long result)
{
	struct record *record = kernel_call__of(regs, result, RF_KERNEL_OPERATION_MEMFD_CREATE);

	if (!record)
		return 0;
	record->kernel_call.flags = (u32)syscall__arg(regs, 0);
	record__submit(record);
	return 0;
}
