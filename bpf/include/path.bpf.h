/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Paths, resolved by walking dentries and mounts from the leaf to the root and writing names backwards.
 *
 * bpf_d_path is not allowed in tp_btf programs. The walk goes on to the root of the mount namespace, past a chroot:
 * that is where the file is. bpf_loop, because an unrolled loop over 4096 bytes of path exceeds the verifier's patience
 * and bpf_for needs 6.4. A path that does not fit keeps its end, where the file's name is, and is flagged.
 */
#ifndef RINGFENCE_PATH_BPF_H
#define RINGFENCE_PATH_BPF_H

#include "record.bpf.h"

#define PATH_BYTES 4096
#define NAME_BYTES 256
/* A path of PATH_BYTES has at most half as many names; each mount crossed costs one more step. */
#define PATH_STEPS (PATH_BYTES / 2 + 64)

/*
 * Room behind the path: for what a caller gave as a name, after the path of the directory that it is relative to
 * (named.bpf.h); and so that a masked offset plus a masked length always stays inside.
 */
#define TAIL_BYTES (PATH_BYTES + NAME_BYTES)

struct path_buffer {
	char bytes[PATH_BYTES + TAIL_BYTES];
	u64 comparison[24]; /* of interest_path.bpf.h: the stack is too small for it */
};

/*
 * One a use, because a hook can run within another: an interrupt in a system call, a fork in an exit. Shared by all
 * families, so that memory does not grow with them.
 */
enum scratch_slot {
	SCRATCH_EXEC,
	SCRATCH_FORK,
	SCRATCH_EXIT,
	SCRATCH_SYSCALL, /* on tp_btf/sys_exit: one at a time */
	SCRATCH_HOOK,    /* within a system call: LSM, fentry, io_uring, cgroup hooks of sockets */
	SCRATCH_PACKET,  /* within an interrupt */
	SCRATCH_SLOTS,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_SLOTS);
	__type(key, u32);
	__type(value, struct path_buffer);
} path_buffers SEC(".maps");

struct path_walk {
	struct dentry *dentry;
	struct mount *mount;
	struct dentry *root; /* of that mount */
	struct path_buffer *buffer;
	u32 pos; /* the path so far is bytes[pos .. PATH_BYTES) */
	bool truncated;
	bool done;
};

static __always_inline bool path__prepend(struct path_walk *walk, const void *name, u32 len)
{
	u32 pos = walk->pos;

	len &= NAME_BYTES - 1;
	if (pos < len + 1) {
		walk->truncated = true;
		return false;
	}
	pos -= len;
	if (bpf_probe_read_kernel(&walk->buffer->bytes[pos & (PATH_BYTES - 1)], len, name) < 0)
		return false;
	pos -= 1;
	walk->buffer->bytes[pos & (PATH_BYTES - 1)] = '/';
	walk->pos = pos;
	return true;
}

struct dentry_head {
	struct dentry *parent;
	struct qstr name;
};

/* One read where the name follows the parent, as it always has unless a kernel's layout is randomized. */
static __always_inline bool dentry__read(struct dentry *dentry, struct dentry_head *head)
{
	const u64 parent = bpf_core_field_offset(dentry->d_parent);

	if (bpf_core_field_offset(dentry->d_name) == parent + sizeof(head->parent))
		return bpf_probe_read_kernel(head, sizeof(*head), (void *)dentry + parent) == 0;
	head->parent = BPF_CORE_READ(dentry, d_parent);
	return bpf_core_read(&head->name, sizeof(head->name), &dentry->d_name) == 0;
}

/* From the root of a mount to where it is mounted; false when it is mounted nowhere. */
static __always_inline bool path__leave_mount(struct path_walk *walk)
{
	/* Locals, because BPF_CORE_READ would try to relocate our own struct path_walk too. */
	struct mount *mount = walk->mount, *up = BPF_CORE_READ(mount, mnt_parent);

	if (up == mount)
		return false;
	walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
	walk->root = BPF_CORE_READ(up, mnt.mnt_root);
	walk->mount = up;
	return true;
}

