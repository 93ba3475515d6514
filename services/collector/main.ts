/** The collector as a process of its own: `ringfence collector`. Also the entry for those who run it within theirs. */
import { systemClock } from '#runtime/clock/system.ts';
import type { Clock } from '#runtime/clock/clock.ts';
import { readConfig, type Flags } from '#runtime/config.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import { runService, type Reach } from '#runtime/lifecycle.ts';
import { createLogger, type Logger } from '#runtime/log.ts';
import { openEventLog } from '#runtime/ports.ts';
import { startCollector, type Collector } from './collector.ts';
import type { DoctorReport } from './doctor.ts';
import { openCapture, recordCapture } from './kernel/capture.ts';
import type { Kernel } from './kernel/kernel.ts';
import { collectorSettings, type CollectorSettings } from './settings.ts';

export { startCollector, type Collector } from './collector.ts';
export type { CollectorCounters } from './kernel-reader.ts';
export type { DoctorReport } from './doctor.ts';
export { collectorSettings, type CollectorSettings } from './settings.ts';

export async function main(flags: Flags): Promise<number> {
  const settings = readConfig(collectorSettings, process.env, flags);
  const logger = createLogger('collector', settings.logLevel);
  const clock = systemClock();
  const log = openEventLog(settings, `ringfence-collector-${settings.node}`, logger);
  try {
    return await runService((reach) => collect(settings, { log, clock, logger, reach }), { clock, logger });
  } finally {
    await log.close();
  }
}

export interface CollectPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly reach: Reach;
}

/** Collects from the kernel that the settings name; it is closed with the collector, or when that one can't start. */
export async function collect(settings: CollectorSettings, { log, clock, logger, reach }: CollectPorts): Promise<Collector> {
  const kernel = await openKernel(settings, clock);
  try {
    return await reach(() => startCollector(settings, log, kernel, clock, logger));
  } catch (error) {
    await kernel.close();
    throw error;
  }
}

/** The kernel that the settings name: this host's, or a capture; recorded when asked. */
export async function openKernel(settings: CollectorSettings, clock: Clock): Promise<Kernel> {
  const kernel = settings.replay === undefined ? await openHostKernel(settings, clock) : openCapture(settings.replay);
  return settings.record === undefined ? kernel : recordCapture(kernel, settings.record);
}

async function openHostKernel(settings: CollectorSettings, clock: Clock): Promise<Kernel> {
  // Loaded only now: a replay must work on a host where the binding can't be built.
  const { openLiveKernel } = await import('./kernel/live.ts');
  const scope = {
    ...(settings.scopeCgroup === undefined ? {} : { cgroup: settings.scopeCgroup }),
    ...(settings.scopeTree === undefined ? {} : { tree: settings.scopeTree }),
  };
  return openLiveKernel({ home: settings.home, instance: settings.node, scope, ringBytes: settings.ringBytes, readBytesMax: settings.readBytes }, clock);
}

/** `ringfence doctor`; loads the binding only then. */
export async function examine(): Promise<DoctorReport> {
  const { examineHost } = await import('./doctor.ts');
  return examineHost();
}
