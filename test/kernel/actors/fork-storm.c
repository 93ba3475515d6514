/* fork-storm PROCESSES: forks so many, two at a time, which exit at once. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = atoi(argv[1]); i > 0; i--) {
		if (fork() == 0)
			_exit(0);
		if (i % 2 == 0)
			wait(NULL);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}
