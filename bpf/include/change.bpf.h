/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Events of kind file_change, by system calls and by io_uring alike: begun, given the paths, reported if they matter. */
#ifndef RINGFENCE_CHANGE_BPF_H
#define RINGFENCE_CHANGE_BPF_H

#include "named.bpf.h"

struct change {
	struct record *record;
	struct path_buffer *buffer;
	struct task_struct *task;
	u64 trait;
	u64 wanted; /* traits that are of interest, always or at the paths so far */
};

/* False: of no interest, or not ours to report. */
static __always_inline bool change__begin(struct change *change, u32 slot, u8 operation)
{
	u32 kind = RF_KIND_FILE_CHANGE;
	struct interest_kind *interest = bpf_map_lookup_elem(&interest_kinds, &kind);
	struct rf_file_change *event;

	change->task = bpf_get_current_task_btf();
	change->trait = 1ull << operation;
	if (!interest || !sensor__reports(change->task) || !interest__possible(kind, change->trait))
		return false;
	change->wanted = interest->always;
	change->buffer = bpf_map_lookup_elem(&path_buffers, &slot);
	change->record = record__begin(slot, kind, sizeof(change->record->file_change));
	if (!change->buffer || !change->record)
		return false;
	event = &change->record->file_change;
	event->operation = operation;
	event->path_source = RF_PATH_SOURCE_CALLER;
	event->mode = -1;
	event->uid = -1;
	event->gid = -1;
	return true;
}

/* The object, as the caller names it. */
static __noinline void change__named(struct change *change, const struct named *named)
{
	struct rf_file_change *event = &change->record->file_change;
	const struct named_fields fields = { &event->filename, &event->directory, &event->path };
	struct interest_path found;

	named__append(change->record, &fields, change->buffer, change->task, named, &found);
	change->wanted |= found.change;
	if (event->path.len)
		event->path_source = RF_PATH_SOURCE_KERNEL;
}

/* Its other name. */
static __noinline void change__named_new(struct change *change, const struct named *named)
{
	struct rf_file_change *event = &change->record->file_change;
	const struct named_fields fields = { &event->new_filename, &event->new_directory, &event->new_path };
	struct interest_path found;

	named__append(change->record, &fields, change->buffer, change->task, named, &found);
	change->wanted |= found.change;
}

/* The object that a descriptor stands for. */
static __noinline void change__opened(struct change *change, struct file *file)
{
	struct rf_file_change *event = &change->record->file_change;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct interest_path found;
	struct path_walk walk;

	if (!file)
		return;
	event->path_source = RF_PATH_SOURCE_KERNEL;
	event->inode = BPF_CORE_READ(inode, i_ino);
	event->device = BPF_CORE_READ(inode, i_sb, s_dev);
	path__walk(&walk, change->buffer, BPF_CORE_READ(file, f_path.mnt), BPF_CORE_READ(file, f_path.dentry));
	interest__of_walk(&found, &walk);
	change->wanted |= found.change;
	path__copy(&walk, change->record, &event->path, FILE_CHANGE_PATH_MAX);
}

static __always_inline bool change__is_wanted(struct change *change)
{
	if (change->wanted & change->trait)
		return true;
	kind__filtered(RF_KIND_FILE_CHANGE);
	return false;
}

#endif
