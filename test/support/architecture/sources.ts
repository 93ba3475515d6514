/** The files of the repository as the architecture's rules see them: path, text, and the text as code. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stripComments, stripStrings } from './strip.ts';

export interface Source {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** TypeScript and JavaScript without comments; other files as they are. */
  readonly code: string;
  /** The same without what stands in strings, templates and regular expressions. */
  readonly bare: string;
}

/** Folders left out when there is no git to ask. */
const notOurs = new Set(['.git', 'node_modules', 'build', '.ringfence', 'coverage']);

/** Larger files are data (captures, corpora), not sources. */
const sourceBytesMax = 1_000_000;

/** Every file that is tracked or would be, if it were added now; binary ones are left out. */
export function readSources(root: string): Source[] {
  return listFiles(root)
    .filter((path) => existsSync(join(root, path)) && statSync(join(root, path)).size <= sourceBytesMax)
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')))
    .filter((source) => !source.text.includes('\0'));
}

export function sourceOf(path: string, text: string): Source {
  const isScript = /\.(ts|mts|mjs|js)$/.test(path);
  return { path, text, code: isScript ? stripComments(text) : text, bare: isScript ? stripStrings(text) : text };
}

/** What the module imports or re-exports, statically or by `import()` of a literal. */
export function importsOf(source: Source): string[] {
  return [...source.code.matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)].map((match) => match[2] ?? '');
}

function listFiles(root: string): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const git = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return git.status === 0 ? git.stdout.split('\0').filter((path) => path !== '') : walk(root, '');
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (notOurs.has(entry.name)) return [];
    return entry.isDirectory() ? walk(root, path) : entry.isFile() ? [path] : [];
  });
}
