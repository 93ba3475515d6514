/** The simulations by name. Each does for real, and harmlessly, what its rule is about. */
import { programInSharedMemory } from './program-in-shared-memory.ts';
import { reverseShell } from './reverse-shell.ts';
import { suGuessing } from './su-guessing.ts';

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

export const simulations: Readonly<Record<string, Simulation>> = {
  'reverse-shell': reverseShell,
  'su-guessing': suGuessing,
  'shared-memory': programInSharedMemory,
};
