/**
 * Logs: JSON lines on stderr by pino, one logger a service. stdout belongs to results. Attacker-controlled text goes in
 * as values of fields, where JSON escapes it.
 */
import { pino, type Logger } from 'pino';
import { RingfenceError } from './errors.ts';

export type { Logger };

export function createLogger(service: string, level: string): Logger {
  return pino(
    { base: { service }, level, serializers: { err: serializeError } },
    // Synchronous: what a service says before it dies is what one wants to read. It logs little.
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Code, message and the chain of causes; stacks only for errors that nobody expected. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) };
  if (error instanceof RingfenceError) return { code: error.code, message: error.message, ...error.details, ...cause };
  return { type: error.name, message: error.message, stack: error.stack, ...cause };
}
