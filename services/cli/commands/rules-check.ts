/** `ringfence rules check`: what is wrong with rule files, all of it, and what can never match here. */
import { readFileSync } from 'node:fs';
import { inert, loadRuleFiles, renderDiagnostic, type RuleReport } from '../../engine/rules/index.ts';
import { eventFields } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';

export const rulesCheck: Command = {
  usage: 'PATH… [--json]',
  summary: 'Loads rules and reports every fault with its place, and why fields are not supplied (in how many rules). Exit code 1 when a rule was rejected.',
  options: { json: 'switch' },
  operands: true,
  async run({ json }, paths) {
    if (paths.length === 0) throw new UsageError('name at least one rule file or directory');
    const { report } = await loadRuleFiles(paths, { fields: eventFields() });
    if (json === true) print(JSON.stringify(report));
    else {
      for (const rule of report.rules) for (const line of describe(rule)) print(line);
      for (const line of describeMissing(report.rules)) print(line);
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

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
