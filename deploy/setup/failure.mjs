import { exitFailed, exitHostCannot } from './project.mjs';

/** A step that did not succeed: `message` is the whole text for the user, `exitCode` what the process ends with. */
export class SetupFailure extends Error {
  constructor(message, { exitCode = exitFailed, cause } = {}) {
    super(message, { cause });
    this.name = 'SetupFailure';
    this.exitCode = exitCode;
  }
}

/** This host lacks something that set-up may not or cannot install; the message tells what to do. */
export function hostCannot(message) {
  return new SetupFailure(message, { exitCode: exitHostCannot });
}
