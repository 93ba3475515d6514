// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * Names in packets: DNS over UDP port 53 at the side that asks, and the first bytes that a TCP connection of this node
 * sends, if they begin a TLS or HTTP request. The collector takes them apart; here is only decided what is worth a copy.
 *
 * These programs see every packet. Of an established connection they look at one counter and let go. A packet belongs to
 * the process that last used its socket here: an answer comes in an interrupt, a first byte can be sent by a timer.
 */
#include "interest.bpf.h"
#include "reserve.bpf.h"
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define ALLOW 1

#define DNS_PORT 53

/* Traits of RF_KIND_PACKET; the collector has them in this order. */
enum packet_trait {
	PACKET_DNS_QUESTION = 1 << 0,
	PACKET_DNS_ANSWER = 1 << 1,
	PACKET_TLS_CLIENT_HELLO = 1 << 2,
	PACKET_HTTP_REQUEST = 1 << 3,
};

/* Who a socket's packets belong to. Goes with the socket. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct rf_process);
} packet_owners SEC(".maps");

/* Most DNS messages fit this. A place in the ring has to have a constant size. */
#define SMALL_PAYLOAD 512

/* Headers of a packet, as far as they are needed. */
struct packet {
	struct socket_end source;
	struct socket_end destination;
	u32 payload; /* offset */
	u8 protocol;
};

/* include/uapi/linux/in6.h */
#define NEXTHDR_HOP 0
#define NEXTHDR_ROUTING 43
#define NEXTHDR_DEST 60
/* A process with CAP_NET_RAW can have the kernel put such headers in front; more than these nobody needs. */
#define EXTENSIONS_MAX 4

/* Offset of what follows the IPv6 extension headers from `at` on; `protocol` becomes its kind. */
static __always_inline u32 ipv6__skip_extensions(struct __sk_buff *skb, u32 at, u8 *protocol)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		u8 extension[2];

		if (*protocol != NEXTHDR_HOP && *protocol != NEXTHDR_ROUTING && *protocol != NEXTHDR_DEST)
			break;
		if (bpf_skb_load_bytes(skb, at, extension, sizeof(extension)) < 0)
			break;
		*protocol = extension[0];
		at += (extension[1] + 1) * 8;
	}
	return at;
}

/* Offset of the transport's header; 0 when this is no IP packet. */
static __always_inline u32 packet__network(struct __sk_buff *skb, struct packet *packet)
{
	u8 version = 0;

	if (bpf_skb_load_bytes(skb, 0, &version, 1) < 0)
		return 0;
	if (version >> 4 == 4) {
		u8 header[20];
		u32 *words = (u32 *)header;

		if (bpf_skb_load_bytes(skb, 0, header, sizeof(header)) < 0)
			return 0;
		end__ipv4(&packet->source, words[3], 0);
		end__ipv4(&packet->destination, words[4], 0);
		packet->protocol = header[9];
		return (header[0] & 0xf) * 4;
	}
	if (version >> 4 == 6) {
		u8 header[40];
		u32 *words = (u32 *)header;

		if (bpf_skb_load_bytes(skb, 0, header, sizeof(header)) < 0)
			return 0;
		end__ipv6(&packet->source, words[2], words[3], words[4], words[5], 0);
		end__ipv6(&packet->destination, words[6], words[7], words[8], words[9], 0);
		packet->protocol = header[6];
		return ipv6__skip_extensions(skb, sizeof(header), &packet->protocol);
	}
	return 0;
}

static __always_inline bool packet__parse(struct __sk_buff *skb, struct packet *packet)
{
	u32 at = packet__network(skb, packet);
	u16 ports[2];

	if (!at || bpf_skb_load_bytes(skb, at, ports, sizeof(ports)) < 0)
		return false;
	packet->source.port = bpf_ntohs(ports[0]);
	packet->destination.port = bpf_ntohs(ports[1]);
	if (packet->protocol == IPPROTO_TCP) {
		u8 words;

		if (bpf_skb_load_bytes(skb, at + 12, &words, 1) < 0)
			return false;
		packet->payload = at + (words >> 4) * 4;
	} else {
		packet->payload = at + 8;
	}
	return true;
}

/* The payload goes behind the fixed part; `max`, a power of two, is the room for it. */
static __always_inline void packet__fill(struct rf_packet *record, struct __sk_buff *skb, const struct packet *packet,
					 bool egress, const struct rf_process *owner, const u32 max)
{
	const struct socket_end *local = egress ? &packet->source : &packet->destination;
	const struct socket_end *remote = egress ? &packet->destination : &packet->source;
	u32 whole = skb->len - packet->payload;
	u32 len = bounded(whole, max);

	record->process = *owner;
	record->protocol = packet->protocol;
	record->egress = egress;
	__builtin_memcpy(record->local_ip, local->ip, sizeof(record->local_ip));
	__builtin_memcpy(record->remote_ip, remote->ip, sizeof(record->remote_ip));
	record->local_port = local->port;
	record->remote_port = remote->port;
	if (!len)
		return;
	/* Changes nothing: kernel 6.1 would not see that the length lies between 1 and max. */
	barrier_var(len);
	len = ((len - 1) & (max - 1)) + 1;
	if (!bpf_skb_load_bytes(skb, packet->payload, record + 1, len))
		record->payload.len = len | (whole > len ? RF_TRUNCATED : 0);
}

