/** `ringfence feed`: detections and what became of them, live. */
import { z } from 'zod';
import { systemClock } from '#runtime/clock/system.ts';
import { commonSettings, readConfig, setting } from '#runtime/config.ts';
import { runService } from '#runtime/lifecycle.ts';
import { createLogger } from '#runtime/log.ts';
import { openEventLog } from '#runtime/ports.ts';
import { wantsColour, type Command } from '../command.ts';
import { startFeed } from '../feed/feed.ts';
import { levels } from '../feed/format.ts';
import { describeSettings, settingOptions } from '../flags.ts';

const settingsSchema = z.object({
  ...commonSettings,
  logLevel: commonSettings.logLevel.default('warn'),
  min: setting.choice(levels as unknown as readonly [string, ...string[]], 'informational').describe('Leave out what is less severe.'),
});

export const feed: Command = {
  usage: '[--min LEVEL] [--all] [--json]',
  summary: `Prints detections and receipts as they come; with --all, those of the past first.\n\n${describeSettings(settingsSchema)}`,
  options: { all: 'switch', json: 'switch', ...settingOptions(settingsSchema) },
  async run({ all, json, ...flags }, _operands, environment) {
    const settings = readConfig(settingsSchema, environment, flags);
    const logger = createLogger('feed', settings.logLevel);
    const log = openEventLog(settings, 'ringfence-feed', logger);
    try {
      const minimum = levels.find((level) => level === settings.min) ?? 'informational';
      const options = { json: json === true, colour: wantsColour(environment), from: all === true ? 'earliest' : 'latest', minimum } as const;
      return await runService((reach) => reach(() => startFeed(log, options, logger)), { clock: systemClock(), logger });
    } finally {
      await log.close();
    }
  },
};
