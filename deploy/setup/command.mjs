/** Runs one command of a step. Its output is kept from stdout, which belongs to the program, and shown when it fails. */
import { spawn } from 'node:child_process';
import { lockDescriptor } from './exclusive.mjs';
import { SetupFailure } from './failure.mjs';
import { root } from './project.mjs';

/** Output kept of a command, in bytes: enough for the end of any compiler's or package manager's report. */
const outputBytesMax = 64 * 1024;

/** Lines shown of a command that failed. */
const linesShown = 60;

/**
 * Resolves when the command succeeded; rejects with SetupFailure. It shares the lock of set-up until it ends, unless
 * `sharesLock` is false: for one that may leave a service running behind it.
 */
export async function runCommand(command, args, { cwd = root, env = process.env, sharesLock = true } = {}) {
  const lock = sharesLock ? lockDescriptor() : undefined;
  const stdio = ['ignore', 'pipe', 'pipe', lock ?? 'ignore'];
  const { code, signal, output } = await capture(command, args, { cwd, env, stdio });
  if (code === 0) return;
  const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
  throw new SetupFailure(`${[command, ...args].join(' ')}\n${how}. Its last lines:\n\n${lastLines(output)}`);
}

function capture(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-outputBytesMax);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (cause) => {
      reject(new SetupFailure(`${command} could not be started: ${cause.message}`, { cause }));
    });
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
}

function lastLines(output) {
  return output
    .trimEnd()
    .split('\n')
    .slice(-linesShown)
    .map((line) => `    ${line}`)
    .join('\n');
}
