/** `ringfence rules check`: what is wrong with rule files, all of it, and what can never match here. */
import { readFileSync } from 'node:fs';
import { loadRuleFiles, renderDiagnostic, type RuleReport } from '../../engine/rules/index.ts';
import { eventFields } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';

export const rulesCheck: Command = {
  usage: 'PATH… [--json]',
  summary: 'Loads rules and reports every fault with its place. Exit code 1 when a rule was rejected.',
  options: { json: 'switch' },
  operands: true,
  async run({ json }, paths) {
    if (paths.length === 0) throw new UsageError('name at least one rule file or directory');
    const { report } = await loadRuleFiles(paths, { fields: eventFields() });
    if (json === true) print(JSON.stringify(report));
    else {
      for (const rule of report.rules) for (const line of describe(rule)) print(line);
      const { ok, unsatisfiable, rejected } = report.summary;
      print(`${ok} ok, ${unsatisfiable} unsatisfiable, ${rejected} rejected`);
    }
    return report.summary.rejected > 0 ? exit.notSo : exit.done;
  },
};

function describe(rule: RuleReport): string[] {
  if (rule.status === 'unsatisfiable') return [`${rule.file}:${rule.line}: ${rule.code}: ${rule.message}`];
  return (rule.faults ?? []).map((fault) => renderDiagnostic(fault, read(fault.file)));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
