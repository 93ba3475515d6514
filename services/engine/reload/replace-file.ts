/**
 * Replaces a file of the home so that a crash at any moment, of the process or the machine, leaves the old one or the new
 * one, whole. Nothing of it is done on the event loop, which has events to judge.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What `replaceFile` calls a file that is not whole yet. */
const newFile = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.new$/;

/** Longer than anything takes to write, and than clocks of hosts that share a volume are apart. */
const abandonedMs = 60 * 60_000;

/**
 * `write` makes the new file, at the path that it is given; false leaves the old one. Engines may share a home: of calls at
 * the same time, the last to end counts. They may be in containers, where their process ids are the same.
 */
export async function replaceFile(path: string, write: (next: string) => Promise<boolean>): Promise<void> {
  const next = `${path}.${randomUUID()}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
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

/** Removes what crashes have left in a folder: no reader takes it for a file that counts, but it takes room. */
export async function removeAbandoned(folder: string, nowMs: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!newFile.test(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs < nowMs - abandonedMs) await rm(path, { force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (err) {
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return [];
    throw err;
  }
}

/** Of a folder, the names in it. */
async function sync(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.sync();
}
