// SPDX-License-Identifier: Apache-2.0
/* See ring-copy.h for the layout. */
#include "ring-copy.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#define FLAGS (BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)
#define FRAME_HEADER_BYTES sizeof(uint32_t)

static uint64_t padded(uint64_t bytes)
{
	return (bytes + 7) & ~(uint64_t)7;
}

/* Acquire: pairs with the kernel's release of the header (commit) and of the producer position (reserve). */
static uint32_t header_at(const struct ring_memory *ring, uint64_t position)
{
	return __atomic_load_n((const uint32_t *)(ring->data + (position & (ring->size - 1))), __ATOMIC_ACQUIRE);
}

/* What reaches past the end of the data goes on at its beginning. */
static void copy_wrapped(const struct ring_memory *ring, uint64_t position, uint8_t *out, uint64_t bytes)
{
	uint64_t at = position & (ring->size - 1);
	uint64_t before_end = ring->size - at;
	uint64_t first = bytes < before_end ? bytes : before_end;

	memcpy(out, ring->data + at, first);
	memcpy(out + first, ring->data, bytes - first);
}

static int copy_frame(const struct ring_memory *ring, uint32_t length, uint8_t *out, size_t room,
		      struct ring_copied *copied)
{
	uint64_t frame = FRAME_HEADER_BYTES + padded(length);

	if (frame > room) {
		copied->stop = RING_STOP_FULL;
		copied->needed_bytes = frame;
		return 1;
	}
	memcpy(out, &length, FRAME_HEADER_BYTES);
	/* The padding is copied too: the ring's own padding, so never another process's memory. */
	copy_wrapped(ring, ring->cursor + BPF_RINGBUF_HDR_SZ, out + FRAME_HEADER_BYTES, padded(length));
	copied->bytes += frame;
	copied->records++;
	return 0;
}

int ring_copy(struct ring_memory *ring, uint8_t *out, size_t out_bytes, struct ring_copied *copied)
{
	uint64_t producer = __atomic_load_n(ring->producer_position, __ATOMIC_ACQUIRE);
	uint64_t start = ring->cursor;
	int error = 0;

	*copied = (struct ring_copied){.stop = RING_STOP_EMPTY};
	while (ring->cursor < producer) {
		uint32_t header = header_at(ring, ring->cursor);
		uint32_t length = header & ~(uint32_t)FLAGS;
		uint64_t step = BPF_RINGBUF_HDR_SZ + padded(length);

		if (header & BPF_RINGBUF_BUSY_BIT) {
			copied->stop = RING_STOP_BUSY;
			break;
		}
		/* Bounds the copy to the data whatever the header says. */
		if (step > producer - ring->cursor || step > ring->size) {
			error = -EBADMSG;
			break;
		}
		if (header & BPF_RINGBUF_DISCARD_BIT)
			copied->discarded++;
		else if (copy_frame(ring, length, out + copied->bytes, out_bytes - copied->bytes, copied))
			break;
		ring->cursor += step;
	}
	/* After the copy: space released by another reader meanwhile may have been overwritten under it. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	if (__atomic_load_n(ring->consumer_position, __ATOMIC_ACQUIRE) > start)
		return -ESTALE;
	if (copied->stop == RING_STOP_FULL && copied->needed_bytes > out_bytes && copied->records == 0)
		return -EMSGSIZE;
	return error;
}

int ring_release_to(struct ring_memory *ring, uint64_t up_to)
{
	if (up_to > ring->cursor || up_to < __atomic_load_n(ring->consumer_position, __ATOMIC_RELAXED))
		return -ERANGE;
	/*
	 * Sequentially consistent, with a fence: the caller looks for new records next. Were that load to pass this
	 * store, the kernel could commit a record, still see the old consumer position, send no wake-up, and the record
	 * would wait for the next one.
	 */
	__atomic_store_n(ring->consumer_position, up_to, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return 0;
}

int ring_readable(const struct ring_memory *ring)
{
	return ring->cursor < __atomic_load_n(ring->producer_position, __ATOMIC_ACQUIRE) &&
	       !(header_at(ring, ring->cursor) & BPF_RINGBUF_BUSY_BIT);
}
