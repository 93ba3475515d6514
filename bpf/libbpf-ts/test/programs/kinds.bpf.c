// SPDX-License-Identifier: Apache-2.0
/* One program of each kind that the tests attach, and one map of each kind that they read and write. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __type(key, __u32); __type(value, __u64); } hash_map SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 8); __type(key, __u32); __type(value, __u64); } array_map SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u32); } percpu_map SEC(".maps");

struct kinds_layout {
	__u64 time;
	__u32 flag : 3;
	__u32 rest : 29;
	char name[16];
	__u8 tail[];
};

const volatile __u32 traced_pid = 0;
__u64 counted = 0;
__u64 initial = 7;
struct kinds_layout layout;

static int count(void)
{
	if (bpf_get_current_pid_tgid() >> 32 == traced_pid)
		__sync_fetch_and_add(&counted, 1);
	return 0;
}

SEC("tp_btf/sys_enter")
int on_tp_btf(__u64 *context)
{
	return count();
}

SEC("raw_tp/sys_enter")
int on_raw_tp(void *context)
{
	return count();
}

SEC("?tracepoint/syscalls/sys_enter_getpid")
int on_tracepoint(void *context)
{
	return count();
}

SEC("cgroup/connect4")
int allow_connect(struct bpf_sock_addr *context)
{
	__sync_fetch_and_add(&counted, 1);
	return 1;
}

SEC("cgroup/connect4")
int deny_connect(struct bpf_sock_addr *context)
{
	return 0;
}

SEC("syscall")
int add_numbers(struct { __u32 left, right, sum; } *context)
{
	context->sum = context->left + context->right;
	layout.time++;
	return 5;
}

char LICENSE[] SEC("license") = "GPL";
