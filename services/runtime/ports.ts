/**
 * The adapters that the settings ask for: Kafka and Redis where they are named, one SQLite file and memory where not. Those
 * of Redis are loaded when they are opened: a collector, which never does, would hold 15 MB of them.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock/clock.ts';
import { RingfenceError } from './errors.ts';
import type { EventLog } from './event-log/event-log.ts';
import { openKafkaEventLog } from './event-log/kafka.ts';
import { openSqliteEventLog } from './event-log/sqlite.ts';
import type { JobQueue } from './job-queue/job-queue.ts';
import { openSqliteJobQueue } from './job-queue/sqlite.ts';
import type { Logger } from './log.ts';
import { createMemoryWindowStore } from './window-store/memory.ts';
import type { WindowStore } from './window-store/window-store.ts';

export interface PortSettings {
  readonly home: string;
  readonly kafkaBrokers?: string | undefined;
  readonly redisUrl?: string | undefined;
  readonly jobsRedisUrl?: string | undefined;
}

/** How long jobs' ids are remembered: longer than a detection may be answered, replays included. */
const jobKeepMs = 24 * 3_600_000;

export function openEventLog(settings: PortSettings, clientId: string, logger: Logger): EventLog {
  if (settings.kafkaBrokers === undefined) return openSqliteEventLog({ path: stateFile(settings) });
  const onLog = ({ level, message, details }: { level: 'error' | 'warn' | 'info' | 'debug'; message: string; details: object }) => {
    // kafkajs calls an error what it is about to retry; what it gives up is ours to log, as one coded line.
    logger.debug({ kafka: { level, ...details } }, message);
  };
  // A batch of events repeats itself: it is sent with a tenth of its bytes and less, and checksummed in less time than it is compressed.
  return openKafkaEventLog({ brokers: settings.kafkaBrokers, clientId, compression: 'zstd', onLog });
}

export async function openWindowStore(settings: PortSettings, clock: Clock, logger: Logger): Promise<WindowStore> {
  if (settings.redisUrl !== undefined) {
    const { openRedisWindowStore } = await import('./window-store/redis.ts');
    return await openRedisWindowStore({ url: settings.redisUrl });
  }
  let evicted = 0;
  const onEvict = (kind: string) => {
    // At powers of two: a bound that bites must be heard, not flood the log.
    if ((++evicted & (evicted - 1)) === 0) logger.warn({ kind, evicted }, 'the window store is full: the oldest entries go');
  };
  return createMemoryWindowStore({ clock, onEvict });
}

/** A log that several engines share, and windows that they do not: allowed, and seldom meant. */
export function warnOfLocalWindows(settings: PortSettings, logger: Logger): void {
  if (settings.kafkaBrokers === undefined || settings.redisUrl !== undefined) return;
  logger.warn('KAFKA_BROKERS without REDIS_URL: windows and claims are those of this process; a second engine counts by itself and repeats detections');
}

export async function openJobQueue(settings: PortSettings, name: string): Promise<JobQueue> {
  const url = settings.jobsRedisUrl ?? settings.redisUrl;
  if (url === undefined) return openSqliteJobQueue({ path: stateFile(settings), keepMs: jobKeepMs });
  const { openBullJobQueue } = await import('./job-queue/bullmq.ts');
  return openBullJobQueue({ url, name, keepMs: jobKeepMs });
}

/** Throws CONFIG_INVALID where this user may not write. */
function stateFile({ home }: PortSettings): string {
  const path = join(home, 'ringfence.sqlite');
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    // Events hold arguments of every user; the home may have been made by somebody else, for others to read.
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new RingfenceError('CONFIG_INVALID', `state cannot be kept in ${home}: name a folder of this user with --home`, { cause });
  }
  return path;
}
