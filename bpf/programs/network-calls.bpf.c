// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)
/*
 * The network sensor at the ends of system calls: results, sockets made and accepted, sockets of other families than IP, and
 * what no hook of network.bpf.c came by. Also the ends of io_uring's operations that have no hook at all.
 */
#include "socket-use.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* include/uapi/linux/io_uring.h */
#define IORING_OP_ACCEPT 13
#define IORING_OP_SOCKET 45

/* include/uapi/linux/in.h */
#define IPPROTO_MPTCP 262

/* include/uapi/asm-generic/errno.h, include/linux/errno.h */
#define EINTR 4
#define EAGAIN 11
#define ECONNABORTED 103
#define EISCONN 106
#define EALREADY 114
#define ERESTARTSYS 512

/* Appends an abstract name, whose first byte is 0, with @ for that; it can hold any bytes. */
static __always_inline void unix__abstract(struct record *record, struct rf_str *ref, const char *name, u64 len)
{
	u32 at;
	char *to = record__next(record, &at);

	len = bounded(len, sizeof(((struct sockaddr_un *)0)->sun_path));
	if (!to || len < 2 || bpf_probe_read_kernel(to, len, name) < 0)
		return;
	to[0] = '@';
	record__took(record, ref, at, len, false);
}

/* Appends the name that a unix socket is bound to: its path in the file system as that is now, or its abstract name. */
static __always_inline void unix__name(struct record *record, struct rf_str *ref, struct sock *sk, u32 slot)
{
	struct unix_sock *unix_socket = (void *)sk;
	struct unix_address *address = BPF_CORE_READ(unix_socket, addr);
	struct dentry *dentry = BPF_CORE_READ(unix_socket, path.dentry);
	struct path_buffer *buffer = bpf_map_lookup_elem(&path_buffers, &slot);
	const char *name = (void *)address + bpf_core_field_offset(address->name) + sizeof(u16);

	if (dentry && buffer)
		path__append(record, ref, buffer, BPF_CORE_READ(unix_socket, path.mnt), dentry);
	else if (address)
		unix__abstract(record, ref, name, BPF_CORE_READ(address, len) - sizeof(u16));
}

/* Appends the unix address that a caller gave, of `len` bytes. */
static __always_inline void unix__of_caller(struct record *record, struct rf_str *ref, const void *address, u64 len)
{
	struct sockaddr_un copy = {};

	if (len <= sizeof(u16))
		return;
	len = bounded(len, sizeof(copy));
	if (bpf_probe_read_user(&copy, len, address) < 0 || copy.sun_family != AF_UNIX)
		return;
	if (copy.sun_path[0])
		record__string(record, ref, copy.sun_path, sizeof(copy.sun_path));
	else
		unix__abstract(record, ref, copy.sun_path, len - sizeof(u16));
}

/* The end of a system call on a socket. */
struct call {
	struct task_struct *task;
	struct sock *sk;     /* null: the descriptor is no socket */
	const void *address; /* in user memory; null: the call has none, or it was not needed */
	u64 address_bytes;
	s32 fd;
	s32 result;
	s32 backlog;
	u32 slot;
	struct caller caller;
};

/* Which name of a unix socket tells what was done: the peer's of connect. */
static __always_inline struct sock *unix__named(const struct socket_use *use, struct sock *sk)
{
	return use->operation == RF_NETWORK_OPERATION_CONNECT ? BPF_CORE_READ((struct unix_sock *)sk, peer) : sk;
}

static __always_inline void call__report(const struct call *call, const struct socket_use *use)
{
	struct record *record;
	struct rf_network *network;

	if (!use__wanted(call->task, use))
		return;
	record = record__begin(call->slot, RF_KIND_NETWORK, sizeof(record->network));
	if (!record)
		return;
	network = &record->network;
	network__fill(network, call->task, use, call->caller, call->result);
	network->fd = call->fd;
	network->backlog = call->backlog;
	if (use->address_source == RF_PATH_SOURCE_CALLER)
		unix__of_caller(record, &network->path, call->address, call->address_bytes);
	else if (use->family == RF_ADDRESS_FAMILY_UNIX && call->sk)
		unix__name(record, &network->path, unix__named(use, call->sk), call->slot);
	record__submit(record);
}

static __always_inline bool call__begin(struct call *call, struct task_struct *task, struct pt_regs *regs, long result)
{
	call->task = task;
	call->caller.syscall = syscall__number(regs);
	call->caller.io_uring = false;
	call->result = syscall__result(result);
	call->backlog = -1;
	call->address = NULL;
	call->slot = SCRATCH_SYSCALL;
	return sensor__reports(task);
}

