/** What a load says about each rule: the form of `ringfence rules check --json`. */
import type { Diagnostic, FaultCode } from './diagnostics.ts';
import type { Dialect } from './rule.ts';

export interface RulesReport {
  readonly rules: readonly RuleReport[];
  /** What should be known and belongs to no rule, such as a macro that nothing refers to. Those of rules stand with them. */
  readonly warnings: readonly Diagnostic[];
  readonly summary: { readonly ok: number; readonly unsatisfiable: number; readonly rejected: number };
}

export type RuleStatus = 'ok' | 'unsatisfiable' | 'rejected';

/** One document, or one file that could not be read as documents. */
export interface RuleReport {
  readonly id?: string;
  readonly title?: string;
  readonly dialect: Dialect;
  readonly file: string;
  /** Of the first fault, or of the rule. */
  readonly line: number;
  readonly column?: number;
  readonly status: RuleStatus;
  /** Of the first fault; all of them stand in `faults`. */
  readonly code?: FaultCode;
  readonly message?: string;
  /** Fields that the rule names and nothing supplies; a rule that is `ok` can do without them. */
  readonly missing?: readonly string[];
  /** Why, by field, as far as it is known; of detection rules. */
  readonly reasons?: Readonly<Record<string, string>>;
  /** Every fault, in order of place; only of rejected rules. */
  readonly faults?: readonly Diagnostic[];
  /** What should be known of the rule and does not reject it. */
  readonly warnings?: readonly Diagnostic[];
  /** True when its author has switched it off, so that it judges nothing. */
  readonly disabled?: boolean;
}

export function reportOf(rules: readonly RuleReport[], warnings: readonly Diagnostic[] = []): RulesReport {
  const count = (status: RuleStatus): number => rules.filter((rule) => rule.status === status).length;
  const summary = { ok: count('ok'), unsatisfiable: count('unsatisfiable'), rejected: count('rejected') };
  return { rules, warnings, summary };
}

/** The entry of a rule with faults. Empty `faults` is a bug. */
export function rejected(identity: Pick<RuleReport, 'id' | 'title' | 'dialect'>, faults: readonly Diagnostic[]): RuleReport {
  const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const [first] = sorted;
  if (first === undefined) throw new Error('a rule was rejected without a fault');
  const { file, line, column, code, message } = first;
  return { ...identity, file, line, column, status: 'rejected', code, message, faults: sorted };
}
