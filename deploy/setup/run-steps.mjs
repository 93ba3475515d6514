/**
 * Brings the clone to the state that a list of steps describes, and says on stderr what it does. A step is
 *
 *   name          what the user reads
 *   isDone()      cheap and without side effects; true when there is nothing to do
 *   run(note)     does it; `note(text)` reports what is being done; throws SetupFailure when it can't
 *   optional      what is missing without it; such a step may fail without stopping the others
 *
 * In the usual case, when everything stands, this costs the sum of the isDone() and prints nothing.
 */
import { exclusively } from './exclusive.mjs';
import { SetupFailure, hostCannot } from './failure.mjs';

const nodeMajorMin = 20;

/** Runs the steps in order; a failure ends the process with its message and exit code. */
export async function setUp(steps) {
  try {
    checkHost();
    if (await allDone(steps)) return;
    await exclusively(
      () => runInOrder(steps),
      () => say('another set-up of this clone is running: waiting for it'),
    );
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    say(`\nringfence: ${error.message}`);
    process.exit(error.exitCode);
  }
}

function checkHost() {
  if (process.platform !== 'linux') throw hostCannot('Ringfence runs on Linux only: it works inside the kernel.');
  if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
    throw hostCannot(`Node ${nodeMajorMin} or later is needed to begin with; this is Node ${process.versions.node}.`);
  }
}

async function allDone(steps) {
  for (const step of steps) if (!(await step.isDone())) return false;
  return true;
}

async function runInOrder(steps) {
  say('ringfence: setting up');
  for (const step of steps) {
    const started = performance.now();
    const outcome = await runStep(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    say(`  ${step.name.padEnd(34)} ${outcome.padEnd(7)} ${seconds.padStart(6)} s`);
  }
}

/** Asks isDone() again: another process may have done the step while this one waited for the lock. */
async function runStep(step) {
  if (await step.isDone()) return 'skipped';
  try {
    await step.run((text) => say(`  ${step.name}: ${text}`));
    return 'done';
  } catch (error) {
    if (step.optional === undefined || !(error instanceof SetupFailure)) {
      throw error instanceof SetupFailure ? describe(step, error) : error;
    }
    say(`  ${step.name}: ${error.message}\n  Going on without: ${step.optional}`);
    return 'failed';
  }
}

function describe(step, failure) {
  const message = `set-up stopped at "${step.name}"\n${failure.message}`;
  return new SetupFailure(message, { exitCode: failure.exitCode, cause: failure });
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
