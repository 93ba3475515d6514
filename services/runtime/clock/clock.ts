/** The port to time. Only an adapter of this port reads the machine's clocks. */
export interface Clock {
  /** Wall time in ms since the epoch; may step. */
  nowMs(): number;
  /** Wall time in ns since the epoch; may step. Resolution of the host, at least 1 ms. */
  nowNs(): bigint;
  /** Monotonic ms with a fraction; for durations only. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Runs `task` every `ms` until disposed; a run that is still going is not overlapped. A task that throws or rejects is
   * an unhandled rejection, which ends the service (see runService), not the timer: what it may fail in it catches.
   */
  every(ms: number, task: () => void | Promise<void>): Disposable;
}
