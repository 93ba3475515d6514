/**
 * One Sigma document: its header, log source and detection section. Correlations are loaded by correlation.ts once
 * every detection rule is known.
 */
import { createHash } from 'node:crypto';
import type { Faults } from '../diagnostics.ts';
import type { LoadScope } from '../dialect.ts';
import type { LogSource } from '../fields.ts';
import { anyOf } from '../ir.ts';
import type { Condition } from '../ir.ts';
import type { DetectionRule } from '../rule.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, entryOf } from '../yaml-source.ts';
import type { SourceMap, SourceNode } from '../yaml-source.ts';
import { parseCondition } from './condition.ts';
import type { Selections } from './condition.ts';
import { loadIdentifier } from './detection.ts';
import type { FieldScope } from './detection.ts';
import { loadHeader } from './header.ts';
import { optionalText, present, scalarList } from './sections.ts';

export type DocumentKind = 'detection' | 'correlation' | 'filter';

/** What the document is; undefined, with a fault, when it is nothing of Sigma's. */
export function kindOf(root: SourceMap, faults: Faults): DocumentKind | undefined {
  for (const kind of ['correlation', 'filter', 'detection'] as const) {
    if (entryOf(root, kind) !== undefined) return kind;
  }
  const action = entryOf(root, 'action');
  if (action !== undefined) {
    return faults.add('DOCUMENT_KIND', action.key.at, 'rule collections with "action" are not part of Sigma v2');
  }
  const keys = root.entries.map((entry) => entry.key.text);
  const meant = keys.map((key) => didYouMean(key, ['detection', 'correlation', 'filter'])).find((hint) => hint !== undefined);
  return faults.add('DOCUMENT_KIND', root.at, 'the document has no "detection", "correlation" or "filter"', meant);
}

/** A detection rule; undefined after adding at least one fault. */
export function loadDetectionRule(root: SourceMap, scope: LoadScope, faults: Faults): DetectionRule | undefined {
  const header = loadHeader(root, faults);
  const logsource = loadLogSource(root, faults);
  const section = entryOf(root, 'detection')?.value;
  if (section === undefined) return undefined;
  const name = header?.title ?? '';
  if (scope.tests.isSpent(name, root.at, faults)) return undefined;
  // A rule without a usable log source still has its detection section checked, so that one load shows every fault.
  const condition = loadDetection(section, { ...scope, logsource: logsource ?? {}, written: { tests: 0 } }, faults);
  if (header === undefined || logsource === undefined || condition === undefined || faults.list.length > 0) return undefined;
  if (!scope.tests.take(condition, name, root.at, faults)) return undefined;
  const version = versionOf({ logsource, detection: plainOf(section) });
  return { kind: 'detection', ...header, version, logsource, condition, emits: true };
}

/** 16 hex digits of SHA-256 over what decides matching, as JSON. */
export function versionOf(decisive: object): string {
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 16);
}

/** The tree as JSON-able lists: maps as pairs, so that order and odd keys are kept. */
export function plainOf(node: SourceNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return [typeof node.value === 'bigint' ? 'number' : typeof node.value, node.text];
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return node.entries.map((entry) => [entry.key.text, plainOf(entry.value)]);
  }
}

/** The log source of a rule or filter; undefined after adding a fault. */
export function loadLogSource(root: SourceMap, faults: Faults): LogSource | undefined {
  const entry = entryOf(root, 'logsource');
  if (entry === undefined) return faults.add('KEY_MISSING', root.at, 'the key "logsource" is missing');
  const map = entry.value;
  if (map.kind !== 'map') return faults.add('VALUE_KIND', map.at, `"logsource" must be a map, not ${describeNode(map)}`);
  const parts = {
    category: optionalText(map, 'category', faults)?.toLowerCase(),
    product: optionalText(map, 'product', faults)?.toLowerCase(),
    service: optionalText(map, 'service', faults)?.toLowerCase(),
  };
  const logsource = present(parts);
  if (Object.keys(logsource).length > 0) return logsource;
  return faults.add('KEY_MISSING', map.at, '"logsource" needs a category, a product or a service');
}

function loadDetection(section: SourceNode, scope: FieldScope, faults: Faults): Condition | undefined {
  if (section.kind !== 'map') {
    return faults.add('VALUE_KIND', section.at, `"detection" must be a map, not ${describeNode(section)}`);
  }
  const selections = loadSelections(section, notSelections, scope, faults);
  const entry = entryOf(section, 'condition');
  if (entry === undefined) return faults.add('KEY_MISSING', section.at, '"detection" has no "condition"');
  const sources = scalarList(entry.value, 'condition', faults);
  const conditions = sources?.map((source) => parseCondition(source, selections, faults)) ?? [];
  const parsed = conditions.filter((condition) => condition !== undefined);
  return parsed.length > 0 && parsed.length === conditions.length ? anyOf(parsed) : undefined;
}

/** Keys of a detection section that are no selections; `timeframe` belonged to the aggregation that v2 removed. */
const notSelections: ReadonlySet<string> = new Set(['condition', 'timeframe']);

/** The search identifiers of a section: all of its keys but those that are reserved. */
export function loadSelections(section: SourceMap, reserved: ReadonlySet<string>, scope: FieldScope, faults: Faults): Selections {
  const selections = new Map<string, Condition | undefined>();
  for (const { key, value } of section.entries) {
    if (!reserved.has(key.text)) selections.set(key.text, loadIdentifier(value, scope, faults));
  }
  return selections;
}
