/* memfd-exec NAME PROGRAM: execs a copy of the program that exists in memory only. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { argv[1], NULL };
	int from = open(argv[2], O_RDONLY);
	int to = memfd_create(argv[1], 0);

	while (sendfile(to, from, NULL, 1 << 20) > 0)
		;
	fexecve(to, args, environ);
	return 127;
}
