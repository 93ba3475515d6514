/*
 * Does with files what its arguments say, through io_uring: operation, then its names, as often as given. Says what each
 * returned, in a line. "quiet-unlink" asks to hear of a failure only.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include "io-uring.h"

static struct ring ring;

static void put(int opcode, int fd, const char *address, unsigned long long offset, unsigned length, unsigned flags)
{
	struct io_uring_sqe entry = { .opcode = opcode, .fd = fd, .addr = (uintptr_t)address, .off = offset, .len = length, .open_flags = flags };

	printf("%d\n", ring__do(&ring, &entry));
}

/* No answer is waited for, as none comes; the request after it is answered when it is done. */
static void unlink_quietly(const char *path)
{
	uint32_t *tail = (uint32_t *)(ring.submissions + ring.params.sq_off.tail);
	uint32_t *array = (uint32_t *)(ring.submissions + ring.params.sq_off.array);
	uint32_t slot = *tail & (ring.params.sq_entries - 1);

	ring.entries[slot] = (struct io_uring_sqe){ .opcode = IORING_OP_UNLINKAT, .flags = IOSQE_CQE_SKIP_SUCCESS, .fd = AT_FDCWD, .addr = (uintptr_t)path };
	array[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	syscall(SYS_io_uring_enter, ring.fd, 1, 0, 0, NULL, 0);
	while (access(path, F_OK) == 0)
		usleep(1000);
}

static void open_directly(const char *path)
{
	int none[4] = { -1, -1, -1, -1 };
	struct io_uring_sqe entry = { .opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (uintptr_t)path, .file_index = 1 };

	syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_FILES, none, 4);
	printf("%d\n", ring__do(&ring, &entry));
}

int main(int count, char **argument)
{
	if (!ring__open(&ring))
		return 77;
	for (int i = 1; i < count; i++) {
		const char *what = argument[i], *one = argument[++i];

		if (!strcmp(what, "open"))
			put(IORING_OP_OPENAT, AT_FDCWD, one, 0, 0, O_RDONLY);
		else if (!strcmp(what, "create"))
			put(IORING_OP_OPENAT, AT_FDCWD, one, 0, 0640, O_WRONLY | O_CREAT);
		else if (!strcmp(what, "close"))
			put(IORING_OP_CLOSE, atoi(one), NULL, 0, 0, 0);
		else if (!strcmp(what, "open-direct"))
			open_directly(one);
		else if (!strcmp(what, "unlink"))
			put(IORING_OP_UNLINKAT, AT_FDCWD, one, 0, 0, 0);
		else if (!strcmp(what, "quiet-unlink"))
			unlink_quietly(one);
		else if (!strcmp(what, "rmdir"))
			put(IORING_OP_UNLINKAT, AT_FDCWD, one, 0, 0, AT_REMOVEDIR);
		else if (!strcmp(what, "mkdir"))
			put(IORING_OP_MKDIRAT, AT_FDCWD, one, 0, 0750, 0);
		else if (!strcmp(what, "rename"))
			put(IORING_OP_RENAMEAT, AT_FDCWD, one, (uintptr_t)argument[++i], AT_FDCWD, 0);
		else if (!strcmp(what, "link"))
			put(IORING_OP_LINKAT, AT_FDCWD, one, (uintptr_t)argument[++i], AT_FDCWD, 0);
		else if (!strcmp(what, "symlink"))
			put(IORING_OP_SYMLINKAT, AT_FDCWD, one, (uintptr_t)argument[++i], 0, 0);
	}
	return 0;
}
