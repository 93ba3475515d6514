/**
 * The rules in use, and where they are from: the rule files, or what is published. All or nothing: a set with any rejected
 * rule changes nothing.
 */
import type { Logger } from '#runtime/log.ts';
import { rulesVersionOf } from '../interest/publish.ts';
import type { ListStore } from '../lists/list-store.ts';
import type { Diagnostic } from '../rules/diagnostics.ts';
import type { FieldTable } from '../rules/fields.ts';
import type { ListDirectory } from '../rules/lists.ts';
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

/** Rules, with the names of the lists that they refer to: without any of these they would be refused. */
export interface LoadedWithLists extends LoadedRules {
  readonly referred: ReadonlySet<string>;
}

const none: Pick<LoadedWithLists, 'rules' | 'referred'> = { rules: [], referred: new Set() };

export class RulesInUse {
  private readonly options: RulesOptions;
  private readonly refusals: Refusals;
  private inUse = none;
  private source: RulesFrom = 'files';
  private behindFiles = false;

  constructor(options: RulesOptions, refusals: Refusals) {
    this.options = options;
    this.refusals = refusals;
  }

  /** Another array whenever others are put to use, or the same with other lists in them. */
  get rules(): readonly Rule[] {
    return this.inUse.rules;
  }

  /** What is in use, or to be when its fault is mended. */
  get from(): RulesFrom {
    return this.source;
  }

  /** The rules in use are older than their files, which have a fault. */
  get areBehindFiles(): boolean {
    return this.behindFiles;
  }

  refersTo(list: string): boolean {
    return this.inUse.referred.has(list);
  }

  async loadFiles(): Promise<LoadedWithLists> {
    const { rulePaths, fields, lists } = this.options;
    return await noting(lists, (noted) => loadRuleFiles(rulePaths, { fields, lists: noted }));
  }

  /** With the lists as they are now. Published content that holds no rules at all is undefined, and refused. */
  async load(from: RulesFrom): Promise<LoadedWithLists | undefined> {
    const { fields, lists, logger } = this.options;
    if (from === 'files') return await this.loadFiles();
    try {
      const sources = unpackRules(from.content);
      return await noting(lists, (noted) => loadRules(sources, { fields, lists: noted }));
    } catch (err) {
      this.refusals.counters.rejected += 1;
      logger.error({ code: 'RULE_INVALID', err, version: from.version }, 'published rules cannot be read: the rules stay as they were');
      return undefined;
    }
  }

  /** The rules in use, or to be, with the lists as they are now. */
  async loadAgain(): Promise<LoadedWithLists> {
    return (await this.load(this.source))!;
  }

  /** False when they are refused: the rules stay as they were. */
  replace(loaded: LoadedWithLists, from: RulesFrom): boolean {
    const { summary } = loaded.report;
    const told = { from: from === 'files' ? from : `published ${from.version}`, ...summary };
    if (isRefused(loaded)) {
      this.refusals.refuse(faultsOf(loaded), 'rules were refused: the rules stay as they were', told);
      return false;
    }
    const before = rulesVersionOf(this.rules);
    this.putToUse(loaded);
    this.source = from;
    this.behindFiles = false;
    this.refusals.counters.rules += 1;
    this.options.logger.info({ ...told, version: rulesVersionOf(this.rules), before }, 'rules replaced');
    return true;
  }

  /** The same rules, with other lists in them. False when they are refused. */
  renew(loaded: LoadedWithLists): boolean {
    return this.replace(loaded, this.source);
  }

  /** What the files hold now is in use, or is to be as soon as its fault is mended. */
  async useFiles(): Promise<void> {
    this.source = 'files';
    this.behindFiles = !this.replace(await this.loadFiles(), 'files');
  }

  /** Of which none is refused. */
  putToUse({ rules, referred, report }: LoadedWithLists): void {
    const { logger, swap, rulePaths } = this.options;
    for (const { id, title, file, missing } of report.rules.filter((rule) => rule.status === 'unsatisfiable')) {
      logger.warn({ id, title, file, missing }, 'rule can never match: no sensor here supplies its fields');
    }
    if (rules.length === 0) logger.warn({ paths: rulePaths }, 'no rule is loaded: nothing will be detected');
    this.inUse = { rules, referred };
    swap(rules);
  }
}

export function isRefused({ report }: LoadedRules): boolean {
  return report.summary.rejected > 0;
}

export function faultsOf({ report }: LoadedRules): readonly Diagnostic[] {
  return report.rules.flatMap((rule) => rule.faults ?? []);
}

/** Notes the lists that a load asks for. */
async function noting(lists: ListStore, load: (noted: ListDirectory) => LoadedRules | Promise<LoadedRules>): Promise<LoadedWithLists> {
  const referred = new Set<string>();
  const find = (name: string): ReturnType<ListStore['find']> => {
    referred.add(name);
    return lists.find(name);
  };
  const loaded = await load({ find, names: () => lists.names() });
  return { ...loaded, referred };
}
