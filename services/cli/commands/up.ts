/** `ringfence up`: the whole pipeline in one process, with the live feed. What `npm start` runs. */
import { z } from 'zod';
import { systemClock } from '#runtime/clock/system.ts';
import { readConfig } from '#runtime/config.ts';
import { hasCode, RingfenceError } from '#runtime/errors.ts';
import { closeAll, runService, type Reach, type Service } from '#runtime/lifecycle.ts';
import { createLogger } from '#runtime/log.ts';
import { openEventLog, openJobQueue, openWindowStore } from '#runtime/ports.ts';
import { collect, collectorSettings } from '../../collector/main.ts';
import { engineSettings, startEngine } from '../../engine/main.ts';
import { loadPlaybooks, responderSettings, startResponder, type ResponderPorts } from '../../responder/main.ts';
import { wantsColour, type Command } from '../command.ts';
import { startFeed, type FeedOptions } from '../feed/feed.ts';
import { describeSettings, durationMs, settingOptions } from '../flags.ts';

const settingsSchema = z.object({ ...collectorSettings.shape, ...engineSettings.shape, ...responderSettings.shape, logLevel: collectorSettings.shape.logLevel.default('warn') });

type Settings = z.infer<typeof settingsSchema>;

export const up: Command = {
  usage: '[--for 30s] [--json] [--replay CAPTURE] [--SETTING VALUE …]',
  summary: `Runs collector, engine and responder in this process, and prints detections as they come, until it is stopped or the time of --for has passed.

--replay reads a recorded capture instead of this host's kernel, and needs no rights. It stays when the capture is read to its end; with --for it ends.

${describeSettings(settingsSchema)}`,
  options: { for: 'text', json: 'switch', ...settingOptions(settingsSchema) },
  async run({ for: forText, json, ...flags }, _operands, environment) {
    const forMs = typeof forText === 'string' ? { forMs: durationMs(forText) } : {};
    const settings = readConfig(settingsSchema, environment, flags);
    if (settings.replay !== undefined && settings.respond === 'enforce') {
      throw new RingfenceError('CONFIG_INVALID', '--respond enforce does not go with --replay: what a capture shows is over');
    }
    const feed: FeedOptions = { json: json === true, colour: wantsColour(environment), from: 'latest', minimum: 'informational' };
    try {
      return await runPipeline(settings, feed, forMs);
    } catch (error) {
      if (hasCode(error, 'HOST_UNSUPPORTED') || hasCode(error, 'KERNEL_REFUSED')) {
        const who = process.getuid?.() === 0 ? 'This host cannot be watched' : 'Only root can watch this host';
        process.stderr.write(`${who}; \`npx ringfence doctor\` says what is missing. A recorded capture needs no rights: --replay CAPTURE.\n`);
      }
      throw error;
    }
  },
};

async function runPipeline(settings: Settings, feed: FeedOptions, forMs: { forMs?: number }): Promise<number> {
  const logger = createLogger('ringfence', settings.logLevel);
  const clock = systemClock();
  const playbooks = loadPlaybooks(settings.playbooks);
  const open: { close(): Promise<void> }[] = [];
  try {
    const log = openEventLog(settings, 'ringfence', logger);
    open.push(log);
    const jobs = await openJobQueue(settings, 'ringfence-commands');
    open.push(jobs);
    const ports = { log, jobs, clock, logger };
    return await runService((reach) => startPipeline(settings, playbooks, ports, feed, reach), { clock, logger, ...forMs });
  } finally {
    await closeAll(open);
  }
}

async function startPipeline(settings: Settings, playbooks: ReturnType<typeof loadPlaybooks>, ports: ResponderPorts, feed: FeedOptions, reach: Reach): Promise<Service> {
  const { log, clock, logger } = ports;
  const started: { close(): void | Promise<void> }[] = [];
  const start = async <T extends { close(): void | Promise<void> }>(attempt: () => Promise<T>): Promise<T> => {
    const part = await attempt();
    started.push(part);
    return part;
  };
  try {
    const store = await start(() => reach(() => openWindowStore(settings, clock, logger)));
    await start(() => reach(() => startFeed(log, feed, logger)));
    await start(() => reach(() => startResponder(settings, playbooks, ports)));
    const engine = await start(() => reach(() => startEngine(settings, { log, store, clock, logger })));
    const collector = await start(() => collect(settings, { log, clock, logger, reach }));
    let stopping = false;
    // Detections come before: those of what processes are, while the programs for the rest are loaded.
    void collector.attached().then(() => stopping || process.stderr.write(`${greeting(settings)}\n`));
    const close = (): Promise<void> => {
      stopping = true;
      return settle(collector, engine).finally(() => closeAll(started));
    };
    return { close };
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

function greeting(settings: Settings): string {
  const source = settings.replay === undefined ? `node ${settings.node}` : `capture ${settings.replay}`;
  const shape = settings.kafkaBrokers === undefined ? 'embedded' : `Kafka ${settings.kafkaBrokers}`;
  return `Ringfence watches ${source} (${shape}); playbooks ${settings.respond}. Detections appear below; stop with Ctrl-C.`;
}
