/** What a simulation is: an act that a shipped rule detects, done for real and harmlessly. */
import type { Stage } from './stage.ts';

export interface Simulation {
  /** For the command line. */
  readonly name: string;
  /** Title of the rule that detects it. */
  readonly rule: string;
  /** In a few words: what is done. */
  readonly does: string;
  readonly needs: Needs;
  act(stage: Stage): Promise<SimulationResult>;
}

/** What not every host has; without it the act is not tried. */
export interface Needs {
  readonly root?: boolean;
  readonly cgroup?: boolean;
  /** Names of programs. */
  readonly programs?: readonly string[];
}

export interface SimulationResult {
  /** The processes that act; what they start may be what the rule is about. */
  readonly pids: readonly number[];
  /** The act was done. */
  readonly done: boolean;
  /** For people: how it ended. */
  readonly outcome: string;
}
