/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Numbers of system calls that handlers tell apart. Those that an architecture, or the headers, lack get one that none has. */
#ifndef RINGFENCE_CALLS_BPF_H
#define RINGFENCE_CALLS_BPF_H

#include <asm/unistd.h>
#include "kernel.bpf.h"

/* arm64 has the form with a directory only. */
#ifndef __NR_open
#define __NR_open 0x10000
#define __NR_creat 0x10001
#define __NR_unlink 0x10002
#define __NR_rmdir 0x10003
#define __NR_rename 0x10004
#define __NR_link 0x10005
#define __NR_symlink 0x10006
#define __NR_mkdir 0x10007
#define __NR_mknod 0x10008
#define __NR_chmod 0x10009
#define __NR_chown 0x1000a
#define __NR_lchown 0x1000b
#endif

/* include/uapi/linux/fcntl.h */
#define AT_REMOVEDIR 0x200

/* Since 6.6 and 6.13. */
#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif
#ifndef __NR_setxattrat
#define __NR_setxattrat 463
#define __NR_removexattrat 466
#endif

static __always_inline bool call__opens(u64 number)
{
	return number == __NR_openat || number == __NR_open || number == __NR_openat2 || number == __NR_creat;
}

#endif
