/*
 * exec-args strange: execs /bin/true with arguments that no shell passes on: none-ASCII bytes that are no UTF-8, control
 * characters, empty strings. exec-args huge: with 2 MiB of arguments, each of 64 KiB less one byte.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define HUGE_ARGS 32
#define HUGE_BYTES 65536

static void strange(void)
{
	char *args[] = { "true", "\xff\xfe", "", "\x1b[31m\n\t\x01", "caf\xc3\xa9", "\xc3", "", NULL };

	execv("/bin/true", args);
}

static void huge(void)
{
	struct rlimit stack = { .rlim_cur = 64 << 20, .rlim_max = RLIM_INFINITY };
	char *args[HUGE_ARGS + 2] = { "true" };

	/* The kernel gives arguments a quarter of the stack's limit. */
	getrlimit(RLIMIT_STACK, &stack);
	stack.rlim_cur = 64 << 20;
	setrlimit(RLIMIT_STACK, &stack);
	for (int i = 1; i <= HUGE_ARGS; i++) {
		args[i] = calloc(1, HUGE_BYTES);
		memset(args[i], 'a', HUGE_BYTES - 1);
	}
	execv("/bin/true", args);
}

int main(int argc, char **argv)
{
	if (strcmp(argv[1], "huge") == 0)
		huge();
	else
		strange();
	return 127;
}
