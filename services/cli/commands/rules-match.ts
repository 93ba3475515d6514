/** `ringfence rules match`: which rules each event of a file matches, statelessly. */
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { shipped } from '#runtime/config.ts';
import { RingfenceError } from '#runtime/errors.ts';
import { inert, loadRuleFiles, matchLines, openFields } from '../../engine/rules/index.ts';
import { openLists } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';

export const rulesMatch: Command = {
  usage: '--rules PATH… --events FILE|- [--lists FOLDER,…]',
  summary: 'One line of JSON an event in, one line a match out: {"event": line number from 0, "rule": id or title}. What is wrong with rules and lines is named on stderr; the rest goes on. The lists that rules refer to are those that come with Ringfence, unless --lists names others. Exit code 1 when a line was no event or a path of rules cannot be read.',
  options: { rules: 'text', events: 'text', lists: 'text', json: 'switch' },
  operandsMax: Infinity,
  async run({ rules, events, lists }, morePaths) {
    if (typeof rules !== 'string' || typeof events !== 'string') throw new UsageError('--rules and --events are needed');
    const directory = await openLists(typeof lists === 'string' ? lists.split(',') : [shipped('rules/lists')]);
    for (const { file, line, column, code, message } of directory.faults) complain(`${file}:${line}:${column}: ${code}: ${message}`);
    const loaded = await loadRuleFiles([rules, ...morePaths], { fields: openFields(), lists: directory.lists });
    for (const rule of loaded.report.rules.filter((each) => each.status === 'rejected')) {
      complain(`${rule.file}:${rule.line}:${rule.column ?? 1}: ${rule.code}: ${rule.message}`);
    }
    let faults = loaded.report.rules.filter(({ code }) => code === 'FILE_UNREADABLE').length;
    const input = events === '-' ? process.stdin : await openFile(events);
    for await (const result of matchLines(loaded.rules, createInterface({ input, crlfDelay: Infinity }))) {
      if (result.kind === 'match') print(JSON.stringify({ event: result.event, rule: result.rule }));
      else {
        faults++;
        complain(`${result.error.code}: ${result.error.message}`);
      }
    }
    return faults > 0 ? exit.notSo : exit.done;
  },
};

/** Both come from files that others wrote: what a terminal would obey is shown, not sent. */
function complain(line: string): void {
  process.stderr.write(`${inert(line)}\n`);
}

/** Opened and read from before the stream is made: an error of a stream has nobody who would catch it. */
async function openFile(path: string): Promise<Readable> {
  try {
    const file = await open(path);
    if ((await file.stat()).isDirectory()) throw new Error('it is a directory');
    return file.createReadStream();
  } catch (cause) {
    throw new RingfenceError('CONFIG_INVALID', `${path} cannot be read`, { cause });
  }
}
