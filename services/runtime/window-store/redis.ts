/**
 * The WindowStore on Redis 7: shared by all workers, one script call for each shard that a batch touches, all sent
 * before the first answer. Keys carry one of a fixed number of hash tags, so that a script's keys are in one slot of a
 * Redis Cluster. Give it an instance (or a database) of its own with `maxmemory-policy noeviction`.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { RingfenceError } from '../errors.ts';
import { eventOf, horizonNs, memberOf } from './member-key.ts';
import { validateOperations } from './validate.ts';
import { membersMax, trimAbove, windowMembersMax } from './window-store.ts';
import type {
  BegunRun,
  ClaimOperation,
  CountOperation,
  WindowOperation,
  WindowResult,
  WindowStore,
  WindowVerdict,
} from './window-store.ts';

export interface RedisWindowStoreOptions {
  /** redis:// or rediss://, with the database as its path. */
  readonly url: string;
  /** The longest that `open` and `apply` wait for an answer. */
  readonly timeoutMs?: number;
  /** Begins every key. */
  readonly keyPrefix?: string;
  readonly windowMembersMax?: number;
  readonly trimAbove?: number;
}

/** Resolves when Redis has answered; rejects with WINDOW_STORE_UNREACHABLE within `timeoutMs`. */
export async function openRedisWindowStore(options: RedisWindowStoreOptions): Promise<WindowStore> {
  const connection = new Connection(options);
  try {
    await connection.answer((redis) => redis.ping());
  } catch (error) {
    connection.disconnect();
    throw error;
  }
  return new RedisWindowStore(connection, options);
}

/**
 * Hash tags {s00} to {s15}. More would cut a batch into more calls; fewer could not spread over as many Cluster nodes.
 * Changing the number abandons the windows of keys that move.
 */
const shards = 16;

const timeoutDefaultMs = 5_000;

class RedisWindowStore implements WindowStore {
  readonly volatile = false;
  private readonly connection: Connection;
  private readonly prefix: string;
  private readonly limits: readonly number[];

  constructor(connection: Connection, options: RedisWindowStoreOptions) {
    this.connection = connection;
    this.prefix = options.keyPrefix ?? 'ringfence';
    this.limits = [options.windowMembersMax ?? windowMembersMax, membersMax, options.trimAbove ?? trimAbove];
  }

