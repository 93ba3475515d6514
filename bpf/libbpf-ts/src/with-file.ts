/** A file given by path or by descriptor: opened for the call alone, or borrowed. */
import { closeSync, openSync } from 'node:fs';

export function withFile<Result>(file: string | number, use: (fd: number) => Result): Result {
  if (typeof file === 'number') return use(file);
  const fd = openSync(file, 'r');
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
