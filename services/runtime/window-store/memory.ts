/**
 * The WindowStore of one process: the same members, order and bounds as the Redis adapter, in sorted arrays. Its
 * contents die with the process and are rebuilt by replay.
 */
import type { Clock } from '../clock/clock.ts';
import { boundsOf, cutBefore, eventOf, horizonNs, memberOf } from './member-key.ts';
import { validateOperations } from './validate.ts';
import { membersMax, trimAbove, windowMembersMax } from './window-store.ts';
import type {
  ClaimOperation,
  CountOperation,
  WindowOperation,
  WindowResult,
  WindowStore,
  WindowVerdict,
} from './window-store.ts';

export interface MemoryWindowStoreOptions {
  readonly clock: Clock;
  /** Windows and claims kept, each; the one that was used longest ago goes first. */
  readonly entriesMax?: number;
  readonly windowMembersMax?: number;
  readonly trimAbove?: number;
  /** Called for each window or claim that had to go before its time. */
  readonly onEvict?: (kind: WindowOperation['kind']) => void;
}

/** About 100 MB when most windows hold few members, as groups by user or process do. */
export const entriesMaxDefault = 200_000;

export function createMemoryWindowStore(options: MemoryWindowStoreOptions): WindowStore {
  const { clock, onEvict } = options;
  const entriesMax = options.entriesMax ?? entriesMaxDefault;
  const limits = {
    windowMembersMax: options.windowMembersMax ?? windowMembersMax,
    trimAbove: options.trimAbove ?? trimAbove,
  };
  const windows = new ExpiringMap<Window>(entriesMax, () => onEvict?.('count'));
  const claims = new ExpiringMap<string>(entriesMax, () => onEvict?.('claim'));
  return {
    volatile: true,
    apply(operations, owner) {
      return Promise.try(() => {
        validateOperations(operations);
        const nowMs = clock.nowMs();
        const verdicts = judgeAll(operations.filter((operation) => operation.kind === 'count'), windows, limits, nowMs);
        return operations.map((operation): WindowResult => {
          return operation.kind === 'claim' ? claim(operation, owner, claims, nowMs) : take(verdicts, operation);
        });
      });
    },
    close() {
      windows.clear();
      claims.clear();
      return Promise.resolve();
    },
  };
}

interface Limits {
  readonly windowMembersMax: number;
  readonly trimAbove: number;
}

/** Both lists hold member keys (see member-key.ts), ascending. */
interface Window {
  members: string[];
  triggers: string[];
}

function claim(operation: ClaimOperation, owner: string, claims: ExpiringMap<string>, nowMs: number): WindowResult {
  const holder = claims.get(operation.key, nowMs);
  if (holder === undefined) claims.set(operation.key, owner, nowMs, operation.keepMs);
  return { kind: 'claim', granted: holder === undefined || holder === owner };
}

/** Add all, trim, mark the triggers, and only then tell runs apart: the order within the batch must not matter. */
function judgeAll(
  operations: readonly CountOperation[],
  windows: ExpiringMap<Window>,
  limits: Limits,
  nowMs: number,
): Map<CountOperation, WindowVerdict> {
  const touched = new Map<string, { window: Window; horizon: bigint; keepMs: number }>();
  for (const operation of operations) {
    const key = keyOf(operation);
    const known = touched.get(key);
    const window = known?.window ?? windows.get(key, nowMs) ?? { members: [], triggers: [] };
    insert(window.members, memberOf(operation.event));
    const horizon = horizonNs(operation);
    touched.set(key, {
      window,
      horizon: known !== undefined && known.horizon > horizon ? known.horizon : horizon,
      keepMs: Math.max(known?.keepMs ?? 0, operation.keepMs),
    });
  }
  for (const [key, { window, horizon, keepMs }] of touched) {
    trim(window, horizon, limits);
    windows.set(key, window, nowMs, keepMs);
  }
  const counted = operations.map((operation) => {
    const window = touched.get(keyOf(operation))?.window;
    if (window === undefined) throw new Error('an operation was judged before its window was touched');
    return { operation, window, ...count(window, operation, limits) };
  });
  return new Map(counted.map(({ operation, window, ...counts }) => [operation, conclude(window, operation, counts)]));
}

