// SPDX-License-Identifier: Apache-2.0
/*
 * exec-rate RATE SECONDS EVERY PLAIN MARKED [WORKERS]
 *
 * Starts programs at RATE a second (0: as fast as it goes) for SECONDS: PLAIN, and instead of each EVERYth one MARKED
 * (0: never). Children get no standard streams. Reaps them all and prints how many were started.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static long run(double rate, double seconds, long every, char *plain, char *marked)
{
	posix_spawn_file_actions_t files;
	char *environment[] = { NULL };
	double start = now();
	long started = 0;
	int status;

	posix_spawn_file_actions_init(&files);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
	while (now() - start < seconds) {
		char *program = every && started % every == every - 1 ? marked : plain;
		char *arguments[] = { program, "30", NULL };
		pid_t pid;
		int failed = posix_spawn(&pid, program, &files, NULL, arguments, environment);

		if (failed) {
			fprintf(stderr, "cannot start %s: %s\n", program, strerror(failed));
			exit(1);
		}
		started++;
		if (rate == 0) {
			waitpid(pid, &status, 0);
			continue;
		}
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
		double ahead = start + started / rate - now();
		if (ahead > 0)
			usleep(ahead * 1e6);
	}
	return started;
}

int main(int argc, char **argv)
{
	int workers = argc > 6 ? atoi(argv[6]) : 1, results[2];
	long total = 0, part;

	if (argc < 6) {
		fprintf(stderr, "usage: exec-rate RATE SECONDS EVERY PLAIN MARKED [WORKERS]\n");
		return 2;
	}
	if (workers == 1) {
		printf("%ld\n", run(atof(argv[1]), atof(argv[2]), atol(argv[3]), argv[4], argv[5]));
	} else {
		if (pipe(results))
			return 1;
		for (int worker = 0; worker < workers; worker++) {
			if (fork() == 0) {
				part = run(atof(argv[1]), atof(argv[2]), atol(argv[3]), argv[4], argv[5]);
				_exit(write(results[1], &part, sizeof(part)) != sizeof(part));
			}
		}
		for (int worker = 0; worker < workers; worker++)
			total += read(results[0], &part, sizeof(part)) == sizeof(part) ? part : 0;
		printf("%ld\n", total);
	}
	fflush(stdout);
	/* MARKED programs that nobody killed end by themselves; the cgroup's owner ends them sooner. */
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	return 0;
}
