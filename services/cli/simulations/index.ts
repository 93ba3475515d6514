/** The simulations by name. Each does for real, and harmlessly, what its rule is about. */
import { programInSharedMemory } from './program-in-shared-memory.ts';
import { reverseShell } from './reverse-shell.ts';
import type { Simulation } from './simulation.ts';
import { suGuessing } from './su-guessing.ts';

export const simulations: Readonly<Record<string, Simulation>> = {
  'reverse-shell': reverseShell,
  'su-guessing': suGuessing,
  'shared-memory': programInSharedMemory,
};
