/** The simulations, each of which does for real, and harmlessly, what its rule is about. */
import { defenseEvasion } from './defense-evasion.ts';
import { persistence } from './persistence.ts';
import { privilegeEscalation } from './privilege-escalation.ts';
import { programInSharedMemory } from './program-in-shared-memory.ts';
import { reverseShell } from './reverse-shell.ts';
import type { Simulation } from './simulation.ts';
import { suGuessing } from './su-guessing.ts';

/** In the order in which `simulate all` does them. */
export const simulations: readonly Simulation[] = [reverseShell, suGuessing, programInSharedMemory, ...persistence, ...privilegeEscalation, ...defenseEvasion];
