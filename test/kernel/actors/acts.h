/*
 * What actors of many acts have in common: `actor ACT [ARGUMENT]` does one of them. Ends with 0 unless a call that should
 * work did not, which it names; 77 when this kernel has no such call.
 */
#ifndef ACTS_H
#define ACTS_H

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SKIPPED 77
#define STRANGER 1234

struct act {
	const char *name;
	void (*act)(const char *argument);
};

static inline int run_act(const struct act *acts, size_t count, char **argv)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(acts[i].name, argv[1]) != 0)
			continue;
		acts[i].act(argv[2]);
		return 0;
	}
	return 2;
}

#define ACTS_MAIN(acts)                                                                                           \
	int main(int argc, char **argv)                                                                           \
	{                                                                                                         \
		return run_act(acts, sizeof(acts) / sizeof(acts[0]), argv);                                       \
	}

static inline void need(int ok, const char *what)
{
	if (ok)
		return;
	if (errno == ENOSYS)
		exit(SKIPPED);
	perror(what);
	exit(1);
}

static inline pid_t child_that(void (*act)(void))
{
	pid_t pid = fork();

	if (pid)
		return pid;
	act();
	_exit(0);
}

static inline void become(uid_t uid)
{
	need(syscall(SYS_setresuid, uid, uid, uid) == 0, "setresuid");
}

#endif
