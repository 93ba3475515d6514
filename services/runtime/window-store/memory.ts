/**
 * The WindowStore of one process: the same members, order and bounds as the Redis adapter, in sorted arrays. Its
 * contents die with the process and are rebuilt by replay.
 */
import type { Clock } from '../clock/clock.ts';
import { cutBefore, eventOf, horizonNs, memberOf, reachOf, reportOf, runAround, triggerOf, windowOf, type Range } from './member-key.ts';
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
        validateOperations(operations, owner);
        const nowMs = clock.nowMs();
        const results: WindowResult[] = [];
        const touched = new Map<string, Entry[]>();
        operations.forEach((operation, index) => {
          if (operation.kind === 'claim') results[index] = claim(operation, owner, claims, nowMs);
          else touched.getOrInsert(keyOf(operation), []).push({ index, operation, member: memberOf(operation.event) });
        });
        for (const [key, entries] of touched) {
          const window = windows.get(key, nowMs) ?? { members: [], triggers: [], reports: [] };
          judge(window, entries, owner, limits).forEach((verdict, index) => (results[entries[index]!.index] = verdict));
          windows.set(key, window, nowMs, Math.max(...entries.map(({ operation }) => operation.keepMs)));
        }
        return results;
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

/** Members and triggers are member keys, reports are made by `reportOf` (see member-key.ts); all ascending. */
interface Window {
  readonly members: string[];
  readonly triggers: string[];
  readonly reports: string[];
}

interface Entry {
  /** Among the operations of the batch. */
  readonly index: number;
  readonly operation: CountOperation;
  readonly member: string;
}

function claim(operation: ClaimOperation, owner: string, claims: ExpiringMap<string>, nowMs: number): WindowResult {
  const holder = claims.get(operation.key, nowMs);
  if (holder === undefined) claims.set(operation.key, owner, nowMs, operation.keepMs);
  return { kind: 'claim', granted: holder === undefined || holder === owner };
}

/** Adds all matches of one window and only then judges: the order within the batch must not matter. Never empty. */
function judge(window: Window, entries: readonly Entry[], owner: string, limits: Limits): WindowVerdict[] {
  const { timespanNs, atLeast } = entries[0]!.operation;
  const members = [...new Set(entries.map(({ member }) => member))].sort();
  for (const member of members) insert(window.members, member);
  const floor = floorOf(window, horizonNs(entries[0]!.operation), limits);
  report(window, newTriggers(window, members, timespanNs, atLeast), timespanNs, owner, limits);
  const begun = reportedTo(owner, window, members, timespanNs);
  const verdicts = entries.map(({ member }): WindowVerdict => {
    const range = windowOf(member, timespanNs);
    const runs = begun.get(member) ?? [];
    begun.delete(member);
    return { kind: 'count', count: countWithin(window.members, range), begun: runs, capped: range.from < floor };
  });
  trim(window, floor);
  return verdicts;
}

/** The text before which members go: whatever lies below may have gone before. */
function floorOf({ members }: Window, horizon: bigint, limits: Limits): string {
  if (members.length <= limits.trimAbove) return '';
  const cut = cutBefore(members[Math.floor((members.length - 1) / 2)] ?? '', horizon);
  const oldest = members[members.length - limits.windowMembersMax] ?? '';
  return oldest > cut ? oldest : cut;
}

/** The members that have become triggers, ascending: only those whose window holds one of the added can have. */
function newTriggers(window: Window, added: readonly string[], timespanNs: bigint, atLeast: number): string[] {
  const found: string[] = [];
  let judgedTo = '';
  for (const member of added) {
    const { from, to } = reachOf(member, timespanNs);
    for (const each of within(window.members, { from: from > judgedTo ? from : judgedTo, to })) {
      if (window.triggers[lowerBound(window.triggers, each)] === each) continue;
      if (countWithin(window.members, windowOf(each, timespanNs)) >= atLeast) found.push(each);
    }
    judgedTo = to;
  }
  return found;
}

/** Every trigger of before lies in a run that was reported; so a run is new when all its triggers are. */
function report(window: Window, triggers: readonly string[], timespanNs: bigint, owner: string, limits: Limits): void {
  const fresh: string[] = [];
  for (let index = 0; index < triggers.length; index += 1) {
    const first = triggers[index]!;
    let last = first;
    while ((triggers[index + 1] ?? '~') < runAround(first, last, timespanNs).to) last = triggers[(index += 1)]!;
    const around = runAround(first, last, timespanNs);
    // A trigger that was trimmed is remembered by its report alone.
    if (countWithin(window.triggers, around) + countWithin(window.reports, around) === 0) fresh.push(first);
  }
  for (const trigger of triggers) insert(window.triggers, trigger);
  for (const trigger of fresh) insert(window.reports, reportOf(trigger, owner));
  // Not by time: an event too late for its window may come again, and its run is known by the report alone.
  window.reports.splice(0, Math.max(0, window.reports.length - limits.windowMembersMax));
}

/** What was ever reported to this owner and one of these members completes, each run once. */
function reportedTo(owner: string, window: Window, members: readonly string[], timespanNs: bigint): Map<string, BegunRun[]> {
  const holders = new Map<string, string>();
  for (const member of members) {
    for (const each of within(window.reports, reachOf(member, timespanNs))) {
      const trigger = triggerOf(each, owner);
      if (trigger !== undefined && holders.get(trigger) !== trigger) holders.set(trigger, member);
    }
  }
  const begun = new Map<string, BegunRun[]>();
  for (const [trigger, member] of holders) {
    const listed = within(window.members, windowOf(trigger, timespanNs));
    const run = { trigger: eventOf(trigger), count: listed.length, members: listed.slice(-membersMax).map(eventOf) };
    begun.getOrInsert(member, []).push(run);
  }
  return begun;
}

function trim({ members, triggers }: Window, floor: string): void {
  members.splice(0, lowerBound(members, floor));
  triggers.splice(0, lowerBound(triggers, floor));
}

function countWithin(sorted: readonly string[], { from, to }: Range): number {
  return lowerBound(sorted, to) - lowerBound(sorted, from);
}

function within(sorted: readonly string[], { from, to }: Range): string[] {
  return sorted.slice(lowerBound(sorted, from), lowerBound(sorted, to));
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