/* What a hook saw in this call. */
static __always_inline bool use__take(struct socket_use *use, u8 operation)
{
	u64 thread = bpf_get_current_pid_tgid();
	struct socket_use *seen = bpf_map_lookup_elem(&socket_uses, &thread);

	if (!seen)
		return false;
	*use = *seen;
	bpf_map_delete_elem(&socket_uses, &thread);
	return use->operation == operation;
}

/*
 * Is the descriptor still of the socket that the hook saw? Not when another thread has closed it meanwhile, or put another
 * socket there, and not when an earlier call left this, whose end was not seen: then the result may be another's. Of
 * multipath TCP the hook sees a socket within the descriptor's.
 */
static __always_inline bool use__is_of(const struct socket_use *use, struct sock *sk)
{
	if (!sk)
		return false;
	return use->cookie == (u64)BPF_CORE_READ(sk, __sk_common.skc_cookie.counter) ||
	       (use->protocol == IPPROTO_TCP && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_MPTCP);
}

/* No hook came by: the call failed before, or the socket is of a kind that has none. */
static __always_inline void use__without_hook(struct socket_use *use, u8 operation, const struct call *call)
{
	if (call->sk)
		use__of_sock(use, operation, call->sk);
	else
		use__begin(use, operation);
	if (call->result < 0)
		use->address_source = RF_PATH_SOURCE_CALLER;
}

static __always_inline bool sock__is_tcp(struct sock *sk)
{
	return sk && sock__is_ip(sk) && BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP;
}

/*
 * Has a hook left it out, and counted it? (Or would have, for the few calls that fail before their address is looked at: they
 * are not counted.)
 */
