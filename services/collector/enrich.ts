/** Kernel record → event: adds what the kernel side does not know, and keeps the process cache up to date on the way. */
import type { KernelRecord } from '#schemas/generated/decode.gen.ts';
import type { Event, Process } from '#schemas/generated/types.gen.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { CachedProcess, ProcessCache } from './process-cache.ts';
import type { UserNames } from './user-names.ts';

export class Enricher {
  private readonly cache: ProcessCache;
  private readonly users: UserNames;
  private readonly kernel: Pick<Kernel, 'ring' | 'bootTimeNs'>;

  constructor(cache: ProcessCache, users: UserNames, kernel: Pick<Kernel, 'ring' | 'bootTimeNs'>) {
    this.cache = cache;
    this.users = users;
    this.kernel = kernel;
  }

  addSnapshot(records: readonly KernelRecord[]): void {
    for (const { process } of records) process.user = this.users.name(process.uid);
    this.cache.addSnapshot(records.map((record) => record.process));
  }

  /** The event of a record; null for an entry of the snapshot. */
  event(record: KernelRecord): Event | null {
    const { process, body } = record;
    if (body === null) return null;
    process.user = this.users.name(process.uid);
    const cached = this.update(process, body);
    return {
      ring: this.kernel.ring,
      seq: Number(record.seq),
      time: this.kernel.bootTimeNs + record.bootNs,
      process,
      parent: cached?.parent ?? null,
      ancestors: (cached?.ancestors ?? []) as Event['ancestors'],
      truncated: record.truncated,
      body,
    };
  }

  private update(process: Process, body: Event['body']): CachedProcess | undefined {
    switch (body.kind) {
      case 'process_exec':
        return this.cache.exec(process);
      case 'process_fork':
        return complete(process, this.cache.fork(process, body));
      case 'process_exit':
        return complete(process, this.cache.exit(process));
    }
  }
}

/** Fork and exit come without strings: they are those of the last exec. */
function complete(process: Process, cached: CachedProcess | undefined): CachedProcess | undefined {
  if (cached === undefined) return undefined;
  process.exe = cached.exe;
  process.args = cached.args;
  process.cwd = cached.cwd;
  process.cgroup = cached.cgroup;
  return cached;
}
