/** `ringfence rules publish`: rules or a list to running engines, through the rules topic. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { systemClock } from '#runtime/clock/system.ts';
import { commonSettings, readConfig, setting, shipped } from '#runtime/config.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { createLogger } from '#runtime/log.ts';
import { openEventLog } from '#runtime/ports.ts';
import { renderDiagnostic, type Diagnostic } from '../../engine/rules/index.ts';
import { checkList, checkRules, groupSetting, isListName, listSubject, publishContent, rulesSubject, type Subject } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';
import { describeSettings, settingOptions } from '../flags.ts';
import { sourceTexts } from '../source-texts.ts';

const settingsSchema = z.object({
  ...commonSettings,
  logLevel: commonSettings.logLevel.default('warn'),
  group: groupSetting.describe('The group of engines.'),
  lists: setting.text(shipped('rules/lists')).describe('Folders of lists that the rules refer to, comma-separated: to check the rules with.'),
});

export const rulesPublish: Command = {
  usage: 'PATH… | --list FILE | --withdraw [--list NAME] [--json]',
  summary: `Gives running engines other rules, or a list other entries, through the rules topic: signed by this home's key, checked before, taken all or nothing. Published rules and lists count before the files of engines until they are withdrawn. A list with which the rules in use would be refused waits until these change; engines log why, and how many wait. Exit code 1 when there is a fault; nothing is published then.

${describeSettings(settingsSchema)}`,
  options: { list: 'text', withdraw: 'switch', json: 'switch', ...settingOptions(settingsSchema) },
  operandsMax: Infinity,
  async run({ list, withdraw, json, ...flags }, paths, environment) {
    if ((paths.length === 0) === (withdraw !== true && list === undefined)) throw new UsageError('name rule files, or a list with --list, or withdraw what was published');
    const settings = readConfig(settingsSchema, environment, flags);
    const prepared = await prepare(settings, { list, withdraw }, paths);
    if ('faults' in prepared) {
      const textOf = sourceTexts();
      for (const fault of prepared.faults) process.stderr.write(`${renderDiagnostic(fault, textOf(fault.file))}\n`);
      return exit.notSo;
    }
    const logger = createLogger('rules publish', settings.logLevel);
    const log = openEventLog(settings, 'ringfence-publish', logger);
    try {
      const { subject, content, holds } = prepared;
      const parts = await publishContent(settings.home, subject, content, { log, clock: systemClock(), logger });
      if (json === true) print(JSON.stringify({ subject, bytes: content?.length ?? 0, parts }));
      else print(content === undefined ? `withdrawn: ${subject}` : `published: ${subject}, ${holds}, ${content.length} bytes in ${parts} parts`);
      return exit.done;
    } finally {
      await log.close();
    }
  },
};

type Prepared = { readonly subject: Subject; readonly content: Buffer | undefined; readonly holds: string } | { readonly faults: readonly Diagnostic[] };

async function prepare({ group, lists }: z.infer<typeof settingsSchema>, what: { list: unknown; withdraw: unknown }, paths: readonly string[]): Promise<Prepared> {
  if (typeof what.list !== 'string') {
    if (what.withdraw === true) return { subject: rulesSubject(group), content: undefined, holds: '' };
    const checked = await checkRules(paths, lists.split(','));
    if ('faults' in checked) return checked;
    // Engines would detect nothing any more. To go back to their files there is --withdraw.
    if (checked.rules === 0) throw new RingfenceError('RULE_INVALID', 'there is no rule in what was named');
    return { subject: rulesSubject(group), content: checked.content, holds: `${checked.rules} rules` };
  }
  const name = basename(what.list, '.txt');
  if (!isListName(name)) throw new UsageError(`${JSON.stringify(name)} is no name of a list`);
  if (what.withdraw === true) return { subject: listSubject(group, name), content: undefined, holds: '' };
  const content = await readFile(what.list).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  const checked = checkList(what.list, content);
  return 'faults' in checked ? checked : { subject: listSubject(group, name), content, holds: `${checked.entries} entries` };
}
