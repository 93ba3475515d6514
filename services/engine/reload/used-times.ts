/**
 * When what this engine last put to use was issued, of its rules and each of its lists: <home>/published-<group>.json.
 *
 * The topic alone cannot say. It is compacted, so that whoever can write to it makes an older record of a publisher, whose
 * signature is as good as ever, the only one that is left of its key; or none at all, with an empty one. An engine that
 * runs knows better, and by these times so does the next one in its home: what is older is refused, and what is not there
 * any more is told. One in a new home knows nothing, and believes the newest that is signed.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '#runtime/log.ts';
import type { RuleManifest } from '#schemas/generated/types.gen.ts';

/** By subject, in ms since the epoch. */
export type UsedTimes = ReadonlyMap<string, number>;

/** Lists that are withdrawn count too. Beyond it those go that were not published for the longest. */
export const usedTimesMax = 10_000;

const fileSchema = z.record(z.string(), z.number());

/** Empty when there are none, or the file is none of ours, which the log says. */
export function readUsedTimes(home: string, group: string, logger: Logger): UsedTimes {
  const path = pathOf(home, group);
  if (!existsSync(path)) return new Map();
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))));
  } catch (err) {
    logger.warn({ err, path }, 'could not read when the published rules and lists were issued that were last in use: older ones are not told apart');
    return new Map();
  }
}

/** Whole or not at all. A failure is logged. */
export function keepUsedTime(home: string, group: string, { subject, issued_ms }: RuleManifest, logger: Logger): void {
  const path = pathOf(home, group);
  try {
    const times = [...readUsedTimes(home, group, logger)].filter(([known]) => known !== subject);
    const kept = [...times, [subject, issued_ms] as const].slice(-usedTimesMax);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (err) {
    logger.warn({ err, path }, 'could not keep when what is in use was issued');
  }
}

function pathOf(home: string, group: string): string {
  return join(home, `published-${encodeURIComponent(group)}.json`);
}
