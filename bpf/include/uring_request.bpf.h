/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Requests of io_uring that act on files: what the kernel has copied of them (include/linux/io_uring_types.h, io_uring/
 * openclose.c, fs.c, xattr.c). Each begins where struct io_kiocb does.
 */
#ifndef RINGFENCE_URING_REQUEST_BPF_H
#define RINGFENCE_URING_REQUEST_BPF_H

#include "kernel.bpf.h"

/* include/uapi/linux/io_uring.h */
#define IORING_OP_OPENAT 18
#define IORING_OP_CLOSE 19
#define IORING_OP_OPENAT2 28
#define IORING_OP_RENAMEAT 35
#define IORING_OP_UNLINKAT 36
#define IORING_OP_MKDIRAT 37
#define IORING_OP_SYMLINKAT 38
#define IORING_OP_LINKAT 39
#define IORING_OP_FSETXATTR 41
#define IORING_OP_SETXATTR 42
#define IORING_OP_FTRUNCATE 55 /* since 6.9 */

#define IOSQE_FIXED_FILE (1u << 0)
#define IOSQE_CQE_SKIP_SUCCESS (1u << 6)

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct filename {
	const char *name;
};

struct open_how {
	u64 flags;
	u64 mode;
};

struct io_open {
	int dfd;
	u32 file_slot; /* 0: an ordinary descriptor */
	struct filename *filename;
	struct open_how how;
};

struct io_close {
	int fd;
	u32 file_slot;
};

struct io_rename {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};

/* Of symbolic links too: oldpath is what the link says. */
struct io_link {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};

struct io_unlink {
	int dfd;
	int flags;
	struct filename *filename;
};

struct io_mkdir {
	int dfd;
	unsigned short mode;
	struct filename *filename;
};

struct xattr_name {
	char name[256];
};

/* struct kernel_xattr_ctx since 6.13, xattr_ctx before: found by its members. */
struct kernel_xattr_ctx {
	struct xattr_name *kname;
	unsigned int flags;
};

struct io_xattr {
	struct kernel_xattr_ctx ctx;
	struct filename *filename;
};

#pragma clang attribute pop

#endif
