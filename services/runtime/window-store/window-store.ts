/**
 * The port to the state shared by engine workers: event-time windows for correlation, and claims that make a detection
 * appear once. One call carries a whole batch. Its answers depend only on the set of matches stored, not on
 * how often or in which order they came, so that a batch replayed after a crash gets the same answers again.
 */
export interface WindowStore {
  /** True when the contents die with the process, so that the engine has to rebuild them by replay. */
  readonly volatile: boolean;

  /** One result for each operation, in the same order. `owner` names the input (topic/partition/offset). */
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
  readonly timespanNs: bigint;
  /** The event is a trigger when at least this many members lie in (t - timespan, t]. From 1 to countMax. */
  readonly atLeast: number;
  /** How long after its newest member a window is kept, in ms of wall time; longer than any replay. */
  readonly keepMs: number;
}

export interface WindowEvent {
  /** Event id; at most 128 bytes. An id counts once however often it is added. */
  readonly id: string;
  /** Event time in ns since the epoch. */
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
  /** The window was full: its oldest members were dropped, and `count` is a lower bound. */
  readonly capped: boolean;
}

/** Members listed with a verdict: what a person reads in an alert. */
export const membersMax = 100;

/** Members kept of one window: bounds one Redis key at about 1.2 MB. */
export const windowMembersMax = 10_000;

/** The largest `atLeast`: above it a window could never hold enough members. */
export const countMax = windowMembersMax;