static __always_inline bool use__is_left_out(const struct socket_use *use, const struct call *call)
{
	return call->sk && sock__is_ip(call->sk) && !use__may_be_wanted(call->task, use);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(network__connect, struct pt_regs *regs, long result)
{
	struct socket_use use;
	struct call call;

	if (!call__begin(&call, bpf_get_current_task_btf(), regs, result))
		return 0;
	call.fd = syscall__arg(regs, 0);
	call.sk = task__sock(call.task, call.fd);
	if (use__take(&use, RF_NETWORK_OPERATION_CONNECT)) {
		if (use__is_of(&use, call.sk))
			sock__local(call.sk, &use.ends.local);
		else
			call.result = RESULT_NOT_SEEN;
		call__report(&call, &use);
		return 0;
	}
	/* A look at a connection that is under way or there. */
	if (result == -EALREADY || result == -EISCONN)
		return 0;
	/* Else the hook has reported it. */
	if (!ends__are_reported())
		return 0;
	/* The end of a connection that was begun before, or is of no interest. */
	if (result >= 0 && sock__is_tcp(call.sk))
		return 0;
	use__without_hook(&use, RF_NETWORK_OPERATION_CONNECT, &call);
	if (use.address_source == RF_PATH_SOURCE_CALLER) {
		if (result == -EINTR)
			return 0;
		call.address = (void *)syscall__arg(regs, 1);
		call.address_bytes = (u32)syscall__arg(regs, 2);
		end__of_caller(&use.ends.remote, call.address);
	} else if (call.sk && sock__is_ip(call.sk)) {
		/* UDP: AF_UNSPEC, which takes the peer away. */
		sock__remote(call.sk, &use.ends.remote);
		if (use.ends.remote.port == NO_PORT)
			return 0;
	}
	if (!use__is_left_out(&use, &call))
		call__report(&call, &use);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(network__bind, struct pt_regs *regs, long result)
{
	struct socket_use use;
	struct call call;

	if (!call__begin(&call, bpf_get_current_task_btf(), regs, result))
		return 0;
	call.fd = syscall__arg(regs, 0);
	call.sk = task__sock(call.task, call.fd);
	if (use__take(&use, RF_NETWORK_OPERATION_BIND)) {
		/* The port that the kernel chose. */
		if (!use__is_of(&use, call.sk))
			call.result = RESULT_NOT_SEEN;
		else if (result >= 0)
			sock__local(call.sk, &use.ends.local);
		call__report(&call, &use);
		return 0;
	}
	if (!ends__are_reported())
		return 0;
	use__without_hook(&use, RF_NETWORK_OPERATION_BIND, &call);
	if (use.address_source == RF_PATH_SOURCE_CALLER) {
		call.address = (void *)syscall__arg(regs, 1);
		call.address_bytes = (u32)syscall__arg(regs, 2);
		end__of_caller(&use.ends.local, call.address);
	}
	if (!use__is_left_out(&use, &call))
		call__report(&call, &use);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(network__listen, struct pt_regs *regs, long result)
{
	struct socket_use use;
	struct call call;

	if (!call__begin(&call, bpf_get_current_task_btf(), regs, result) || !ends__are_reported())
		return 0;
	call.fd = syscall__arg(regs, 0);
	call.backlog = syscall__arg(regs, 1);
	if (call.backlog < 0)
		call.backlog = -1;
	call.sk = task__sock(call.task, call.fd);
	if (call.sk)
		use__of_sock(&use, RF_NETWORK_OPERATION_LISTEN, call.sk);
	else
		use__begin(&use, RF_NETWORK_OPERATION_LISTEN);
	call__report(&call, &use);
	return 0;
}

/* Nothing came, or what came has gone again. */
static __always_inline bool accept__is_idle(long result)
{
	switch (result) {
	case -EAGAIN:
	case -EINTR:
	case -ERESTARTSYS:
	case -ECONNABORTED:
		return true;
	default:
		return false;
	}
}

/* `listener` is asked when there is no new socket. */
static __always_inline void accept__report(struct call *call, s32 listener)
{
	struct socket_use use;

	call->fd = call->result >= 0 ? call->result : listener;
	call->sk = task__sock(call->task, call->fd);
	if (call->sk)
		use__of_sock(&use, RF_NETWORK_OPERATION_ACCEPT, call->sk);
	else
		use__begin(&use, RF_NETWORK_OPERATION_ACCEPT);
	if (call->sk && call->result >= 0 && sock__is_ip(call->sk))
		sock__remote(call->sk, &use.ends.remote);
	call__report(call, &use);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(network__accept, struct pt_regs *regs, long result)
{
	struct call call;

	if (accept__is_idle(result) || !call__begin(&call, bpf_get_current_task_btf(), regs, result))
		return 0;
	accept__report(&call, syscall__arg(regs, 0));
	return 0;
}

static __always_inline void socket__report(struct call *call, u32 family, u32 type, u32 protocol)
{
	struct socket_use use;

	call->fd = call->result >= 0 ? call->result : -1;
	call->sk = call->result >= 0 ? task__sock(call->task, call->fd) : NULL;
	use__begin(&use, RF_NETWORK_OPERATION_SOCKET);
	if (call->sk)
		use__of_sock(&use, RF_NETWORK_OPERATION_SOCKET, call->sk);
	else {
		use.family = family__of(family);
		/* The rest are flags: SOCK_CLOEXEC, SOCK_NONBLOCK. */
		use.type = socket_type__of(type & 0xf);
	}
	/* Not all families keep it in the socket. Any int can be asked for. */
	if (!use.protocol && (s32)protocol > 0)
		use.protocol = protocol;
	call__report(call, &use);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(network__socket, struct pt_regs *regs, long result)
{
	struct call call;

	if (!call__begin(&call, bpf_get_current_task_btf(), regs, result))
		return 0;
	socket__report(&call, syscall__arg(regs, 0), syscall__arg(regs, 1), syscall__arg(regs, 2));
	return 0;
}

/*
 * What io_uring did and no other hook sees. It runs in a thread that has the caller's descriptors. A request that brings
 * many answers (multishot accept) is not named with them: those are not seen.
 */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(network__io_uring, void *ring, void *completed)
{
	struct io_kiocb *request = completed;
	u8 opcode = BPF_CORE_READ(request, opcode);
	s32 result = BPF_CORE_READ(request, cqe.res);
	struct call call = {};

	if (!request || (opcode != IORING_OP_ACCEPT && opcode != IORING_OP_SOCKET) || accept__is_idle(result))
		return 0;
	call.task = bpf_get_current_task_btf();
	if (!sensor__reports(call.task))
		return 0;
	call.caller.io_uring = true;
	call.result = result;
	call.backlog = -1;
	call.slot = SCRATCH_HOOK;
	if (opcode == IORING_OP_ACCEPT) {
		call.caller.syscall = SYS_ACCEPT;
		accept__report(&call, -1);
	} else {
		call.caller.syscall = SYS_SOCKET;
		socket__report(&call, 0, 0, 0);
	}
	return 0;
}
