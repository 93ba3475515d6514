// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Changes of the tree of mounts, and of what a process sees of it. Each may give files other paths, so that whoever makes
 * one lets what is known of paths expire.
 */
#include "calls.bpf.h"
#include "discard.bpf.h"
#include "named.bpf.h"
#include "syscall.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* include/uapi/linux/mount.h */
#define OPEN_TREE_CLONE 1

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define COMPAT_UMOUNT 22

struct mounting {
	struct record *record;
	struct path_buffer *buffer;
	struct task_struct *task;
	u64 trait;
	u64 wanted; /* traits that are of interest, always or at the path */
};

static __always_inline bool mounting__begin(struct mounting *mounting, struct pt_regs *regs, long result, u8 operation)
{
	u32 kind = RF_KIND_MOUNT, slot = SCRATCH_SYSCALL;
	struct interest_kind *interest = bpf_map_lookup_elem(&interest_kinds, &kind);

	if (result >= 0)
		interest__expire();
	mounting->task = bpf_get_current_task_btf();
	mounting->trait = 1ull << operation;
	if (!interest || !sensor__reports(mounting->task) || !interest__possible(kind, mounting->trait))
		return false;
	mounting->wanted = interest->always;
	mounting->buffer = bpf_map_lookup_elem(&path_buffers, &slot);
	mounting->record = record__begin(slot, kind, sizeof(mounting->record->mount));
	if (!mounting->buffer || !mounting->record)
		return false;
	mounting->record->mount.operation = operation;
	mounting->record->mount.syscall = syscall__number(regs);
	mounting->record->mount.result = syscall__result(result);
	mounting->record->mount.path_source = RF_PATH_SOURCE_CALLER;
	return true;
}

/* The place, as the caller names it. */
static __always_inline void mounting__at(struct mounting *mounting, s32 directory, u64 text)
{
	const struct named named = { .text = (void *)text, .directory = directory };
	struct rf_mount *event = &mounting->record->mount;
	const struct named_fields fields = { &event->filename, &event->directory, &event->path };
	struct interest_path found;

	named__append(mounting->record, &fields, mounting->buffer, mounting->task, &named, &found);
	mounting->wanted |= found.mount;
	if (event->path.len)
		event->path_source = RF_PATH_SOURCE_KERNEL;
}

/* The place, as the kernel has it. */
static __always_inline void mounting__at_path(struct mounting *mounting, struct vfsmount *mnt, struct dentry *dentry)
{
	struct rf_mount *event = &mounting->record->mount;
	struct interest_path found;
	struct path_walk walk;

	if (!mnt || !dentry)
		return;
	event->path_source = RF_PATH_SOURCE_KERNEL;
	path__walk(&walk, mounting->buffer, mnt, dentry);
	interest__of_walk(&found, &walk);
	mounting->wanted |= found.mount;
	path__copy(&walk, mounting->record, &event->path, MOUNT_PATH_MAX);
}

static __always_inline int mounting__end(struct mounting *mounting)
{
	if (!(mounting->wanted & mounting->trait)) {
		kind__filtered(RF_KIND_MOUNT);
		return 0;
	}
	process__fill(&mounting->record->mount.process, mounting->task);
	record__submit(mounting->record);
	return 0;
}

/* mount(source, target, type, flags, data) */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__mount, struct pt_regs *regs, long result)
{
	struct mounting mounting;
	struct rf_mount *event;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_MOUNT))
		return 0;
	event = &mounting.record->mount;
	event->flags = syscall__arg(regs, 3);
	record__user_string(mounting.record, &event->source, (void *)syscall__arg(regs, 0), MOUNT_SOURCE_MAX);
	mounting__at(&mounting, AT_FDCWD, syscall__arg(regs, 1));
	record__user_string(mounting.record, &event->file_system, (void *)syscall__arg(regs, 2), MOUNT_FILE_SYSTEM_MAX);
	return mounting__end(&mounting);
}

/* i386 has one without flags, too. */
static __always_inline bool umount__has_flags(struct pt_regs *regs)
{
#if defined(__TARGET_ARCH_x86)
	return !syscall__is_compat() || syscall__raw_number(regs) != COMPAT_UMOUNT;
#else
	return true;
#endif
}

/* umount2(target, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__umount, struct pt_regs *regs, long result)
{
	struct mounting mounting;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_UMOUNT))
		return 0;
	if (umount__has_flags(regs))
		mounting.record->mount.flags = syscall__arg(regs, 1);
	mounting__at(&mounting, AT_FDCWD, syscall__arg(regs, 0));
	return mounting__end(&mounting);
}

/* move_mount(from directory, from, to directory, to, flags) */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__move, struct pt_regs *regs, long result)
{
	struct mounting mounting;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_MOVE_MOUNT))
		return 0;
	mounting.record->mount.flags = syscall__arg(regs, 4);
	record__user_string(mounting.record, &mounting.record->mount.source, (void *)syscall__arg(regs, 1), MOUNT_SOURCE_MAX);
	mounting__at(&mounting, syscall__arg(regs, 2), syscall__arg(regs, 3));
	return mounting__end(&mounting);
}

/* open_tree(directory, filename, flags): a descriptor of the place, or of a copy that hangs nowhere. */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__open_tree, struct pt_regs *regs, long result)
{
	struct mounting mounting;
	u32 flags = syscall__arg(regs, 2);
	struct file *file;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_OPEN_TREE))
		return 0;
	mounting.record->mount.flags = flags;
	file = result < 0 || flags & OPEN_TREE_CLONE ? NULL : task__file(mounting.task, result);
	if (file)
		mounting__at_path(&mounting, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
	else
		mounting__at(&mounting, syscall__arg(regs, 0), syscall__arg(regs, 1));
	return mounting__end(&mounting);
}

/* mount_setattr(directory, filename, flags, attributes, size) */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__setattr, struct pt_regs *regs, long result)
{
	struct mounting mounting;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_MOUNT_SETATTR))
		return 0;
	mounting.record->mount.flags = syscall__arg(regs, 2);
	mounting__at(&mounting, syscall__arg(regs, 0), syscall__arg(regs, 1));
	return mounting__end(&mounting);
}

/* pivot_root(new root, place for the old) */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__pivot_root, struct pt_regs *regs, long result)
{
	struct mounting mounting;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_PIVOT_ROOT))
		return 0;
	record__user_string(mounting.record, &mounting.record->mount.source, (void *)syscall__arg(regs, 1), MOUNT_SOURCE_MAX);
	mounting__at(&mounting, AT_FDCWD, syscall__arg(regs, 0));
	return mounting__end(&mounting);
}

/* chroot(filename): when it is done the root is the place. */
SEC("tp_btf/sys_exit")
int BPF_PROG(mount__chroot, struct pt_regs *regs, long result)
{
	struct mounting mounting;
	struct fs_struct *fs;

	if (!mounting__begin(&mounting, regs, result, RF_MOUNT_OPERATION_CHROOT))
		return 0;
	fs = mounting.task->fs;
	if (result == 0)
		mounting__at_path(&mounting, fs->root.mnt, fs->root.dentry);
	else
		mounting__at(&mounting, AT_FDCWD, syscall__arg(regs, 0));
	return mounting__end(&mounting);
}
