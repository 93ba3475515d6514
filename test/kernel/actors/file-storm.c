/*
 * file-storm FILE: opens the file ten times in a row, rests, and so on until it is killed: as often as a reader can follow
 * where every instruction is emulated.
 */
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	for (;;) {
		for (int i = 0; i < 10; i++)
			close(open(argv[1], O_RDONLY));
		usleep(5000);
	}
}
