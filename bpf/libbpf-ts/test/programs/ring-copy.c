// SPDX-License-Identifier: Apache-2.0
/*
 * Runs native/ring-copy.c on plain memory, for what a kernel can't be made to show on demand: a record that stays busy,
 * a header that lies, a reader overtaken. Built with the address and undefined-behaviour sanitizers. Exit 0, or the
 * line that failed on stderr.
 */
#include "../../native/ring-copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE 64
#define BUSY (1u << 31)
#define DISCARD (1u << 30)

#define CHECK(condition)                                                                       \
	do {                                                                                   \
		if (!(condition)) {                                                            \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                \
			return 1;                                                              \
		}                                                                              \
	} while (0)

static uint64_t consumer, producer;
static uint8_t *data;

static struct ring_memory ring_at(uint64_t position)
{
	consumer = producer = position;
	memset(data, 0, SIZE);
	return (struct ring_memory){&consumer, &producer, data, SIZE, position};
}

static void put(uint64_t position, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		data[(position + i) % SIZE] = ((const uint8_t *)bytes)[i];
}

static void add_record(uint32_t length, uint32_t flags, const char *payload)
{
	uint32_t header[2] = {length | flags, 0};

	put(producer, header, sizeof(header));
	if (payload)
		put(producer + 8, payload, length);
	producer += 8 + ((length + 7) & ~7u);
}

static int stops_at_busy(void)
{
	struct ring_memory ring = ring_at(0);
	uint8_t out[64];
	struct ring_copied copied;

	add_record(3, 0, "one");
	add_record(3, BUSY, NULL);
	CHECK(ring_readable(&ring));
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == 0);
	CHECK(copied.records == 1 && copied.bytes == 12 && copied.stop == RING_STOP_BUSY && ring.cursor == 16);
	CHECK(memcmp(out, "\3\0\0\0one", 7) == 0);
	CHECK(!ring_readable(&ring));
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == 0 && copied.records == 0);
	CHECK(ring_release_to(&ring, 16) == 0 && consumer == 16);
	return 0;
}

static int wraps_around(void)
{
	struct ring_memory ring = ring_at(5 * SIZE - 16);
	uint8_t out[64];
	struct ring_copied copied;

	add_record(20, 0, "across the very end!");
	add_record(4, DISCARD, NULL);
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == 0);
	CHECK(copied.records == 1 && copied.discarded == 1 && copied.stop == RING_STOP_EMPTY);
	CHECK(memcmp(out + 4, "across the very end!", 20) == 0 && ring.cursor == producer);
	return 0;
}

static int keeps_within_the_output(void)
{
	struct ring_memory ring = ring_at(0);
	uint8_t *out = malloc(12);
	struct ring_copied copied;

	add_record(8, 0, "12345678");
	add_record(9, 0, "123456789");
	CHECK(ring_copy(&ring, out, 12, &copied) == 0 && copied.records == 1 && copied.stop == RING_STOP_FULL);
	CHECK(ring_copy(&ring, out, 12, &copied) == -EMSGSIZE && copied.needed_bytes == 20 && ring.cursor == 16);
	CHECK(ring_copy(&ring, NULL, 0, &copied) == -EMSGSIZE);
	free(out);
	return 0;
}

static int takes_an_empty_and_a_full_ring(void)
{
	struct ring_memory ring = ring_at(SIZE - 8);
	uint8_t out[64];
	struct ring_copied copied;

	CHECK(!ring_readable(&ring));
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == 0 && copied.stop == RING_STOP_EMPTY && copied.bytes == 0);
	add_record(0, 0, NULL);
	add_record(48, 0, NULL);
	CHECK(producer - ring.cursor == SIZE);
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == 0 && copied.records == 2 && copied.bytes == 4 + 52);
	return 0;
}

static int survives_what_no_kernel_writes(void)
{
	struct ring_memory ring = ring_at(0);
	uint8_t out[64];
	struct ring_copied copied;

	add_record(8, 0, "12345678");
	put(0, &(uint32_t){(1u << 30) - 1}, 4);
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == -EBADMSG && copied.records == 0);
	producer = UINT64_MAX - 7;
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == -EBADMSG);
	return 0;
}

static int notices_another_reader(void)
{
	struct ring_memory ring = ring_at(0);
	uint8_t out[64];
	struct ring_copied copied;

	add_record(8, 0, "12345678");
	consumer = producer;
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == -ESTALE);
	return 0;
}

static int releases_within_bounds_only(void)
{
	struct ring_memory ring = ring_at(128);
	uint8_t out[64];
	struct ring_copied copied;

	add_record(8, 0, "12345678");
	CHECK(ring_release_to(&ring, producer) == -ERANGE);
	CHECK(ring_copy(&ring, out, sizeof(out), &copied) == 0);
	CHECK(ring_release_to(&ring, 127) == -ERANGE && ring_release_to(&ring, UINT64_MAX) == -ERANGE);
	CHECK(ring_release_to(&ring, producer) == 0 && consumer == producer);
	return 0;
}

int main(void)
{
	int failed;

	data = aligned_alloc(8, SIZE);
	failed = stops_at_busy() || wraps_around() || keeps_within_the_output() || takes_an_empty_and_a_full_ring() ||
		 survives_what_no_kernel_writes() || notices_another_reader() || releases_within_bounds_only();
	free(data);
	return failed;
}
