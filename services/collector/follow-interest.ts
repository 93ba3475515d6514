/** Keeps the kernel side to what the engines' rules can match: programs and maps follow the interests that they publish. */
import type { Clock } from '#runtime/clock/clock.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import type { Logger } from '#runtime/log.ts';
import { openInterests, type Interests } from './interest/interests.ts';
import { kernelInterestOf } from './interest/kernel-interest.ts';
import type { Kernel } from './kernel/kernel.ts';
import type { CollectorSettings } from './settings.ts';

export interface InterestFollower {
  readonly interests: Interests;
  /** Resolves when the kernel side reports what is known to be of interest, or has refused to. */
  caughtUp(): Promise<void>;
}

/** What was last known holds first, and what comes, as it comes. What the kernel refuses changes nothing, and is said. */
export function followInterests(settings: CollectorSettings, log: EventLog, kernel: Kernel, clock: Clock, logger: Logger): InterestFollower {
  const { home, node, fetchMaxWaitMs, retryDelayMs } = settings;
  const interests = openInterests({ home, node, fetchMaxWaitMs, retryDelayMs }, log, clock, logger);
  const apply = async (): Promise<void> => {
    const { kinds, groups } = interests.current;
    try {
      // A later one that has taken its place speaks for itself.
      if (await kernel.setInterest(kernelInterestOf(kinds))) logger.info({ kinds: kinds.map(({ kind }) => kind), groups: groups.map(({ group }) => group) }, 'reports what the rules ask for');
    } catch (err) {
      logger.error({ err, kinds: kinds.map(({ kind }) => kind) }, 'the kernel side does not report all that the rules ask for');
    }
  };
  let applying = apply();
  interests.onChange(() => void (applying = apply()));
  const caughtUp = async (): Promise<void> => {
    for (let awaited: typeof applying | null = null; awaited !== applying; ) await (awaited = applying);
  };
  return { interests, caughtUp };
}
