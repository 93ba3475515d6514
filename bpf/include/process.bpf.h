/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Filling in who a process is: the part that every event has, and the strings that an exec and the snapshot add. */
#ifndef RINGFENCE_PROCESS_BPF_H
#define RINGFENCE_PROCESS_BPF_H

#include "path.bpf.h"

/* No user or group. */
#define NO_ID (~0u)

/*
 * The task is one the verifier knows (a hook's argument, the current one): its members are read by plain loads, which the
 * kernel guards. A helper call for each of them would cost ten times as much, and this runs for every event.
 */

/* cred has its five sets in a row since 4.3: read whole. */
struct capability_sets {
	u64 inheritable, permitted, effective, bounding, ambient;
};

static __always_inline void process__credentials(struct rf_process *process, struct task_struct *task)
{
	const struct cred *cred = task->real_cred;
	struct capability_sets sets = {};

	process->uid = cred->uid.val;
	process->euid = cred->euid.val;
	process->suid = cred->suid.val;
	process->fsuid = cred->fsuid.val;
	process->gid = cred->gid.val;
	process->egid = cred->egid.val;
	process->sgid = cred->sgid.val;
	process->fsgid = cred->fsgid.val;
	bpf_core_read(&sets, sizeof(sets), &cred->cap_inheritable);
	process->cap_inheritable = sets.inheritable;
	process->cap_permitted = sets.permitted;
	process->cap_effective = sets.effective;
	process->cap_bounding = sets.bounding;
	process->cap_ambient = sets.ambient;
	process->user_ns = cred->user_ns->ns.inum;
	process->login_uid = -1;
	process->audit_session = -1;
	if (bpf_core_field_exists(task->loginuid)) {
		process->login_uid = task->loginuid.val;
		process->audit_session = task->sessionid;
	}
}

static __always_inline void process__namespaces(struct rf_process *process, struct task_struct *task)
{
	struct nsproxy *nsproxy = task->nsproxy;

	/* Null once the task has given its namespaces up: reads of null yield 0. */
	process->mnt_ns = nsproxy->mnt_ns->ns.inum;
	process->net_ns = nsproxy->net_ns->ns.inum;
	process->uts_ns = nsproxy->uts_ns->ns.inum;
	process->ipc_ns = nsproxy->ipc_ns->ns.inum;
	process->cgroup_ns = nsproxy->cgroup_ns->ns.inum;
}

/* Pid namespaces nest 32 deep (MAX_PID_NS_LEVEL), and struct upid has 16 bytes. */
#define PID_NUMBERS_BYTES (33 * 16)

/*
 * The number of a pid in the pid namespace of that level, and its namespace; numbers[] has one entry a level. The verifier
 * of 6.1 lets a pointer that it knows grow only by what has a bound.
 */
static __always_inline struct upid pid__at_level(struct pid *pid, u32 level)
{
	struct upid upid = {};
	u64 offset = bounded(level * bpf_core_type_size(struct upid), PID_NUMBERS_BYTES);

	bpf_core_read(&upid, sizeof(upid), (void *)pid + bpf_core_field_offset(pid->numbers) + offset);
	return upid;
}

static __always_inline void process__pids(struct rf_process *process, struct task_struct *task)
{
	struct signal_struct *signal = task->signal;
	struct task_struct *parent = task->real_parent;
	struct pid *own = task->thread_pid;
	u32 level = own->level;

	process->pid = task->tgid;
	process->tid = task->pid;
	process->start_ns = task->group_leader->start_boottime;
	process->ppid = parent->tgid;
	process->parent_start_ns = parent->group_leader->start_boottime;
	process->pgid = signal->pids[PIDTYPE_PGID]->numbers[0].nr;
	process->sid = signal->pids[PIDTYPE_SID]->numbers[0].nr;
	if (level == 0) {
		process->ns_pid = own->numbers[0].nr;
		process->pid_ns = own->numbers[0].ns->ns.inum;
		process->ns_pgid = process->pgid;
	} else {
		struct upid upid = pid__at_level(own, level), group = {};

		process->ns_pid = upid.nr;
		process->pid_ns = BPF_CORE_READ(upid.ns, ns.inum);
		/* A group made outside the namespace, such as that of its first process, has no number in it. */
		if (signal->pids[PIDTYPE_PGID]->level >= level)
			group = pid__at_level(signal->pids[PIDTYPE_PGID], level);
		if (group.ns == upid.ns)
			process->ns_pgid = group.nr;
	}
}

