// SPDX-License-Identifier: Apache-2.0
/* What the verifier has to refuse: a read through a pointer that may be null. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } lookups SEC(".maps");

SEC("raw_tp/sys_enter")
int reads_null(void *context)
{
	__u32 key = 0;
	__u64 *value = bpf_map_lookup_elem(&lookups, &key);

	return (int)*value;
}

char LICENSE[] SEC("license") = "GPL";
