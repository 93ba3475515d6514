/** `ringfence rules check`: what is wrong with rule files, all of it, and what can never match here. */
import { shipped } from '#runtime/config.ts';
import { inert, loadRuleFiles, renderDiagnostic, type Diagnostic, type RuleReport } from '../../engine/rules/index.ts';
import { engineFields, openLists } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';
import { sourceTexts } from '../source-texts.ts';

export const rulesCheck: Command = {
  usage: 'PATH… [--lists FOLDER,…] [--json]',
  summary: 'Loads rules and reports every fault with its place, what should be known besides, and why fields are not supplied (in how many rules). The lists that rules refer to are those that come with Ringfence, unless --lists names others. Exit code 1 when a rule was rejected or a list has a fault.',
  options: { lists: 'text', json: 'switch' },
  operandsMax: Infinity,
  async run({ lists, json }, paths) {
    if (paths.length === 0) throw new UsageError('name at least one rule file or directory');
    const directory = await openLists(typeof lists === 'string' ? lists.split(',') : [shipped('rules/lists')]);
    const { report } = await loadRuleFiles(paths, { fields: engineFields(), lists: directory.lists });
    if (json === true) print(JSON.stringify({ ...report, ...(directory.faults.length > 0 ? { listFaults: directory.faults } : {}) }));
    else {
      const textOf = sourceTexts();
      const show = (fault: Diagnostic): void => print(renderDiagnostic(fault, textOf(fault.file)));
      directory.faults.forEach(show);
      for (const rule of report.rules) describe(rule, show);
      for (const warning of report.warnings) show(warning);
      for (const line of describeMissing(report.rules)) print(line);
      const { ok, unsatisfiable, rejected } = report.summary;
      print(`${ok} ok, ${unsatisfiable} unsatisfiable, ${rejected} rejected`);
    }
    if (report.rules.length === 0) process.stderr.write('there is no rule in what was named\n');
    return report.summary.rejected + directory.faults.length > 0 ? exit.notSo : exit.done;
  },
};

function describe(rule: RuleReport, show: (fault: Diagnostic) => void): void {
  const { file, line, code, message } = rule;
  if (rule.status === 'unsatisfiable' && code !== undefined) show({ file, line, column: 1, code, message: message ?? '' });
  rule.faults?.forEach(show);
  rule.warnings?.forEach(show);
}

/** A line for each reason, with the fields that it is the reason for, those of most rules first. */
function describeMissing(rules: readonly RuleReport[]): string[] {
  const fields = new Map<string, Map<string, number>>();
  for (const [name, reason] of rules.flatMap((rule) => Object.entries(rule.reasons ?? {}))) {
    const counts = fields.getOrInsertComputed(reason, () => new Map());
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...fields].map(([reason, counts]) => {
    const names = [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `${inert(name)} (${count})`);
    return `not supplied: ${names.join(', ')}: ${inert(reason)}`;
  });
}
