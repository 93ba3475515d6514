/** `ringfence rules coverage`: the ATT&CK table of what is loaded. */
import { shipped } from '#runtime/config.ts';
import { inert, loadRuleFiles } from '../../engine/rules/index.ts';
import { coverageOf, engineFields, navigatorLayer, openLists, type Coverage, type CoveringRule, type TechniqueCoverage } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';

export const rulesCoverage: Command = {
  usage: '[PATH…] [--lists FOLDER,…] [--json | --navigator]',
  summary: 'Which tactics and techniques of ATT&CK the rules are tagged with that can match here: under a tactic the techniques of rules that name no other, behind them those of rules that name several, since tags do not say which belongs to which; without a path, the rules that come with Ringfence. --navigator prints a layer for the ATT&CK Navigator. Exit code 1 when a path cannot be read.',
  options: { lists: 'text', json: 'switch', navigator: 'switch' },
  operandsMax: Infinity,
  async run({ lists, json, navigator }, paths) {
    if (json === true && navigator === true) throw new UsageError('--json or --navigator, not both');
    const directory = await openLists(typeof lists === 'string' ? lists.split(',') : [shipped('rules/lists')]);
    const { rules, report } = await loadRuleFiles(paths.length === 0 ? [shipped('rules/detections')] : paths, { fields: engineFields(), lists: directory.lists });
    const coverage = coverageOf(rules);
    if (json === true) print(JSON.stringify(coverage));
    else if (navigator === true) print(JSON.stringify(navigatorLayer(coverage, 'Ringfence')));
    else for (const line of describe(coverage)) print(line);
    const unreadable = report.rules.filter(({ code }) => code === 'FILE_UNREADABLE');
    for (const { file, code, message } of unreadable) process.stderr.write(`${inert(`${file}: ${code}: ${message}`)}\n`);
    const { unsatisfiable, rejected } = report.summary;
    if (unsatisfiable + rejected > 0) process.stderr.write(`not counted: ${unsatisfiable} rules that can never match here, ${rejected} rejected\n`);
    return unreadable.length > 0 ? exit.notSo : exit.done;
  },
};

function describe({ tactics, open, untagged, summary }: Coverage): string[] {
  const rows = tactics.flatMap(({ tactic, rules, techniques }) => [
    `${tactic}  ${rules} ${rules === 1 ? 'rule' : 'rules'}`,
    ...techniques.map(describeTechnique),
  ]);
  if (open.length > 0) rows.push('techniques of rules with several tactics or none', ...open.map((each) => `${describeTechnique(each)}  (${each.tactics.join(', ') || 'no tactic'})`));
  const { rules, tactics: known, techniques } = summary;
  return [...rows, ...(untagged.length > 0 ? [`without a tactic  ${inert(shortList(untagged))}`] : []), `${rules} rules, ${known} of ${tactics.length} tactics, ${techniques} techniques`];
}

function describeTechnique({ technique, rules }: TechniqueCoverage): string {
  return `  ${technique.padEnd(10)} ${String(rules.length).padStart(4)}  ${inert(shortList(rules))}`;
}

/** As much as fits a line or two; all of them stand in --json. */
function shortList(rules: readonly CoveringRule[]): string {
  const shown = rules.slice(0, 3).map(({ title }) => title).join('; ');
  return rules.length > 3 ? `${shown}; and ${rules.length - 3} more` : shown;
}
