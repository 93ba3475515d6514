/** The engine as a process of its own: `ringfence engine`. Also the entry for those who run it within theirs. */
import { systemClock } from '#runtime/clock/system.ts';
import { readConfig, type Flags } from '#runtime/config.ts';
import { closeAll, runService } from '#runtime/lifecycle.ts';
import { createLogger } from '#runtime/log.ts';
import { openEventLog, openWindowStore, warnOfLocalWindows } from '#runtime/ports.ts';
import { startEngine } from './engine.ts';
import { engineSettings } from './settings.ts';

export { engineFields } from './engine-fields.ts';
export { eventFields } from './event-fields.ts';
export { startEngine, type Engine } from './engine.ts';
export { isListName } from './lists/list-file.ts';
export { openLists } from './lists/open-lists.ts';
export { checkList, checkRules } from './reload/check.ts';
export { listSubject, rulesSubject, type Subject } from './reload/content.ts';
export { publishContent } from './reload/publish.ts';
export { coverageOf, navigatorLayer, type Coverage, type CoveringRule, type TechniqueCoverage } from './rules/coverage.ts';
export { explainRule, type RuleExplanation } from './rules/explain-event.ts';
export type { Explanation } from './rules/explain.ts';
export { testRuleFiles, type TestedRuleReport, type TestReport } from './rules/testing/test-files.ts';
export { engineSettings, groupSetting, type EngineSettings } from './settings.ts';

export async function main(flags: Flags): Promise<number> {
  const settings = readConfig(engineSettings, process.env, flags);
  const logger = createLogger('engine', settings.logLevel);
  const log = openEventLog(settings, 'ringfence-engine', logger);
  const clock = systemClock();
  const ports: { close(): Promise<void> }[] = [log];
  try {
    return await runService(async (reach) => {
      const store = await reach(() => openWindowStore(settings, clock, logger));
      ports.unshift(store);
      const engine = await reach(() => startEngine(settings, { log, store, clock, logger }));
      warnOfLocalWindows(settings, logger);
      return engine;
    }, { clock, logger });
  } finally {
    await closeAll(ports);
  }
}
