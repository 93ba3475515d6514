/*
 * kernel-calls ACT [ARGUMENT]: reaches for the kernel or for other processes, sometimes in vain. None of it harms: what would
 * is asked for in a way that the kernel must refuse.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "acts.h"

#define NOBODY_PID 4194303

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static void wait_for_signal(void)
{
	pause();
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static long word;

static void be_traced(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
}

static void act_ptrace(const char *argument)
{
	pid_t pid = child_that(wait_for_signal);

	printf("%d\n", pid);
	need(ptrace(PTRACE_ATTACH, pid, 0, 0) == 0, "attach");
	waitpid(pid, NULL, 0);
	for (int i = 0; i < 3; i++)
		need(ptrace(PTRACE_POKEDATA, pid, &word, i) == 0, "poke");
	ptrace(PTRACE_PEEKDATA, pid, &word, 0);
	ptrace(PTRACE_SETREGSET, pid, -1, NULL);
	ptrace(PTRACE_DETACH, pid, 0, 0);
	need(ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEFORK) == 0, "seize");
	end(pid);
	waitpid(child_that(be_traced), NULL, 0);
	ptrace(PTRACE_ATTACH, NOBODY_PID, 0, 0);
	become(STRANGER);
	ptrace(PTRACE_ATTACH, getppid(), 0, 0);
}

static void act_vm(const char *argument)
{
	pid_t pid = child_that(wait_for_signal);
	long value = 7;
	struct iovec own = { &value, sizeof(value) }, theirs = { &word, sizeof(word) };

	printf("%d\n", pid);
	for (int i = 0; i < 3; i++)
		need(syscall(SYS_process_vm_writev, pid, &own, 1, &theirs, 1, 0) == sizeof(word), "process_vm_writev");
	need(syscall(SYS_process_vm_readv, pid, &own, 1, &theirs, 1, 0) == sizeof(word), "process_vm_readv");
	end(pid);
}

static void act_memfd(const char *argument)
{
	need(syscall(SYS_memfd_create, "a name", 1) >= 0, "memfd_create");
	syscall(SYS_memfd_create, "refused", 0x8000);
	syscall(SYS_memfd_secret, 0);
}

/* argument: a file */
static void act_executable(const char *argument)
{
	const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
	int fd = open(argument, O_RDWR);
	void *memory, *file;

	for (int i = 0; i < 3; i++) {
		memory = mmap(NULL, 4096, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		need(memory != MAP_FAILED, "mmap");
	}
	mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	file = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);
	need(mprotect(file, 4096, all) == 0, "mprotect");
	mmap(NULL, 0, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* What can be read can be executed: no protection that says so is asked for. */
static void act_implied_executable(const char *argument)
{
	personality(READ_IMPLIES_EXEC);
	mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void act_shared_executable(const char *argument)
{
	int id = shmget(IPC_PRIVATE, 4096, 0700);
	void *memory;

	need(id >= 0, "shmget");
	memory = shmat(id, NULL, SHM_EXEC);
	shmctl(id, IPC_RMID, NULL);
	need(memory != (void *)-1, "shmat");
}

static void act_userfaultfd(const char *argument)
{
	int device = open("/dev/userfaultfd", O_RDWR);

	need(syscall(SYS_userfaultfd, O_CLOEXEC) >= 0, "userfaultfd");
	if (device >= 0)
		ioctl(device, 0xaa00, O_CLOEXEC);
}

static int load_filter(const char *name, uint32_t instructions)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = { .prog_type = BPF_PROG_TYPE_SOCKET_FILTER, .insns = (uintptr_t)code, .insn_cnt = instructions, .license = (uintptr_t)"GPL" };

	strcpy(attr.prog_name, name);
	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static void act_bpf(const char *argument)
{
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1, .map_name = "a_map" };
	union bpf_attr pin = { .pathname = (uintptr_t)"/proc/no/such", .bpf_fd = 0 };
	union bpf_attr lookup = {};

	need((pin.bpf_fd = load_filter("a_program", 2)) > 0, "BPF_PROG_LOAD");
	load_filter("refused", 1);
	need(syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)) > 0, "BPF_MAP_CREATE");
	syscall(SYS_bpf, BPF_OBJ_PIN, &pin, sizeof(pin));
	syscall(SYS_bpf, BPF_MAP_LOOKUP_ELEM, &lookup, sizeof(lookup));
}

static void act_perf(const char *argument)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr), .config = PERF_COUNT_SW_CPU_CLOCK };

	need(syscall(SYS_perf_event_open, &attr, getppid(), -1, -1, PERF_FLAG_FD_CLOEXEC) >= 0, "perf_event_open");
}

/* argument: a file that is no module */
static void act_modules(const char *argument)
{
	int fd = open(argument, O_RDONLY);

	syscall(SYS_init_module, NULL, 1, "from=memory");
	syscall(SYS_finit_module, fd, "from=file", 2);
	syscall(SYS_delete_module, "no_such_module", O_NONBLOCK);
	syscall(SYS_kexec_load, 0, 0, NULL, 0xffff);
	syscall(SYS_kexec_file_load, fd, -1, sizeof("a command line"), "a command line", 0xffff);
}

