/** The record of a detection: what was concluded, from which events, by which rule as it was then. */
import type { BegunRun } from '#runtime/window-store/window-store.ts';
import type { Detection, RuleRef } from '#schemas/generated/types.gen.ts';
import type { Observed } from './encoded-batch.ts';
import type { CorrelationRule, DetectionRule } from './rules/index.ts';

export interface Conclusion {
  readonly id: string;
  readonly rule: DetectionRule | CorrelationRule;
  readonly group: Record<string, string>;
  readonly run: BegunRun;
  /** The event that completed it: the run's trigger, or a late one that made an earlier event the trigger. */
  readonly observed: Observed;
  /** What the rule itself says of that event. */
  readonly output: string | null;
}

export function detectionOf({ id, rule, group, run, observed, output }: Conclusion): Detection {
  const { node, bootId, trigger, external } = observed;
  return {
    id,
    rule: ruleRef(rule),
    group,
    first: run.members[0]?.timeNs ?? run.trigger.timeNs,
    last: run.trigger.timeNs,
    count: run.count,
    events: run.members.map((member) => member.id),
    node,
    boot_id: bootId,
    trigger,
    external,
    output,
  };
}

function ruleRef(rule: DetectionRule | CorrelationRule): RuleRef {
  return {
    id: rule.label,
    title: rule.title,
    version: rule.version,
    dialect: rule.dialect,
    level: rule.level ?? 'medium',
    tags: [...rule.tags],
    author: rule.author ?? null,
    references: [...rule.references],
  };
}
