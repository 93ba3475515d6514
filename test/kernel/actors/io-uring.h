/* io_uring by its bare system calls, one operation at a time. */
#ifndef ACTOR_IO_URING_H
#define ACTOR_IO_URING_H

#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ring {
	int fd;
	struct io_uring_params params;
	char *submissions;
	char *completions;
	struct io_uring_sqe *entries;
};

/* False where the kernel has none, or forbids it: errno says which. */
static int ring__open(struct ring *ring)
{
	memset(ring, 0, sizeof(*ring));
	ring->fd = syscall(SYS_io_uring_setup, 8, &ring->params);
	if (ring->fd < 0)
		return 0;
	ring->submissions = mmap(NULL, ring->params.sq_off.array + ring->params.sq_entries * sizeof(uint32_t),
				 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQ_RING);
	ring->completions = mmap(NULL, ring->params.cq_off.cqes + ring->params.cq_entries * sizeof(struct io_uring_cqe),
				 PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_CQ_RING);
	ring->entries = mmap(NULL, ring->params.sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQES);
	return ring->submissions != MAP_FAILED && ring->completions != MAP_FAILED && ring->entries != MAP_FAILED;
}

/* Does one operation to its end; what it returned. */
static int ring__do(struct ring *ring, const struct io_uring_sqe *entry)
{
	uint32_t *tail = (uint32_t *)(ring->submissions + ring->params.sq_off.tail);
	uint32_t *array = (uint32_t *)(ring->submissions + ring->params.sq_off.array);
	uint32_t *done = (uint32_t *)(ring->completions + ring->params.cq_off.head);
	struct io_uring_cqe *results = (struct io_uring_cqe *)(ring->completions + ring->params.cq_off.cqes);
	uint32_t slot = *tail & (ring->params.sq_entries - 1);
	int result;

	ring->entries[slot] = *entry;
	array[slot] = slot;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	result = results[*done & (ring->params.cq_entries - 1)].res;
	__atomic_store_n(done, *done + 1, __ATOMIC_RELEASE);
	return result;
}

#endif
