/**
 * A shell whose standard streams are a TCP connection over loopback, as a reverse shell's are. The other end, in this
 * process, asks it for `id` and lets it wait, so that a responder has something to kill.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulation } from './simulation.ts';

/** How long the shell lives when nobody kills it. */
const livesMs = 3_000;

export const reverseShell: Simulation = {
  name: 'reverse-shell',
  rule: 'Shell With Its Streams On A Network Socket',
  does: 'a shell talks to a TCP connection (loopback)',
  needs: {},
  async act(stage) {
    using opened = new DisposableStack();
    const server = createServer().listen(0, '127.0.0.1');
    opened.defer(() => server.close());
    await once(server, 'listening');
    const attacker = once(server, 'connection') as Promise<[Socket]>;
    const victim = connect((server.address() as AddressInfo).port, '127.0.0.1');
    opened.defer(() => victim.destroy());
    const [[controls]] = await Promise.all([attacker, once(victim, 'connect')]);
    opened.defer(() => controls.destroy());
    controls.on('error', () => {}).resume();
    controls.write('id\n');
    // The connection becomes its standard streams only in the cgroup: one act, one detection.
    const shell = stage.start(['/bin/sh', '-c', 'exec /bin/sh <&3 >&3 3>&-'], { stdio: ['ignore', 'ignore', 'ignore', victim] });
    // The shell has its own descriptor; ours must not steal what the other end writes.
    victim.pause();
    return { pids: [shell.pid ?? 0], done: true, outcome: await ending(shell, controls) };
  },
};

async function ending(shell: ChildProcess, controls: Socket): Promise<string> {
  const exited = once(shell, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  void sleep(livesMs, undefined, { ref: false }).then(() => controls.write('exit\n'));
  const [code, signal] = await exited;
  return signal === null ? `it ended by itself after ${livesMs / 1000} s, exit code ${code}` : `it was killed by ${signal}`;
}