static void act_io_uring(const char *argument)
{
	struct io_uring_params params = { .flags = IORING_SETUP_CLAMP };
	int fd = syscall(SYS_io_uring_setup, 4, &params);
	uint32_t *tail, *mask, *array;
	struct io_uring_sqe *requests;
	char *ring;

	need(fd >= 0, "io_uring_setup");
	syscall(SYS_io_uring_register, fd, IORING_REGISTER_EVENTFD, NULL, 7);
	ring = mmap(NULL, params.sq_off.array + 4 * sizeof(*array), PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	requests = mmap(NULL, 4 * sizeof(*requests), PROT_READ | PROT_WRITE, MAP_SHARED, fd, IORING_OFF_SQES);
	tail = (void *)(ring + params.sq_off.tail);
	mask = (void *)(ring + params.sq_off.ring_mask);
	array = (void *)(ring + params.sq_off.array);
	for (int i = 0; i < 3; i++) {
		requests[*tail & *mask] = (struct io_uring_sqe){ .opcode = i < 2 ? IORING_OP_NOP : IORING_OP_FADVISE, .fd = 0 };
		array[*tail & *mask] = *tail & *mask;
		++*tail;
		need(syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) == 1, "io_uring_enter");
	}
}

static void act_tiocsti(const char *argument)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;

	need(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0, "posix_openpt");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	printf("%s\n", ptsname(master));
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	ioctl(slave, TIOCSTI, "x");
	ioctl(slave, TIOCGPGRP, &(pid_t){ 0 });
}

static void act_dup(const char *argument)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);
	int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), other = open("/dev/null", O_RDWR);
	int own = dup(1);
	FILE *output = fdopen(own, "w");

	need(bind(server, (void *)&address, length) == 0 && listen(server, 1) == 0, "listen");
	getsockname(server, (void *)&address, &length);
	need(connect(client, (void *)&address, length) == 0, "connect");
	fprintf(output, "%d\n", ntohs(address.sin_port));
	fflush(output);
	syscall(SYS_dup3, client, 0, 0);
	syscall(SYS_dup3, client, 100, 0);
	syscall(SYS_dup3, other, 1, 0);
	close(2);
	fcntl(client, F_DUPFD, 2);
	close(1);
	need(dup(server) == 1, "dup");
}

static void send_signals_as_stranger(void)
{
	become(STRANGER);
	kill(getppid(), SIGTERM);
	syscall(SYS_tgkill, getppid(), getppid(), SIGUSR1);
	syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, getppid(), 0), SIGUSR2, NULL, 0);
	kill(getpid(), SIGCONT);
}

static void wait_as_stranger(void)
{
	become(STRANGER);
	pause();
}

static void act_signals(const char *argument)
{
	pid_t pid = child_that(wait_as_stranger);
	siginfo_t info = { .si_code = SI_TIMER };

	usleep(50000);
	printf("%d\n", pid);
	need(kill(pid, SIGURG) == 0, "kill");
	need(syscall(SYS_rt_sigqueueinfo, pid, SIGWINCH, &info) == 0, "rt_sigqueueinfo");
	kill(pid, 0);
	kill(getpid(), SIGCONT);
	end(pid);
	waitpid(child_that(send_signals_as_stranger), NULL, 0);
}

static void act_keys(const char *argument)
{
	need(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "a-ring") >= 0, "keyctl");
	need(syscall(SYS_add_key, "user", "a-key", "x", 1, KEY_SPEC_SESSION_KEYRING) >= 0, "add_key");
	syscall(SYS_request_key, "user", "no-key", NULL, 0);
}

static void *rename_thread(void *nothing)
{
	prctl(PR_SET_NAME, "a-thread");
	return nothing;
}

static void act_prctl(const char *argument)
{
	pthread_t thread;

	prctl(PR_SET_NAME, "[kworker/0:0]");
	pthread_create(&thread, NULL, rename_thread, NULL);
	pthread_join(thread, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	personality(0xffffffff);
	personality(ADDR_NO_RANDOMIZE);
}

/* argument: a file */
static void act_getfd(const char *argument)
{
	int fd = open(argument, O_RDONLY);
	pid_t pid = child_that(wait_for_signal);
	int pidfd = syscall(SYS_pidfd_open, pid, 0);

	printf("%d\n", pid);
	need(syscall(SYS_pidfd_getfd, pidfd, fd, 0) >= 0, "pidfd_getfd");
	end(pid);
	close(fd);
}

static const struct act acts[] = {
	{ "ptrace", act_ptrace },
	{ "vm", act_vm },
	{ "memfd", act_memfd },
	{ "executable", act_executable },
	{ "implied-executable", act_implied_executable },
	{ "shared-executable", act_shared_executable },
	{ "userfaultfd", act_userfaultfd },
	{ "bpf", act_bpf },
	{ "perf", act_perf },
	{ "modules", act_modules },
	{ "io_uring", act_io_uring },
	{ "tiocsti", act_tiocsti },
	{ "dup", act_dup },
	{ "signals", act_signals },
	{ "keys", act_keys },
	{ "prctl", act_prctl },
	{ "getfd", act_getfd },
};

ACTS_MAIN(acts)
