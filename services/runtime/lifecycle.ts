/** The life of a service: start, run until told to stop, stop in reverse order, once. */
import type { Logger } from './log.ts';

export interface Service {
  /** Stops taking work, finishes what runs, closes. Called once. */
  close(): Promise<void>;
}

/** How long a service may take to stop before the process gives up: longer than a Kafka session timeout. */
const stopTimeoutMs = 15_000;

/**
 * Runs until SIGINT, SIGTERM, or `until` resolves; then closes the service. A second signal ends the process at once.
 * Returns the process's exit code.
 */
export async function runService(service: Service, log: Logger, until?: Promise<unknown>): Promise<number> {
  const signal = Promise.withResolvers<void>();
  const onSignal = (name: NodeJS.Signals) => {
    log.info({ signal: name }, 'stopping');
    signal.resolve();
    process.once('SIGINT', exitNow).once('SIGTERM', exitNow);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  await Promise.race([signal.promise, until ?? new Promise(() => {})]);
  const late = setTimeout(() => {
    log.error('did not stop in time');
    process.exit(1);
  }, stopTimeoutMs);
  try {
    await service.close();
    return 0;
  } catch (err) {
    log.error({ err }, 'could not stop cleanly');
    return 1;
  } finally {
    clearTimeout(late);
  }
}

function exitNow(): void {
  process.exit(1);
}

/** Closes in reverse order; every part is closed even when one fails, and the first failure is thrown. */
export async function closeAll(parts: readonly { close(): void | Promise<void> }[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of [...parts].reverse()) {
    try {
      await part.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
