// SPDX-License-Identifier: Apache-2.0
/*
 * sleepers COUNT
 *
 * Starts COUNT processes, each by fork and exec with arguments of its own, as services have them, that do nothing until
 * they are killed. Prints COUNT when the last one has been started, and waits with them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

static void start(char *self, long number)
{
	char name[32], config[64];
	char *arguments[] = { "sleeper", "--name", name, "--config", config, NULL };
	char *environment[] = { NULL };
	pid_t pid = fork();

	if (pid < 0) {
		perror("fork");
		exit(1);
	}
	if (pid > 0)
		return;
	snprintf(name, sizeof(name), "worker-%06ld", number);
	snprintf(config, sizeof(config), "/etc/workers/worker-%06ld.conf", number);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execve(self, arguments, environment);
	_exit(127);
}

int main(int argc, char **argv)
{
	if (argc == 2) {
		long count = atol(argv[1]);

		for (long number = 0; number < count; number++)
			start("/proc/self/exe", number);
		printf("%ld\n", count);
		fflush(stdout);
	}
	for (;;)
		pause();
}
