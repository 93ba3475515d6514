/**
 * `rules explain`: one rule, one event as JSON, and why the one matched the other or not. The event comes in one of four
 * forms: an event of ours as detections show it ({"body": {"kind": …}, …}); as tests name it, with everyday values for the
 * rest ({"kind", "event": {field: value}}); a line of `rules match` ({"logsource", "event": {…}}); or bare fields, which
 * are then taken to be of the rule's log source.
 */
import { RingfenceError } from '#runtime/errors.ts';
import { eventKinds, type EventKind } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { engineFields } from '../engine-fields.ts';
import { logSourcesOf } from '../event-sources.ts';
import { Faults } from './diagnostics.ts';
import { explain, type Explanation } from './explain.ts';
import { covers, openFields, type FieldTable, type LogSource } from './fields.ts';
import type { ListDirectory } from './lists.ts';
import { loadRuleFiles, type LoadedRules } from './load.ts';
import type { DetectionRule, Rule } from './rule.ts';
import { didYouMean } from './suggest.ts';
import { judgedForm } from './testing/run-tests.ts';
import { describedEvent } from './testing/test-case.ts';
import { parseYaml } from './yaml-source.ts';

export interface RuleExplanation {
  readonly rule: DetectionRule;
  readonly matched: boolean;
  /** False when the rule is about other log sources than the event's: it never judges such an event. */
  readonly judged: boolean;
  readonly condition: Explanation;
}

/**
 * One for the rule, or, of a correlation, for each rule that it counts. Throws RULE_INVALID when no loaded rule has that
 * id, name or title, and RECORD_UNDECODABLE when the text is no event.
 */
export async function explainRule(wanted: string, { paths, lists }: { readonly paths: readonly string[]; readonly lists: ListDirectory }, eventText: string): Promise<RuleExplanation[]> {
  const { fields, logsources, event } = eventOf(eventText);
  const loaded = await loadRuleFiles(paths, { fields, lists });
  const rule = findRule(wanted, loaded);
  const bases = rule.kind === 'detection' ? [rule] : rule.inputs.map((input) => input.rule);
  return bases.map((base) => {
    const judged = logsources?.some((logsource) => covers(base.logsource, logsource)) ?? true;
    const condition = explain(base.condition, event);
    return { rule: base, judged, matched: judged && condition.held, condition };
  });
}

function findRule(wanted: string, { rules, report }: LoadedRules): Rule {
  const found = rules.find(({ id, name, title }) => [id, name, title].includes(wanted));
  if (found !== undefined) return found;
  const broken = report.rules.find(({ id, title }) => [id, title].includes(wanted));
  if (broken !== undefined) throw new RingfenceError('RULE_INVALID', `the rule is ${broken.status}: ${broken.message ?? ''}`);
  const names = rules.flatMap(({ id, name, title }) => [id, name, title]).filter((name) => name !== undefined);
  throw new RingfenceError('RULE_INVALID', `no rule is called ${JSON.stringify(wanted)}; ${didYouMean(wanted, names) ?? `${rules.length} rules are loaded${refused(report)}`}`);
}

/** Files that cannot be read are among them. */
function refused({ summary }: LoadedRules['report']): string {
  return summary.rejected === 0 ? '' : `, ${summary.rejected} rejected (see rules check)`;
}

interface ExplainedEvent {
  readonly fields: FieldTable;
  /** Undefined: those of the rule. */
  readonly logsources?: readonly LogSource[];
  readonly event: object;
}

function eventOf(text: string): ExplainedEvent {
  const value = parseObject(text);
  const { body, kind, event } = value;
  if (isObject(body) && isKind(body['kind'])) return { fields: engineFields(), logsources: logSourcesOf(value as unknown as Event), event: value };
  if (!isObject(event)) return { fields: openFields(), event: value };
  if (kind === undefined && value['logsource'] === undefined) return { fields: openFields(), event };
  const faults = new Faults('event');
  const described = describedEvent(parseYaml('event', text)[0]!, faults);
  const [fault] = faults.list;
  if (fault !== undefined || described === undefined) throw new RingfenceError('RECORD_UNDECODABLE', [fault?.message ?? 'no event', fault?.hint].filter(Boolean).join('; '));
  return { fields: described.from === 'ours' ? engineFields() : openFields(), ...judgedForm(described) };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) throw new TypeError('not a JSON object');
    return value;
  } catch (cause) {
    throw new RingfenceError('RECORD_UNDECODABLE', 'the event is no JSON object', { cause });
  }
}

function isKind(value: unknown): value is EventKind {
  return typeof value === 'string' && Object.hasOwn(eventKinds, value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
