// SPDX-License-Identifier: Apache-2.0
/*
 * storm exec SECONDS PROGRAM | storm open SECONDS FILE | storm connect SECONDS
 *
 * One kind of operation after another, in one thread, for SECONDS, with nothing between them, so that what an operation
 * costs is all that counts:
 *   exec     fork, exec of PROGRAM, wait for its end
 *   open     open of FILE for reading, close
 *   connect  a TCP connection to ourselves over loopback: socket, connect, accept, close of both ends
 * Prints the operations done and the seconds they took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between two looks at the clock: 16 opens take 20 us. */
#define BATCH 16

static int listener;
static struct sockaddr_in address = { .sin_family = AF_INET };

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static void check(int bad, const char *what)
{
	if (bad) {
		perror(what);
		exit(1);
	}
}

static void exec_once(char *program)
{
	char *arguments[] = { program, NULL }, *environment[] = { NULL };
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execve(program, arguments, environment);
		_exit(127);
	}
	check(waitpid(pid, &status, 0) != pid || status != 0, program);
}

static void open_once(char *file)
{
	int fd = open(file, O_RDONLY);

	check(fd < 0 || close(fd), file);
}

static void listen_on_loopback(void)
{
	socklen_t length = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	check(listener < 0 || bind(listener, (struct sockaddr *)&address, length) || listen(listener, 16), "listen");
	check(getsockname(listener, (struct sockaddr *)&address, &length), "getsockname");
}

static void connect_once(char *unused)
{
	/* Closed by a reset: in TIME_WAIT, a minute long, they would use up the ports within two seconds. */
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	int client = socket(AF_INET, SOCK_STREAM, 0), server;

	(void)unused;
	check(client < 0 || connect(client, (struct sockaddr *)&address, sizeof(address)), "connect");
	server = accept(listener, NULL, NULL);
	check(server < 0 || setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), "accept");
	check(close(client) || close(server), "close");
}

int main(int argc, char **argv)
{
	const char *kind = argc > 2 ? argv[1] : "";
	void (*once)(char *) = !strcmp(kind, "exec")	? exec_once
			       : !strcmp(kind, "open")	? open_once
			       : !strcmp(kind, "connect") ? connect_once
							  : NULL;
	double start, end, seconds;
	long operations = 0;

	if (!once || (once != connect_once && argc < 4)) {
		fprintf(stderr, "usage: storm exec SECONDS PROGRAM | storm open SECONDS FILE | storm connect SECONDS\n");
		return 2;
	}
	if (once == connect_once)
		listen_on_loopback();
	seconds = atof(argv[2]);
	start = end = now();
	while (end - start < seconds) {
		for (int i = 0; i < BATCH; i++)
			once(argv[3]);
		operations += BATCH;
		end = now();
	}
	printf("%ld %.6f\n", operations, end - start);
	return 0;
}
