/** `rules test`: loads rule files with the tests that stand in them, runs these, and reports on every rule. */
import { engineFields } from '../../engine-fields.ts';
import { Faults, type Diagnostic, type FaultCode } from '../diagnostics.ts';
import { covers, type LogSource } from '../fields.ts';
import type { ListDirectory } from '../lists.ts';
import { loadRules, type LoadedRules, type RuleSource } from '../load.ts';
import { readRuleFiles } from '../read-files.ts';
import type { Rule } from '../rule.ts';
import { kindsOf } from '../../event-sources.ts';
import { parseYaml } from '../yaml-source.ts';
import { runTest, textsOf } from './run-tests.ts';
import { testsOf, type RuleTest, type TestEvent } from './test-case.ts';

export interface TestReport {
  /** Every loaded rule, tested or not, and every rule that was not loaded and has tests. */
  readonly rules: readonly TestedRuleReport[];
  /** Of tests, of rejected rules, and of files that cannot be read. */
  readonly faults: readonly Diagnostic[];
  readonly summary: { readonly rules: number; readonly untested: number; readonly passed: number; readonly failed: number; readonly faults: number };
}

export interface TestedRuleReport {
  /** Id, or title or name where there is none. */
  readonly rule: string;
  readonly title: string;
  readonly file: string;
  readonly line: number;
  readonly tests: readonly TestResult[];
}

export interface TestResult {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly expect: 'match' | 'none';
  readonly passed: boolean;
  /** Of a test that failed: what decided. */
  readonly because?: readonly string[];
}

export interface TestOptions {
  readonly lists?: ListDirectory;
}

/** Never rejects for what files hold. */
export async function testRuleFiles(paths: readonly string[], options: TestOptions = {}): Promise<TestReport> {
  const { sources, unreadable } = await readRuleFiles(paths);
  const faults: Diagnostic[] = unreadable.map(({ file, code, message }) => ({ file, line: 1, column: 1, code, message }));
  const tests = sources.flatMap((source) => readTests(source, faults));
  const ours = loadRules(sources, { fields: engineFields(), ...options });
  faults.push(...ours.report.rules.flatMap((rule) => rule.faults ?? []));
  const fed = tests.flatMap(({ events }) => events.flatMap(({ what }) => (what.from === 'others' ? [what.logsource] : [])));
  const known = new KnownRules(ours, fed.length > 0 ? loadRules(sources, { fields: engineFields(distinct(fed)), ...options }) : ours);
  const results = new Map<string, { readonly rule: Rule; readonly tests: TestResult[] }>();
  for (const rule of ours.rules) results.set(keyOf(rule), { rule, tests: [] });
  for (const test of tests) {
    const rule = known.ruleOf(test, faults);
    if (rule === undefined) continue;
    results.getOrInsertComputed(keyOf(rule), () => ({ rule, tests: [] })).tests.push(await resultOf(test, rule));
  }
  return reportOf([...results.values()].map(({ rule, tests: done }) => ({ rule: rule.label, title: rule.title, file: rule.file, line: rule.at.line, tests: done })), faults);
}

function readTests(source: RuleSource, faults: Diagnostic[]): RuleTest[] {
  // Most rules of others have none, and parsing is what takes long.
  if (!source.text.includes('tests')) return [];
  const own = new Faults(source.file);
  const tests = parseYaml(source.file, source.text).flatMap((document) => testsOf(document, own));
  faults.push(...own.list);
  return tests;
}

async function resultOf(test: RuleTest, rule: Rule): Promise<TestResult> {
  const outcome = await runTest(test, rule);
  const { name, file, at, expect } = test;
  return { name, file, line: at.line, expect, passed: outcome.passed, ...(outcome.passed ? {} : { because: outcome.because }) };
}

function reportOf(rules: readonly TestedRuleReport[], faults: readonly Diagnostic[]): TestReport {
  const all = rules.flatMap(({ tests }) => tests);
  const passed = all.filter((test) => test.passed).length;
  const untested = rules.filter(({ tests }) => tests.length === 0).length;
  return { rules, faults, summary: { rules: rules.length, untested, passed, failed: all.length - passed, faults: faults.length } };
}

function distinct(logsources: readonly LogSource[]): LogSource[] {
  return [...new Map(logsources.map((logsource) => [JSON.stringify([logsource.category, logsource.product, logsource.service]), logsource])).values()];
}

/** Rules as an engine of our own events loads them, and as one does that other sensors feed with those of the tests. */
class KnownRules {
  private readonly ours: readonly Rule[];
  private readonly fed: readonly Rule[];

  constructor(ours: LoadedRules, fed: LoadedRules) {
    this.ours = ours.rules;
    this.fed = fed.rules;
  }

  /** The rule that a test is about; undefined, with a fault, when it is not loaded or never judges such events. */
  ruleOf(test: RuleTest, faults: Diagnostic[]): Rule | undefined {
    const fault = (code: FaultCode, at: { line: number; column: number }, message: string): undefined => {
      faults.push({ file: test.file, ...at, code, message });
      return undefined;
    };
    const rule = find(test.events.some(({ what }) => what.from === 'others') ? this.fed : this.ours, test);
    if (rule === undefined) return fault('TEST_RULE_UNKNOWN', test.rule.at, `the rule of the test ${JSON.stringify(test.name)} is not loaded, or no sensor supplies its fields`);
    if (rule.kind === 'detection' && test.sequence) return fault('VALUE_KIND', test.at, 'a rule on single events is tested with "event"; "events" are for correlations');
    if (rule.kind === 'correlation' && !test.sequence) return fault('VALUE_KIND', test.at, 'a correlation is tested with "events"');
    const several = test.sequence ? test.events.find(({ what }) => what.from === 'others' && textsOf(what) === undefined) : undefined;
    if (several !== undefined) return fault('TEST_VALUE_IMPOSSIBLE', several.at, 'a field of this event has several values, which no event of another sensor can carry');
    const stray = test.events.find((event) => !isJudged(event, rule));
    return stray === undefined ? rule : fault('TEST_EVENT_UNJUDGED', stray.at, 'the rule is about other events: it would stay quiet whatever this one holds');
  }
}

function find(rules: readonly Rule[], { rule: wanted, file }: RuleTest): Rule | undefined {
  if (wanted.kind === 'named') return rules.find(({ id, name, title }) => [id, name, title].includes(wanted.name));
  return rules.find((rule) => rule.file === file && rule.at.line === wanted.at.line && rule.at.column === wanted.at.column);
}

function isJudged({ what }: TestEvent, rule: Rule): boolean {
  const bases = rule.kind === 'detection' ? [rule] : rule.inputs.map((input) => input.rule);
  return bases.some(({ logsource }) => {
    return what.from === 'others' ? covers(logsource, what.logsource) : kindsOf(logsource).some(({ kind }) => kind === what.kind);
  });
}

function keyOf({ file, at }: Rule): string {
  return `${file}:${at.line}:${at.column}`;
}
