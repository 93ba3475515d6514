/** What a simulation is: an act that a shipped rule detects, done for real and harmlessly. */
export interface Simulation {
  /** In a few words: what is done. */
  readonly does: string;
  /** Title of the rule that detects it. */
  readonly rule: string;
  /** Runs inside the cgroup, or anywhere when it is null. */
  run(cgroup: string | null): Promise<SimulationResult>;
}

export interface SimulationResult {
  readonly pids: readonly number[];
  /** For people: how it ended. */
  readonly outcome: string;
}
