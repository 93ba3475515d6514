// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Changes of names and of what files are: unlink, rename, link, chmod and their like. A call that takes a descriptor is
 * told with the path that the kernel has; one that takes a name with that name and the directory that it is relative to.
 * (When a call is done the kernel keeps nothing of how it has resolved a name: that takes LSM or fentry programs.)
 */
#include "calls.bpf.h"
#include "change.bpf.h"
#include "discard.bpf.h"
#include "syscall.bpf.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline bool call__begin(struct change *change, struct pt_regs *regs, long result, u8 operation)
{
	if (!change__begin(change, SCRATCH_SYSCALL, operation))
		return false;
	change->record->file_change.syscall = syscall__number(regs);
	change->record->file_change.result = syscall__result(result);
	return true;
}

static __always_inline int call__end(struct change *change)
{
	if (!change__is_wanted(change))
		return 0;
	process__fill(&change->record->file_change.process, change->task);
	record__submit(change->record);
	return 0;
}

/* A name that is relative to the working directory. */
static __always_inline void named__plain(struct named *named, struct pt_regs *regs, const int text)
{
	*named = (struct named){ .text = (void *)syscall__arg(regs, text), .directory = AT_FDCWD };
}

/* A name that is relative to a descriptor. */
static __always_inline void named__at(struct named *named, struct pt_regs *regs, const int directory, const int text)
{
	*named = (struct named){ .text = (void *)syscall__arg(regs, text), .directory = syscall__arg(regs, directory) };
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__unlink, struct pt_regs *regs, long result)
{
	u64 number = syscall__number(regs);
	u32 flags = number == __NR_unlinkat ? syscall__arg(regs, 2) : 0;
	bool directory = number == __NR_rmdir || flags & AT_REMOVEDIR;
	struct change change;
	struct named named;

	if (!call__begin(&change, regs, result, directory ? RF_FILE_OPERATION_RMDIR : RF_FILE_OPERATION_UNLINK))
		return 0;
	if (number == __NR_unlinkat)
		named__at(&named, regs, 0, 1);
	else
		named__plain(&named, regs, 0);
	change.record->file_change.flags = flags;
	change__named(&change, &named);
	return call__end(&change);
}

