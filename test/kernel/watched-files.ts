/** Events on files of one process of a test, as the collector would send them. */
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { FileChange, FileOpen, Mount } from '../../schemas/generated/types.gen.ts';
import { withPaths } from '../../services/collector/enrich/file.ts';
import { allTraits, processesOnly, type KernelInterest } from '../../services/collector/kernel/interest.ts';
import { Watched, type Seen } from './watched.ts';

export type FileBody = FileOpen | FileChange | Mount;

/** Every event of the families file and mount. */
export const allOfFiles: KernelInterest = { ...processesOnly, always: { file_open: allTraits, file_change: allTraits, mount: allTraits } };

export interface Deed {
  readonly pid: number;
  readonly output: string;
  readonly events: readonly Seen<FileBody>[];
  /** Those of a kind, and whose path or second path ends so. */
  opens(end?: string): FileOpen[];
  changes(operation?: FileChange['operation']): FileChange[];
  mounts(operation?: Mount['operation']): Mount[];
}

/** Runs a command in the test's cgroup to its end. What the process itself has done is kept, not what it has started. */
export async function deed(watched: Watched, command: string, args: readonly string[], options: object = {}): Promise<Deed> {
  const child = watched.cgroup.run(command, args, { stdio: ['ignore', 'pipe', 'ignore'], ...options });
  const output = text(child.stdout!);
  if (child.exitCode === null) await once(child, 'exit');
  const { pid } = await watched.lifeOf(child.pid!);
  // The rings are read one after the other: what came before the end is there by now.
  watched.read();
  const events = watched.records.filter((record): record is Seen<FileBody> => record.process.pid === pid && isOfFile(record.body));
  const bodies = events.map(({ body }) => withPaths(body));
  return {
    pid,
    output: await output,
    events,
    opens: (end = '') => bodies.filter((body): body is FileOpen => body.kind === 'file_open' && (body.path ?? '').endsWith(end)),
    changes: (operation) => bodies.filter((body): body is FileChange => body.kind === 'file_change' && (operation ?? body.operation) === body.operation),
    mounts: (operation) => bodies.filter((body): body is Mount => body.kind === 'mount' && (operation ?? body.operation) === body.operation),
  };
}

function isOfFile(body: { kind: string } | null): boolean {
  return body !== null && ['file_open', 'file_change', 'mount'].includes(body.kind);
}
