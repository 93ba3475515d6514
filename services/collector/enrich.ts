/** Kernel record → event: adds what the kernel side does not know, and keeps the process cache up to date on the way. */
import type { KernelRecord } from '#schemas/generated/decode.gen.ts';
import type { Event, Process, ProcessExec } from '#schemas/generated/types.gen.ts';
import { loadedProgram } from './enrich/exec.ts';
import { withPaths } from './enrich/file.ts';
import { completeKernelCall } from './enrich/kernel.ts';
import { NetworkEnricher } from './enrich/network.ts';
import { completeCredentials, completeNamespaceChange, type CredentialsBefore } from './enrich/privilege.ts';
import type { Kernel, RawRecords } from './kernel/kernel.ts';
import type { CachedProcess, ProcessCache } from './process-cache.ts';
import { replacedAhead } from './replaced-ahead.ts';
import { GroupNames, UserNames } from './user-names.ts';

/** Takes secrets out; the same object when there are none. */
export interface Redaction {
  args(args: string[]): string[];
  env(variables: string[]): string[];
  text(text: string): string;
}

type KernelBody = NonNullable<KernelRecord['body']>;

export class Enricher {
  private readonly cache: ProcessCache;
  private readonly kernel: Pick<Kernel, 'bootTimeNs'>;
  private readonly redaction: Redaction;
  private readonly network = new NetworkEnricher();
  private readonly users = new UserNames();
  private readonly groups = new GroupNames();

  constructor(cache: ProcessCache, kernel: Pick<Kernel, 'bootTimeNs'>, redaction: Redaction) {
    this.cache = cache;
    this.kernel = kernel;
    this.redaction = redaction;
  }

  /** `lives` are those that are still to come as events. */
  addSnapshot(records: readonly KernelRecord[], lives: Iterable<RawRecords>): void {
    for (const { process } of records) this.complete(process);
    const replaced = new Set([...replacedAhead(records, lives)].map(({ process }) => process));
    this.cache.addSnapshot(records.map(({ process }) => process), replaced);
  }

  get bootTimeNs(): bigint {
    return this.kernel.bootTimeNs;
  }

  /** Another number when the names of users or groups have changed. */
  namesRevision(): number {
    this.users.name(0);
    this.groups.name(0);
    return this.users.revision + this.groups.revision;
  }

  /** What is known of the process besides its record. */
  known({ pid, start_ns }: Pick<Process, 'pid' | 'start_ns'>): CachedProcess | undefined {
    return this.cache.get(pid, start_ns);
  }

  /** As event, for a record that says nothing new of a known process, and whose event is made elsewhere. */
  use(process: CachedProcess): void {
    this.cache.use(process);
  }

  /** The event of a record that came through `ring`; null for an entry of the snapshot. */
  event(record: KernelRecord, ring: number): Event | null {
    const { process } = record;
    if (record.body === null) return null;
    this.complete(process);
    const before = credentialsOf(this.known(process));
    const cached = this.update(process, record.body);
    const body = this.body(record.body, record.bootNs);
    if (body.kind === 'credentials') completeCredentials(body, process, before);
    if (body.kind === 'process_exec') this.completeExec(body, process);
    return {
      ring,
      seq: Number(record.seq),
      time: this.kernel.bootTimeNs + record.bootNs,
      process,
      parent: cached?.parent ?? null,
      ancestors: (cached?.ancestors ?? []) as Event['ancestors'],
      container: cached?.container ?? null,
      truncated: record.truncated,
      body,
    };
  }

  /** The event's body, as far as it follows from the record's and from other events; changes the record's. */
  body(body: KernelBody, bootNs: bigint): Event['body'] {
    switch (body.kind) {
      case 'network':
      case 'packet':
        return this.redacted(this.network.body(body, bootNs));
      case 'kernel_call':
        completeKernelCall(body, (pid, startNs) => this.cache.get(pid, startNs)?.exe ?? null);
        return { ...body, name: this.withoutSecrets(body.name), arguments: this.withoutSecrets(body.arguments) };
      case 'file_open':
      case 'file_change':
      case 'mount':
        return withPaths(body);
      case 'namespace_change':
        completeNamespaceChange(body);
        return body;
      default:
        return body;
    }
  }

  private redacted(body: Event['body']): Event['body'] {
    if (body.kind !== 'http_request') return body;
    return { ...body, target: this.redaction.text(body.target), host: this.withoutSecrets(body.host), user_agent: this.withoutSecrets(body.user_agent) };
  }

  private withoutSecrets(text: string | null): string | null {
    return text === null ? null : this.redaction.text(text);
  }

  /** What follows from the process's record alone. */
  private complete(process: Process): void {
    process.args = this.redaction.args(process.args);
    process.user = this.users.name(process.uid);
    process.group = this.groups.name(process.gid);
    process.login_user = process.login_uid === null ? null : this.users.name(process.login_uid);
  }

  private completeExec(body: ProcessExec, process: Process): void {
    body.env = this.redaction.env(body.env);
    body.loaded_program = loadedProgram(process);
  }

  private update(process: Process, body: KernelBody): CachedProcess | undefined {
    switch (body.kind) {
      case 'process_exec':
        return this.cache.exec(process);
      case 'process_fork':
        return withTexts(process, this.cache.fork(process, body));
      case 'process_exit':
        return withTexts(process, this.cache.exit(process));
      default:
        return withTexts(process, this.cache.touch(process));
    }
  }
}

/** A copy: the entry changes with the event. */
function credentialsOf(cached: CachedProcess | undefined): CredentialsBefore | undefined {
  if (cached === undefined) return undefined;
  const { uid, euid, egid, capEffective } = cached;
  return { uid, euid, egid, capEffective };
}

/** All but exec come without the process's strings: they are those of the last exec. */
function withTexts(process: Process, cached: CachedProcess | undefined): CachedProcess | undefined {
  if (cached === undefined) return undefined;
  process.exe = cached.exe;
  process.args = cached.args;
  process.cwd = cached.cwd;
  process.cgroup = cached.cgroup;
  return cached;
}
