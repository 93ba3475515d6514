/**
 * The port to the state shared by engine workers: event-time windows for correlation, and claims that make a detection
 * appear once. One call carries a whole batch: first all its matches are added, then everything they change is judged
 * again, whether it came now or before.
 *
 * A trigger is a match whose window (t - timespan, t] holds at least `atLeast` members; a run is triggers that are each
 * at most one timespan after the one before (equal times are ordered by event id). What holds, as long as no window is
 * capped (see WindowVerdict):
 *
 * - No run is lost: after each call every run among the matches so far has been reported, whatever the order and the
 *   batches in which they came.
 * - A run is reported once. One that grows, also at its start, is not reported again. When a late match joins two runs
 *   that were both reported, both reports stand.
 * - The owner that a run was reported to gets the same report when it asks again, as it does after a crash; another
 *   owner never does. The trigger is the same, `count` and `members` are those of now.
 *
 * The trigger that names a run is its first one at the time of the report. With matches in order of event time, or all
 * in one batch, that is the first of the whole history; a late match can move the start, and the name stays. A name that
 * never depends on arrival needs a watermark, which holds a run back until nothing earlier can come.
 */
export interface WindowStore {
  /** True when the contents die with the process, so that the engine has to rebuild them by replay. */
  readonly volatile: boolean;

  /**
   * One result for each operation, in the same order. `owner` names the input (topic/partition/offset): 1 to
   * `ownerCharsMax` printable ASCII characters. At most `operationsMax` operations; a caller with more makes several
   * calls, and hears of a run in more than one of them when it goes across. Rejects within a bounded time with WINDOW_STORE_UNREACHABLE, when it is unknown whether
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

/** Adds a match to the window of (rule, group): see WindowVerdict. Timespan and `atLeast` are the same for all of a rule. */
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
  /** Members in (t - timespan, t], this event included. */
  readonly count: number;
  /**
   * Runs to report, oldest first. A run stands with its trigger's operation; when the trigger came earlier and a late
   * event completed its window, with the last operation of the batch whose event lies in that window.
   */
  readonly begun: readonly BegunRun[];
  /** Members of this window may have been dropped, for it was full or the event too late; `count` is a lower bound. */
  readonly capped: boolean;
}

export interface BegunRun {
  /** Names the run; not always the event of the operation. */
  readonly trigger: WindowEvent;
  /** Members in the trigger's window. */
  readonly count: number;
  /** The newest members of that window, at most `membersMax`, oldest first. */
  readonly members: readonly WindowEvent[];
}

/** Members listed with a verdict: what a person reads in an alert. */
export const membersMax = 100;

/** Members kept of one window: bounds one Redis key at about 1.2 MB. */
export const windowMembersMax = 10_000;

/** The largest `atLeast`: above it a window could never hold enough members. */
export const countMax = windowMembersMax;

export const eventIdCharsMax = 128;

/** A Kafka topic's name has at most 249 characters, a partition and an offset 29 digits. */
export const ownerCharsMax = 288;

/** One year: longer than any event log keeps what would have to be replayed. */
export const timespanMaxNs = 31_556_952n * 1_000_000_000n;

/** Operations of one call: bounds its memory, and how long its scripts keep Redis from everybody else. */
export const operationsMax = 4_096;

/**
 * How late an event may come and still find its window whole. A window is trimmed by event time, at the time of its
 * median member minus two timespans minus this: never by the order of arrival, and never by its newest member alone,
 * since one clock that runs ahead would then evict what all others saw. It takes more than half of the members.
 */
export const latenessMaxNs = 600n * 1_000_000_000n;

/** A window of no more members than this is not trimmed by time: Redis keeps it in its compact form, about 6 KB. */
export const trimAbove = 128;
