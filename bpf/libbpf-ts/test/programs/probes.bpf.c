// SPDX-License-Identifier: Apache-2.0
/* Programs of probes and clocks, and one that calls others through a map of programs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); } steps SEC(".maps");

struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); };
struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 4); __type(key, __u32); __array(values, struct inner); } outer SEC(".maps");

__u64 uprobes = 0;
__u64 uretprobes = 0;
__u64 ticks = 0;

SEC("uprobe")
int on_call(void *context)
{
	__sync_fetch_and_add(&uprobes, 1);
	return 0;
}

SEC("uretprobe")
int on_call_return(void *context)
{
	__sync_fetch_and_add(&uretprobes, 1);
	return 0;
}

SEC("perf_event")
int on_tick(void *context)
{
	__sync_fetch_and_add(&ticks, 1);
	return 0;
}

SEC("xdp")
int first_step(struct xdp_md *context)
{
	bpf_tail_call(context, &steps, 2);
	return 100;
}

SEC("xdp")
int second_step(struct xdp_md *context)
{
	return 7;
}

/* What the inner map of the key 1 holds for 0; 404 without. */
SEC("xdp")
int read_nested(struct xdp_md *context)
{
	__u32 one = 1, zero = 0;
	void *inner = bpf_map_lookup_elem(&outer, &one);
	__u64 *value = inner ? bpf_map_lookup_elem(inner, &zero) : 0;

	return value ? (int)*value : 404;
}

char LICENSE[] SEC("license") = "GPL";