  async apply(operations: readonly WindowOperation[], owner: string): Promise<WindowResult[]> {
    validateOperations(operations, owner);
    const results: WindowResult[] = [];
    const groups = [...this.group(operations).values()];
    const calls = groups.map(async ({ kind, entries }) => {
      const answers = kind === 'claim' ? await this.claim(entries, owner) : await this.count(entries, owner);
      entries.forEach((entry, index) => {
        const answer = answers[index];
        if (answer !== undefined) results[entry.index] = answer;
      });
    });
    // All of them, so that none is still under way when the caller applies the batch again.
    const failed = (await Promise.allSettled(calls)).find((call) => call.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return results;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private group(operations: readonly WindowOperation[]): Map<string, ShardCall> {
    const groups = new Map<string, ShardCall>();
    operations.forEach((operation, index) => {
      const { key, shard } = this.keyOf(operation);
      const call = groups.get(`${operation.kind}${shard}`) ?? newCall(operation.kind);
      groups.set(`${operation.kind}${shard}`, call);
      if (call.kind === 'claim' && operation.kind === 'claim') call.entries.push({ index, key, operation });
      if (call.kind === 'count' && operation.kind === 'count') call.entries.push({ index, key, operation });
    });
    return groups;
  }

  /** Names in keys are hashed: group values come from attackers, and may be long. The length keeps parts apart. */
  private keyOf(operation: WindowOperation): { key: string; shard: string } {
    const name =
      operation.kind === 'claim' ? operation.key : `${operation.rule.length}:${operation.rule}${operation.group}`;
    const digest = hash('sha256', name, 'hex').slice(0, 32);
    const shard = String(Number.parseInt(digest.slice(0, 4), 16) % shards).padStart(2, '0');
    return { key: `${this.prefix}:{s${shard}}:${operation.kind === 'claim' ? 'claim' : 'window'}:${digest}`, shard };
  }

  private async claim(entries: readonly Entry<ClaimOperation>[], owner: string): Promise<WindowResult[]> {
    const keys = entries.map((entry) => entry.key);
    const keepMs = entries.map((entry) => entry.operation.keepMs);
    const reply = await this.connection.run('ringfenceClaim', keys, [owner, ...keepMs]);
    return listOf(reply, entries.length).map((granted) => ({ kind: 'claim', granted: granted === 1 }));
  }

  private async count(entries: readonly Entry<CountOperation>[], owner: string): Promise<WindowResult[]> {
    const members = entries.map(({ operation }) => memberOf(operation.event));
    const order = [...members.keys()].sort((a, b) => (members[a]! < members[b]! ? -1 : members[a]! > members[b]! ? 1 : a - b));
    const { keys, args } = countArguments(order.map((index) => entries[index]!));
    const reply = await this.connection.run('ringfenceCount', keys, [owner, ...this.limits, ...args]);
    const verdicts: WindowVerdict[] = [];
    listOf(reply, entries.length).forEach((each, index) => (verdicts[order[index]!] = verdictOf(each)));
    return verdicts;
  }
}

interface Entry<T extends WindowOperation> {
  /** Among the operations of the batch. */
  readonly index: number;
  readonly key: string;
  readonly operation: T;
}

type ShardCall =
  | { readonly kind: 'claim'; readonly entries: Entry<ClaimOperation>[] }
  | { readonly kind: 'count'; readonly entries: Entry<CountOperation>[] };

function newCall(kind: WindowOperation['kind']): ShardCall {
  return kind === 'claim' ? { kind, entries: [] } : { kind, entries: [] };
}

/** KEYS and ARGV of count.lua behind owner and limits. */
function countArguments(entries: readonly Entry<CountOperation>[]): { keys: string[]; args: (string | number)[] } {
  const windows = new Map<string, { number: number; keepMs: number; operation: CountOperation }>();
  const judged: (string | number)[] = [];
  for (const { key, operation } of entries) {
    const window = windows.getOrInsertComputed(key, () => ({ number: windows.size + 1, keepMs: 0, operation }));
    window.keepMs = Math.max(window.keepMs, operation.keepMs);
    judged.push(window.number, memberOf(operation.event));
  }
  const described = [...windows.values()].flatMap(({ keepMs, operation }) => {
    return [keepMs, ...halves(horizonNs(operation)), ...halves(operation.timespanNs), operation.atLeast];
  });
  const keys = [...windows.keys()].flatMap((key) => [`${key}:members`, `${key}:triggers`, `${key}:reports`]);
  return { keys, args: [...described, ...judged] };
}

/** Whole seconds and the rest in ns: each fits a double. */
function halves(durationNs: bigint): [string, string] {
  return [String(durationNs / 1_000_000_000n), String(durationNs % 1_000_000_000n)];
}

function listOf(reply: unknown, length: number): readonly unknown[] {
  if (Array.isArray(reply) && reply.length === length) return reply;
  throw new RingfenceError('WINDOW_STORE_REJECTED', 'Redis answered in a form that the script does not have');
}

function verdictOf(reply: unknown): WindowVerdict {
  const [count, capped, begun] = listOf(reply, 3);
  return { kind: 'count', count: Number(count), begun: Array.isArray(begun) ? begun.map(runOf) : [], capped: capped === 1 };
}

function runOf(reply: unknown): BegunRun {
  const [trigger, count, members] = listOf(reply, 3);
  const newestFirst = Array.isArray(members) ? members.map(String) : [];
  return { trigger: eventOf(String(trigger)), count: Number(count), members: newestFirst.reverse().map(eventOf) };
}

type ScriptName = 'ringfenceCount' | 'ringfenceClaim';

type ScriptCall = (keyCount: number, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

type ScriptedRedis = Redis & Record<ScriptName, ScriptCall>;

/** The client, its scripts, and the translation of its errors. */
class Connection {
  private readonly redis: ScriptedRedis;
  private readonly timeoutMs: number;
  /** Why the connection last broke: what the client says of a command is only that it gave up. */
  private lastError: unknown;

  constructor({ url, timeoutMs = timeoutDefaultMs }: RedisWindowStoreOptions) {
    this.timeoutMs = timeoutMs;
    const redis = new Redis(url, {
      connectTimeout: timeoutMs,
      commandTimeout: timeoutMs,
      // A peer that went away without a word: give up the socket, so that the next command tries a new one.
      socketTimeout: timeoutMs,
      // Bounded, so that commands do not pile up while Redis is away: the caller applies the batch again.
      maxRetriesPerRequest: 2,
      retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, 1_000),
      scripts: { ringfenceCount: { lua: script('count.lua') }, ringfenceClaim: { lua: script('claim.lua') } },
    });
    redis.on('error', (error) => {
      this.lastError = error;
    });
    redis.on('ready', () => {
      this.lastError = undefined;
    });
    // The client makes the methods that `scripts` names; its types cannot say so.
    this.redis = redis as ScriptedRedis;
  }

  run(name: ScriptName, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    return this.answer((redis) => redis[name](keys.length, keys, args));
  }

  async answer<T>(ask: (redis: ScriptedRedis) => Promise<T>): Promise<T> {
    try {
      return await ask(this.redis);
    } catch (error) {
      throw this.translate(error);
    }
  }

  async close(): Promise<void> {
    if (this.redis.status !== 'ready') return this.disconnect();
    await this.redis.quit().catch(() => this.disconnect());
  }

  disconnect(): void {
    this.redis.disconnect();
  }

  private translate(error: unknown): RingfenceError {
    // The client hangs the whole command on its errors: a script, and up to megabytes of keys and members.
    if (error instanceof Error) Reflect.deleteProperty(error, 'command');
    if (isReply(error) && !temporary.test(error.message)) {
      return new RingfenceError('WINDOW_STORE_REJECTED', `Redis refused: ${error.message}`, { cause: error });
    }
    const cause = this.lastError ?? error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Redis does not answer (waited at most ${this.timeoutMs} ms): ${reason}`;
    return new RingfenceError('WINDOW_STORE_UNREACHABLE', message, { cause });
  }
}

/** Answers that say "not now": loading its data, failing over, resharding. */
const temporary = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOREPLICAS) /;

function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

function script(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
