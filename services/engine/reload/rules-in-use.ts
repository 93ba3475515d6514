/**
 * The rules in use, and where they are from: the rule files, or what is published. All or nothing: a set with any rejected
 * rule changes nothing.
 */
import type { Logger } from '#runtime/log.ts';
import { rulesVersionOf } from '../interest/publish.ts';
import type { ListStore } from '../lists/list-store.ts';
import type { Diagnostic } from '../rules/diagnostics.ts';
import type { FieldTable } from '../rules/fields.ts';
import { loadRuleFiles, loadRules, type LoadedRules } from '../rules/load.ts';
import type { Rule } from '../rules/rule.ts';
import { unpackRules } from './content.ts';
import type { Refusals } from './refusals.ts';

export interface RulesOptions {
  /** Files and folders of rules. */
  readonly rulePaths: readonly string[];
  readonly fields: FieldTable;
  readonly lists: ListStore;
  readonly logger: Logger;
  /** Puts rules to use, between two batches. */
  readonly swap: (rules: readonly Rule[]) => void;
}

export interface PublishedRules {
  readonly content: Buffer;
  readonly version: string;
}

/** What to load rules from. */
export type RulesFrom = PublishedRules | 'files';

export class RulesInUse {
  rules: readonly Rule[] = [];
  /** What is in use, or to be when its fault is mended. */
  from: RulesFrom = 'files';
  /** Others were put to use since this was last made false. */
  changed = false;
  /** The rule files had a fault when they were last looked at. */
  filesRejected = false;
  private readonly options: RulesOptions;
  private readonly refusals: Refusals;

  constructor(options: RulesOptions, refusals: Refusals) {
    this.options = options;
    this.refusals = refusals;
  }

  /** The rules in use are older than their files, which have a fault. */
  get areBehindFiles(): boolean {
    return this.from === 'files' && this.filesRejected;
  }

  /** With the lists as they are now. Published content that holds no rules at all is undefined, and refused. */
  async load(from: RulesFrom): Promise<LoadedRules | undefined> {
    const { rulePaths, fields, lists, logger } = this.options;
    if (from === 'files') return await loadRuleFiles(rulePaths, { fields, lists });
    try {
      return loadRules(unpackRules(from.content), { fields, lists });
    } catch (err) {
      this.refusals.counters.rejected += 1;
      logger.error({ code: 'RULE_INVALID', err, version: from.version }, 'published rules cannot be read: the rules stay as they were');
      return undefined;
    }
  }

  /** The rules in use, or to be, with the lists as they are now. */
  async loadAgain(): Promise<LoadedRules> {
    return (await this.load(this.from))!;
  }

  /** False when they are refused: the rules stay as they were. */
  replace(loaded: LoadedRules, from: RulesFrom): boolean {
    if (!this.use(loaded, from)) return false;
    this.changed = true;
    return true;
  }

  /** The same rules, with other lists in them. False when they are refused. */
  renew(loaded: LoadedRules): boolean {
    return this.use(loaded, this.from);
  }

  /** Of which none is refused. */
  putToUse({ rules, report }: LoadedRules): void {
    const { logger, swap, rulePaths } = this.options;
    for (const { id, title, file, missing } of report.rules.filter((rule) => rule.status === 'unsatisfiable')) {
      logger.warn({ id, title, file, missing }, 'rule can never match: no sensor here supplies its fields');
    }
    if (rules.length === 0) logger.warn({ paths: rulePaths }, 'no rule is loaded: nothing will be detected');
    this.rules = rules;
    swap(rules);
  }

  private use(loaded: LoadedRules, from: RulesFrom): boolean {
    const { summary } = loaded.report;
    const told = { from: from === 'files' ? from : `published ${from.version}`, ...summary };
    if (isRefused(loaded)) {
      this.refusals.refuse(faultsOf(loaded), 'rules were refused: the rules stay as they were', told);
      return false;
    }
    const before = rulesVersionOf(this.rules);
    this.putToUse(loaded);
    // A list that came has mended them.
    if (this.areBehindFiles) this.changed = true;
    this.from = from;
    if (from === 'files') this.filesRejected = false;
    this.refusals.counters.rules += 1;
    this.options.logger.info({ ...told, version: rulesVersionOf(this.rules), before }, 'rules replaced');
    return true;
  }
}

export function isRefused({ report }: LoadedRules): boolean {
  return report.summary.rejected > 0;
}

export function faultsOf({ report }: LoadedRules): readonly Diagnostic[] {
  return report.rules.flatMap((rule) => rule.faults ?? []);
}
