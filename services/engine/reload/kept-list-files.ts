/**
 * Copies of the files of lists that were last in use, in a folder of the home: published rules that are in force may refer
 * to a list whose file is gone when the engine starts again, or holds what the rules are refused for. The copies (.txt) are
 * not signed, as the files are not, and are used for published rules only.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Logger } from '#runtime/log.ts';
import { loadListFiles, stampOf, type LoadedList } from '../lists/list-files.ts';
import { replaceFile } from './replace-file.ts';

export class KeptListFiles {
  private readonly folder: string;
  private readonly logger: Logger;

  constructor(folder: string, logger: Logger) {
    this.folder = folder;
    this.logger = logger;
  }

  /** None where there is no folder yet. Never rejects. */
  async read(): Promise<readonly LoadedList[]> {
    return (await loadListFiles([this.folder])).lists;
  }

  /** Whole or not at all; not at all when the file has changed since it was read. A failure is logged. */
  async keep({ name, file, stamp }: LoadedList): Promise<void> {
    const copy = this.pathOf(name);
    try {
      // At a start most are there from the one before. Times and sizes do not tell: some tools give every file the same time.
      const kept = await digestOf(copy);
      if (kept !== undefined && kept === (await digestOf(file))) return;
      await replaceFile(copy, async (next) => {
        await copyFile(file, next, constants.COPYFILE_FICLONE);
        return (await stampOf(file)) === stamp;
      });
    } catch (err) {
      this.logger.warn({ err, file, copy }, 'could not keep a list that is in use');
    }
  }

  async forget(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true }).catch((err: unknown) => this.logger.warn({ err, list: name }, 'could not remove a list that was kept'));
  }

  /** Lists that went while no engine ran, and that nothing has missed since, must not come back. */
  async forgetAllBut(names: readonly string[]): Promise<void> {
    const kept = await readdir(this.folder).catch(() => []);
    for (const file of kept) if (file.endsWith('.txt') && !names.includes(basename(file, '.txt'))) await this.forget(basename(file, '.txt'));
  }

  private pathOf(name: string): string {
    return join(this.folder, `${name}.txt`);
  }
}

/** Undefined when the file cannot be read. */
async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
