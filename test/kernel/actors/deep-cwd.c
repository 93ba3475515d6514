/* deep-cwd DEPTH NAME: makes and enters a directory of that name so many times, and execs /bin/true there. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (int i = atoi(argv[1]); i > 0; i--) {
		if ((mkdir(argv[2], 0700) | chdir(argv[2])) != 0)
			return 126;
	}
	execl("/bin/true", "true", NULL);
	return 127;
}
