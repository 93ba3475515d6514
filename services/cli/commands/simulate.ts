/** `ringfence simulate`: harmless acts that shipped rules detect, done for real, in a cgroup of their own. */
import { exit, print, UsageError, type Command } from '../command.ts';
import { simulations } from '../simulations/index.ts';
import { withOwnCgroup } from '../simulations/own-cgroup.ts';

export const simulate: Command = {
  usage: 'NAME [--cgroup DIRECTORY] [--json]',
  summary: `Performs an act that a shipped rule detects, and says which:\n\n${Object.entries(simulations)
    .map(([name, simulation]) => `  ${name.padEnd(20)}${simulation.does}`)
    .join('\n')}`,
  options: { cgroup: 'text', json: 'switch' },
  operands: true,
  async run({ cgroup, json }, [name]) {
    const simulation = name === undefined || !Object.hasOwn(simulations, name) ? undefined : simulations[name];
    if (simulation === undefined) throw new UsageError(`name one of: ${Object.keys(simulations).join(', ')}`);
    const result = await withOwnCgroup(typeof cgroup === 'string' ? cgroup : undefined, (directory) => simulation.run(directory));
    if (json === true) print(JSON.stringify({ simulation: name, rule: simulation.rule, ...result }));
    else print(`${simulation.does}: ${result.outcome} (pid ${result.pids.join(', ')}). Rule: ${simulation.rule}`);
    return exit.done;
  },
};
