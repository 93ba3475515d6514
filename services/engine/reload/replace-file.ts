/**
 * Replaces a file of the home so that a crash at any moment, of the process or the machine, leaves the old one or the new
 * one, whole. Nothing of it is done on the event loop, which has events to judge.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** `write` makes the new file, at the path that it is given; false leaves the old one. One call at a time for each path. */
export async function replaceFile(path: string, write: (next: string) => Promise<boolean>): Promise<void> {
  const next = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A crash may have left one, and a copy of what is read-only can't be written over.
  await rm(next, { force: true });
  try {
    if (!(await write(next))) return;
    await sync(next);
    await rename(next, path);
    await sync(dirname(path));
  } finally {
    await rm(next, { force: true });
  }
}

/** The same, of pieces that are made one by one: between any two, others have their turn. */
export async function replaceFileBy(path: string, pieces: Iterable<string>): Promise<void> {
  await replaceFile(path, async (next) => {
    await using file = await open(next, 'w', 0o600);
    for (const piece of pieces) await file.writeFile(piece);
    return true;
  });
}

/** Of a folder, the names in it. */
async function sync(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}
