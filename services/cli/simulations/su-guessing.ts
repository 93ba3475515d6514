/** A burst of refused calls of su without a password, by the user nobody where root runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Simulation } from './simulation.ts';
import { enter } from './own-cgroup.ts';

/** One more than the rule asks for. */
const attempts = 6;

export const suGuessing: Simulation = {
  does: `su is refused ${attempts} times`,
  rule: 'Password Guessing With su',
  async run(cgroup) {
    // The shell enters the cgroup as root and then becomes nobody: su asks root for no password.
    const become = process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups ' : '';
    const script = `${enter(cgroup)}exec ${become}su root -c true </dev/null`;
    const children = Array.from({ length: attempts }, () => spawn('/bin/sh', ['-c', script], { stdio: 'ignore' }));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number | null));
    return { pids: children.map((child) => child.pid ?? 0), outcome: `exit codes ${codes.join(', ')}` };
  },
};
