/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Records that wait for how it ends: whole, but for the result. */
#ifndef RINGFENCE_STASH_BPF_H
#define RINGFENCE_STASH_BPF_H

#include "syscall.bpf.h"

/* With what a hash map puts around it, 4 kB: the largest piece that the kernel's allocator for maps is quick with. */
#define STASH_BYTES 4000

struct stash {
	char bytes[STASH_BYTES];
};

/* False when it does not fit, or the map is full. */
static __always_inline bool stash__put(void *map, const void *key, struct record *record)
{
	return record->end + __builtin_offsetof(struct record, bytes) <= STASH_BYTES &&
	       bpf_map_update_elem(map, key, record, BPF_ANY) == 0;
}

/* Back into scratch memory, with the time of now. */
static __always_inline struct record *stash__get(u32 slot, struct stash *stash)
{
	struct record *record = bpf_map_lookup_elem(&records, &slot);

	if (!record || bpf_probe_read_kernel(record, STASH_BYTES, stash) < 0)
		return NULL;
	record->header.time_ns = bpf_ktime_get_boot_ns();
	return record;
}

#endif
