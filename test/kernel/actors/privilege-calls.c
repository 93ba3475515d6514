/* privilege-calls ACT [ARGUMENT]: changes its user, groups, capabilities or namespaces, or asks to in vain. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdint.h>
#include "acts.h"

static void act_ids(const char *argument)
{
	gid_t groups[] = { 5 };

	need(syscall(SYS_setgroups, 1, groups) == 0, "setgroups");
	need(syscall(SYS_setresgid, 11, 12, 13) == 0, "setresgid");
	need(syscall(SYS_setregid, 12, 12) == 0, "setregid");
	need(syscall(SYS_setgid, 14) == 0, "setgid");
	syscall(SYS_setfsuid, 24);
	need(syscall(SYS_setresuid, 21, 22, 23) == 0, "setresuid");
	syscall(SYS_setuid, 99);
	need(syscall(SYS_setreuid, -1, 23) == 0, "setreuid");
	need(syscall(SYS_setuid, 21) == 0, "setuid");
}

static void no_such_calls(int signal)
{
	_exit(SKIPPED);
}

/* Through the table of 32-bit calls, which 64-bit programs reach by this interrupt where the kernel has it. */
static void act_compat(const char *argument)
{
#ifdef __x86_64__
	const long setuid16 = 23, setuid32 = 213;
	long result;

	signal(SIGSEGV, no_such_calls);
	asm volatile("int $0x80" : "=a"(result) : "a"(setuid16), "b"(31l) : "memory");
	if (result == -ENOSYS)
		exit(SKIPPED);
	asm volatile("int $0x80" : "=a"(result) : "a"(setuid32), "b"(32l) : "memory");
#else
	exit(SKIPPED);
#endif
}

static void act_capset(const char *argument)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = 1 << CAP_KILL, .permitted = 1 << CAP_KILL },
		{ .effective = 1 << (CAP_SYSLOG - 32), .permitted = 1 << (CAP_SYSLOG - 32) },
	};

	need(syscall(SYS_capset, &header, data) == 0, "capset");
	data[0].effective = data[0].permitted = 1 << CAP_SYS_PTRACE;
	syscall(SYS_capset, &header, data);
}

/* argument: a file of a namespace */
static void act_namespaces(const char *argument)
{
	int fd = open(argument, O_RDONLY), pidfd = syscall(SYS_pidfd_open, getppid(), 0);

	need(syscall(SYS_unshare, CLONE_NEWUTS | CLONE_NEWIPC) == 0, "unshare");
	syscall(SYS_unshare, 1);
	need(syscall(SYS_setns, fd, 0) == 0, "setns");
	need(syscall(SYS_setns, pidfd, CLONE_NEWIPC) == 0, "setns of a process");
	syscall(SYS_setns, 0, 0);
}

static void do_nothing(void)
{
}

static void clone_namespaces(uint64_t flags)
{
	struct clone_args args = { .flags = flags, .exit_signal = SIGCHLD };
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void act_clone(const char *argument)
{
	pid_t pid;

	clone_namespaces(CLONE_NEWUTS);
	waitpid(child_that(do_nothing), NULL, 0);
	pid = syscall(SYS_clone, CLONE_NEWIPC | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	become(STRANGER);
	clone_namespaces(CLONE_NEWNET);
	syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);
}

static const struct act acts[] = {
	{ "ids", act_ids },
	{ "compat", act_compat },
	{ "capset", act_capset },
	{ "namespaces", act_namespaces },
	{ "clone", act_clone },
};

ACTS_MAIN(acts)
