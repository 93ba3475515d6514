/** `ringfence up`: the whole pipeline in one process, with the live feed. What `npm start` runs. */
import { z } from 'zod';
import { systemClock } from '#runtime/clock/system.ts';
import { readConfig } from '#runtime/config.ts';
import { hasCode } from '#runtime/errors.ts';
import { closeAll, runService, type Service } from '#runtime/lifecycle.ts';
import { createLogger, type Logger } from '#runtime/log.ts';
import { openEventLog, openJobQueue, openWindowStore } from '#runtime/ports.ts';
import { collectorSettings, openKernel, startCollector } from '../../collector/main.ts';
import { engineSettings, loadEngineRules, startEngine } from '../../engine/main.ts';
import { loadPlaybooks, responderSettings, startResponder } from '../../responder/main.ts';
import { wantsColour, type Command } from '../command.ts';
import { startFeed, type FeedOptions } from '../feed/feed.ts';
import { describeSettings, durationMs, settingOptions } from '../flags.ts';

const settingsSchema = z.object({ ...collectorSettings.shape, ...engineSettings.shape, ...responderSettings.shape, logLevel: collectorSettings.shape.logLevel.default('warn') });

type Settings = z.infer<typeof settingsSchema>;

export const up: Command = {
  usage: '[--for 30s] [--json] [--replay CAPTURE] [--SETTING VALUE …]',
  summary: `Runs collector, engine and responder in this process, and prints detections as they come.\n\n${describeSettings(settingsSchema)}`,
  options: { for: 'text', json: 'switch', ...settingOptions(settingsSchema) },
  async run({ for: forText, json, ...flags }, _operands, environment) {
    const runMs = typeof forText === 'string' ? durationMs(forText) : null;
    const settings = readConfig(settingsSchema, environment, flags);
    const logger = createLogger('ringfence', settings.logLevel);
    try {
      const pipeline = await startPipeline(settings, logger, { json: json === true, colour: wantsColour(environment), from: 'latest', minimum: 'informational' });
      process.stderr.write(`${greeting(settings)}\n`);
      return await runService(pipeline, logger, runMs === null ? undefined : systemClock().sleep(runMs));
    } catch (error) {
      if (hasCode(error, 'HOST_UNSUPPORTED') || hasCode(error, 'KERNEL_REFUSED')) {
        process.stderr.write('This host cannot be watched; see `ringfence doctor`. A recorded capture can be: --replay CAPTURE.\n');
      }
      throw error;
    }
  },
};

function greeting(settings: Settings): string {
  const source = settings.replay === undefined ? `node ${settings.node}` : `capture ${settings.replay}`;
  const shape = settings.kafkaBrokers === undefined ? 'embedded' : `Kafka ${settings.kafkaBrokers}`;
  return `Ringfence watches ${source} (${shape}); playbooks ${settings.respond}. Detections appear below; stop with Ctrl-C.`;
}

async function startPipeline(settings: Settings, logger: Logger, feed: FeedOptions): Promise<Service> {
  const clock = systemClock();
  const started: { close(): void | Promise<void> }[] = [];
  const keep = <T extends { close(): void | Promise<void> }>(part: T): T => {
    started.push(part);
    return part;
  };
  try {
    const rules = await loadEngineRules(settings.rules, logger);
    const playbooks = loadPlaybooks(settings.playbooks);
    const kernel = await openKernel(settings, clock);
    const log = keep(openEventLog(settings, 'ringfence', logger));
    const jobs = keep(openJobQueue(settings, 'ringfence-commands'));
    const store = keep(await openWindowStore(settings, clock));
    keep(await startFeed(log, feed, logger));
    keep(await startResponder(settings, playbooks, { log, jobs, clock, logger }));
    const engine = keep(await startEngine(settings, rules, { log, store, clock, logger }));
    const collector = keep(await startCollector(settings, log, kernel, clock, logger));
    return { close: () => settle(collector, engine).then(() => closeAll(started)) };
  } catch (error) {
    await closeAll(started);
    throw error;
  }
}

/** What was seen before the end is judged and shown before the end. */
async function settle(collector: { drain(): Promise<void> }, engine: { caughtUp(): Promise<void> }): Promise<void> {
  await collector.drain();
  await engine.caughtUp();
}

