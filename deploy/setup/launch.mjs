/** Runs a TypeScript file of the project under the right Node, as if it had been started in this process's place. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Resolves to the exit code, after the child has ended. stdio is inherited and signals are passed on. */
export function launch(node, file, args, { flags, variables } = { flags: [], variables: {} }) {
  const child = spawn(node, [...flags, file, ...args], { stdio: 'inherit', env: { ...variables, ...process.env } });
  passSignalsOn(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/**
 * A signal to the whole process group, as a terminal's Ctrl-C, reaches the child by itself too. Who sent it to whom
 * can't be known here, so it is always passed on, and services take signals that close to each other for one.
 */
function passSignalsOn(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
}