/* Also lets what is known of paths expire, whoever calls it. */
SEC("tp_btf/sys_exit")
int BPF_PROG(file__rename, struct pt_regs *regs, long result)
{
	u64 number = syscall__number(regs);
	struct change change;
	struct named from, to;

	if (result == 0)
		interest__expire();
	if (!call__begin(&change, regs, result, RF_FILE_OPERATION_RENAME))
		return 0;
	if (number == __NR_rename) {
		named__plain(&from, regs, 0);
		named__plain(&to, regs, 1);
	} else {
		named__at(&from, regs, 0, 1);
		named__at(&to, regs, 2, 3);
	}
	if (number == __NR_renameat2)
		change.record->file_change.flags = syscall__arg(regs, 4);
	change__named(&change, &from);
	change__named_new(&change, &to);
	return call__end(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__link, struct pt_regs *regs, long result)
{
	struct change change;
	struct named from, to;

	if (!call__begin(&change, regs, result, RF_FILE_OPERATION_LINK))
		return 0;
	if (syscall__number(regs) == __NR_link) {
		named__plain(&from, regs, 0);
		named__plain(&to, regs, 1);
	} else {
		named__at(&from, regs, 0, 1);
		named__at(&to, regs, 2, 3);
		change.record->file_change.flags = syscall__arg(regs, 4);
	}
	change__named(&change, &from);
	change__named_new(&change, &to);
	return call__end(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__symlink, struct pt_regs *regs, long result)
{
	struct change change;
	struct named named;

	if (!call__begin(&change, regs, result, RF_FILE_OPERATION_SYMLINK))
		return 0;
	if (syscall__number(regs) == __NR_symlink)
		named__plain(&named, regs, 1);
	else
		named__at(&named, regs, 1, 2);
	change__named(&change, &named);
	record__user_string(change.record, &change.record->file_change.target, (void *)syscall__arg(regs, 0), FILE_CHANGE_TARGET_MAX);
	return call__end(&change);
}

/* mkdir and mknod, with a directory or without: a name and a mode. */
static __always_inline int change__make(struct pt_regs *regs, long result, u8 operation, u32 plain)
{
	struct change change;
	struct named named;
	u32 mode;

	if (!call__begin(&change, regs, result, operation))
		return 0;
	if (syscall__number(regs) == plain) {
		named__plain(&named, regs, 0);
		mode = syscall__arg(regs, 1);
	} else {
		named__at(&named, regs, 0, 1);
		mode = syscall__arg(regs, 2);
	}
	change.record->file_change.mode = (u16)mode;
	change__named(&change, &named);
	return call__end(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__mkdir, struct pt_regs *regs, long result)
{
	return change__make(regs, result, RF_FILE_OPERATION_MKDIR, __NR_mkdir);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__mknod, struct pt_regs *regs, long result)
{
	return change__make(regs, result, RF_FILE_OPERATION_MKNOD, __NR_mknod);
}

/* The object of a call that has it as a name in its first argument, or as a descriptor there. */
static __always_inline void change__first(struct change *change, struct pt_regs *regs, bool is_descriptor)
{
	struct named named;

	if (is_descriptor) {
		change__opened(change, task__file(change->task, syscall__arg(regs, 0)));
		return;
	}
	named__plain(&named, regs, 0);
	change__named(change, &named);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__truncate, struct pt_regs *regs, long result)
{
	struct change change;

	if (!call__begin(&change, regs, result, RF_FILE_OPERATION_TRUNCATE))
		return 0;
	change__first(&change, regs, syscall__number(regs) == __NR_ftruncate);
	return call__end(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__chmod, struct pt_regs *regs, long result)
{
	u64 number = syscall__number(regs);
	struct change change;
	struct named named;

	if (!call__begin(&change, regs, result, RF_FILE_OPERATION_CHMOD))
		return 0;
	if (number == __NR_chmod || number == __NR_fchmod) {
		change.record->file_change.mode = syscall__arg(regs, 1) & 07777;
		change__first(&change, regs, number == __NR_fchmod);
		return call__end(&change);
	}
	if (number == __NR_fchmodat2)
		change.record->file_change.flags = syscall__arg(regs, 3);
	change.record->file_change.mode = syscall__arg(regs, 2) & 07777;
	named__at(&named, regs, 0, 1);
	change__named(&change, &named);
	return call__end(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__chown, struct pt_regs *regs, long result)
{
	bool at = syscall__number(regs) == __NR_fchownat;
	struct change change;
	struct named named;

	if (!call__begin(&change, regs, result, RF_FILE_OPERATION_CHOWN))
		return 0;
	change.record->file_change.uid = at ? syscall__arg(regs, 2) : syscall__arg(regs, 1);
	change.record->file_change.gid = at ? syscall__arg(regs, 3) : syscall__arg(regs, 2);
	if (!at) {
		change__first(&change, regs, syscall__number(regs) == __NR_fchown);
		return call__end(&change);
	}
	change.record->file_change.flags = syscall__arg(regs, 4);
	named__at(&named, regs, 0, 1);
	change__named(&change, &named);
	return call__end(&change);
}

/*
 * setxattr(file, name, value, size, flags), removexattr(file, name), and, since 6.13, each with (directory, file, flags)
 * for the file.
 */
static __always_inline int change__attribute(struct pt_regs *regs, long result, u8 operation, u32 by_descriptor, u32 at)
{
	u64 number = syscall__number(regs);
	struct change change;
	struct named named;
	u64 attribute;

	if (!call__begin(&change, regs, result, operation))
		return 0;
	if (number == at) {
		attribute = syscall__arg(regs, 3);
		change.record->file_change.flags = syscall__arg(regs, 2);
		named__at(&named, regs, 0, 1);
		change__named(&change, &named);
	} else {
		attribute = syscall__arg(regs, 1);
		if (operation == RF_FILE_OPERATION_SETXATTR)
			change.record->file_change.flags = syscall__arg(regs, 4);
		change__first(&change, regs, number == by_descriptor);
	}
	record__user_string(change.record, &change.record->file_change.attribute, (void *)attribute, FILE_CHANGE_ATTRIBUTE_MAX);
	return call__end(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__setxattr, struct pt_regs *regs, long result)
{
	return change__attribute(regs, result, RF_FILE_OPERATION_SETXATTR, __NR_fsetxattr, __NR_setxattrat);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(file__removexattr, struct pt_regs *regs, long result)
{
	return change__attribute(regs, result, RF_FILE_OPERATION_REMOVEXATTR, __NR_fremovexattr, __NR_removexattrat);
}
