/**
 * The port to the state shared by engine workers: event-time windows for correlation, and claims that make a detection
 * appear once. One call carries a whole batch: first all its matches are added, then each is judged over what is stored
 * by then. So an answer depends on the set of matches, never on their order within a batch or on how often they came,
 * and a batch replayed after a crash gets the same answers again.
 *
 * A match that arrives after later ones is judged like any other, over the set present at that time; the verdicts
 * given before are not taken back. Judging again what a late match changes is up to the caller.
 */
export interface WindowStore {
  /** True when the contents die with the process, so that the engine has to rebuild them by replay. */
  readonly volatile: boolean;

  /**
   * One result for each operation, in the same order. `owner` names the input (topic/partition/offset). At most
   * `operationsMax` operations. Rejects within a bounded time with WINDOW_STORE_UNREACHABLE, when it is unknown whether
   * the batch was applied (apply it again), or with WINDOW_STORE_REJECTED.
   */
  apply(operations: readonly WindowOperation[], owner: string): Promise<WindowResult[]>;

  close(): Promise<void>;
}

export type WindowOperation = ClaimOperation | CountOperation;

/** Asks for the right to emit what `key` names; granted to the first owner, and to the same owner again. */
export interface ClaimOperation {
  readonly kind: 'claim';
  readonly key: string;
  /** How long the claim is remembered, in ms of wall time; longer than any replay. */
  readonly keepMs: number;
}

/** Adds a match to the window of (rule, group) and judges whether it is a trigger: see WindowVerdict. */
export interface CountOperation {
  readonly kind: 'count';
  /** Rule id and version; a new version begins with empty windows. */
  readonly rule: string;
  /** The group-by values in canonical form; '' when the rule has no group-by. */
  readonly group: string;
  readonly event: WindowEvent;
  /** From 1 to `timespanMaxNs`. */
  readonly timespanNs: bigint;
  /** The event is a trigger when at least this many members lie in (t - timespan, t]. From 1 to countMax. */
  readonly atLeast: number;
  /** How long a window is kept after the last match came in, in ms of wall time; longer than any replay. */
  readonly keepMs: number;
}

export interface WindowEvent {
  /**
   * 1 to `eventIdCharsMax` printable ASCII characters, which sort as events of one time are to be ordered. An id counts
   * once however often it is added; it always comes with the same time.
   */
  readonly id: string;
  /** Event time in ns since the epoch; not negative. */
  readonly timeNs: bigint;
}

export type WindowResult = ClaimResult | WindowVerdict;

export interface ClaimResult {
  readonly kind: 'claim';
  readonly granted: boolean;
}

export interface WindowVerdict {
  readonly kind: 'count';
  /** The condition holds at this event. */
  readonly trigger: boolean;
  /**
   * This trigger begins a run: no other trigger lies within one timespan before it (equal times are ordered by event
   * id). A run is one detection.
   */
  readonly runStart: boolean;
  /** Members in (t - timespan, t], this event included. */
  readonly count: number;
  /** The newest members of that window, at most `membersMax`, oldest first. Empty unless `runStart`. */
  readonly members: readonly WindowEvent[];
  /** Members of this window may have been dropped, for it was full or the event too late; `count` is a lower bound. */
  readonly capped: boolean;
}

/** Members listed with a verdict: what a person reads in an alert. */
export const membersMax = 100;

/** Members kept of one window: bounds one Redis key at about 1.2 MB. */
export const windowMembersMax = 10_000;

/** The largest `atLeast`: above it a window could never hold enough members. */
export const countMax = windowMembersMax;

export const eventIdCharsMax = 128;

/** One year: longer than any event log keeps what would have to be replayed. */
export const timespanMaxNs = 31_556_952n * 1_000_000_000n;

/** Operations of one call: bounds how long one script keeps Redis from everybody else, at about 5 us each. */
export const operationsMax = 4_096;

/**
 * How late an event may come and still find its window whole. A window is trimmed by event time, at the time of its
 * median member minus two timespans minus this: never by the order of arrival, and never by its newest member alone,
 * since one clock that runs ahead would then evict what all others saw. It takes more than half of the members.
 */
export const latenessMaxNs = 600n * 1_000_000_000n;

/** A window of no more members than this is not trimmed by time: Redis keeps it in its compact form, about 6 KB. */
export const trimAbove = 128;
