/** `ringfence rules test`: runs the tests that stand with rules. */
import { shipped } from '#runtime/config.ts';
import { inert, renderDiagnostic } from '../../engine/rules/index.ts';
import { openLists, testRuleFiles, type TestedRuleReport } from '../../engine/main.ts';
import { exit, print, UsageError, type Command } from '../command.ts';
import { sourceTexts } from '../source-texts.ts';

export const rulesTest: Command = {
  usage: 'PATH… [--lists FOLDER,…] [--json]',
  summary: 'Runs the tests that stand in rule files under the key "tests", and those in documents of their own. Exit code 1 when one fails, when a rule or a test has a fault, or when there is none.',
  options: { lists: 'text', json: 'switch' },
  operandsMax: Infinity,
  async run({ lists, json }, paths) {
    if (paths.length === 0) throw new UsageError('name at least one rule file or directory');
    const directory = await openLists(typeof lists === 'string' ? lists.split(',') : [shipped('rules/lists')]);
    const report = await testRuleFiles(paths, { lists: directory.lists });
    if (json === true) print(JSON.stringify(report));
    else {
      const textOf = sourceTexts();
      for (const fault of report.faults) print(renderDiagnostic(fault, textOf(fault.file)));
      for (const line of report.rules.flatMap(describe)) print(line);
      const { rules, untested, passed, failed, faults } = report.summary;
      print(`${passed} passed, ${failed} failed, ${faults} faults; ${rules} rules, ${untested} without tests`);
    }
    const { passed, failed, faults } = report.summary;
    return failed > 0 || faults > 0 || passed === 0 ? exit.notSo : exit.done;
  },
};

function describe({ title, file, line, tests }: TestedRuleReport): string[] {
  if (tests.length === 0) return [`--  no tests  ${inert(title)}  (${inert(file)}:${line})`];
  const failed = tests.filter((test) => !test.passed);
  if (failed.length === 0) return [`ok  ${tests.length} ${tests.length === 1 ? 'test ' : 'tests'}  ${inert(title)}`];
  return [
    `NO  ${failed.length} of ${tests.length} failed  ${inert(title)}`,
    ...failed.flatMap((test) => [
      `    ${inert(test.file)}:${test.line}: ${inert(test.name)}: expected ${test.expect === 'match' ? 'a match, and there was none' : 'no match, and there was one'}`,
      ...(test.because ?? []).map((line) => `        ${inert(line)}`),
    ]),
  ];
}
