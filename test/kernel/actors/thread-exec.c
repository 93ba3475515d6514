/* thread-exec PROGRAM: execs the program from a thread that does not lead its process. */
#include <pthread.h>
#include <unistd.h>

static void *run(void *program)
{
	execl(program, program, "from-thread", NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	pthread_create(&thread, NULL, run, argv[1]);
	pthread_join(thread, NULL);
	return 127;
}
