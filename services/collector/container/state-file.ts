/**
 * Reads of the files in which container runtimes keep their state. Root's, but a bundle may be anybody's: only regular files of
 * bounded size are read, and nothing here blocks on a pipe, follows a link in the last place, or throws.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { z } from 'zod';

/** The largest state file seen is some 60 kB; a list of a thousand containers is below 1 MB. */
export const stateFileBytesMax = 4 << 20;

/** Null when there is none, or none of that shape. */
export function readState<S extends z.ZodType>(path: string, shape: S): z.infer<S> | null {
  if (statOrNull(path) === null) return null;
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile() || stat.size > stateFileBytesMax) return null;
      return shape.safeParse(JSON.parse(readFileSync(descriptor, 'utf8'))).data ?? null;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/** When it was last written, ns since the epoch; null when there is none. */
export function writtenNs(path: string): bigint | null {
  return statOrNull(path)?.mtimeNs ?? null;
}

/** Tells one directory, and one state of its listing, from another; null when there is none. */
export function directoryState(path: string): string | null {
  const stat = statOrNull(path);
  return stat === null ? null : `${stat.ino}:${stat.mtimeNs}`;
}

/** Names in a directory, at most `max`; none when it is not there. */
export function listDirectory(path: string, max: number): string[] {
  // Most of the directories asked for are not there, and an error costs ten times the look.
  if (statOrNull(path) === null) return [];
  try {
    return readdirSync(path).slice(0, max);
  } catch {
    return [];
  }
}

/** An id becomes part of a path: it must not lead elsewhere. */
export function isSafeName(id: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,255}$/.test(id);
}

/** RFC 3339 with a fraction of up to 9 digits → ns since the epoch; null when it is none, or before 1970 (docker's "never"). */
export function parseTimeNs(text: string | undefined): bigint | null {
  const [, seconds, fraction = '', zone] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text ?? '') ?? [];
  const ms = seconds === undefined ? NaN : Date.parse(seconds + zone);
  return Number.isNaN(ms) || ms < 0 ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function statOrNull(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
