/* A network of the actor's own: only a loopback device, so that addresses and ports are the actor's to choose. */
#ifndef ACTOR_NETWORK_H
#define ACTOR_NETWORK_H

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* Ends the program when a call that should succeed does not. */
static int must(int result, const char *what)
{
	if (result < 0)
		err(1, "%s", what);
	return result;
}

static void own_network(void)
{
	struct ifreq loopback = { .ifr_name = "lo" };
	int control;

	must(unshare(CLONE_NEWNET), "unshare");
	control = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
	loopback.ifr_flags = IFF_UP | IFF_RUNNING;
	must(ioctl(control, SIOCSIFFLAGS, &loopback), "lo up");
	close(control);
}

static struct sockaddr_in ipv4(const char *address, int port)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, address, &name.sin_addr);
	return name;
}

static struct sockaddr_in6 ipv6(const char *address, int port)
{
	struct sockaddr_in6 name = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	inet_pton(AF_INET6, address, &name.sin6_addr);
	return name;
}

#define NAME(address) (struct sockaddr *)&(address), sizeof(address)

static int listener4(int port)
{
	struct sockaddr_in name = ipv4("127.0.0.1", port);
	int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	must(bind(fd, NAME(name)), "bind");
	must(listen(fd, 7), "listen");
	return fd;
}

#endif
