// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Writes records into the rings of a running sensor, as its own programs would: numbered first, then put into the ring,
 * counted when that is full. What they say comes from templates. One run at a time.
 */
#include "../../../bpf/include/sensor.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define TEMPLATE_BYTES 1008

struct template {
	u32 size;
	u32 ring;
	u32 renewed; /* its process is another one each round, of the same pid */
	u32 reserved;
	char bytes[TEMPLATE_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, u32);
	__type(value, struct template);
} templates SEC(".maps");

struct request {
	u32 from;      /* number of the first record; they go round the templates */
	u32 count;
	u32 templates; /* how many there are */
};

static __always_inline void put(struct template *template, void *ring_map)
{
	struct rf_header *header = (void *)template->bytes;
	struct ring_state *state = bpf_map_lookup_elem(&ring_states, &template->ring);
	u32 size = template->size;

	if (!state || size > TEMPLATE_BYTES)
		return;
	header->time_ns = bpf_ktime_get_boot_ns();
	header->seq = __sync_fetch_and_add(&state->seq, 1) + 1;
	if (bpf_ringbuf_output(ring_map, header, size, BPF_RB_NO_WAKEUP) < 0) {
		__sync_fetch_and_add(&state->dropped_full, 1);
		kind__dropped(header->kind);
	}
}

static __always_inline void renew(struct template *template, u32 round)
{
	struct rf_snapshot *record = (void *)template->bytes;

	if (template->renewed)
		record->process.start_ns = round + 1;
}

/* A callback of bpf_loop: 1 ends it. */
static long flood__one(u32 index, void *context)
{
	struct request *request = context;
	u32 number = request->from + index;
	u32 key = number % (request->templates ?: 1);
	struct template *template = bpf_map_lookup_elem(&templates, &key);

	if (!template)
		return 1;
	renew(template, number / (request->templates ?: 1));
	if (template->ring == RING_PROCESS)
		put(template, &process_ring);
	else
		put(template, &event_ring);
	return 0;
}

SEC("syscall")
int flood__write(struct request *given)
{
	struct request request = *given;

	return bpf_loop(request.count, flood__one, &request, 0) != request.count;
}
