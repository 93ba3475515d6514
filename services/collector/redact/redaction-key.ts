/**
 * The node's key for redaction, <home>/keys/redaction.key: 32 random bytes in hex, mode 0600, made at first use. It stays with
 * the node: with it, whoever reads events could try guesses against the hashes. Deleting it makes new hashes from then on.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RingfenceError } from '#runtime/errors.ts';

const keyBytes = 32;

/** Throws KEY_INVALID when the file is there and is no key. */
export function openRedactionKey(home: string): Buffer {
  const path = join(home, 'keys/redaction.key');
  if (!existsSync(path)) create(path);
  const text = readFileSync(path, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text)) throw new RingfenceError('KEY_INVALID', `${path} is not a redaction key`, { details: { path } });
  return Buffer.from(text, 'hex');
}

/** Whole or not at all, and never over one that another process has made meanwhile. */
function create(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  writeFileSync(temporary, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary);
  }
}
