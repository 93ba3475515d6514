/** The life of a service: start when what it needs answers, run until told to stop or until it fails, stop in reverse order, once. */
import type { Clock } from './clock/clock.ts';
import { RingfenceError, type ErrorCode } from './errors.ts';
import type { Logger } from './log.ts';

export interface Service {
  /** Stops taking work, finishes what runs, closes. Called once. */
  close(): Promise<void>;
}

/**
 * Runs an attempt again until what it needs answers: services start in any order. An attempt that fails must leave
 * nothing behind. Rejects with any other error, and with the last one when the service is told to stop.
 */
export type Reach = <T>(attempt: () => Promise<T>) => Promise<T>;

export interface RunOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The service also stops when this long has passed since it was started. */
  readonly forMs?: number;
}

const unreachable: ReadonlySet<ErrorCode> = new Set(['EVENT_LOG_UNREACHABLE', 'WINDOW_STORE_UNREACHABLE', 'JOB_QUEUE_UNREACHABLE']);

/** Short against the time a server takes to start, long against the time a refused connection costs. */
const reachDelayMs = 1_000;

/** Says so again this often: one line tells, a line a second hides the others. */
const remindMs = 30_000;

/** How long a service may take to stop before the process gives up: longer than a Kafka session timeout. */
const stopTimeoutMs = 15_000;

/** How long the caller has to close its ports after a service that could not stop cleanly; then what is open is given up. */
const leaveTimeoutMs = 3_000;

/** One Ctrl-C arrives from the terminal, from npm and from the launcher, which both pass it on; this is their spread. */
const sameSignalMs = 1_000;

/**
 * Starts a service and runs it until SIGINT, SIGTERM, or the end of `forMs`; then closes it. Another signal, a second
 * later or more, ends the process at once. Resolves to the process's exit code: 0 also when it was stopped before it had
 * started. Rejects when the start fails for another reason than that something does not answer.
 *
 * What nobody caught (a timer's task, a callback of the kernel's, a promise that nobody awaits) is a fault of the service:
 * it is logged, the service is closed in order, and the code is 1. Then, and when the service could not stop cleanly,
 * the process ends in 3 s even if something that could not be closed still holds it.
 */
export async function runService(start: (reach: Reach) => Promise<Service>, options: RunOptions): Promise<number> {
  const { clock, logger } = options;
  using stop = stopSignal(options);
  const starting = start((attempt) => reach(attempt, options, stop.signal));
  const service = await Promise.race([starting, stop.told]);
  if (service === undefined) {
    // Closes what comes of it; the caller closes its ports, which ends what still waits for them.
    void starting.then((late) => late.close()).catch((err: unknown) => logger.debug({ err }, 'stopped while starting'));
    return leave(stop.failed ? 1 : 0);
  }
  const elapsed = options.forMs === undefined ? [] : [clock.sleep(options.forMs, stop.signal)];
  await Promise.race([stop.told, ...elapsed]);
  const code = await closeInTime(service, logger);
  return leave(stop.failed ? 1 : code);
}

/** Standard output has been written by then: Linux writes to pipes, files and terminals at once. */
function leave(code: number): number {
  if (code !== 0) setTimeout(() => process.exit(code), leaveTimeoutMs).unref();
  return code;
}

async function reach<T>(attempt: () => Promise<T>, { clock, logger }: RunOptions, stop: AbortSignal): Promise<T> {
  for (let quietUntilMs = -Infinity; ; ) {
    try {
      return await attempt();
    } catch (err) {
      if (stop.aborted || !(err instanceof RingfenceError && unreachable.has(err.code))) throw err;
      if (clock.monotonicMs() >= quietUntilMs) {
        logger.warn({ err }, 'cannot start yet; trying again until it answers');
        quietUntilMs = clock.monotonicMs() + remindMs;
      }
      await clock.sleep(reachDelayMs, stop);
      if (stop.aborted) throw err;
    }
  }
}

interface StopSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Resolves when the signal is aborted. */
  readonly told: Promise<undefined>;
  /** It was a fault that told it. */
  readonly failed: boolean;
}

/** Listens from now until it is disposed. */
function stopSignal({ clock, logger }: RunOptions): StopSignal {
  const controller = new AbortController();
  const { promise: told, resolve } = Promise.withResolvers<undefined>();
  let toldAtMs = -Infinity;
  let failed = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (clock.monotonicMs() - toldAtMs >= sameSignalMs) process.exit(1);
      return;
    }
    toldAtMs = clock.monotonicMs();
    logger.info({ signal }, 'stopping');
    tell();
  };
  const onFault = (err: unknown) => {
    // A timer's task may fail again and again until it is stopped: the first says what is wrong.
    if (failed) return logger.debug({ err }, 'failed again');
    failed = true;
    logger.error({ code: err instanceof RingfenceError ? err.code : 'SERVICE_FAILED', err }, 'failed; stopping');
    tell();
  };
  const tell = () => {
    controller.abort();
    resolve(undefined);
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('uncaughtException', onFault).on('unhandledRejection', onFault);
  return {
    signal: controller.signal,
    told,
    get failed() {
      return failed;
    },
    [Symbol.dispose]: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('uncaughtException', onFault).off('unhandledRejection', onFault),
  };
}

async function closeInTime(service: Service, logger: Logger): Promise<number> {
  const late = setTimeout(() => {
    logger.error('did not stop in time');
    process.exit(1);
  }, stopTimeoutMs);
  try {
    await service.close();
    return 0;
  } catch (err) {
    logger.error({ err }, 'could not stop cleanly');
    return 1;
  } finally {
    clearTimeout(late);
  }
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
