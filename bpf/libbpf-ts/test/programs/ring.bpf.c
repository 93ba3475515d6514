// SPDX-License-Identifier: Apache-2.0
/* Fills a ring on demand: a syscall program, run by the test, so that every record is where the test expects it. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define PAYLOAD_BYTES_MAX 512

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");

/* One record: a u32 number, then zeros. */
struct fill {
	__u32 number, bytes;
	__u64 flags;
};

static char payload[PAYLOAD_BYTES_MAX];

SEC("syscall")
int add_record(struct fill *fill)
{
	__u32 bytes = fill->bytes;

	if (bytes < 4 || bytes > PAYLOAD_BYTES_MAX)
		return 2;
	*(__u32 *)payload = fill->number;
	return bpf_ringbuf_output(&ring, payload, bytes, fill->flags) ? 1 : 0;
}

SEC("syscall")
int discard_one(struct fill *fill)
{
	void *record = bpf_ringbuf_reserve(&ring, 16, 0);

	if (!record)
		return 1;
	bpf_ringbuf_discard(record, fill->flags);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
