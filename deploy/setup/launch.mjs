/** Runs a TypeScript file of the project under the right Node, as if it had been started in this process's place. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Resolves to the exit code, after the child has ended. stdio is inherited and signals are passed on. */
export function launch(node, file, args) {
  const child = spawn(node, [file, ...args], { stdio: 'inherit' });
  passSignalsOn(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function passSignalsOn(child) {
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends SIGINT to the whole foreground group, the child included: passing it on would make it two.
  process.on('SIGINT', () => {
    if (process.stdin.isTTY !== true) child.kill('SIGINT');
  });
}
