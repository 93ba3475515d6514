/**
 * Notices that files have changed: by asking the file system what is there every `checkMs`, and at once when it says so
 * itself. What it says alone is not enough: it is silent over some network file systems and where a link far up is
 * swapped, as Kubernetes does with a ConfigMap. Editors and copies write in steps: a change counts when nothing has
 * moved for `settleMs`.
 */
import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Clock } from '#runtime/clock/clock.ts';
import { isBehindLink } from '../rules/read-files.ts';
import { hashOf } from './content.ts';

export interface WatchOptions {
  readonly clock: Clock;
  readonly checkMs: number;
  readonly settleMs: number;
  /** Files and folders; folders with all below them. They need not exist. */
  readonly paths: readonly string[];
  /** Of the files that count, how their names end. */
  readonly extensions: readonly string[];
}

export interface FileWatch {
  close(): Promise<void>;
}

/** Files as they were before they were read. */
export interface KnownFiles {
  /**
   * Calls `onChange` after each change that has settled, also for one since the files were looked at; the next waits
   * until it has resolved. It must not reject.
   */
  watch(onChange: () => Promise<void>): FileWatch;
}

/** Before the files are read: what changes while they are is a change too. */
export async function lookAtFiles(options: WatchOptions): Promise<KnownFiles> {
  const known = await fingerprint(options);
  return { watch: (onChange) => new Watcher(options, known, onChange) };
}

class Watcher implements FileWatch {
  private readonly options: WatchOptions;
  private readonly onChange: () => Promise<void>;
  private readonly closing = new AbortController();
  private readonly watchers: FSWatcher[] = [];
  private known: string;
  private hinted = Promise.withResolvers<void>();
  private readonly running: Promise<void>;

  constructor(options: WatchOptions, known: string, onChange: () => Promise<void>) {
    this.options = options;
    this.known = known;
    this.onChange = onChange;
    for (const path of options.paths) this.listen(path);
    // What has changed by now is not waited for.
    this.hinted.resolve();
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const watcher of this.watchers) watcher.close();
    await this.running;
  }

  /** Only to be quicker than the next check: what fails here is found there. */
  private listen(path: string): void {
    try {
      const watcher = watch(path, { recursive: true }, () => this.hinted.resolve());
      watcher.on('error', () => watcher.close());
      this.watchers.push(watcher);
    } catch {
      return;
    }
  }

  private async run(): Promise<void> {
    const { clock, checkMs } = this.options;
    while (!this.closing.signal.aborted) {
      const waiting = new AbortController();
      await Promise.race([clock.sleep(checkMs, AbortSignal.any([waiting.signal, this.closing.signal])), this.hinted.promise]);
      waiting.abort();
      this.hinted = Promise.withResolvers();
      if ((await fingerprint(this.options)) === this.known) continue;
      const settled = await this.settle();
      if (settled === undefined || settled === this.known) continue;
      this.known = settled;
      await this.onChange();
    }
  }

  /** What is there when nothing has moved for a while; undefined when it is closed before. */
  private async settle(): Promise<string | undefined> {
    const { clock, settleMs } = this.options;
    for (let before = await fingerprint(this.options); ; ) {
      await clock.sleep(settleMs, this.closing.signal);
      if (this.closing.signal.aborted) return undefined;
      const now = await fingerprint(this.options);
      if (now === before) return now;
      before = now;
    }
  }
}

/** Changes whenever a file that counts does: its path, size, inode or times. Links are followed. */
async function fingerprint({ paths, extensions }: WatchOptions): Promise<string> {
  const files = (await Promise.all(paths.map((path) => filesUnder(path, extensions)))).flat();
  const lines = await Promise.all(files.map(describe));
  return hashOf(Buffer.from(lines.join('\n')));
}

async function filesUnder(path: string, extensions: readonly string[]): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries.map((entry) => join(entry.parentPath, entry.name)).filter((file) => !isBehindLink(relative(path, file)) && extensions.some((extension) => file.endsWith(extension))).sort();
  } catch {
    return [];
  }
}

async function describe(file: string): Promise<string> {
  try {
    const { size, ino, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return JSON.stringify([file, String(size), String(ino), String(mtimeNs), String(ctimeNs)]);
  } catch {
    return file;
  }
}
