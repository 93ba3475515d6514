/** The responder as a process of its own: `ringfence responder`. Also the entry for those who run it within theirs. */
import { systemClock } from '#runtime/clock/system.ts';
import { readConfig, type Flags } from '#runtime/config.ts';
import { runService } from '#runtime/lifecycle.ts';
import { createLogger } from '#runtime/log.ts';
import { openEventLog, openJobQueue } from '#runtime/ports.ts';
import { loadPlaybooks } from './playbook/load.ts';
import { startResponder } from './responder.ts';
import { responderSettings } from './settings.ts';

export { loadPlaybooks } from './playbook/load.ts';
export { startResponder, type Ports as ResponderPorts } from './responder.ts';
export { responderSettings, type ResponderSettings } from './settings.ts';

export async function main(flags: Flags): Promise<number> {
  const settings = readConfig(responderSettings, process.env, flags);
  const logger = createLogger('responder', settings.logLevel);
  const playbooks = loadPlaybooks(settings.playbooks);
  const log = openEventLog(settings, 'ringfence-responder', logger);
  const jobs = await openJobQueue(settings, 'ringfence-commands');
  const clock = systemClock();
  try {
    return await runService((reach) => reach(() => startResponder(settings, playbooks, { log, jobs, clock, logger })), { clock, logger });
  } finally {
    await jobs.close();
    await log.close();
  }
}
