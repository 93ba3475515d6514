/**
 * What a rule language is to the loader. Each stands in a folder of its own, takes YAML documents and gives rules in the
 * intermediate form (ir.ts); the loader, `explain`, coverage, push-down and the matcher know nothing else of it.
 */
import type { TestBudget } from './condition-size.ts';
import type { Diagnostic, Faults, Position } from './diagnostics.ts';
import type { FieldTable } from './fields.ts';
import type { ListDirectory } from './lists.ts';
import type { RegexCompiler } from './regex.ts';
import type { RuleReport } from './report.ts';
import type { Rule } from './rule.ts';
import type { SourceDocument } from './yaml-source.ts';

export interface RuleLanguage {
  /** Whether the document is one of this language. A document that none claims is a fault. */
  claims(document: SourceDocument): boolean;
  /**
   * All of a load's documents that it claims, in the order of the sources: rules may refer to others, and later ones
   * change earlier ones. Never throws; faults are added to the documents' own.
   */
  load(documents: readonly SourceDocument[], scope: LoadScope): LoadedRule[];
}

export interface LoadScope {
  readonly fields: FieldTable;
  /** Lists of values that rules may refer to. */
  readonly lists: ListDirectory;
  readonly regexes: RegexCompiler;
  readonly tests: TestBudget;
  /** Takes what a user should know and that belongs to no rule, such as a macro that nothing uses. */
  readonly warnings: Diagnostic[];
}

/** One rule of a source, loaded or with faults: a line of the report. */
export interface LoadedRule {
  readonly identity: Pick<RuleReport, 'id' | 'title' | 'dialect'>;
  readonly at: Position;
  readonly faults: Faults;
  /** What a user should know of the rule and need not mend, such as a key without meaning. */
  readonly warnings?: Faults;
  /** `applied`: no rule itself, but part of others, as a filter is. Undefined when it has faults. */
  readonly loaded: Rule | 'applied' | undefined;
  /** Its author has switched it off: it is checked, and judges nothing. */
  readonly disabled?: boolean;
}
