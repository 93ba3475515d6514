/*
 * exec-turns TURNS OTHER: opens the file of its own program, then execs the program OTHER, which does the same and execs the
 * first, and so on for TURNS execs: what it opens says which program it is. Every other time a thread does both, that does
 * not lead its process.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int turns;

static void *take_turn(void *args)
{
	char **argv = args, left[16];

	close(open(argv[0], O_RDONLY));
	if (turns == 0)
		exit(0);
	snprintf(left, sizeof(left), "%d", turns - 1);
	execl(argv[2], argv[2], left, argv[0], NULL);
	exit(127);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	turns = atoi(argv[1]);
	if (turns % 2 == 0)
		take_turn(argv);
	pthread_create(&thread, NULL, take_turn, argv);
	pthread_join(thread, NULL);
	return 127;
}
