// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * The network sensor's hooks: sockets connected, bound, listened on, and the first datagram to a peer.
 *
 * cgroup hooks see the kernel's own copy of an address, which no other thread can change any more, whoever brings it: a
 * system call, io_uring, a kernel thread. They come before the result. When ends of system calls are of interest
 * (TRAIT_ENDED), what they saw is kept until then (network-calls.bpf.c) and reported once, with the result; else, and where
 * no end of a system call follows, it is reported at once. No packet and no read passes here.
 */
#include "reserve.bpf.h"
#include "socket-use.bpf.h"

char LICENSE[] SEC("license") = "GPL";

#define ALLOW 1

/* include/net/tcp_states.h */
#define TCP_LISTEN 10

/* Peers that a socket has sent a datagram to. */
struct peer_key {
	u64 cookie;
	u8 ip[16];
	s32 port;
	u32 pid; /* a socket can have several users */
};

/* Those that were told of last; one that was pushed out is told of again. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct peer_key);
	__type(value, u8);
} peers_told SEC(".maps");

/* Reports from a hook: nothing of the result is known. */
static __always_inline void use__report(struct task_struct *task, const struct socket_use *use, struct caller caller)
{
	struct rf_network *network = event__reserve(RF_KIND_NETWORK, sizeof(*network), sizeof(*network));

	if (!network)
		return;
	network__fill(network, task, use, caller, RESULT_NOT_SEEN);
	event__submit(network);
}

/*
 * Of a hook on addresses: the socket's own end, if it has one yet. All is read before anything is chosen, with barriers:
 * the compiler would choose by adding to the pointer, which the verifier forbids.
 */
static __always_inline void end__bound(struct bpf_sock_addr *ctx, struct socket_end *end)
{
	struct bpf_sock *sk = ctx->sk;
	u32 port, family, v4, a, b, c, d;

	if (!sk)
		return;
	port = sk->src_port;
	family = sk->family;
	v4 = sk->src_ip4;
	a = sk->src_ip6[0];
	b = sk->src_ip6[1];
	c = sk->src_ip6[2];
	d = sk->src_ip6[3];
	barrier_var(v4);
	barrier_var(a);
	barrier_var(d);
	if (!port)
		return;
	/* The address of a socket that is bound to a port alone is not chosen yet. */
	if (family == AF_INET && v4)
		end__ipv4(end, v4, port);
	else if (family == AF_INET6 && (a | b | c | d))
		end__ipv6(end, a, b, c, d, port);
	else
		end->port = port;
}

/* The address that the kernel was given. */
static __always_inline void end__given(struct bpf_sock_addr *ctx, struct socket_end *end, const bool ipv6)
{
	u16 port = bpf_ntohs(ctx->user_port);

	if (ipv6)
		end__ipv6(end, ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3], port);
	else
		end__ipv4(end, ctx->user_ip4, port);
}

static __always_inline void use__of_hook(struct socket_use *use, u8 operation, struct bpf_sock_addr *ctx)
{
	use__begin(use, operation);
	use->cookie = bpf_get_socket_cookie(ctx);
	use->family = family__of(ctx->family);
	use->type = socket_type__of(ctx->type);
	use->protocol = ctx->protocol;
}

/*
 * Keeps what a hook saw for the end of the call `plain`, if it is in that; else reports it. What is of no interest, and won't
 * be at the end, is left here: first of all, since most is.
 */
static __always_inline void use__settle(struct task_struct *task, const struct socket_use *use, const u16 plain)
{
	u64 thread = bpf_get_current_pid_tgid();
	bool is_open = ends__decide();
	struct caller caller;

	if (!is_open && !use__wanted(task, use))
		return;
	caller = caller__of(task, plain);
	if (caller.syscall == plain && !caller.io_uring && ends__are_reported() &&
	    !bpf_map_update_elem(&socket_uses, &thread, use, BPF_ANY))
		return;
	if (!is_open || use__wanted(task, use))
		use__report(task, use, caller);
}

