/** Whether rules or a list can be published: engines would refuse what has a fault. */
import { engineFields } from '../engine-fields.ts';
import { listNameOf, parseList } from '../lists/list-file.ts';
import { openLists } from '../lists/open-lists.ts';
import { Faults, type Diagnostic } from '../rules/diagnostics.ts';
import { loadRules } from '../rules/load.ts';
import { readRuleFiles } from '../rules/read-files.ts';
import { packRules } from './content.ts';

export interface Unfit {
  readonly faults: readonly Diagnostic[];
}

/** The content to publish, with the number of rules in it: some may match only where other sensors feed an engine. */
export async function checkRules(paths: readonly string[], listFolders: readonly string[]): Promise<{ readonly content: Buffer; readonly rules: number } | Unfit> {
  const { sources, unreadable } = await readRuleFiles(paths);
  const { lists, faults: listFaults } = await openLists(listFolders);
  const { report } = loadRules(sources, { fields: engineFields(), lists });
  const faults = [
    ...unreadable.map(({ file, code, message }): Diagnostic => ({ file, line: 1, column: 1, code, message })),
    ...listFaults,
    ...report.rules.flatMap((rule) => rule.faults ?? []),
  ];
  return faults.length > 0 ? { faults } : { content: packRules(sources), rules: report.rules.length };
}

export function checkList(file: string, content: Buffer): { readonly entries: number } | Unfit {
  const faults = new Faults(file);
  const contents = listNameOf(file, faults) === undefined ? undefined : parseList(content.toString('utf8'), faults);
  return contents === undefined ? { faults: faults.list } : { entries: contents.entries };
}
