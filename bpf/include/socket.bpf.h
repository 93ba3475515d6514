/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Sockets: the two ends of one, as records have them. */
#ifndef RINGFENCE_SOCKET_BPF_H
#define RINGFENCE_SOCKET_BPF_H

#include <bpf/bpf_endian.h>
#include "file.bpf.h"

#define NO_PORT -1

/* include/linux/net.h, include/linux/in.h */
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define SOCK_SEQPACKET 5
#define SOCK_PACKET 10
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17

struct socket_end {
	u8 ip[16] __attribute__((aligned(4))); /* IPv4 as ::ffff:a.b.c.d; all ones: none */
	s32 port;
};

struct socket_ends {
	struct socket_end local;
	struct socket_end remote;
};

static __always_inline void end__none(struct socket_end *end)
{
	__builtin_memset(end->ip, 0xff, sizeof(end->ip));
	end->port = NO_PORT;
}

/* Address in network order, port in the host's. */
static __always_inline void end__ipv4(struct socket_end *end, u32 address, u16 port)
{
	u32 *words = (u32 *)end->ip;

	words[0] = 0;
	words[1] = 0;
	words[2] = bpf_htonl(0xffff);
	words[3] = address;
	end->port = port;
}

static __always_inline void end__ipv6(struct socket_end *end, u32 a, u32 b, u32 c, u32 d, u16 port)
{
	u32 *words = (u32 *)end->ip;

	words[0] = a;
	words[1] = b;
	words[2] = c;
	words[3] = d;
	end->port = port;
}

/*
 * Tables, because the verifier would follow each branch of a switch to the end of the program. What is missing is other.
 * The barriers keep the masks, which the verifier needs. Not static: libbpf places global constants only.
 */
const volatile u8 families[64] = {
	[AF_UNIX] = RF_ADDRESS_FAMILY_UNIX,
	[AF_INET] = RF_ADDRESS_FAMILY_IPV4,
	[AF_INET6] = RF_ADDRESS_FAMILY_IPV6,
	[AF_NETLINK] = RF_ADDRESS_FAMILY_NETLINK,
	[AF_PACKET] = RF_ADDRESS_FAMILY_PACKET,
	[AF_VSOCK] = RF_ADDRESS_FAMILY_VSOCK,
	[AF_BLUETOOTH] = RF_ADDRESS_FAMILY_BLUETOOTH,
	[AF_ALG] = RF_ADDRESS_FAMILY_ALG,
};

const volatile u8 socket_types[16] = {
	[SOCK_STREAM] = RF_SOCKET_TYPE_STREAM,
	[SOCK_DGRAM] = RF_SOCKET_TYPE_DATAGRAM,
	[SOCK_RAW] = RF_SOCKET_TYPE_RAW,
	[SOCK_SEQPACKET] = RF_SOCKET_TYPE_SEQPACKET,
	[SOCK_PACKET] = RF_SOCKET_TYPE_PACKET,
};

static __always_inline u8 family__of(u32 family)
{
	if (family >= sizeof(families))
		return RF_ADDRESS_FAMILY_OTHER;
	barrier_var(family);
	return families[family & (sizeof(families) - 1)];
}

static __always_inline u8 socket_type__of(u32 type)
{
	if (type >= sizeof(socket_types))
		return RF_SOCKET_TYPE_OTHER;
	barrier_var(type);
	return socket_types[type & (sizeof(socket_types) - 1)];
}

static __always_inline bool sock__is_ip(struct sock *sk)
{
	u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return family == AF_INET || family == AF_INET6;
}

/* The socket of a descriptor; null when it is none. The task must be one the verifier knows. */
static __always_inline struct sock *task__sock(struct task_struct *task, u32 fd)
{
	struct file *file = task__file(task, fd);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk);
}

/* Own end of an IP socket; it has none before its bind or connect. */
static __always_inline void sock__local(struct sock *sk, struct socket_end *end)
{
	u16 port = BPF_CORE_READ(sk, __sk_common.skc_num);

	if (!port)
		return;
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO(&end->ip, sk, __sk_common.skc_v6_rcv_saddr);
		end->port = port;
	} else {
		end__ipv4(end, BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr), port);
	}
}

/* The peer of an IP socket; none when it has none. */
static __always_inline void sock__remote(struct sock *sk, struct socket_end *end)
{
	u16 port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	u32 *words = (u32 *)end->ip;

	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO(&end->ip, sk, __sk_common.skc_v6_daddr);
		end->port = port;
		/* :: is no peer. */
		if (!(words[0] | words[1] | words[2] | words[3]))
			end__none(end);
	} else {
		u32 address = BPF_CORE_READ(sk, __sk_common.skc_daddr);

		if (address)
			end__ipv4(end, address, port);
		else
			end__none(end);
	}
}

/* What the caller says a sockaddr is: for calls that failed before the kernel had a copy. False when it is no IP address. */
static __always_inline bool end__of_caller(struct socket_end *end, const void *address)
{
	struct {
		u16 family;
		u16 port;
		u32 words[6]; /* IPv4: the first is the address. IPv6: flow label, then the address. */
	} copy = {};

	if (bpf_probe_read_user(&copy, 16, address) < 0)
		return false;
	if (copy.family == AF_INET) {
		end__ipv4(end, copy.words[0], bpf_ntohs(copy.port));
		return true;
	}
	if (copy.family != AF_INET6 || bpf_probe_read_user(&copy, sizeof(copy), address) < 0)
		return false;
	end__ipv6(end, copy.words[1], copy.words[2], copy.words[3], copy.words[4], bpf_ntohs(copy.port));
	return true;
}

#endif
