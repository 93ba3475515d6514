/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the memory of a BPF ring buffer (kernel/bpf/ringbuf.c). No N-API in here, so that it can be tested on plain
 * memory under a sanitizer.
 *
 *   page 0            consumer position (u64), written by user space
 *   page 1            producer position (u64), written by the kernel
 *   from page 2       `size` bytes of data; the kernel offers them twice in a row, so that a record never wraps, but the
 *                     second time counts as resident memory too: we map them once and copy a record that wraps in two
 *
 * A record is a header of 8 bytes {u32 length, with BUSY in bit 31 and DISCARD in bit 30; u32 page offset}, then the
 * payload, padded to 8 bytes. Positions only grow; position & (size - 1) is the place in the data.
 */
#ifndef LIBBPF_TS_RING_COPY_H
#define LIBBPF_TS_RING_COPY_H

#include <stddef.h>
#include <stdint.h>

struct ring_memory {
	uint64_t *consumer_position;
	const uint64_t *producer_position;
	const uint8_t *data;
	uint64_t size;
	/* Private read position: consumer position <= cursor <= producer position. */
	uint64_t cursor;
};

enum ring_stop {
	RING_STOP_EMPTY = 0, /* everything that was produced at the start of the call has been read */
	RING_STOP_BUSY = 1,  /* the next record is reserved, but not committed yet */
	RING_STOP_FULL = 2,  /* the next record does not fit in what is left of the output */
};

struct ring_copied {
	uint64_t bytes, records, discarded;
	enum ring_stop stop;
	/* With -EMSGSIZE: the output that the next record needs, in bytes. */
	uint64_t needed_bytes;
};

/*
 * Copies whole records as frames [u32 length, in the host's byte order][payload padded to 8 bytes] and advances
 * the cursor, not the consumer position. 0, or -EMSGSIZE (the next record is larger than the whole output), -ESTALE
 * (somebody else released what this reader has not read), -EBADMSG (the memory is not a ring's).
 */
int ring_copy(struct ring_memory *ring, uint8_t *out, size_t out_bytes, struct ring_copied *copied);

/* Frees the space up to that position. 0, or -ERANGE unless consumer position <= up_to <= cursor. */
int ring_release_to(struct ring_memory *ring, uint64_t up_to);

/* Is there a committed record at the cursor? A discarded one counts. */
int ring_readable(const struct ring_memory *ring);

#endif
