/* vfork-exec PROGRAM ARGUMENT: a child that shares the memory of its parent execs the program. */
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execl(argv[1], argv[1], argv[2], NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return 0;
}
