/* exec-fd PROGRAM: execs the program by a descriptor of it, without a name: execveat with AT_EMPTY_PATH. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	char *args[] = { strrchr(argv[1], '/') + 1, NULL };
	int fd = dup2(open(argv[1], O_PATH), 3);

	execveat(fd, "", args, environ, AT_EMPTY_PATH);
	return 127;
}
