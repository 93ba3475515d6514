/** `ringfence simulate`: harmless acts that shipped rules detect, done for real, in a cgroup of their own. */
import { exit, print, UsageError, type Command } from '../command.ts';
import { simulations } from '../simulations/index.ts';
import { lackOf } from '../simulations/needs.ts';
import type { Simulation, SimulationResult } from '../simulations/simulation.ts';
import { withStage } from '../simulations/stage.ts';

export const simulate: Command = {
  usage: '[NAME | all] [--cgroup DIRECTORY] [--json]',
  summary: 'Performs an act that a shipped rule detects, or all of them, and says which rule it is. Without a name: lists them.',
  options: { cgroup: 'text', json: 'switch' },
  operandsMax: 1,
  async run({ cgroup, json }, [name]) {
    const say = json === true ? asJson : asText;
    if (name === undefined) {
      for (const simulation of simulations) print(say.listed(simulation));
      return exit.done;
    }
    const chosen = name === 'all' ? simulations : simulations.filter((each) => each.name === name);
    if (chosen.length === 0) throw new UsageError(`name one of: all, ${simulations.map((each) => each.name).join(', ')}`);
    const endings = await perform(chosen, typeof cgroup === 'string' ? cgroup : undefined, (simulation, ending) => print(say.ended(simulation, ending)));
    if (endings.every((ending) => 'lacks' in ending)) return exit.unsupported;
    return endings.some((ending) => 'done' in ending && !ending.done) ? exit.notSo : exit.done;
  },
};

/** How it ended, or why it was not tried. */
type Ending = SimulationResult | { readonly lacks: string };

/** One after the other. An interrupt ends the one under way, which clears up, and leaves the others. */
async function perform(chosen: readonly Simulation[], parent: string | undefined, ended: (simulation: Simulation, ending: Ending) => void): Promise<Ending[]> {
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  const endings: Ending[] = [];
  try {
    for (const simulation of chosen) {
      const ending = await withStage(parent, interrupted.signal, async (stage): Promise<Ending> => {
        const lacks = lackOf(simulation.needs, stage.cgroup !== null);
        return lacks === null ? await simulation.act(stage) : { lacks };
      });
      endings.push(interrupted.signal.aborted && 'done' in ending ? { ...ending, done: false, outcome: `interrupted: ${ending.outcome}` } : ending);
      ended(simulation, endings.at(-1)!);
      if (interrupted.signal.aborted) break;
    }
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
  return endings;
}

interface Wording {
  listed(simulation: Simulation): string;
  ended(simulation: Simulation, ending: Ending): string;
}

const asText: Wording = {
  listed: ({ name, does }) => `  ${name.padEnd(24)}${does}`,
  ended: ({ name, does, rule }, ending) => {
    if ('lacks' in ending) return `${name}: not tried, ${ending.lacks}`;
    return `${name}: ${does}: ${ending.outcome} (pid ${ending.pids.join(', ')}). Rule: ${rule}`;
  },
};

const asJson: Wording = {
  listed: ({ name, does, rule, needs }) => JSON.stringify({ simulation: name, rule, does, needs }),
  ended: ({ name, rule }, ending) => JSON.stringify({ simulation: name, rule, ...ending }),
};
