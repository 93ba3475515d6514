/** Rule files from disk: each path is a file, or a folder whose .yml and .yaml files are read, in order of path. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { RuleSource } from './load.ts';

/** Bounds the memory of parsing. The whole of SigmaHQ is 8 MB, in 3,500 files. */
export const ruleFileBytesMax = 10 * 1024 * 1024;

export interface RuleFiles {
  readonly sources: readonly RuleSource[];
  /** Paths that could not be read, and why. */
  readonly unreadable: readonly UnreadableFile[];
}

export interface UnreadableFile {
  readonly file: string;
  readonly code: 'FILE_UNREADABLE' | 'FILE_TOO_LARGE';
  readonly message: string;
}

/** Never rejects. A file that two paths lead to is read once. */
export async function readRuleFiles(paths: readonly string[]): Promise<RuleFiles> {
  const sources: RuleSource[] = [];
  const unreadable: UnreadableFile[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const file of await filesUnder(path, unreadable)) {
      if (seen.has(resolve(file))) continue;
      seen.add(resolve(file));
      const source = await readSource(file, unreadable);
      if (source !== undefined) sources.push(source);
    }
  }
  return { sources, unreadable };
}

async function filesUnder(path: string, unreadable: UnreadableFile[]): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name));
    return files.map((entry) => join(entry.parentPath, entry.name)).filter((file) => !isBehindLink(relative(path, file))).sort();
  } catch (error) {
    unreadable.push({ file: path, code: 'FILE_UNREADABLE', message: messageOf(error) });
    return [];
  }
}

/** Kubernetes keeps a mounted ConfigMap in folders whose names begin so, and links each file to there: once is enough. */
export function isBehindLink(file: string): boolean {
  return file.split('/').some((part) => part.startsWith('..'));
}

async function readSource(file: string, unreadable: UnreadableFile[]): Promise<RuleSource | undefined> {
  try {
    const { size } = await stat(file);
    if (size > ruleFileBytesMax) {
      unreadable.push({ file, code: 'FILE_TOO_LARGE', message: `the file is larger than ${ruleFileBytesMax} bytes` });
      return undefined;
    }
    return { file, text: await readFile(file, 'utf8') };
  } catch (error) {
    unreadable.push({ file, code: 'FILE_UNREADABLE', message: messageOf(error) });
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
