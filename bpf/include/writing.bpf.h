/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Descriptors that files of interest were opened for writing with, to tell when they are closed. By a close, by the end of
 * the process or an exec that closes them, or at the latest when the number stands for another such file. A copy of the
 * descriptor (dup, fork) that is still open is not looked at.
 */
#ifndef RINGFENCE_WRITING_BPF_H
#define RINGFENCE_WRITING_BPF_H

#include "file.bpf.h"
#include "path.bpf.h"
#include "stash.bpf.h"
#include "syscall.bpf.h"

/* Its start too: a process that ended while nobody looked leaves its descriptors to no other of that number. */
struct writing_key {
	u64 start_ns;
	u32 process;
	u32 fd;
};

/*
 * Files that a rule names, while they are open. The record is that of the close: 4 kB each, taken only while it is needed, so
 * 16 MB at most. A data base has hundreds open. More places would make the walk below too long, which looks at each, taken or
 * not. What finds no place (or has a path too long for one) is counted, and its close is not told.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct writing_key);
	__type(value, struct stash);
} writings SEC(".maps");

/*
 * Live processes that have had such a descriptor, and how many they have, never fewer: where there is none, nothing has to be
 * looked for. Of two threads that begin the same descriptor at once both count: the walks that this costs find nothing.
 * As many as a large node has at once. None may be forgotten for a newer one: what it has open would keep its places above
 * for good.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 32768);
	__type(key, u32);
	__type(value, u32);
} writers SEC(".maps");

/* The task must be one the verifier knows. */
static __always_inline struct writing_key writing__key(struct task_struct *task, u32 fd)
{
	return (struct writing_key){ .start_ns = task->group_leader->start_boottime, .process = task->tgid, .fd = fd };
}

/* Reports that the descriptor is closed; the task is the process that had it, as the verifier knows it. */
static __always_inline void writing__report(struct task_struct *task, const struct writing_key *key, u32 slot, s32 result, u16 syscall)
{
	struct stash *stash = bpf_map_lookup_elem(&writings, key);
	struct record *record;
	u32 process = key->process, *open;

	if (!stash)
		return;
	record = stash__get(slot, stash);
	/* Of several that find it the one that removes it reports. */
	if (!record || bpf_map_delete_elem(&writings, key))
		return;
	open = bpf_map_lookup_elem(&writers, &process);
	if (open)
		__sync_fetch_and_add(open, -1);
	record->file_change.result = result;
	record->file_change.syscall = syscall;
	process__fill(&record->file_change.process, task);
	record__submit(record);
}

/* From now on the close of that descriptor is told of. Builds the record, whose path stands in the walk's buffer. */
static __always_inline void writing__begin(struct record *record, u32 slot, struct task_struct *task, struct file *file, s32 fd,
					   struct path_walk *walk)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct writing_key key = writing__key(task, fd);
	u32 process = key.process, none = 0, *open;

	if ((BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFREG)
		return;
	writing__report(task, &key, slot, RESULT_NOT_SEEN, NO_SYSCALL);
	record__init(record, RF_KIND_FILE_CHANGE, sizeof(record->file_change));
	record->file_change.operation = RF_FILE_OPERATION_CLOSE_WRITE;
	record->file_change.path_source = RF_PATH_SOURCE_KERNEL;
	record->file_change.mode = -1;
	record->file_change.uid = -1;
	record->file_change.gid = -1;
	record->file_change.inode = BPF_CORE_READ(inode, i_ino);
	record->file_change.device = BPF_CORE_READ(inode, i_sb, s_dev);
	path__copy(walk, record, &record->file_change.path, FILE_CHANGE_PATH_MAX);
	bpf_map_update_elem(&writers, &process, &none, BPF_NOEXIST);
	open = bpf_map_lookup_elem(&writers, &process);
	/* Counted before it is there: who finds it at once must not count down what was not counted up. */
	if (open)
		__sync_fetch_and_add(open, 1);
	if (open && stash__put(&writings, &key, record))
		return;
	if (open)
		__sync_fetch_and_add(open, -1);
	fault__count(FAULT_WRITINGS_MISSED);
}

/* Has the process such a descriptor? */
static __always_inline bool writing__any(u32 process)
{
	volatile u32 *open = bpf_map_lookup_elem(&writers, &process);

	return open && *open;
}

struct writing_sweep {
	u64 start_ns;
	u32 process;
	u32 first; /* descriptors from here */
	u32 last;  /* to here */
	u32 slot;
	s32 result;
	u16 syscall;
	bool closed_only; /* only those that do not stand for a file any more */
};

static long writing__sweep_step(struct bpf_map *map, const struct writing_key *key, struct stash *stash, struct writing_sweep *sweep)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (key->process != sweep->process || key->start_ns != sweep->start_ns || key->fd < sweep->first || key->fd > sweep->last)
		return 0;
	if (sweep->closed_only && task__file(task, key->fd))
		return 0;
	writing__report(task, key, sweep->slot, sweep->result, sweep->syscall);
	return !writing__any(sweep->process);
}

/* Reports descriptors of the current process, first to last, that are closed now. */
static __always_inline void writing__sweep(struct writing_sweep *sweep)
{
	if (writing__any(sweep->process))
		bpf_for_each_map_elem(&writings, writing__sweep_step, sweep, 0);
}

#endif
