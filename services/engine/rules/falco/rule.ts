/** A rule as its items left it becomes a detection rule. */
import type { TestBudget } from '../condition-size.ts';
import { quote, type Faults } from '../diagnostics.ts';
import type { RegexCompiler } from '../regex.ts';
import type { FieldRef, FieldTable, LogSource } from '../fields.ts';
import { allOf, type Condition } from '../ir.ts';
import type { DetectionRule, Level } from '../rule.ts';
import { didYouMean } from '../suggest.ts';
import type { RuleDraft } from './collect.ts';
import { compileExpression, isWithinDepth, type Compilation, type Macros } from './compile.ts';
import { exceptionOf } from './exceptions.ts';
import { fingerprint } from './fingerprint.ts';
import type { Lists } from './names.ts';
import { loadOutput } from './output.ts';
import { parseCondition } from './parser.ts';
import { sourceOf } from './source-text.ts';

/** What the rules of one load share. */
export interface RuleScope {
  readonly fields: FieldTable;
  readonly lists: Lists;
  readonly regexes: RegexCompiler;
  readonly tests: TestBudget;
  readonly macros: Macros;
  readonly derived: Map<string, FieldRef>;
}

/** Events of system calls; rules on events of plugins ask for these as a service. */
export const falcoSource: LogSource = { product: 'falco' };

/** Longer texts of a header are cut, and longer lists: they travel with each detection. */
const headerTextCharsMax = 4_096;
const tagsMax = 64;

/** Undefined after adding a fault to those of the draft. */
export function loadRule(draft: RuleDraft, scope: RuleScope): DetectionRule | undefined {
  const { name, faults, source } = draft;
  if (scope.tests.isSpent(name, draft.at, faults)) return undefined;
  const checked = source === 'syscall';
  const unknown: string[] | undefined = draft.skipIfUnknownFilter ? [] : undefined;
  const logsource = checked ? falcoSource : { ...falcoSource, service: source.toLowerCase() };
  const compilation: Compilation = { ...scope, logsource, checked, unknown, faults, written: { tests: 0 } };
  const level = levelOf(draft, faults);
  const condition = conditionOf(draft, compilation);
  const output = draft.output.length === 0 ? undefined : loadOutput(sourceOf(draft.output), compilation);
  if (condition === undefined || level === undefined || output === undefined) return undefined;
  if (checked && draft.warnEventTypes && !namesEventTypes(condition)) {
    draft.warnings.add('EVENT_TYPES_OPEN', draft.at, `the rule ${quote(name)} does not say which evt.type it is about: it is judged for every event`);
  }
  return {
    kind: 'detection',
    label: name,
    name,
    title: name,
    version: fingerprint(condition).slice(0, 16),
    dialect: 'falco',
    file: draft.item.file,
    at: draft.at,
    level,
    ...(draft.desc === '' ? {} : { description: draft.desc.slice(0, headerTextCharsMax) }),
    references: [],
    falsepositives: [],
    tags: draft.tags.slice(0, tagsMax).map((tag) => tag.slice(0, headerTextCharsMax)),
    logsource,
    condition: unknown === undefined || unknown.length === 0 ? condition : skipped(condition, unknown, draft),
    emits: true,
    output,
  };
}

function conditionOf(draft: RuleDraft, compilation: Compilation): Condition | undefined {
  const { faults } = compilation;
  if (draft.condition.length === 0) return undefined;
  const source = sourceOf(draft.condition);
  const expression = parseCondition(source, faults);
  const exceptions = draft.exceptions.map((exception) => exceptionOf(exception, faults)).filter((exception) => exception !== undefined);
  const condition = expression === undefined ? undefined : compileExpression(expression, compilation, Number.POSITIVE_INFINITY);
  const excepted = exceptions.map((exception) => compileExpression(exception, compilation, Number.POSITIVE_INFINITY)).filter((each) => each !== undefined);
  if (condition === undefined || excepted.length < exceptions.length) return undefined;
  const whole = allOf([condition, ...excepted.map((of): Condition => ({ kind: 'not', of }))]);
  return isWithinDepth(whole, source.placeOf(0), faults) && compilation.tests.take(whole, draft.name, draft.at, faults) ? whole : undefined;
}

/** Falco skips a rule that names a field it does not know when the rule allows it: then it can never match. */
function skipped(condition: Condition, unknown: readonly string[], draft: RuleDraft): Condition {
  const names = [...new Set(unknown)];
  draft.warnings.add('FIELD_UNKNOWN', draft.at, `the rule is skipped: Falco has no field ${names.map(quote).join(', ')}`);
  return allOf([condition, ...names.map((name): Condition => ({ kind: 'test', name, field: undefined, match: { kind: 'exists' }, at: draft.at }))]);
}

const levels: Readonly<Record<string, Level>> = {
  EMERGENCY: 'critical',
  ALERT: 'critical',
  CRITICAL: 'critical',
  ERROR: 'high',
  WARNING: 'medium',
  NOTICE: 'low',
  INFORMATIONAL: 'informational',
  INFO: 'informational',
  DEBUG: 'informational',
};

function levelOf({ priority, item: { file } }: RuleDraft, faults: Faults): Level | undefined {
  if (priority === undefined) return undefined;
  const name = priority.text.trim().toUpperCase();
  // Falco takes the beginning of a name too, such as WARN.
  const found = Object.keys(levels).find((each) => each === name) ?? Object.keys(levels).find((each) => name.length >= 4 && each.startsWith(name));
  if (found !== undefined) return levels[found];
  const hint = didYouMean(name, Object.keys(levels)) ?? `one of ${Object.keys(levels).join(', ')}`;
  return faults.add('VALUE_KIND', { file, ...priority.at }, `${quote(priority.text)} is no priority`, hint);
}

/** Whether the condition holds only for events of types that it names. */
function namesEventTypes(condition: Condition): boolean {
  switch (condition.kind) {
    case 'test':
      return (condition.name === 'evt.type' || condition.name === 'syscall.type') && condition.match.kind === 'exact';
    case 'selection':
      return namesEventTypes(condition.of);
    case 'not':
      return false;
    case 'and':
      return condition.of.some(namesEventTypes);
    case 'or':
      return condition.of.every(namesEventTypes);
  }
}
