/* Uses sockets in a network of its own, in the way its first argument names. Ports: 4040 listens, 4041 does not. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_ether.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "io-uring.h"
#include "network.h"

/* The length of a unix address; a leading @ stands for an abstract one. */
static socklen_t unix_address(struct sockaddr_un *name, const char *path)
{
	memset(name, 0, sizeof(*name));
	name->sun_family = AF_UNIX;
	strncpy(name->sun_path, path, sizeof(name->sun_path) - 1);
	if (path[0] == '@')
		name->sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] != '@');
}

static void tcp(void)
{
	struct sockaddr_in open = ipv4("127.0.0.1", 4040), closed = ipv4("127.0.0.1", 4041), nowhere = ipv4("203.0.113.1", 4042);
	int server = listener4(4040), client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	must(connect(client, NAME(open)), "connect");
	must(accept4(server, NULL, NULL, SOCK_CLOEXEC), "accept");
	connect(client, NAME(open)); /* EISCONN */
	connect(socket(AF_INET, SOCK_STREAM, 0), NAME(closed));
	connect(socket(AF_INET, SOCK_STREAM, 0), NAME(nowhere));
	fcntl(server, F_SETFL, O_NONBLOCK);
	accept(server, NULL, NULL); /* EAGAIN */
}

static void tcp6(void)
{
	struct sockaddr_in6 name = ipv6("::1", 4040), mapped = ipv6("::ffff:127.0.0.1", 4041);
	int server = must(socket(AF_INET6, SOCK_STREAM, 0), "socket"), client = must(socket(AF_INET6, SOCK_STREAM, 0), "socket");
	int both = must(socket(AF_INET6, SOCK_STREAM, 0), "socket");

	must(bind(server, NAME(name)), "bind");
	must(listen(server, 7), "listen");
	must(connect(client, NAME(name)), "connect");
	must(accept(server, NULL, NULL), "accept");
	listener4(4041);
	must(connect(both, NAME(mapped)), "connect mapped");
}

static void nonblocking(void)
{
	struct sockaddr_in name = ipv4("127.0.0.1", 4040);
	int client = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

	listener4(4040);
	if (connect(client, NAME(name)) == 0 || errno != EINPROGRESS)
		errx(1, "connect was done at once");
	while (connect(client, NAME(name)) < 0 && errno == EALREADY)
		usleep(1000);
}

static void udp(void)
{
	struct sockaddr_in one = ipv4("127.0.0.1", 5051), other = ipv4("127.0.0.1", 5052), third = ipv4("127.0.0.2", 5053);
	struct sockaddr_in6 six = ipv6("::1", 5054), mapped = ipv6("::ffff:127.0.0.1", 5055);
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int plain = must(socket(AF_INET, SOCK_DGRAM, 0), "socket"), connected = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	int both = must(socket(AF_INET6, SOCK_DGRAM, 0), "socket");
	struct iovec byte = { .iov_base = "x", .iov_len = 1 };
	struct msghdr message = { .msg_name = &other, .msg_namelen = sizeof(other), .msg_iov = &byte, .msg_iovlen = 1 };
	struct mmsghdr messages[2] = { { .msg_hdr = message }, { .msg_hdr = message } };

	sendto(plain, "x", 1, 0, NAME(one));
	sendto(plain, "x", 1, 0, NAME(one));
	sendmsg(plain, &message, 0);
	messages[1].msg_hdr.msg_name = &third;
	sendmmsg(plain, messages, 2, 0);
	sendto(both, "x", 1, 0, NAME(six));
	sendto(both, "x", 1, 0, NAME(mapped));
	must(connect(connected, NAME(one)), "connect");
	send(connected, "x", 1, 0);
	connect(connected, &nobody, sizeof(nobody));
}

/* In the working directory: `socket`, and `link` to it. */
static void unix_sockets(void)
{
	struct sockaddr_un name;
	int server = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket"), hidden = must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");

	must(bind(server, (struct sockaddr *)&name, unix_address(&name, "socket")), "bind");
	must(listen(server, 3), "listen");
	must(symlink("socket", "link"), "symlink");
	must(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, unix_address(&name, "link")), "connect");
	must(accept(server, NULL, NULL), "accept");
	must(bind(hidden, (struct sockaddr *)&name, unix_address(&name, "@hidden")), "bind");
	must(listen(hidden, 3), "listen");
	must(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, unix_address(&name, "@hidden")), "connect");
	connect(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&name, unix_address(&name, "/nowhere/socket"));
	connect(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&name, unix_address(&name, "@nobody"));
}

