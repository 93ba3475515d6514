/**
 * Logs: JSON lines on stderr by pino, one logger a service. stdout belongs to results. Attacker-controlled text goes in
 * as values of fields, where JSON escapes it.
 */
import { pino, type Logger } from 'pino';
import { RingfenceError } from './errors.ts';

export type { Logger };

export function createLogger(service: string, level: string): Logger {
  return pino(
    { base: { service }, level, serializers: { err: (error: unknown) => serializeError(error) } },
    // Synchronous: what a service says before it dies is what one wants to read. It logs little.
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Code, message and the chain of causes; a stack only for an error that nobody expected, and so gave no code. */
function serializeError(error: unknown, expected = false): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const coded = error instanceof RingfenceError;
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause, expected || coded) };
  if (coded) return { code: error.code, message: error.message, ...error.details, ...cause };
  return { type: error.name, message: error.message, ...(expected ? {} : { stack: error.stack }), ...cause };
}