static long path__step(u64 index, struct path_walk *walk)
{
	struct dentry *dentry = walk->dentry;
	struct dentry_head head;

	if (dentry == walk->root) {
		if (!path__leave_mount(walk))
			goto done;
		return 0;
	}
	if (!dentry__read(dentry, &head))
		goto done;
	if (!path__prepend(walk, head.name.name, head.name.hash_len >> 32))
		goto done;
	/* A dentry that is its own parent and no mount's root hangs in no tree: memfd, pipes, a detached mount. */
	if (head.parent == dentry)
		goto done;
	walk->dentry = head.parent;
	return 0;
done:
	walk->done = true;
	return 1;
}

static __always_inline struct mount *mount__of(struct vfsmount *mnt)
{
	return (void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

static __always_inline void path__copy(struct path_walk *walk, struct record *record, struct rf_str *ref, u32 max)
{
	u32 pos = walk->pos & (2 * PATH_BYTES - 1);

	if (pos >= PATH_BYTES) {
		/* Nothing prepended: the root itself. */
		walk->buffer->bytes[PATH_BYTES - 1] = '/';
		pos = PATH_BYTES - 1;
	}
	record__bytes(record, ref, &walk->buffer->bytes[pos], PATH_BYTES - pos, max, walk->truncated || !walk->done);
}

/* Writes the path of a file or directory into the buffer; both must be there. */
static __always_inline void path__walk(struct path_walk *walk, struct path_buffer *buffer, struct vfsmount *mnt,
				       struct dentry *dentry)
{
	*walk = (struct path_walk){
		.dentry = dentry,
		.mount = mount__of(mnt),
		.root = BPF_CORE_READ(mnt, mnt_root),
		.buffer = buffer,
		.pos = PATH_BYTES,
	};
	bpf_loop(PATH_STEPS, path__step, walk, 0);
}

/* Appends the path of a file or directory. */
static __always_inline void path__append(struct record *record, struct rf_str *ref, struct path_buffer *buffer,
					 struct vfsmount *mnt, struct dentry *dentry)
{
	struct path_walk walk;

	if (!dentry || !mnt)
		return;
	path__walk(&walk, buffer, mnt, dentry);
	path__copy(&walk, record, ref, PATH_BYTES);
}

struct kernfs_walk {
	struct path_walk path;
	struct kernfs_node *node;
};

struct kernfs_head {
	struct kernfs_node *parent;
	const char *name;
};

/* One read where the name follows the parent, as it always has. */
static __always_inline void kernfs__read(struct kernfs_node *node, struct kernfs_head *head)
{
	struct kernfs_node___before_6_15 *old = (void *)node;
	u64 parent;

	if (bpf_core_field_exists(node->__parent))
		parent = bpf_core_field_offset(node->__parent);
	else
		parent = bpf_core_field_offset(old->parent);
	if (bpf_core_field_offset(node->name) != parent + sizeof(head->parent)) {
		bpf_probe_read_kernel(&head->parent, sizeof(head->parent), (void *)node + parent);
		head->name = BPF_CORE_READ(node, name);
		return;
	}
	bpf_probe_read_kernel(head, sizeof(*head), (void *)node + parent);
}

static long kernfs__step(u64 index, struct kernfs_walk *walk)
{
	struct kernfs_head head = {};
	char text[NAME_BYTES];
	long len;

	kernfs__read(walk->node, &head);
	if (!head.parent)
		goto done;
	/* kernfs keeps no length: read once to learn it. A cgroup's name has at most 255 bytes. */
	len = bpf_probe_read_kernel_str(text, sizeof(text), head.name);
	if (len <= 1 || !path__prepend(&walk->path, head.name, len - 1))
		goto done;
	walk->node = head.parent;
	return 0;
done:
	walk->path.done = true;
	return 1;
}

/* Appends the path of a kernfs node (a cgroup) from its hierarchy's root. */
static __always_inline void kernfs__append(struct record *record, struct rf_str *ref, struct path_buffer *buffer,
					   struct kernfs_node *node)
{
	struct kernfs_walk walk = {
		.path = { .buffer = buffer, .pos = PATH_BYTES },
		.node = node,
	};

	if (!node)
		return;
	bpf_loop(PATH_STEPS, kernfs__step, &walk, 0);
	path__copy(&walk.path, record, ref, PROCESS_CGROUP_MAX);
}

#endif
