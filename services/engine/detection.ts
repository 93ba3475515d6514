/** The record of a detection: what was concluded, from which events, by which rule as it was then. */
import type { WindowEvent } from '#runtime/window-store/window-store.ts';
import type { Detection, Event, EventBatch, RuleRef } from '#schemas/generated/types.gen.ts';
import type { CorrelationRule, DetectionRule } from './rules/index.ts';

export interface Conclusion {
  readonly id: string;
  readonly rule: DetectionRule | CorrelationRule;
  readonly group: Record<string, string>;
  /** Oldest first; never empty. */
  readonly members: readonly WindowEvent[];
  readonly count: number;
  /** The event that completed it. */
  readonly event: Event;
  readonly batch: EventBatch;
}

export function detectionOf({ id, rule, group, members, count, event, batch }: Conclusion): Detection {
  return {
    id,
    rule: ruleRef(rule),
    group,
    first: members[0]?.timeNs ?? event.time,
    last: event.time,
    count,
    events: members.map((member) => member.id),
    node: batch.node,
    boot_id: batch.boot_id,
    trigger: event,
  };
}

function ruleRef(rule: DetectionRule | CorrelationRule): RuleRef {
  return {
    id: rule.label,
    title: rule.title,
    version: rule.version,
    dialect: 'sigma',
    level: rule.level ?? 'medium',
    tags: [...rule.tags],
    author: rule.author ?? null,
    references: [...rule.references],
  };
}
