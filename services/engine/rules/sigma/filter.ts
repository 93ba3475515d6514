/**
 * Sigma filters: what users take out of rules without changing them.
 *
 *     filter  = { "rules": "any" | reference | [ reference ], identifier …, "condition": condition }
 *
 * A rule's effective condition is `(rule) and (filter)`, so filters say `not selection`. The log source of a filter covers
 * those of its rules: each part that it names is theirs.
 */
import type { TestBudget } from '../condition-size.ts';
import type { LoadScope } from '../dialect.ts';
import { Faults, quote } from '../diagnostics.ts';
import { covers } from '../fields.ts';
import type { LogSource } from '../fields.ts';
import { allOf } from '../ir.ts';
import type { Condition } from '../ir.ts';
import type { DetectionRule, RuleHeader } from '../rule.ts';
import { describeNode, entryOf } from '../yaml-source.ts';
import type { SourceMap, SourceNode, SourceScalar } from '../yaml-source.ts';
import { parseCondition } from './condition.ts';
import type { Directory, LoadedDocument } from './directory.ts';
import { directoryOf, findRule } from './directory.ts';
import { loadLogSource, loadSelections, plainOf, versionOf } from './document.ts';
import { loadHeader } from './header.ts';
import { scalarList } from './sections.ts';

export interface Filter {
  readonly kind: 'filter';
  readonly header: Omit<RuleHeader, 'version'>;
  readonly rules: 'any' | readonly SourceScalar[];
  readonly logsource: LogSource;
  /** The condition with the fields that a rule's log source has. */
  readonly conditionFor: (logsource: LogSource) => Condition | undefined;
  readonly version: string;
}

/** Undefined after adding at least one fault. */
export function loadFilter(root: SourceMap, scope: LoadScope, faults: Faults): Filter | undefined {
  const header = loadHeader(root, faults);
  const logsource = loadLogSource(root, faults);
  const section = entryOf(root, 'filter')?.value;
  if (section === undefined) return undefined;
  if (section.kind !== 'map') {
    return faults.add('VALUE_KIND', section.at, `"filter" must be a map, not ${describeNode(section)}`);
  }
  const rules = loadReferences(section, faults);
  const condition = loadCondition(section, logsource ?? {}, scope, faults);
  if (header === undefined || logsource === undefined || rules === undefined || condition === undefined) return undefined;
  const conditions = new Map<string, Condition | undefined>();
  const conditionFor = (other: LogSource): Condition | undefined => {
    const key = JSON.stringify([other.category, other.product, other.service]);
    return conditions.getOrInsertComputed(key, () => loadCondition(section, other, scope, new Faults(faults.file)));
  };
  return { kind: 'filter', header, rules, logsource, conditionFor, version: versionOf({ filter: plainOf(section) }) };
}

function loadReferences(section: SourceMap, faults: Faults): Filter['rules'] | undefined {
  const entry = entryOf(section, 'rules');
  const hint = 'name rules by id or name, or write "any" for all of the log source';
  if (entry === undefined) return faults.add('KEY_MISSING', section.at, 'the key "rules" is missing', hint);
  const { value } = entry;
  if (value.kind === 'scalar' && value.text.toLowerCase() === 'any') return 'any';
  // pySigma's reading of an empty list.
  if (value.kind === 'list' && value.items.length === 0) return 'any';
  return scalarList(value, 'rules', faults);
}

const notSelections: ReadonlySet<string> = new Set(['condition', 'rules']);

function loadCondition(section: SourceMap, logsource: LogSource, scope: LoadScope, faults: Faults): Condition | undefined {
  const selections = loadSelections(section, notSelections, { ...scope, logsource, written: { tests: 0 } }, faults);
  const condition = entryOf(section, 'condition')?.value;
  if (condition === undefined) return faults.add('KEY_MISSING', section.at, 'the key "condition" is missing');
  if (!isText(condition)) {
    return faults.add('VALUE_KIND', condition.at, `the condition of a filter must be a text, not ${describeNode(condition)}`);
  }
  return parseCondition(condition, selections, faults);
}

function isText(node: SourceNode): node is SourceScalar {
  return node.kind === 'scalar' && node.value !== null;
}

/** Filters times their rules; the whole of SigmaHQ under 60 filters for any rule. */
export const filterUsesMax = 200_000;

/** The same documents, with every filter at work in the rules that it is for. */
export function applyFilters(documents: readonly LoadedDocument[], budget: TestBudget): LoadedDocument[] {
  const directory = directoryOf(documents);
  const filtersOf = new Map<LoadedDocument, Filter[]>();
  let uses = 0;
  for (const document of documents) {
    const { loaded: filter, faults } = document;
    if (filter?.kind !== 'filter' || faults.list.length > 0) continue;
    const targets = targetsOf(filter, documents, directory, document);
    uses += targets.length;
    if (uses > filterUsesMax) faults.add('TOO_MANY_RULES', document.at, `filters and their rules make more than ${filterUsesMax} pairs`);
    if (faults.list.length > 0) continue;
    for (const target of targets) filtersOf.getOrInsertComputed(target, () => []).push(filter);
  }
  return documents.map((document) => {
    const filters = filtersOf.get(document);
    const { loaded } = document;
    return filters === undefined || loaded?.kind !== 'detection' ? document : { ...document, loaded: filtered(loaded, filters, document, budget) };
  });
}

function targetsOf(filter: Filter, documents: readonly LoadedDocument[], directory: Directory, own: LoadedDocument): LoadedDocument[] {
  const { rules, logsource } = filter;
  const covered = ({ loaded }: LoadedDocument): boolean => loaded?.kind === 'detection' && covers(logsource, loaded.logsource);
  if (rules === 'any') {
    const targets = documents.filter(covered);
    if (targets.length === 0) own.warnings.add('FILTER_UNUSED', own.at, 'no rule loaded here is of the log source of this filter');
    return targets;
  }
  const found = rules.flatMap((reference) => {
    const target = findRule(reference, directory, own.faults);
    if (target === undefined) return [];
    if (target.loaded?.kind !== 'detection') {
      const hint = 'filter the rules that it counts';
      own.faults.add('FILTER_TARGET', reference.at, `${quote(reference.text)} is a correlation, and has no events of its own`, hint);
    } else if (!covered(target)) {
      own.warnings.add('FILTER_UNUSED', reference.at, `the rule ${quote(reference.text)} is of another log source than this filter, which leaves it as it is`);
    }
    return covered(target) ? [target] : [];
  });
  return [...new Set(found)];
}

/** Undefined after adding a fault to those of the rule. */
function filtered(rule: DetectionRule, filters: readonly Filter[], { at, faults }: LoadedDocument, budget: TestBudget): DetectionRule | undefined {
  const conditions: Condition[] = [];
  for (const filter of filters) {
    const of = filter.conditionFor(rule.logsource);
    if (of === undefined) continue;
    if (!budget.take(of, rule.title, at, faults)) return undefined;
    conditions.push({ kind: 'selection', name: filter.header.title, of });
  }
  const version = versionOf({ rule: rule.version, filters: filters.map((filter) => filter.version) });
  return { ...rule, version, condition: allOf([rule.condition, ...conditions]) };
}
