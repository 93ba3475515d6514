/**
 * Sigma's search identifiers: maps, lists and scalars of a detection section become conditions.
 *
 *     identifier = map | list | scalar
 *     map        = { field["|" modifier …] ":" values }     AND of its items
 *     list       = [ identifier ]                           OR of its items; a scalar is a keyword
 *     values     = scalar | [ scalar ]                      OR of the values; AND with the modifier "all"
 */
import type { Faults } from '../diagnostics.ts';
import type { FieldRef, FieldTable, LogSource } from '../fields.ts';
import { allOf, anyOf } from '../ir.ts';
import type { Condition, Match } from '../ir.ts';
import type { ListDirectory } from '../lists.ts';
import type { RegexCompiler } from '../regex.ts';
import { describeNode } from '../yaml-source.ts';
import type { SourceMap, SourceNode, SourceScalar } from '../yaml-source.ts';
import { conditionTestsMax } from './condition.ts';
import { parseItemKey } from './modifiers.ts';
import type { ItemPlan, ValuePlan } from './modifiers.ts';
import { matchesOf } from './values.ts';

/** Resolves the field names of one rule. */
export interface FieldScope {
  readonly fields: FieldTable;
  readonly logsource: LogSource;
  readonly lists: ListDirectory;
  readonly regexes: RegexCompiler;
  /** Of all selections so far. */
  readonly written: { tests: number };
}

/** The condition of one search identifier; undefined after adding at least one fault. */
export function loadIdentifier(node: SourceNode, scope: FieldScope, faults: Faults): Condition | undefined {
  switch (node.kind) {
    case 'map':
      return loadMap(node, scope, faults);
    case 'scalar':
      return loadKeyword(node, scope, faults);
    case 'list': {
      if (node.items.length === 0) return faults.add('VALUE_EMPTY', node.at, 'the list is empty');
      const parts = node.items.map((item) => loadIdentifier(item, scope, faults));
      return whole(parts, anyOf);
    }
  }
}

function loadMap(map: SourceMap, scope: FieldScope, faults: Faults): Condition | undefined {
  if (map.entries.length === 0) return faults.add('VALUE_EMPTY', map.at, 'the map is empty');
  const parts = map.entries.map((entry) => {
    const item = parseItemKey(entry.key, faults);
    return item === undefined ? undefined : loadItem(item.field, item.plan, entry.key, entry.value, scope, faults);
  });
  return whole(parts, allOf);
}

const keywordPlan: ItemPlan = {
  all: false,
  negated: false,
  value: { kind: 'text', affix: 'contains', cased: false, windash: false, wide: undefined, base64: undefined, expand: false },
};

function loadKeyword(node: SourceScalar, scope: FieldScope, faults: Faults): Condition | undefined {
  return loadItem('', keywordPlan, node, node, scope, faults);
}

function loadItem(
  field: string,
  plan: ItemPlan,
  key: SourceScalar,
  value: SourceNode,
  scope: FieldScope,
  faults: Faults,
): Condition | undefined {
  const scalars = scalarsOf(value, faults);
  if (scalars === undefined) return undefined;
  const name = field === '' ? undefined : field;
  const ref = name === undefined ? scope.fields.everyValue(scope.logsource) : scope.fields.resolve(scope.logsource, name);
  const valuePlan = name === undefined ? asKeyword(plan.value) : plan.value;
  const parts = scalars.map((scalar) => loadValue(scalar, valuePlan, scope, faults, { name, ref, key }));
  const joined = whole(parts, plan.all ? allOf : anyOf);
  return joined !== undefined && plan.negated ? { kind: 'not', of: joined } : joined;
}

/** A keyword is looked for within the values of an event, as in a line of a log, not compared with whole values. */
function asKeyword(plan: ValuePlan): ValuePlan {
  return plan.kind === 'text' && plan.affix === 'whole' ? { ...plan, affix: 'contains' } : plan;
}

interface ItemField {
  readonly name: string | undefined;
  readonly ref: FieldRef | undefined;
  readonly key: SourceScalar;
}

function loadValue(
  scalar: SourceScalar,
  plan: ValuePlan,
  scope: FieldScope,
  faults: Faults,
  field: ItemField,
): Condition | undefined {
  if (field.name === undefined && scalar.value === null) {
    return faults.add('VALUE_KIND', scalar.at, 'a keyword cannot be null');
  }
  if (scope.written.tests > conditionTestsMax) return undefined;
  const resolve = (name: string): FieldRef | undefined => scope.fields.resolve(scope.logsource, name);
  const matches = matchesOf(scalar, plan, { resolve, lists: scope.lists, regexes: scope.regexes }, faults);
  if (matches === undefined) return undefined;
  scope.written.tests += matches.any.length;
  if (scope.written.tests > conditionTestsMax) return faults.add('CONDITION_TOO_LARGE', scalar.at, `the selections have more than ${conditionTestsMax} tests from here on`);
  const tests = matches.any.map(
    (match: Match): Condition => ({ kind: 'test', name: field.name, field: field.ref, match, at: field.key.at }),
  );
  const either = anyOf(tests);
  return matches.negated ? { kind: 'not', of: either } : either;
}

function scalarsOf(node: SourceNode, faults: Faults): SourceScalar[] | undefined {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'map') return faults.add('VALUE_KIND', node.at, 'a value or a list of values must stand here, not a map');
  if (node.items.length === 0) return faults.add('VALUE_EMPTY', node.at, 'the list is empty');
  const scalars = node.items.filter((item) => item.kind === 'scalar');
  for (const item of node.items) {
    if (item.kind !== 'scalar') faults.add('VALUE_KIND', item.at, `a value must stand here, not ${describeNode(item)}`);
  }
  return scalars.length === node.items.length ? scalars : undefined;
}

/** Joins the parts when all of them could be loaded. */
function whole(
  parts: readonly (Condition | undefined)[],
  join: (parts: readonly Condition[]) => Condition,
): Condition | undefined {
  const loaded = parts.filter((part) => part !== undefined);
  return loaded.length === parts.length ? join(loaded) : undefined;
}
