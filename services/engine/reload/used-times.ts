/**
 * When what this engine last put to use was issued, of its rules and each of its lists: <home>/published-<group>.json.
 *
 * The topic alone cannot say. It is compacted, so that whoever can write to it makes an older record of a publisher, whose
 * signature is as good as ever, the only one that is left of its key; or none at all, with an empty one. An engine that
 * runs knows better, and by these times so does the next one in its home: what is older is refused, and what is not there
 * any more is told. One in a new home knows nothing, and believes the newest that is signed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '#runtime/log.ts';
import type { RuleManifest } from '#schemas/generated/types.gen.ts';
import { replaceFileBy } from './replace-file.ts';

/** Lists that are withdrawn count too. Beyond it those go that were not published for the longest. */
export const usedTimesMax = 10_000;

const fileSchema = z.record(z.string(), z.number());

/**
 * Read once: what is written later never depends on another look at the file. A file that is there and cannot be read is
 * left alone, which the log says: it may hold times that nothing else knows.
 */
export function readUsedTimes(home: string, group: string, logger: Logger): UsedTimes {
  const path = join(home, `published-${encodeURIComponent(group)}.json`);
  try {
    return new UsedTimes(path, new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))))), logger);
  } catch (err) {
    if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return new UsedTimes(path, new Map(), logger);
    logger.error({ err, path }, 'cannot read when the published rules and lists were issued that were last in use: older ones are not told apart, and nothing is kept until the file is mended or removed');
    return new UsedTimes(undefined, new Map(), logger);
  }
}

export class UsedTimes {
  private readonly path: string | undefined;
  private readonly times: Map<string, number>;
  private readonly logger: Logger;
  private written = true;

  /** Without a path they are never written. */
  constructor(path: string | undefined, times: Map<string, number>, logger: Logger) {
    this.path = path;
    this.times = times;
    this.logger = logger;
  }

  /** By subject, in ms since the epoch; what was published last comes last. */
  get bySubject(): ReadonlyMap<string, number> {
    return this.times;
  }

  /** Is in the file after the next `write`. */
  note({ subject, issued_ms }: Pick<RuleManifest, 'subject' | 'issued_ms'>): void {
    if (this.times.get(subject) === issued_ms) return;
    this.times.delete(subject);
    this.times.set(subject, issued_ms);
    for (const oldest of this.times.keys()) {
      if (this.times.size <= usedTimesMax) break;
      this.times.delete(oldest);
    }
    this.written = false;
  }

  /** Whole or not at all, and only what has changed. A failure is logged, and the next call tries again. */
  async write(): Promise<void> {
    const { path, logger } = this;
    if (this.written || path === undefined) return;
    this.written = true;
    try {
      await replaceFileBy(path, [JSON.stringify(Object.fromEntries(this.times))]);
    } catch (err) {
      this.written = false;
      logger.warn({ err, path }, 'could not keep when what is in use was issued');
    }
  }
}
