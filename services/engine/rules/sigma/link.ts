/**
 * What concerns several documents: correlations find the rules they count, and rules that only feed correlations stop
 * making detections of their own.
 */
import type { Faults } from '../diagnostics.ts';
import type { FieldRef, FieldTable } from '../fields.ts';
import type { CorrelationInput, CorrelationRule, DetectionRule, RuleHeader } from '../rule.ts';
import { supplyOf } from '../satisfiable.ts';
import type { SourceScalar } from '../yaml-source.ts';
import type { CorrelationSpec } from './correlation.ts';
import { directoryOf, findRule } from './directory.ts';
import type { Directory, LoadedDocument } from './directory.ts';
import { versionOf } from './document.ts';

export interface UnlinkedCorrelation {
  readonly kind: 'unlinked';
  readonly header: Omit<RuleHeader, 'version'>;
  readonly spec: CorrelationSpec;
  /** What decides matching, for the version. */
  readonly decisive: unknown;
}

/** The same documents with correlations linked; faults are added to theirs. */
export function linkCorrelations(documents: readonly LoadedDocument[], fields: FieldTable): LoadedDocument[] {
  const directory = directoryOf(documents);
  const linked = documents.map((document) => {
    const { loaded, faults } = document;
    if (loaded?.kind !== 'unlinked') return { document, generate: false };
    return { document: { ...document, loaded: link(loaded, directory, fields, faults) }, generate: loaded.spec.generate };
  });
  return silence(linked);
}

interface Linked {
  readonly document: LoadedDocument;
  /** A correlation that leaves the rules it counts their own detections. */
  readonly generate: boolean;
}

/**
 * Rules that some correlation counts, and that no correlation with `generate: true` keeps as detections, make none of
 * their own. Only a correlation that can match counts here: a broken one must not mute what works.
 */
function silence(linked: readonly Linked[]): LoadedDocument[] {
  const counted = new Set<DetectionRule>();
  const kept = new Set<DetectionRule>();
  for (const { document, generate } of linked) {
    if (document.loaded?.kind !== 'correlation' || document.faults.list.length > 0) continue;
    for (const { rule } of document.loaded.inputs) (generate ? kept : counted).add(rule);
  }
  const silent = new Map([...counted.difference(kept)].map((rule) => [rule, { ...rule, emits: false }]));
  const settled = (rule: DetectionRule): DetectionRule => silent.get(rule) ?? rule;
  return linked.map(({ document }) => {
    const { loaded } = document;
    if (loaded?.kind === 'detection') return { ...document, loaded: settled(loaded) };
    if (loaded?.kind !== 'correlation') return document;
    const inputs = loaded.inputs.map((input) => ({ ...input, rule: settled(input.rule) }));
    return { ...document, loaded: { ...loaded, inputs } };
  });
}

function link(
  correlation: UnlinkedCorrelation,
  directory: Directory,
  fields: FieldTable,
  faults: Faults,
): CorrelationRule | undefined {
  const { header, spec, decisive } = correlation;
  const rules = spec.rules.map((reference) => referenced(reference, directory, faults));
  const found = rules.filter((rule) => rule !== undefined);
  if (fields.timespanMaxNs !== undefined && spec.timespanNs > fields.timespanMaxNs) {
    const minutes = fields.timespanMaxNs / 60_000_000_000n;
    faults.add('TIMESPAN_TOO_LONG', spec.timespanAt, `events are not kept long enough for windows of more than ${minutes}m`);
  }
  if (found.length < rules.length || faults.list.length > 0) return undefined;
  const groupBy = spec.groupBy.map((field) => field.text.replaceAll(/\s/g, ''));
  const distinct = [...new Set(found)];
  const inputs = distinct.map((rule) => inputOf(rule, groupBy, fields));
  const usable = inputs.filter((input) => input.missing.length === 0);
  return {
    kind: 'correlation',
    ...header,
    version: versionOf({ correlation: decisive, rules: distinct.map((rule) => rule.version) }),
    type: 'event_count',
    inputs: usable.map(({ rule, groupBy: refs }) => ({ rule, groupBy: refs })),
    missing: [...new Set(inputs.flatMap((input) => input.missing))],
    groupBy,
    timespanNs: spec.timespanNs,
    atLeast: spec.atLeast,
  };
}

function referenced(reference: SourceScalar, directory: Directory, faults: Faults): DetectionRule | undefined {
  const document = findRule(reference, directory, faults);
  if (document === undefined) return undefined;
  if (document.loaded?.kind === 'detection') return document.loaded;
  return faults.add('CORRELATION_CHAIN_UNSUPPORTED', reference.at, 'a correlation over correlations is not supported yet');
}

/** A rule whose events lack a group-by field, or that can never match, feeds nothing. */
function inputOf(rule: DetectionRule, groupBy: readonly string[], fields: FieldTable): CorrelationInput & { missing: string[] } {
  const refs: FieldRef[] = [];
  const supply = supplyOf(rule, fields);
  const missing = supply.satisfiable ? [] : [...supply.missing];
  for (const name of groupBy) {
    const ref = fields.resolve(rule.logsource, name);
    if (ref === undefined) missing.push(name);
    else refs.push(ref);
  }
  return { rule, groupBy: refs, missing };
}
