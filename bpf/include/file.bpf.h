/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Open files: what a descriptor stands for. */
#ifndef RINGFENCE_FILE_BPF_H
#define RINGFENCE_FILE_BPF_H

#include "sensor.bpf.h"

static __always_inline u8 socket__type(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	switch (BPF_CORE_READ(socket, sk, __sk_common.skc_family)) {
	case AF_UNIX:
		return RF_FILE_TYPE_UNIX_SOCKET;
	case AF_INET:
	case AF_INET6:
		return RF_FILE_TYPE_INET_SOCKET;
	default:
		return RF_FILE_TYPE_OTHER_SOCKET;
	}
}

static __always_inline u8 file__type(struct file *file)
{
	if (!file)
		return RF_FILE_TYPE_CLOSED;
	switch (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) {
	case S_IFSOCK:
		return socket__type(file);
	case S_IFLNK:
		return RF_FILE_TYPE_SYMLINK;
	case S_IFREG:
		return RF_FILE_TYPE_REGULAR;
	case S_IFBLK:
		return RF_FILE_TYPE_BLOCK_DEVICE;
	case S_IFDIR:
		return RF_FILE_TYPE_DIRECTORY;
	case S_IFCHR:
		return RF_FILE_TYPE_CHAR_DEVICE;
	case S_IFIFO:
		return RF_FILE_TYPE_FIFO;
	default:
		return RF_FILE_TYPE_ANONYMOUS;
	}
}

/* The file of a descriptor; null when it is closed. The task must be one the verifier knows. */
static __always_inline struct file *task__file(struct task_struct *task, u32 fd)
{
	struct fdtable *table = task->files->fdt;
	struct file **files = table->fd;
	struct file *file = NULL;

	if (fd >= table->max_fds)
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file;
}

#endif
