/**
 * Tells whether something built still stands for its sources: a stamp holds the hash of every source and of whatever
 * else decides the result. Content is hashed, not times, because a checkout gives every file a new time.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, stampFolder } from './project.mjs';

/** Folders below a source folder that hold no sources. */
const notSources = new Set(['build', 'node_modules']);

/** The hash of all files below `paths` (relative to the root; a missing one counts as empty) and of `facts`. */
export function fingerprint(paths, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths.flatMap((each) => filesBelow(join(root, each))).sort()) {
    const content = readFileSync(path);
    hash.update(`\0${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

export function hasStamp(name, value) {
  const path = join(stampFolder, name);
  return existsSync(path) && readFileSync(path, 'utf8') === value;
}

export function writeStamp(name, value) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(join(stampFolder, name), value);
}

/** Called before something is rebuilt, so that a build that is interrupted is not taken for a finished one. */
export function removeStamp(name) {
  rmSync(join(stampFolder, name), { force: true });
}

/** Absolute paths of the files below `path`; `path` itself when it is a file, nothing when it does not exist. */
export function filesBelow(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !notSources.has(entry.name))
      .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
