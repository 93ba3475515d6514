/** The engine as a process of its own: `ringfence engine`. Also the entry for those who run it within theirs. */
import { systemClock } from '#runtime/clock/system.ts';
import { readConfig, type Flags } from '#runtime/config.ts';
import { runService } from '#runtime/lifecycle.ts';
import { createLogger } from '#runtime/log.ts';
import { openEventLog, openWindowStore } from '#runtime/ports.ts';
import { loadEngineRules, startEngine } from './engine.ts';
import { engineSettings } from './settings.ts';

export { eventFields } from './event-fields.ts';
export { loadEngineRules, startEngine, type Engine } from './engine.ts';
export { engineSettings, type EngineSettings } from './settings.ts';

export async function main(flags: Flags): Promise<number> {
  const settings = readConfig(engineSettings, process.env, flags);
  const logger = createLogger('engine', settings.logLevel);
  const rules = await loadEngineRules(settings.rules, logger);
  const log = openEventLog(settings, 'ringfence-engine', logger);
  const clock = systemClock();
  const store = await openWindowStore(settings, clock);
  try {
    return await runService(await startEngine(settings, rules, { log, store, clock, logger }), logger);
  } finally {
    await log.close();
    await store.close();
  }
}
