/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/*
 * Records put together in the ring itself, for hooks that nothing keeps from running within one another on a CPU: cgroup
 * programs run with preemption on, and packets come in interrupts, so that scratch memory of the CPU would be overwritten.
 * The place must have a constant size. Between reserve and submit there is no way out: the reader waits for it.
 */
#ifndef RINGFENCE_RESERVE_BPF_H
#define RINGFENCE_RESERVE_BPF_H

#include "sensor.bpf.h"

/*
 * A place of `size` bytes in the ring of events, the first `fixed` of them cleared and with a header; both are constants.
 * Null when the ring is full, which is counted.
 */
static __always_inline void *event__reserve(u16 kind, const u32 fixed, const u32 size)
{
	u32 ring = RING_EVENT;
	struct ring_state *state = bpf_map_lookup_elem(&ring_states, &ring);
	/* Before the place is taken, as in every record: the reader goes by it (services/collector/kernel/ring-merge.ts). */
	u64 seq, time_ns = bpf_ktime_get_boot_ns();
	struct rf_header *header;

	if (!state)
		return NULL;
	seq = __sync_fetch_and_add(&state->seq, 1) + 1;
	header = bpf_ringbuf_reserve(&event_ring, size, 0);
	if (!header) {
		__sync_fetch_and_add(&state->dropped_full, 1);
		kind__dropped(kind);
		return NULL;
	}
	__builtin_memset(header, 0, fixed);
	header->seq = seq;
	header->kind = kind;
	header->size = size;
	header->time_ns = time_ns;
	return header;
}

static __always_inline void event__submit(void *record)
{
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

#endif
