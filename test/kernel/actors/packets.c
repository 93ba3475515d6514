/*
 * Sends given bytes in a network of its own:
 *   packets dns <question> <answer>    asks a server of its own on port 53, twice over IPv4 and once over IPv6
 *   packets stream <bytes> [<port>]    over TCP to the port, 4040 if none is given, and then something else
 *   packets corked <bytes>             the same, held back so that a timer of the kernel sends them
 * Bytes are given in hexadecimal.
 */
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include "network.h"

static unsigned char bytes[2][65536];

static size_t parse(const char *text, unsigned char *to)
{
	size_t length = 0;

	for (; sscanf(text, "%2hhx", to + length) == 1; text += 2)
		length++;
	return length;
}

static int datagrams(int family, const void *name, socklen_t length)
{
	int fd = must(socket(family, SOCK_DGRAM, 0), "socket");

	must(bind(fd, name, length), "bind");
	return fd;
}

/* Answers whatever comes, for ever. */
static pid_t serve(int fd, size_t answer)
{
	struct sockaddr_storage peer;
	char question[2048];
	pid_t child = must(fork(), "fork");

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		socklen_t length = sizeof(peer);

		if (recvfrom(fd, question, sizeof(question), 0, (struct sockaddr *)&peer, &length) >= 0)
			sendto(fd, bytes[1], answer, 0, (struct sockaddr *)&peer, length);
	}
}

static void dns(size_t question, size_t answer)
{
	struct sockaddr_in server = ipv4("127.0.0.1", 53);
	struct sockaddr_in6 server6 = ipv6("::1", 53);
	pid_t one = serve(datagrams(AF_INET, NAME(server)), answer), other = serve(datagrams(AF_INET6, NAME(server6)), answer);
	int plain = must(socket(AF_INET, SOCK_DGRAM, 0), "socket"), connected = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	int six = must(socket(AF_INET6, SOCK_DGRAM, 0), "socket");
	char reply[2048];

	must(sendto(plain, bytes[0], question, 0, NAME(server)), "sendto");
	must(recv(plain, reply, sizeof(reply), 0), "recv");
	must(connect(connected, NAME(server)), "connect");
	must(send(connected, bytes[0], question, 0), "send");
	must(recv(connected, reply, sizeof(reply), 0), "recv");
	must(sendto(six, bytes[0], question, 0, NAME(server6)), "sendto");
	must(recv(six, reply, sizeof(reply), 0), "recv");
	kill(one, SIGKILL);
	kill(other, SIGKILL);
}

static void stream(size_t length, int held, int port)
{
	struct sockaddr_in server = ipv4("127.0.0.1", port);
	int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	listener4(port);
	must(connect(client, NAME(server)), "connect");
	must(setsockopt(client, IPPROTO_TCP, TCP_CORK, &held, sizeof(held)), "cork");
	must(send(client, bytes[0], length, 0), "send");
	/* The kernel holds it for 200 ms. */
	if (held)
		usleep(400000);
	must(send(client, "GET /again HTTP/1.1\r\n\r\n", 23, 0), "send");
}

int main(int count, char **arguments)
{
	size_t lengths[2] = {};

	for (int i = 2; i < count && i < 4; i++)
		lengths[i - 2] = parse(arguments[i], bytes[i - 2]);
	own_network();
	if (count == 4 && !strcmp(arguments[1], "dns"))
		dns(lengths[0], lengths[1]);
	else if (count >= 3)
		stream(lengths[0], !strcmp(arguments[1], "corked"), count > 3 ? atoi(arguments[3]) : 4040);
	return 0;
}
