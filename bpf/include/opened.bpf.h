/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Events of opened files, by system calls and by io_uring alike; and the descriptors whose close is to be told of. */
#ifndef RINGFENCE_OPENED_BPF_H
#define RINGFENCE_OPENED_BPF_H

#include "discard.bpf.h"
#include "named.bpf.h"
#include "writing.bpf.h"

/* include/uapi/asm-generic/fcntl.h; O_DIRECTORY and the like differ between architectures, these don't. */
#define O_ACCMODE 00000003
#define O_WRONLY 00000001
#define O_RDWR 00000002
#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_NOCTTY 00000400
#define O_TRUNC 00001000
#define O_PATH 010000000

/* The kernel forgets them once it has opened. */
#define O_FORGOTTEN (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

#define TRAIT_CLOSE_WRITE (1ull << RF_FILE_OPERATION_CLOSE_WRITE)
#define TRAITS_WRITE (1ull << RF_FILE_ACCESS_WRITE | 1ull << RF_FILE_ACCESS_READ_WRITE)

_Static_assert(RF_FILE_ACCESS_READ + O_RDWR == RF_FILE_ACCESS_READ_WRITE && RF_FILE_ACCESS_READ + 1 == RF_FILE_ACCESS_WRITE,
	       "in the order of O_RDONLY, O_WRONLY, O_RDWR");

/* What an open that failed was for. */
static __always_inline u8 flags__access(u32 flags)
{
	if (flags & O_PATH || (flags & O_ACCMODE) == O_ACCMODE)
		return RF_FILE_ACCESS_NONE;
	return RF_FILE_ACCESS_READ + (flags & O_ACCMODE);
}

static __always_inline u64 flags__traits(u32 flags)
{
	return 1ull << flags__access(flags);
}

static __always_inline u64 traits__always(u32 kind)
{
	struct interest_kind *wanted = bpf_map_lookup_elem(&interest_kinds, &kind);

	return wanted ? wanted->always : 0;
}

static __always_inline void opened__fill(struct record *record, struct file *file)
{
	struct rf_file_open *open = &record->file_open;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	u32 mode = BPF_CORE_READ(file, f_mode), inode_mode = BPF_CORE_READ(inode, i_mode);

	open->flags = BPF_CORE_READ(file, f_flags) | (open->flags & O_FORGOTTEN);
	open->access = file__access(mode);
	open->created = !!(mode & FMODE_CREATED);
	open->path_source = RF_PATH_SOURCE_KERNEL;
	open->inode = BPF_CORE_READ(inode, i_ino);
	open->device = BPF_CORE_READ(inode, i_sb, s_dev);
	open->file_type = file__type(file);
	open->file_mode = inode_mode & 07777;
	open->file_uid = BPF_CORE_READ(inode, i_uid.val);
	open->upper_layer = inode__upper_layer(inode);
	open->deleted = BPF_CORE_READ(inode, i_nlink) == 0;
}

/*
 * An open that succeeded: the file is what the caller got, whatever it asked for. The record has all but that, and but the
 * process when `fill` says so. Nothing of it is needed afterwards.
 */
static __always_inline void opened__report(struct record *record, u32 slot, struct path_buffer *buffer,
					   struct task_struct *task, struct file *file, bool fill)
{
	/* First: what is learnt below must not outlive an interest that comes while it is found out. */
	u64 epoch = interest__epoch();
	u64 wanted = traits__always(RF_KIND_FILE_OPEN), writes = traits__always(RF_KIND_FILE_CHANGE);
	u64 traits = file__traits(BPF_CORE_READ(file, f_mode));
	s32 fd = record->file_open.result;
	struct interest_path found;
	struct path_walk walk;

	path__walk(&walk, buffer, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
	interest__of_walk(&found, &walk);
	wanted |= found.open;
	writes = (writes | found.change) & TRAIT_CLOSE_WRITE ? TRAITS_WRITE : 0;
	discard__learn(task, file, wanted | writes, epoch);
	if (wanted & traits) {
		path__copy(&walk, record, &record->file_open.path, FILE_OPEN_PATH_MAX);
		opened__fill(record, file);
		if (fill)
			process__fill(&record->file_open.process, task);
		record__submit(record);
	} else {
		kind__filtered(RF_KIND_FILE_OPEN);
	}
	if (writes & traits)
		writing__begin(record, slot, task, file, fd, &walk);
}

/*
 * An open that failed, or whose file nobody can find any more: the caller's word. The record has all but the names, and
 * but the process when `fill` says so.
 */
static __always_inline void opened__report_named(struct record *record, struct path_buffer *buffer, struct task_struct *task,
						 const struct named *named, u64 traits, bool fill)
{
	const struct named_fields fields = {
		.filename = &record->file_open.filename,
		.directory = &record->file_open.directory,
		.path = &record->file_open.path,
	};
	struct interest_path found;

	named__append(record, &fields, buffer, task, named, &found);
	if (!((found.open | traits__always(RF_KIND_FILE_OPEN)) & traits)) {
		kind__filtered(RF_KIND_FILE_OPEN);
		return;
	}
	if (fill)
		process__fill(&record->file_open.process, task);
	record__submit(record);
}

#endif
