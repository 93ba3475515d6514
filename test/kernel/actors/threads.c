/* threads N: starts so many threads one after the other, each of which ends at once. */
#include <pthread.h>
#include <stdlib.h>

static void *run(void *unused)
{
	return unused;
}

int main(int argc, char **argv)
{
	for (int i = atoi(argv[1]); i > 0; i--) {
		pthread_t thread;

		pthread_create(&thread, NULL, run, NULL);
		pthread_join(thread, NULL);
	}
	return 0;
}
