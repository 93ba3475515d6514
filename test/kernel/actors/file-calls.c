/* Calls on files that no shell makes: one a name, its arguments behind it. Says "ok" or the errno of each that failed. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static void ends(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
}

static int directory(const char *path)
{
	return open(path, O_PATH | O_DIRECTORY);
}

/* openat2 with each way to resolve: beneath, in root, no links. */
static void resolve(const char *base, const char *name, unsigned long flags)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = flags };

	ends("openat2", syscall(SYS_openat2, directory(base), name, &how, sizeof(how)));
}

/* A call by i386's table from a 64-bit program; its pointers must have 32 bits. */
static long int80(long number, long one, long two)
{
	long result;

	asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(one), "c"(two), "d"(0L) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static char *low;

static void compat(const char *path)
{
	strcpy(low, path);
	errno = -int80(5, (long)low, O_RDONLY);
	ends("int80 open", errno > 0 ? -1 : 0);
	errno = -int80(10, (long)low, 0);
	ends("int80 unlink", errno > 0 ? -1 : 0);
}

static volatile int stop;
static char shared[256];

static void *swap(void *names)
{
	char **name = names;

	while (!stop)
		for (int i = 0; i < 2; i++)
			strcpy(shared, name[i]);
	return NULL;
}

/* Opens a name that another thread writes over all the time; says how often it got the second file. */
static void race(char **names, int times)
{
	struct stat want, got;
	pthread_t thread;
	int second = 0;

	stat(names[1], &want);
	strcpy(shared, names[0]);
	pthread_create(&thread, NULL, swap, names);
	for (int i = 0; i < times; i++) {
		int fd = open(shared, O_RDONLY);

		if (fd >= 0 && fstat(fd, &got) == 0 && got.st_ino == want.st_ino)
			second++;
		close(fd);
	}
	stop = 1;
	pthread_join(thread, NULL);
	printf("%d\n", second);
}

static void by_descriptor(const char *path)
{
	int fd = open(path, O_RDWR);

	ends("fchmod", fchmod(fd, 04755));
	ends("fchown", fchown(fd, 12, 34));
	ends("ftruncate", ftruncate(fd, 0));
	ends("fsetxattr", fsetxattr(fd, "user.test", "x", 1, 0));
	ends("fremovexattr", fremovexattr(fd, "user.test"));
	ends("fchownat", fchownat(fd, "", 56, -1, AT_EMPTY_PATH));
	ends("linkat", linkat(AT_FDCWD, path, directory("."), "hard", 0));
}

static void temporary(const char *base, const char *name)
{
	int fd = open(base, O_TMPFILE | O_WRONLY, 0600);
	char self[64];

	sprintf(self, "/proc/self/fd/%d", fd);
	ends("O_TMPFILE", fd);
	ends("linkat", linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW));
}

/* Holds a file open for writing, many times, until its input ends. */
static void hold(const char *path, int times)
{
	char rest;

	for (int i = 0; i < times; i++)
		ends("open", open(path, O_WRONLY));
	puts("held");
	fflush(stdout);
	while (read(0, &rest, 1) > 0)
		;
}

int main(int count, char **argument)
{
	const char *what = argument[1];
	(void)count;

	if (!strcmp(what, "resolve"))
		resolve(argument[2], argument[3], strtoul(argument[4], NULL, 0));
	else if (!strcmp(what, "path"))
		ends("O_PATH", open(argument[2], O_PATH));
	else if (!strcmp(what, "temporary"))
		temporary(argument[2], argument[3]);
	else if (!strcmp(what, "race"))
		race(argument + 2, atoi(argument[4]));
	else if (!strcmp(what, "descriptor"))
		by_descriptor(argument[2]);
	else if (!strcmp(what, "at"))
		ends("openat", openat(directory(argument[2]), argument[3], O_RDONLY));
	else if (!strcmp(what, "chroot")) {
		int fd = directory(argument[3]);

		ends("chroot", chroot(argument[2]));
		ends("open", open("/inside", O_RDONLY));
		ends("open", open("/missing", O_RDONLY));
		ends("openat", openat(fd, "outside", O_RDONLY));
	} else if (!strcmp(what, "null"))
		ends("open", syscall(SYS_open, NULL, O_RDONLY));
	else if (!strcmp(what, "closed"))
		ends("openat", openat(99, "relative", O_WRONLY));
	else if (!strcmp(what, "each"))
		/* Twice, so that what is learnt at the first is used at the second. */
		for (int i = 0; i < 2; i++)
			for (char **name = argument + 2; *name; name++)
				close(open(*name, O_RDONLY));
	else if (!strcmp(what, "leave"))
		ends("open", open(argument[2], O_WRONLY | O_CREAT, 0600));
	else if (!strcmp(what, "hold"))
		hold(argument[2], atoi(argument[3]));
	else if (!strcmp(what, "inherit")) {
		int fd = open(argument[2], O_WRONLY | O_CLOEXEC), stays = open(argument[3], O_WRONLY);

		(void)fd, (void)stays;
		execl("/bin/true", "true", NULL);
	} else if (!strcmp(what, "compat")) {
		low = (char *)syscall(SYS_mmap, 0, 4096, 3, 0x62, -1, 0); /* MAP_32BIT */
		compat(argument[2]);
	}
	return 0;
}