interface Counts {
  readonly count: number;
  readonly trigger: boolean;
  readonly capped: boolean;
  /** The event was trimmed as soon as it was added. */
  readonly dropped: boolean;
}

function count(window: Window, operation: CountOperation, limits: Limits): Counts {
  const member = memberOf(operation.event);
  const { from, to } = boundsOf(operation);
  const dropped = window.members[lowerBound(window.members, member)] !== member;
  const stored = lowerBound(window.members, to) - lowerBound(window.members, from);
  const full = window.members.length >= limits.windowMembersMax && (window.members[0] ?? '') >= from;
  const total = stored + (dropped ? 1 : 0);
  const trigger = total >= operation.atLeast;
  if (trigger && !dropped) insert(window.triggers, member);
  return { count: total, trigger, capped: full || dropped, dropped };
}

function conclude(window: Window, operation: CountOperation, counts: Counts): WindowVerdict {
  const { count: total, trigger, capped, dropped } = counts;
  const member = memberOf(operation.event);
  const { from, to, runFrom } = boundsOf(operation);
  const before = window.triggers[lowerBound(window.triggers, member) - 1];
  const runStart = trigger && (before === undefined || before < runFrom);
  const verdict = { kind: 'count', trigger, runStart, count: total, capped } as const;
  if (!runStart) return { ...verdict, members: [] };
  const stored = window.members.slice(lowerBound(window.members, from), lowerBound(window.members, to));
  const members = (dropped ? [member, ...stored] : stored).slice(-membersMax);
  return { ...verdict, members: members.map(eventOf) };
}

function trim(window: Window, horizon: bigint, limits: Limits): void {
  const size = window.members.length;
  if (size <= limits.trimAbove) return;
  const median = window.members[Math.floor((size - 1) / 2)];
  if (median === undefined) return;
  const cut = cutBefore(median, horizon);
  window.members.splice(0, lowerBound(window.members, cut));
  window.triggers.splice(0, lowerBound(window.triggers, cut));
  window.members.splice(0, window.members.length - limits.windowMembersMax);
  window.triggers.splice(0, window.triggers.length - limits.windowMembersMax);
}

function insert(sorted: string[], member: string): void {
  const index = lowerBound(sorted, member);
  if (sorted[index] !== member) sorted.splice(index, 0, member);
}

/** The index of the first entry that is not less than `text`. */
function lowerBound(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The length keeps a rule's name from running into the group, whatever either contains. */
function keyOf({ rule, group }: CountOperation): string {
  return `${rule.length}:${rule}${group}`;
}

function take(verdicts: Map<CountOperation, WindowVerdict>, operation: CountOperation): WindowVerdict {
  const verdict = verdicts.get(operation);
  if (verdict === undefined) throw new Error('an operation was left without a verdict');
  return verdict;
}

/** Entries in order of last use; those that are past their time are gone for the reader, and from memory bit by bit. */
class ExpiringMap<T> {
  private readonly entries = new Map<string, { value: T; expiresMs: number }>();
  private readonly max: number;
  private readonly onEvict: () => void;

  constructor(max: number, onEvict: () => void) {
    this.max = max;
    this.onEvict = onEvict;
  }

  get(key: string, nowMs: number): T | undefined {
    const entry = this.entries.get(key);
    return entry === undefined || entry.expiresMs <= nowMs ? undefined : entry.value;
  }

  set(key: string, value: T, nowMs: number, keepMs: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, expiresMs: nowMs + keepMs });
    for (const [oldest, { expiresMs }] of this.entries) {
      const expired = expiresMs <= nowMs;
      if (!expired && this.entries.size <= this.max) return;
      this.entries.delete(oldest);
      if (!expired) this.onEvict();
    }
  }

  clear(): void {
    this.entries.clear();
  }
}
