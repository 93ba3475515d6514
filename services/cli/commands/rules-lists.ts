/** `ringfence rules lists`: the lists of values that rules can refer to, checked. */
import { shipped } from '#runtime/config.ts';
import { renderDiagnostic } from '../../engine/rules/index.ts';
import { openLists } from '../../engine/main.ts';
import { exit, print, type Command } from '../command.ts';
import { sourceTexts } from '../source-texts.ts';

export const rulesLists: Command = {
  usage: '[FOLDER…] [--json]',
  summary: "Loads lists of values (files NAME.txt) and prints what each holds; without a folder, those that come with Ringfence. A rule refers to one with Field|expand: '%NAME%'. Exit code 1 when one has a fault.",
  options: { json: 'switch' },
  operandsMax: Infinity,
  async run({ json }, folders) {
    const { lists, faults } = await openLists(folders.length === 0 ? [shipped('rules/lists')] : folders);
    const summaries = lists.summaries();
    if (json === true) print(JSON.stringify({ lists: summaries, faults }));
    else {
      const textOf = sourceTexts();
      for (const fault of faults) print(renderDiagnostic(fault, textOf(fault.file)));
      for (const { name, kind, entries, memoryBytes } of summaries) print(`${name}  ${kind}  ${entries} ${entries === 1 ? 'entry' : 'entries'}  ${(memoryBytes / 2 ** 20).toFixed(1)} MiB`);
      print(`${summaries.length} lists, ${faults.length} faults`);
    }
    return faults.length > 0 ? exit.notSo : exit.done;
  },
};
