/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* A use of a socket: what the hooks of network.bpf.c see of it, and network-calls.bpf.c at the end of the call. */
#ifndef RINGFENCE_SOCKET_USE_BPF_H
#define RINGFENCE_SOCKET_USE_BPF_H

#include "caller.bpf.h"
#include "interest_program.bpf.h"
#include "socket.bpf.h"

/* A use of a socket, as far as it is known. */
struct socket_use {
	struct socket_ends ends;
	u64 cookie;
	u32 protocol;
	u8 operation;
	u8 family;
	u8 type;
	u8 address_source;
};

/*
 * What a hook saw in a system call that has not ended, by thread. A blocking connect can take minutes. None is pushed out
 * by others: where there is no room, the hook reports at once, without a result.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, u64);
	__type(value, struct socket_use);
} socket_uses SEC(".maps");

static __always_inline bool end__wanted(const struct socket_end *end, u64 trait)
{
	struct interest_address_key key = { .bits = 128 };
	u32 port = end->port;
	u64 *traits = bpf_map_lookup_elem(&interest_ports, &port);

	if (traits && (*traits & trait))
		return true;
	__builtin_memcpy(key.bytes, end->ip, sizeof(key.bytes));
	traits = bpf_map_lookup_elem(&interest_addresses, &key);
	return traits && (*traits & trait);
}

/* An end that is not there, or has no port, is nowhere of interest. */
static __always_inline bool end__may_be_wanted(const struct socket_end *end, u64 trait)
{
	return end->port != NO_PORT && end__wanted(end, trait);
}

/* Sockets of the unix family; and what a call that failed was given need not suit the socket. */
static __always_inline bool use__may_have_path(const struct socket_use *use)
{
	if (use->address_source != RF_PATH_SOURCE_CALLER)
		return use->family == RF_ADDRESS_FAMILY_UNIX;
	return use->operation != RF_NETWORK_OPERATION_CONNECT || use->ends.remote.port == NO_PORT;
}

static __always_inline u64 use__traits(const struct socket_use *use)
{
	u64 trait = 1ull << (use->operation & 7);

	return use__may_have_path(use) ? trait | TRAITS_OF_PATH(trait) : trait;
}

/* The task must be one the verifier knows. */
static __always_inline bool use__may_be_wanted(struct task_struct *task, const struct socket_use *use)
{
	u64 traits = use__traits(use);
	u32 kind = RF_KIND_NETWORK;
	struct interest_kind *wanted = bpf_map_lookup_elem(&interest_kinds, &kind);

	if (!wanted)
		return false;
	if (wanted->always & traits || (wanted->programs & traits && interest__of_program(task, traits)))
		return true;
	return wanted->somewhere & traits &&
	       (end__may_be_wanted(&use->ends.remote, traits) || end__may_be_wanted(&use->ends.local, traits));
}

/* The same, and counts what is not. */
static __always_inline bool use__wanted(struct task_struct *task, const struct socket_use *use)
{
	if (use__may_be_wanted(task, use))
		return true;
	kind__filtered(RF_KIND_NETWORK);
	return false;
}

static __always_inline bool ends__are_reported(void)
{
	return interest__always(RF_KIND_NETWORK, TRAIT_ENDED);
}

/* Is it known at the end of the call only whether a use is of interest? */
static __always_inline bool ends__decide(void)
{
	return interest__always(RF_KIND_NETWORK, TRAIT_CHOSEN);
}

static __always_inline void use__begin(struct socket_use *use, u8 operation)
{
	__builtin_memset(use, 0, sizeof(*use));
	use->operation = operation;
	end__none(&use->ends.local);
	end__none(&use->ends.remote);
}

/* What the socket itself says; of IP its own end too. */
static __always_inline void use__of_sock(struct socket_use *use, u8 operation, struct sock *sk)
{
	use__begin(use, operation);
	use->family = family__of(BPF_CORE_READ(sk, __sk_common.skc_family));
	use->type = socket_type__of(BPF_CORE_READ(sk, sk_type));
	use->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (sock__is_ip(sk))
		sock__local(sk, &use->ends.local);
}

static __always_inline void network__fill(struct rf_network *network, struct task_struct *task, const struct socket_use *use,
					  struct caller caller, s32 result)
{
	process__fill(&network->process, task);
	network->operation = use->operation;
	network->family = use->family;
	network->socket_type = use->type;
	network->protocol = use->protocol;
	network->address_source = use->address_source;
	__builtin_memcpy(network->local_ip, use->ends.local.ip, sizeof(network->local_ip));
	__builtin_memcpy(network->remote_ip, use->ends.remote.ip, sizeof(network->remote_ip));
	network->local_port = use->ends.local.port;
	network->remote_port = use->ends.remote.port;
	network->syscall = caller.syscall;
	network->io_uring = caller.io_uring;
	network->result = result;
	network->backlog = -1;
	network->fd = -1;
}

#endif
