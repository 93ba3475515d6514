/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Filling in who a process is: the part that every event has, and the strings that an exec and the snapshot add. */
#ifndef RINGFENCE_PROCESS_BPF_H
#define RINGFENCE_PROCESS_BPF_H

#include "path.bpf.h"

static __always_inline u64 caps__read(const kernel_cap_t *caps)
{
	u64 bits = 0;

	bpf_core_read(&bits, sizeof(bits), caps);
	return bits;
}

static __always_inline void process__credentials(struct rf_process *process, struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, real_cred);

	process->uid = BPF_CORE_READ(cred, uid.val);
	process->euid = BPF_CORE_READ(cred, euid.val);
	process->suid = BPF_CORE_READ(cred, suid.val);
	process->fsuid = BPF_CORE_READ(cred, fsuid.val);
	process->gid = BPF_CORE_READ(cred, gid.val);
	process->egid = BPF_CORE_READ(cred, egid.val);
	process->sgid = BPF_CORE_READ(cred, sgid.val);
	process->fsgid = BPF_CORE_READ(cred, fsgid.val);
	process->cap_permitted = caps__read(&cred->cap_permitted);
	process->cap_effective = caps__read(&cred->cap_effective);
	process->cap_inheritable = caps__read(&cred->cap_inheritable);
	process->cap_bounding = caps__read(&cred->cap_bset);
	process->cap_ambient = caps__read(&cred->cap_ambient);
	process->user_ns = BPF_CORE_READ(cred, user_ns, ns.inum);
	process->login_uid = -1;
	process->audit_session = -1;
	if (bpf_core_field_exists(task->loginuid)) {
		process->login_uid = BPF_CORE_READ(task, loginuid.val);
		process->audit_session = BPF_CORE_READ(task, sessionid);
	}
}

static __always_inline void process__namespaces(struct rf_process *process, struct task_struct *task)
{
	struct nsproxy *nsproxy = BPF_CORE_READ(task, nsproxy);

	/* Null once the task has given its namespaces up: reads of null yield 0. */
	process->mnt_ns = BPF_CORE_READ(nsproxy, mnt_ns, ns.inum);
	process->net_ns = BPF_CORE_READ(nsproxy, net_ns, ns.inum);
	process->uts_ns = BPF_CORE_READ(nsproxy, uts_ns, ns.inum);
	process->ipc_ns = BPF_CORE_READ(nsproxy, ipc_ns, ns.inum);
	process->cgroup_ns = BPF_CORE_READ(nsproxy, cgroup_ns, ns.inum);
}

/* The number of a pid in the initial namespace. */
static __always_inline u32 pid__number(struct pid *pid)
{
	return BPF_CORE_READ(pid, numbers[0].nr);
}

static __always_inline void process__pids(struct rf_process *process, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	struct pid *own = BPF_CORE_READ(task, thread_pid);
	u32 level = BPF_CORE_READ(own, level);
	struct upid upid = {};

	process->pid = BPF_CORE_READ(task, tgid);
	process->tid = BPF_CORE_READ(task, pid);
	process->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	process->ppid = BPF_CORE_READ(parent, tgid);
	process->parent_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	process->pgid = pid__number(BPF_CORE_READ(signal, pids[PIDTYPE_PGID]));
	process->sid = pid__number(BPF_CORE_READ(signal, pids[PIDTYPE_SID]));

	/* numbers[] has one entry a pid namespace level, the own one last. */
	bpf_core_read(&upid, sizeof(upid), (void *)own + bpf_core_field_offset(own->numbers) +
		      level * bpf_core_type_size(struct upid));
	process->ns_pid = upid.nr;
	process->pid_ns = BPF_CORE_READ(upid.ns, ns.inum);
}

/* The part that costs no string: for every event. */
static __always_inline void process__fill(struct rf_process *process, struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);

	process__pids(process, task);
	process__credentials(process, task);
	process__namespaces(process, task);
	process->cgroup_id = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
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

static __always_inline void process__exe(struct record *record, struct rf_process *process, struct path_buffer *buffer,
					 struct task_struct *task)
{
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);

	if (!file)
		return;
	process->exe_inode = BPF_CORE_READ(inode, i_ino);
	process->exe_device = BPF_CORE_READ(inode, i_sb, s_dev);
	process->exe_deleted = BPF_CORE_READ(inode, i_nlink) == 0;
	process->exe_memfd = process->exe_deleted && dentry__is_memfd(dentry);
	path__append(record, &process->exe, buffer, BPF_CORE_READ(file, f_path.mnt), dentry);
}

static __always_inline void process__cwd(struct record *record, struct rf_process *process, struct path_buffer *buffer,
					 struct task_struct *task)
{
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	if (fs)
		path__append(record, &process->cwd, buffer, BPF_CORE_READ(fs, pwd.mnt), BPF_CORE_READ(fs, pwd.dentry));
}

static __always_inline void process__cgroup(struct record *record, struct rf_process *process,
					    struct path_buffer *buffer, struct task_struct *task)
{
	kernfs__append(record, &process->cgroup, buffer, BPF_CORE_READ(task, cgroups, dfl_cgrp, kn));
}

/* How many bytes of arguments there are. */
static __always_inline u64 args__length(struct task_struct *task, unsigned long *start)
{
	unsigned long end = BPF_CORE_READ(task, mm, arg_end);

	*start = BPF_CORE_READ(task, mm, arg_start);
	return end > *start ? end - *start : 0;
}

#endif
