// SPDX-License-Identifier: Apache-2.0
/* Programs of an interface and of a network namespace. They count, and let everything through or drop UDP. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

__u64 packets = 0;
__u64 lookups = 0;

static _Bool is_udp(void *data, void *end)
{
	struct ethhdr *frame = data;
	struct iphdr *ip = (void *)(frame + 1);

	return (void *)(ip + 1) <= end && frame->h_proto == __builtin_bswap16(ETH_P_IP) && ip->protocol == IPPROTO_UDP;
}

SEC("xdp")
int xdp_drop_udp(struct xdp_md *context)
{
	if (!is_udp((void *)(long)context->data, (void *)(long)context->data_end))
		return XDP_PASS;
	__sync_fetch_and_add(&packets, 1);
	return XDP_DROP;
}

SEC("xdp")
int xdp_pass(struct xdp_md *context)
{
	return XDP_PASS;
}

SEC("tc")
int tc_drop_udp(struct __sk_buff *context)
{
	if (!is_udp((void *)(long)context->data, (void *)(long)context->data_end))
		return TC_ACT_UNSPEC;
	__sync_fetch_and_add(&packets, 1);
	return TC_ACT_SHOT;
}

SEC("tc")
int tc_pass(struct __sk_buff *context)
{
	return TC_ACT_UNSPEC;
}

SEC("sk_lookup")
int count_lookups(struct bpf_sk_lookup *context)
{
	__sync_fetch_and_add(&lookups, 1);
	return SK_PASS;
}

char LICENSE[] SEC("license") = "GPL";
