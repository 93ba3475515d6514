/** A burst of refused calls of su without a password, by the user nobody where root runs it. */
import { once } from 'node:events';
import { asNobody } from './script.ts';
import type { Simulation } from './simulation.ts';

/** One more than the rule asks for. */
const attempts = 6;

export const suGuessing: Simulation = {
  name: 'su-guessing',
  rule: 'Password Guessing With su',
  does: `su is refused ${attempts} times`,
  needs: { programs: ['su', 'setpriv'] },
  async act(stage) {
    // su asks root for no password.
    const become = process.getuid?.() === 0 ? asNobody : [];
    const children = Array.from({ length: attempts }, () => stage.start([...become, 'su', 'root', '-c', 'true']));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number | null));
    return { pids: children.map((child) => child.pid ?? 0), done: codes.every((code) => code === 1), outcome: `exit codes ${codes.join(', ')}` };
  },
};