static __always_inline int connect__hook(struct bpf_sock_addr *ctx, const bool ipv6)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket_use use;

	if (!sensor__reports(task))
		return ALLOW;
	use__of_hook(&use, RF_NETWORK_OPERATION_CONNECT, ctx);
	end__bound(ctx, &use.ends.local);
	end__given(ctx, &use.ends.remote, ipv6);
	use__settle(task, &use, SYS_CONNECT);
	return ALLOW;
}

SEC("cgroup/connect4")
int network__connect4(struct bpf_sock_addr *ctx)
{
	return connect__hook(ctx, false);
}

SEC("cgroup/connect6")
int network__connect6(struct bpf_sock_addr *ctx)
{
	return connect__hook(ctx, true);
}

static __always_inline int bind__hook(struct bpf_sock_addr *ctx, const bool ipv6)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket_use use;

	if (!sensor__reports(task))
		return ALLOW;
	use__of_hook(&use, RF_NETWORK_OPERATION_BIND, ctx);
	end__given(ctx, &use.ends.local, ipv6);
	use__settle(task, &use, SYS_BIND);
	return ALLOW;
}

SEC("cgroup/bind4")
int network__bind4(struct bpf_sock_addr *ctx)
{
	return bind__hook(ctx, false);
}

SEC("cgroup/bind6")
int network__bind6(struct bpf_sock_addr *ctx)
{
	return bind__hook(ctx, true);
}

static __always_inline bool peer__is_new(const struct socket_use *use)
{
	struct peer_key key = {};
	u8 told = 1;

	key.cookie = use->cookie;
	__builtin_memcpy(key.ip, use->ends.remote.ip, sizeof(key.ip));
	key.port = use->ends.remote.port;
	key.pid = bpf_get_current_pid_tgid() >> 32;
	/* A look-up keeps the entry young. */
	if (bpf_map_lookup_elem(&peers_told, &key))
		return false;
	/* Rather twice than never. */
	return bpf_map_update_elem(&peers_told, &key, &told, BPF_NOEXIST) != -EEXIST;
}

/* Called for datagrams of sockets that are not connected. */
static __always_inline int send__hook(struct bpf_sock_addr *ctx, const bool ipv6)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket_use use;

	if (!sensor__reports(task))
		return ALLOW;
	use__of_hook(&use, RF_NETWORK_OPERATION_SEND, ctx);
	end__bound(ctx, &use.ends.local);
	end__given(ctx, &use.ends.remote, ipv6);
	if (peer__is_new(&use) && use__wanted(task, &use))
		use__report(task, &use, caller__of(task, SYS_SENDTO));
	return ALLOW;
}

SEC("cgroup/sendmsg4")
int network__send4(struct bpf_sock_addr *ctx)
{
	return send__hook(ctx, false);
}

SEC("cgroup/sendmsg6")
int network__send6(struct bpf_sock_addr *ctx)
{
	return send__hook(ctx, true);
}

/* Listening sockets of TCP, however they came to it. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(network__listening, struct sock *sk, int old_state, int new_state)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct rf_network *network;
	struct socket_use use;
	struct caller caller;

	if (new_state != TCP_LISTEN || !sensor__reports(task))
		return 0;
	caller = caller__of(task, SYS_LISTEN);
	if (caller.syscall == SYS_LISTEN && !caller.io_uring && ends__are_reported())
		return 0;
	use__of_sock(&use, RF_NETWORK_OPERATION_LISTEN, sk);
	if (!use__wanted(task, &use))
		return 0;
	network = event__reserve(RF_KIND_NETWORK, sizeof(*network), sizeof(*network));
	if (!network)
		return 0;
	network__fill(network, task, &use, caller, RESULT_NOT_SEEN);
	network->backlog = sk->sk_max_ack_backlog;
	event__submit(network);
	return 0;
}