static void families(void)
{
	socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
	socket(AF_NETLINK, SOCK_RAW, 15);
	socket(99, SOCK_STREAM, -1);
}

static void binds(void)
{
	struct sockaddr_in any = ipv4("0.0.0.0", 0), taken = ipv4("127.0.0.1", 4040), elsewhere = ipv4("203.0.113.1", 4043);
	struct sockaddr_in6 six = ipv6("::1", 4044);

	must(bind(socket(AF_INET, SOCK_STREAM, 0), NAME(any)), "bind");
	listener4(4040);
	bind(socket(AF_INET, SOCK_STREAM, 0), NAME(taken));
	bind(socket(AF_INET, SOCK_STREAM, 0), NAME(elsewhere));
	must(bind(socket(AF_INET6, SOCK_DGRAM, 0), NAME(six)), "bind");
	bind(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&taken, 4); /* EINVAL */
	bind(0, NAME(taken)); /* ENOTSOCK */
	listen(0, 5); /* ENOTSOCK */
	accept(socket(AF_INET, SOCK_STREAM, 0), NULL, NULL); /* EINVAL */
	connect(1000, NAME(taken)); /* EBADF */
}

/* Prints what each operation returned. */
static void io_uring(void)
{
	struct sockaddr_in name = ipv4("127.0.0.1", 4040), other = ipv4("127.0.0.1", 4050);
	int server = listener4(4040), client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	int late = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	struct ring ring;
	int made, heard;

	if (!ring__open(&ring))
		err(2, "io_uring");
	printf("connect %d\n", ring__do(&ring, &(struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .fd = client, .addr = (uintptr_t)&name, .off = sizeof(name) }));
	printf("connect in a worker %d\n", ring__do(&ring, &(struct io_uring_sqe){ .opcode = IORING_OP_CONNECT, .flags = IOSQE_ASYNC, .fd = late, .addr = (uintptr_t)&other, .off = sizeof(other) }));
	printf("accept %d\n", ring__do(&ring, &(struct io_uring_sqe){ .opcode = IORING_OP_ACCEPT, .fd = server }));
	made = ring__do(&ring, &(struct io_uring_sqe){ .opcode = 45 /* SOCKET */, .fd = AF_INET, .off = SOCK_STREAM });
	printf("socket %d\n", made);
	heard = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	printf("bind %d\n", ring__do(&ring, &(struct io_uring_sqe){ .opcode = 56 /* BIND */, .fd = heard, .addr = (uintptr_t)&other, .off = sizeof(other) }));
	printf("listen %d\n", ring__do(&ring, &(struct io_uring_sqe){ .opcode = 57 /* LISTEN */, .fd = heard, .len = 9 }));
	/* A call of its own after them is not taken for one of theirs. */
	must(connect(must(socket(AF_INET, SOCK_DGRAM, 0), "socket"), NAME(name)), "connect");
}

/* While one thread connects, another goes on changing the address. Prints where each socket really went. */
static struct sockaddr_in swapped;

static void *swap(void *unused)
{
	volatile in_port_t *port = &swapped.sin_port;

	/* Each stays for a while that changes: an emulated processor switches threads at the same instruction again and again. */
	for (unsigned random = 1;; random = random * 1664525 + 1013904223) {
		*port = htons(6001 + (random >> 31));
		for (volatile unsigned left = random >> 26 & 15; left > 0; left--)
			;
	}
	return unused;
}

static void swaps(void)
{
	pthread_t thread;

	swapped = ipv4("127.0.0.1", 6001);
	pthread_create(&thread, NULL, swap, NULL);
	while (*(volatile in_port_t *)&swapped.sin_port == htons(6001))
		sched_yield();
	for (int i = 0; i < 2000; i++) {
		int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
		struct sockaddr_in peer;
		socklen_t length = sizeof(peer);

		must(connect(fd, NAME(swapped)), "connect");
		must(getpeername(fd, (struct sockaddr *)&peer, &length), "getpeername");
		printf("%d\n", ntohs(peer.sin_port));
		close(fd);
		/* The other thread has its turn where there is one processor. */
		sched_yield();
	}
}

