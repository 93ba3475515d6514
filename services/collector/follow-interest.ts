/** Keeps the kernel side to what the engines' rules can match: programs and maps follow the interests that they publish. */
import type { Clock } from '#runtime/clock/clock.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { openInterests, type Interests } from './interest/interests.ts';
import { kernelInterestOf } from './interest/kernel-interest.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { CollectorSettings } from './settings.ts';

/** What was last known holds at once, and what comes, as it comes. What the kernel refuses changes nothing, and is said. */
export function followInterests(settings: CollectorSettings, log: EventLog, kernel: Kernel, clock: Clock, logger: Logger): Interests {
  const { home, node, fetchMaxWaitMs, retryDelayMs } = settings;
  const interests = openInterests({ home, node, fetchMaxWaitMs, retryDelayMs }, log, clock, logger);
  const apply = (): void => {
    const { kinds, groups } = interests.current;
    try {
      kernel.setInterest(kernelInterestOf(kinds));
      logger.info({ kinds: kinds.map(({ kind }) => kind), groups: groups.map(({ group }) => group) }, 'reports what the rules ask for');
    } catch (err) {
      logger.error({ err, kinds: kinds.map(({ kind }) => kind) }, 'the kernel side does not report all that the rules ask for');
    }
  };
  interests.onChange(apply);
  apply();
  return interests;
}
