/**
 * The public entry to the rule languages, for the engine's workers, the command line and the console: load rules with
 * a report on each, match events, explain faults.
 */
export { faultCodes, inert, renderDiagnostic } from './diagnostics.ts';
export type { Diagnostic, FaultCode, Position } from './diagnostics.ts';
export { openFields } from './fields.ts';
export type { FieldRef, FieldTable, FieldValue, LogSource } from './fields.ts';
export { loadRuleFiles, loadRules, rulesMax } from './load.ts';
export type { LoadedRules, LoadOptions, RuleSource } from './load.ts';
export { matchLines } from './match-lines.ts';
export type { LineResult } from './match-lines.ts';
export type { RuleReport, RulesReport, RuleStatus } from './report.ts';
export type { CorrelationInput, CorrelationRule, DetectionRule, Dialect, Level, Rule } from './rule.ts';
export { outputOf } from './rule.ts';
export type { OutputTemplate } from './rule.ts';
export { createMatcher } from '../match/matcher.ts';
export type { Matcher } from '../match/matcher.ts';
