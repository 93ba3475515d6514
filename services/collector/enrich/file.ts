/**
 * Paths of what callers named. The kernel side says the name and the directory that it is relative to; where it knows the
 * path itself, that stays. Links in a name are not resolved, so that path_source remains "caller".
 */
import { posix } from 'node:path';
import type { FileChange, FileOpen, Mount } from '#schemas/generated/types.gen.ts';

/** The body with path, and new_path where there is a second name. Null stays what cannot be known. */
export function withPaths<B extends FileOpen | FileChange | Mount>(body: B): B {
  body.path ??= joined(body.directory, body.filename);
  if (body.kind === 'file_change') body.new_path ??= joined(body.new_directory, body.new_filename);
  return body;
}

/** An absolute name has a directory only in a chroot, which ".." does not leave. */
function joined(directory: string | null, filename: string | null): string | null {
  if (filename === null || filename === '') return null;
  if (filename.startsWith('/')) return directory === null ? normalized(filename) : normalized(`${directory}/${posix.normalize(filename)}`);
  return directory === null ? null : normalized(`${directory}/${filename}`);
}

function normalized(path: string): string {
  const result = posix.normalize(path);
  return result.length > 1 && result.endsWith('/') ? result.slice(0, -1) : result;
}
