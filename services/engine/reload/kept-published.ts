/**
 * What was published and this engine last used, as the signed records that it came in: its rules in
 * <home>/rules-<group>.json, each list in <home>/lists-<group>/<name>.json. They are verified again when read, so that
 * the files need no trust of their own.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '#runtime/log.ts';
import type { Published, SignedRecord } from './assembler.ts';
import { isListSubject, listNameIn } from './content.ts';
import { replaceFileBy } from './replace-file.ts';

const fileSchema = z.array(z.strictObject({ key: z.string(), value: z.base64(), kid: z.string(), signature: z.string() }));

/** Before anything is judged. Without those of files that are none of ours, which the log says. */
export function readKept(home: string, group: string, logger: Logger): SignedRecord[] {
  return [rulesFile(home, group), ...listFiles(keptListsFolder(home, group), logger)].flatMap((path) => readFile(path, logger));
}

/** Whole or not at all; of rules that are withdrawn, that they are. A failure is logged: the next start reads the topic. */
export async function keepPublished(home: string, group: string, { manifest, content, records }: Published, logger: Logger): Promise<void> {
  const { subject } = manifest;
  const isList = isListSubject(subject);
  const path = isList ? join(keptListsFolder(home, group), `${encodeURIComponent(listNameIn(subject))}.json`) : rulesFile(home, group);
  try {
    if (isList && content === undefined) await rm(path, { force: true });
    else await replaceFileBy(path, encoded(records));
  } catch (err) {
    logger.warn({ err, path }, 'could not keep what was published and is in use');
  }
}

/** The records of a large list are many MiB: each is a piece. */
function* encoded(records: readonly SignedRecord[]): Generator<string> {
  for (const [index, { value, ...record }] of records.entries()) {
    yield `${index === 0 ? '[' : ','}${JSON.stringify({ ...record, value: value.toString('base64') })}\n`;
  }
  yield ']';
}

function listFiles(folder: string, logger: Logger): string[] {
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.json')).map((file) => join(folder, file));
  } catch (err) {
    logger.warn({ err, folder }, 'could not read the published lists that were last in use');
    return [];
  }
}

function readFile(path: string, logger: Logger): SignedRecord[] {
  if (!existsSync(path)) return [];
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ value, ...record }) => ({ ...record, value: Buffer.from(value, 'base64') }));
  } catch (err) {
    logger.warn({ err, path }, 'could not read what was published and last in use');
    return [];
  }
}

function rulesFile(home: string, group: string): string {
  return join(home, `rules-${encodeURIComponent(group)}.json`);
}

/** Copies of lists that are files stand there too: see kept-list-files.ts. */
export function keptListsFolder(home: string, group: string): string {
  return join(home, `lists-${encodeURIComponent(group)}`);
}
