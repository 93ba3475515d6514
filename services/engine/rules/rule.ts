/** Loaded rules, whatever the dialect they were written in. */
import type { Position } from './diagnostics.ts';
import type { FieldRef, FieldValue, LogSource } from './fields.ts';
import type { Condition } from './ir.ts';

export type Rule = DetectionRule | CorrelationRule;

export type Dialect = 'sigma' | 'falco';

export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

export interface RuleHeader {
  /** The id, or where there is none the title or name: what matches and detections call the rule. */
  readonly label: string;
  readonly id?: string;
  readonly name?: string;
  readonly title: string;
  /** 16 hex digits over what decides matching; descriptions and comments don't change it. */
  readonly version: string;
  readonly dialect: Dialect;
  readonly file: string;
  readonly at: Position;
  readonly level?: Level;
  readonly status?: string;
  readonly description?: string;
  /** Sigma's licence wants the author kept with a match. */
  readonly author?: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
}

/** Judged on each event alone. */
export interface DetectionRule extends RuleHeader {
  readonly kind: 'detection';
  readonly logsource: LogSource;
  readonly condition: Condition;
  /** False when the rule only feeds correlations, so that its own matches are no detections. */
  readonly emits: boolean;
  /** What the rule says of an event that it matches; undefined when its language has no such thing. */
  readonly output?: OutputTemplate;
}

export interface OutputTemplate {
  /** As it is written. */
  readonly text: string;
  /** What it reads, as far as something supplies it. */
  readonly fields: readonly FieldRef[];
  /** Bounded; the values in it are as attackers chose them. */
  render(read: (field: FieldRef) => FieldValue): string;
}

/** The output of a rule for an event as an object; null when the rule has none. */
export function outputOf(rule: Rule, event: object): string | null {
  return rule.kind === 'detection' && rule.output !== undefined ? rule.output.render((field) => field.read(event)) : null;
}

/** Counts matches of detection rules over event time. */
export interface CorrelationRule extends RuleHeader {
  readonly kind: 'correlation';
  readonly type: 'event_count';
  /** The referenced rules whose events supply every group-by field; never empty in a rule that is loaded. */
  readonly inputs: readonly CorrelationInput[];
  /** Fields that nothing supplies and that therefore cost an input. */
  readonly missing: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanNs: bigint;
  /** The condition holds at this many matches or more; 1 to `countMax` of the window store. */
  readonly atLeast: number;
}

export interface CorrelationInput {
  readonly rule: DetectionRule;
  /** One reader for each group-by field, for the log source of this rule. */
  readonly groupBy: readonly FieldRef[];
}