/* Eight threads, each to a port of its own, and the sockets shared by all. */
static void *connects(void *port)
{
	struct sockaddr_in name = ipv4("127.0.0.1", (int)(long)port);

	for (int i = 0; i < 200; i++) {
		int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");

		must(connect(fd, NAME(name)), "connect");
		close(fd);
	}
	return NULL;
}

static void threads(void)
{
	pthread_t all[8];

	for (long i = 0; i < 8; i++)
		pthread_create(&all[i], NULL, connects, (void *)(7000 + i));
	for (int i = 0; i < 8; i++)
		pthread_join(all[i], NULL);
}

/* Two ways around connect(2) and one through another descriptor and process. */
static void detours(void)
{
	struct sockaddr_in name = ipv4("127.0.0.1", 4040);
	int fast = must(socket(AF_INET, SOCK_STREAM, 0), "socket"), shared = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	listener4(4040);
	if (sendto(fast, "x", 1, MSG_FASTOPEN, NAME(name)) < 0)
		warn("fast open");
	if (fork() == 0) {
		must(connect(must(dup2(shared, 99), "dup2"), NAME(name)), "connect");
		_exit(0);
	}
	wait(NULL);
}

static void multipath(void)
{
	struct sockaddr_in name = ipv4("127.0.0.1", 4040);
	int client = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	if (client < 0)
		err(2, "mptcp");
	listener4(4040);
	must(connect(client, NAME(name)), "connect");
}

/* While one thread connects, to a full queue, another puts something else in the place of its descriptor. */
static void *replace(void *fd)
{
	usleep(50000);
	must(dup2(0, (int)(long)fd), "dup2");
	return NULL;
}

static void replaced(void)
{
	struct sockaddr_in name = ipv4("127.0.0.1", 4040);
	struct timeval patience = { .tv_usec = 300000 };
	int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
	pthread_t thread;

	must(listen(listener4(4040), 0), "listen");
	must(connect(must(socket(AF_INET, SOCK_STREAM, 0), "socket"), NAME(name)), "connect");
	must(setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)), "setsockopt");
	pthread_create(&thread, NULL, replace, (void *)(long)client);
	if (connect(client, NAME(name)) == 0 || errno != EINPROGRESS)
		errx(1, "connect did not wait");
	pthread_join(thread, NULL);
}

static void refused(void)
{
	struct sockaddr_in name = ipv4("127.0.0.1", 4041);
	int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	connect(client, NAME(name));
	close(client);
}

/* For each byte that it is sent one connection, which is refused; and the byte back. */
static void each_byte(void)
{
	char byte;

	while (read(0, &byte, 1) == 1) {
		refused();
		must(write(1, &byte, 1), "write");
	}
}

/* Renames its own program, and connects. */
static void renamed(void)
{
	char before[512] = {}, after[520];

	must(readlink("/proc/self/exe", before, sizeof(before) - 1), "readlink");
	snprintf(after, sizeof(after), "%s-renamed", before);
	must(rename(before, after), "rename");
	refused();
}

int main(int count, char **arguments)
{
	const struct {
		const char *name;
		void (*act)(void);
	} acts[] = {
		{ "tcp", tcp }, { "tcp6", tcp6 }, { "nonblocking", nonblocking }, { "udp", udp }, { "unix", unix_sockets },
		{ "families", families }, { "binds", binds }, { "io-uring", io_uring }, { "swaps", swaps }, { "threads", threads },
		{ "detours", detours }, { "multipath", multipath }, { "replaced", replaced }, { "each-byte", each_byte },
		{ "renamed", renamed },
	};

	own_network();
	for (size_t i = 0; count > 1 && i < sizeof(acts) / sizeof(acts[0]); i++)
		if (!strcmp(acts[i].name, arguments[1]))
			acts[i].act();
	return 0;
}