static __always_inline void packet__report(struct __sk_buff *skb, const struct packet *packet, bool egress,
					   const struct rf_process *owner)
{
	const u32 fixed = sizeof(struct rf_packet);
	struct rf_packet *record;

	if (skb->len - packet->payload <= SMALL_PAYLOAD) {
		record = event__reserve(RF_KIND_PACKET, fixed, fixed + SMALL_PAYLOAD);
		if (!record)
			return;
		packet__fill(record, skb, packet, egress, owner, SMALL_PAYLOAD);
		event__submit(record);
	} else {
		record = event__reserve(RF_KIND_PACKET, fixed, fixed + PACKET_PAYLOAD_MAX);
		if (!record)
			return;
		packet__fill(record, skb, packet, egress, owner, PACKET_PAYLOAD_MAX);
		event__submit(record);
	}
}

#define FOUR(a, b, c, d) ((u32)(a) | (u32)(b) << 8 | (u32)(c) << 16 | (u32)(d) << 24)

static __always_inline u64 payload__trait(u32 head)
{
	/* A record of type handshake, of SSL 3.0 to TLS 1.3. */
	if ((head & 0xffff) == FOUR(0x16, 0x03, 0, 0))
		return PACKET_TLS_CLIENT_HELLO;
	switch (head) {
	case FOUR('G', 'E', 'T', ' '):
	case FOUR('H', 'E', 'A', 'D'):
	case FOUR('P', 'O', 'S', 'T'):
	case FOUR('P', 'U', 'T', ' '):
	case FOUR('D', 'E', 'L', 'E'):
	case FOUR('P', 'A', 'T', 'C'):
	case FOUR('O', 'P', 'T', 'I'):
	case FOUR('C', 'O', 'N', 'N'):
	case FOUR('T', 'R', 'A', 'C'):
	case FOUR('P', 'R', 'O', 'P'): /* WebDAV */
		return PACKET_HTTP_REQUEST;
	default:
		return 0;
	}
}

/*
 * The first bytes of a connection. The kernel has counted what it is about to send: this is the first payload if all of
 * it that was ever sent is in this packet. (What is sent again counts again.)
 */
static __always_inline void egress__stream(struct __sk_buff *skb, struct bpf_sock *sk, u64 sent)
{
	struct packet packet = {};
	struct rf_process *owner;
	u32 head;

	if (!packet__parse(skb, &packet) || packet.payload + sizeof(head) > skb->len ||
	    sent != skb->len - packet.payload || bpf_skb_load_bytes(skb, packet.payload, &head, sizeof(head)) < 0)
		return;
	if (!interest__always(RF_KIND_PACKET, payload__trait(head)))
		return;
	owner = bpf_sk_storage_get(&packet_owners, sk, NULL, 0);
	/* Not of a connection that was accepted: who answers does not ask. */
	if (owner && sensor__is_active())
		packet__report(skb, &packet, true, owner);
}

/* Remembers the current process as the socket's owner. Null when it is not ours to report. */
static __always_inline struct rf_process *socket__own(struct bpf_sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct rf_process *owner;

	if (!sensor__reports(task))
		return NULL;
	owner = bpf_sk_storage_get(&packet_owners, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (owner)
		process__fill(owner, task);
	else
		fault__count(FAULT_STASH_FULL);
	return owner;
}

/* A datagram leaves in the context of who sends it. */
static __always_inline void egress__datagram(struct __sk_buff *skb, struct bpf_sock *sk)
{
	struct packet packet = {};
	struct rf_process *owner;

	if (!packet__parse(skb, &packet) || packet.protocol != IPPROTO_UDP || packet.destination.port != DNS_PORT ||
	    packet.payload > skb->len || !interest__always(RF_KIND_PACKET, PACKET_DNS_QUESTION | PACKET_DNS_ANSWER))
		return;
	owner = socket__own(sk);
	if (owner && interest__always(RF_KIND_PACKET, PACKET_DNS_QUESTION))
		packet__report(skb, &packet, true, owner);
}

SEC("cgroup_skb/egress")
int packet__egress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct tcp_sock *tcp;

	if (!sk)
		return ALLOW;
	tcp = bpf_skc_to_tcp_sock(sk);
	if (!tcp) {
		egress__datagram(skb, sk);
	} else {
		u64 sent = tcp->bytes_sent;

		if (sent && sent < skb->len)
			egress__stream(skb, sk, sent);
	}
	return ALLOW;
}

/* Of the packets that arrive only those from port 53 are looked at. */
SEC("cgroup_skb/ingress")
int packet__ingress(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;
	struct packet packet = {};
	struct rf_process *owner;

	if (!sk)
		return ALLOW;
	sk = bpf_sk_fullsock(sk);
	if (!sk || sk->type == SOCK_STREAM)
		return ALLOW;
	if (!packet__parse(skb, &packet) || packet.protocol != IPPROTO_UDP || packet.source.port != DNS_PORT ||
	    packet.payload > skb->len || !interest__always(RF_KIND_PACKET, PACKET_DNS_ANSWER))
		return ALLOW;
	owner = bpf_sk_storage_get(&packet_owners, sk, NULL, 0);
	if (owner && sensor__is_active())
		packet__report(skb, &packet, false, owner);
	return ALLOW;
}

/* Of a connection the owner is who began it. */
SEC("cgroup/connect4")
int packet__connect4(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;

	if (sk && ctx->type == SOCK_STREAM)
		socket__own(sk);
	return ALLOW;
}

SEC("cgroup/connect6")
int packet__connect6(struct bpf_sock_addr *ctx)
{
	struct bpf_sock *sk = ctx->sk;

	if (sk && ctx->type == SOCK_STREAM)
		socket__own(sk);
	return ALLOW;
}
