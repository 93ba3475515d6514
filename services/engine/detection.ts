/** The record of a detection: what was concluded, from which events, by which rule as it was then. */
import type { BegunRun } from '#runtime/window-store/window-store.ts';
import type { Detection, Event, EventBatch, RuleRef } from '#schemas/generated/types.gen.ts';
import type { CorrelationRule, DetectionRule } from './rules/index.ts';

export interface Conclusion {
  readonly id: string;
  readonly rule: DetectionRule | CorrelationRule;
  readonly group: Record<string, string>;
  readonly run: BegunRun;
  /** The event that completed it: the run's trigger, or a late one that made an earlier event the trigger. */
  readonly event: Event;
  readonly batch: EventBatch;
}

export function detectionOf({ id, rule, group, run, event, batch }: Conclusion): Detection {
  return {
    id,
    rule: ruleRef(rule),
    group,
    first: run.members[0]?.timeNs ?? run.trigger.timeNs,
    last: run.trigger.timeNs,
    count: run.count,
    events: run.members.map((member) => member.id),
    node: batch.node,
    boot_id: batch.boot_id,
    trigger: event,
    external: null,
    output: null,
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
