/**
 * The published rules that this engine last ran, as the signed records that they came in: <home>/rules-<group>.json. They
 * are verified again when read, so that the file needs no trust of its own.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '#runtime/log.ts';
import type { Published, SignedRecord } from './assembler.ts';

const fileSchema = z.array(z.strictObject({ key: z.string(), value: z.base64(), kid: z.string(), signature: z.string() }));

/** Empty when there are none, or the file is none of ours, which the log says. */
export function readKeptRules(home: string, group: string, logger: Logger): SignedRecord[] {
  const path = pathOf(home, group);
  if (!existsSync(path)) return [];
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ value, ...record }) => ({ ...record, value: Buffer.from(value, 'base64') }));
  } catch (err) {
    logger.warn({ err, path }, 'could not read the published rules that were last in use');
    return [];
  }
}

/** Whole or not at all; of withdrawn rules that they are. A failure is logged: the next start reads the topic. */
export function keepRules(home: string, group: string, { records }: Published, logger: Logger): void {
  const path = pathOf(home, group);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const kept = records.map(({ value, ...record }) => ({ ...record, value: value.toString('base64') }));
    writeFileSync(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (err) {
    logger.warn({ err, path }, 'could not keep the published rules');
  }
}

function pathOf(home: string, group: string): string {
  return join(home, `rules-${encodeURIComponent(group)}.json`);
}
