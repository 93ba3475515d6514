/** What a command of `ringfence` is, and the exit codes that scripts rely on. */
import type { Environment, Flags } from '#runtime/config.ts';

export const exit = {
  done: 0,
  /** The thing asked about is not so: a rule was rejected, an action refused. */
  notSo: 1,
  usage: 2,
  /** This host can't. */
  unsupported: 3,
} as const;

export interface Command {
  /** Behind `ringfence <name>`. */
  readonly usage: string;
  readonly summary: string;
  /** Flags that take a value, and flags that don't; settings of a service are added by `settings`. */
  readonly options: Readonly<Record<string, 'text' | 'switch'>>;
  /** How many operands it takes; none when left out. */
  readonly operandsMax?: number;
  run(flags: Flags, operands: readonly string[], environment: Environment): Promise<number>;
}

/** A mistake in how a command was called: exit code 2. */
export class UsageError extends Error {}

/** Results go to stdout, everything else to stderr. A reader that has gone away ends the output, not with an error. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Whether lines on stdout may be coloured: a terminal reads them, and nobody asked for none (NO_COLOR). */
export function wantsColour(environment: Environment): boolean {
  return process.stdout.isTTY === true && !environment['NO_COLOR'];
}
