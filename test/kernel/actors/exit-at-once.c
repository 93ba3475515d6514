/* exit-at-once PROCESSES THREADS: each process has so many threads, which all end at the same moment. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int waiting;

static void end(int threads)
{
	atomic_fetch_add(&waiting, 1);
	while (atomic_load(&waiting) < threads)
		;
	syscall(SYS_exit, 0);
}

static void *run(void *threads)
{
	end(*(int *)threads);
	return NULL;
}

int main(int argc, char **argv)
{
	int processes = atoi(argv[1]), threads = atoi(argv[2]);

	for (int i = 0; i < processes; i++) {
		if (fork() == 0) {
			for (int j = 1; j < threads; j++) {
				pthread_t thread;

				pthread_create(&thread, NULL, run, &threads);
			}
			end(threads);
		}
		wait(NULL);
	}
	return 0;
}