/* The part that costs no string: for every event. */
static __always_inline void process__fill(struct rf_process *process, struct task_struct *task)
{
	struct tty_struct *tty = task->signal->tty;

	process__pids(process, task);
	process__credentials(process, task);
	process__namespaces(process, task);
	process->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
	bpf_core_read(&process->comm, sizeof(process->comm), &task->comm);
	if (tty)
		bpf_core_read_str(&process->tty, sizeof(process->tty), &tty->name);
}

static __always_inline bool dentry__is_memfd(struct dentry *dentry)
{
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	const char prefix[] = "memfd:";
	char head[sizeof(prefix)] = {};

	bpf_probe_read_kernel_str(head, sizeof(head), name);
	for (int i = 0; i < sizeof(prefix) - 1; i++)
		if (head[i] != prefix[i])
			return false;
	return true;
}

static __always_inline u64 nanoseconds(s64 seconds, u64 rest)
{
	return seconds * 1000000000ull + rest;
}

static __always_inline u64 inode__mtime(struct inode *inode)
{
	struct inode___since_6_11 *new = (void *)inode;
	struct inode___since_6_6 *middle = (void *)inode;
	struct inode___before_6_7 *old = (void *)inode;

	if (bpf_core_field_exists(new->i_mtime_sec))
		return nanoseconds(new->i_mtime_sec, new->i_mtime_nsec);
	if (bpf_core_field_exists(middle->__i_mtime))
		return nanoseconds(middle->__i_mtime.tv_sec, middle->__i_mtime.tv_nsec);
	return nanoseconds(old->i_mtime.tv_sec, old->i_mtime.tv_nsec);
}

static __always_inline u64 inode__ctime(struct inode *inode)
{
	struct inode___since_6_11 *new = (void *)inode;
	struct inode___since_6_6 *middle = (void *)inode;
	struct inode___before_6_7 *old = (void *)inode;

	if (bpf_core_field_exists(new->i_ctime_sec))
		return nanoseconds(new->i_ctime_sec, new->i_ctime_nsec);
	if (bpf_core_field_exists(middle->__i_ctime))
		return nanoseconds(middle->__i_ctime.tv_sec, middle->__i_ctime.tv_nsec);
	return nanoseconds(old->i_ctime.tv_sec, old->i_ctime.tv_nsec);
}

/*
 * Is the file in the upper layer of an overlay, that is, not from the image? overlayfs keeps the dentry of the upper layer
 * behind its inode (struct ovl_inode: vfs_inode, then __upperdentry); the file system may be a module without types here.
 */
static __always_inline bool inode__has_upper(struct inode *inode)
{
	struct dentry *upper = NULL;

	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper != NULL;
}

static __always_inline bool inode__upper_layer(struct inode *inode)
{
	return BPF_CORE_READ(inode, i_sb, s_magic) == OVERLAYFS_SUPER_MAGIC && inode__has_upper(inode);
}

/* False: it has none. The walk is that of its path. */
static __always_inline bool process__exe(struct record *record, struct rf_process *process, struct path_walk *walk,
					 struct path_buffer *buffer, struct task_struct *task)
{
	struct file *file = task->mm->exe_file;
	struct inode *inode = file->f_inode;
	struct dentry *dentry = file->f_path.dentry;

	if (!file)
		return false;
	process->exe_inode = inode->i_ino;
	process->exe_device = inode->i_sb->s_dev;
	process->exe_mtime = inode__mtime(inode);
	process->exe_ctime = inode__ctime(inode);
	process->exe_upper_layer = inode->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC && inode__has_upper(inode);
	process->exe_deleted = inode->i_nlink == 0;
	process->exe_memfd = process->exe_deleted && dentry__is_memfd(dentry);
	path__walk(walk, buffer, file->f_path.mnt, dentry);
	path__copy(walk, record, &process->exe, PATH_BYTES);
	return true;
}

static __always_inline void process__cwd(struct record *record, struct rf_process *process, struct path_buffer *buffer,
					 struct task_struct *task)
{
	struct fs_struct *fs = task->fs;

	if (fs)
		path__append(record, &process->cwd, buffer, fs->pwd.mnt, fs->pwd.dentry);
}

static __always_inline void process__cgroup(struct record *record, struct rf_process *process,
					    struct path_buffer *buffer, struct task_struct *task)
{
	kernfs__append(record, &process->cgroup, buffer, task->cgroups->dfl_cgrp->kn);
}

/* How many bytes of arguments there are. */
static __always_inline u64 args__length(struct task_struct *task, unsigned long *start)
{
	unsigned long end = task->mm->arg_end;

	*start = task->mm->arg_start;
	return end > *start ? end - *start : 0;
}

#endif
