/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Discarders: files whose path was compared and is of no interest. Most opens are of a few files that no rule watches, and
 * to tell them costs ten times less than to resolve their path again.
 *
 * An entry says "this name, in this directory, on this mount, in this mount namespace". What could give the same another
 * path lets all entries expire, by interest_epoch: renames and changes of mounts, by whomever, when they are done, and a
 * new interest. Addresses are reused, so beside that of the dentry stand its parent, that one's inode number, and the
 * number of the mount namespace, which is never used again: within one a mount goes only by a call that is seen. (Not so:
 * automounts that expire, renames on a file server, and the moment between a rename of a directory and the end of the
 * call, of which the event of the rename tells.)
 *
 * Per CPU: an entry is never half written for its reader.
 */
#ifndef RINGFENCE_DISCARD_BPF_H
#define RINGFENCE_DISCARD_BPF_H

#include "file.bpf.h"
#include "interest.bpf.h"

/* One cache line each, 64 kB a CPU. Files that share a place push each other out. */
#define DISCARDS_BITS 10

struct discard {
	u64 dentry;
	u64 parent;
	u64 hash_len; /* of the name: its hash, salted with the parent's address, and its length */
	u64 directory; /* inode number of the parent */
	u64 mount;
	u64 mount_namespace;
	u64 epoch;
	u64 wanted; /* traits of an open that are of interest there */
};

_Static_assert(sizeof(struct discard) == 64, "a cache line");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1 << DISCARDS_BITS);
	__type(key, u32);
	__type(value, struct discard);
} discards SEC(".maps");

#define FMODE_READ 0x1
#define FMODE_WRITE 0x2
/* include/linux/fs.h */
#define FMODE_CREATED 0x100000

/* What an open allows: bits of enum rf_file_access, and whether it made the file. */
static __always_inline u8 file__access(u32 mode)
{
	switch (mode & (FMODE_READ | FMODE_WRITE)) {
	case FMODE_READ:
		return RF_FILE_ACCESS_READ;
	case FMODE_WRITE:
		return RF_FILE_ACCESS_WRITE;
	case FMODE_READ | FMODE_WRITE:
		return RF_FILE_ACCESS_READ_WRITE;
	default:
		return RF_FILE_ACCESS_NONE;
	}
}

static __always_inline u64 file__traits(u32 mode)
{
	return 1ull << file__access(mode) | (mode & FMODE_CREATED ? TRAIT_CREATED : 0);
}

/* Files may have other paths from now on. */
static __always_inline void interest__expire(void)
{
	u64 *epoch = epoch__of(EPOCH);

	if (epoch)
		__sync_fetch_and_add(epoch, 1);
}

/* Files may have other paths at any time from now on. */
static __always_inline void interest__expire_for_good(void)
{
	u64 *blind = epoch__of(EPOCH_BLIND);

	if (blind)
		*blind = 1;
	interest__expire();
}

/* Never used twice, unlike its address and inode number. */
static __always_inline u64 mount_namespace__number(struct mnt_namespace *mnt_ns)
{
	struct mnt_namespace___before_6_18 *old = (void *)mnt_ns;
	struct ns_common___since_6_18 *new = (void *)&mnt_ns->ns;

	return bpf_core_field_exists(old->seq) ? old->seq : new->ns_id;
}

/*
 * Since 6.2 any address can be declared to be of a type; its members are then read by plain loads, which the kernel guards.
 * A call to a helper for each, as before 6.2, makes a hit cost four times as much.
 */
extern void *bpf_rdonly_cast(const void *address, u32 type) __ksym __weak;

enum bpf_type_flag___since_6_2 {
	MEM_RCU___since_6_2 = 1,
};

#define CAN_CAST bpf_core_enum_value_exists(enum bpf_type_flag___since_6_2, MEM_RCU___since_6_2)
#define as(name, address) ((struct name *)bpf_rdonly_cast(address, bpf_core_type_id_kernel(struct name)))

/* What an open file is asked for: but for epoch and wanted, the entry that it has. */
struct discard_question {
	struct discard entry;
	u32 mode;
};

static __always_inline void discard__ask_quickly(struct discard_question *question, struct task_struct *task, u32 fd)
{
	struct fdtable *table = task->files->fdt;
	/* Of the array of descriptors; any struct does that begins with a pointer. */
	struct file *file = as(file, as(hlist_node, table->fd + fd)->next);
	struct dentry *dentry = file->f_path.dentry, *parent = dentry->d_parent;

	question->mode = file->f_mode;
	question->entry.dentry = (u64)dentry;
	question->entry.parent = (u64)parent;
	question->entry.hash_len = dentry->d_name.hash_len;
	question->entry.directory = parent->d_inode->i_ino;
	question->entry.mount = (u64)file->f_path.mnt;
}

static __always_inline void discard__ask_slowly(struct discard_question *question, struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry), *parent = BPF_CORE_READ(dentry, d_parent);

	question->mode = BPF_CORE_READ(file, f_mode);
	question->entry.dentry = (u64)dentry;
	question->entry.parent = (u64)parent;
	question->entry.hash_len = BPF_CORE_READ(dentry, d_name.hash_len);
	question->entry.directory = BPF_CORE_READ(parent, d_inode, i_ino);
	question->entry.mount = (u64)BPF_CORE_READ(file, f_path.mnt);
}

/* By the hash of the name. */
static __always_inline struct discard *discard__place(u64 hash_len)
{
	u32 place = hash_len & ((1 << DISCARDS_BITS) - 1);

	return bpf_map_lookup_elem(&discards, &place);
}

/* Is the open that made this descriptor known to be of no interest? The task must be one the verifier knows. */
static __always_inline bool discard__knows(struct task_struct *task, u32 fd)
{
	struct discard_question question;
	struct discard *asked = &question.entry, *known;

	if (fd >= task->files->fdt->max_fds)
		return false;
	if (CAN_CAST)
		discard__ask_quickly(&question, task, fd);
	else
		discard__ask_slowly(&question, task__file(task, fd));
	known = discard__place(asked->hash_len);
	return known && known->dentry == asked->dentry && known->parent == asked->parent && known->hash_len == asked->hash_len &&
	       known->directory == asked->directory && known->mount == asked->mount &&
	       known->mount_namespace == mount_namespace__number(task->nsproxy->mnt_ns) &&
	       known->epoch == interest__epoch() && !(known->wanted & file__traits(question.mode));
}

/*
 * Remembers what is of interest at that file's path. `epoch` is what it was before the path was resolved. A mount of
 * another namespace, or of none, can go without being seen.
 */
static __always_inline void discard__learn(struct task_struct *task, struct file *file, u64 wanted, u64 epoch)
{
	struct mnt_namespace *mnt_ns = task->nsproxy->mnt_ns;
	struct mount *mount = mount__of(BPF_CORE_READ(file, f_path.mnt));
	struct discard_question question;
	struct discard *place;
	u64 *blind = epoch__of(EPOCH_BLIND);

	if (!blind || *blind || BPF_CORE_READ(mount, mnt_ns) != mnt_ns)
		return;
	discard__ask_slowly(&question, file);
	question.entry.mount_namespace = mount_namespace__number(mnt_ns);
	question.entry.epoch = epoch;
	question.entry.wanted = wanted;
	place = discard__place(question.entry.hash_len);
	if (place)
		*place = question.entry;
}

#endif
