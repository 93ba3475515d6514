/**
 * Rule files become rules and a report. Loading never throws and never stops at a fault: every document goes to the
 * language that claims it.
 */
import { TestBudget } from './condition-size.ts';
import { Faults } from './diagnostics.ts';
import type { FaultCode, Position } from './diagnostics.ts';
import type { LoadedRule, LoadScope, RuleLanguage } from './dialect.ts';
import { falco } from './falco/index.ts';
import type { FieldTable } from './fields.ts';
import { noLists, type ListDirectory } from './lists.ts';
import { RegexCompiler } from './regex.ts';
import { readRuleFiles, ruleFileBytesMax } from './read-files.ts';
import { rejected, reportOf } from './report.ts';
import type { RuleReport, RulesReport } from './report.ts';
import type { Rule } from './rule.ts';
import { supplyOf, type Supply } from './satisfiable.ts';
import { sigma } from './sigma/index.ts';
import { fileDocumentsMax } from './yaml-bounds.ts';
import { entryOf, parseYaml } from './yaml-source.ts';
import type { SourceDocument } from './yaml-source.ts';

export interface RuleSource {
  readonly file: string;
  readonly text: string;
}

export interface LoadOptions {
  readonly fields: FieldTable;
  /** None when left out. */
  readonly lists?: ListDirectory;
}

export interface LoadedRules {
  /** The rules that can match; of each language in order of the sources. */
  readonly rules: readonly Rule[];
  readonly report: RulesReport;
}

/** Documents of one load: about six times the whole of SigmaHQ. */
export const rulesMax = fileDocumentsMax;

const languages: readonly RuleLanguage[] = [sigma, falco];

export function loadRules(sources: readonly RuleSource[], options: LoadOptions): LoadedRules {
  const scope: LoadScope = { fields: options.fields, lists: options.lists ?? noLists, regexes: new RegexCompiler(), tests: new TestBudget(), warnings: [] };
  const documents: SourceDocument[] = [];
  const excess: LoadedRule[] = [];
  for (const source of sources) {
    for (const document of documentsOf(source)) documents.push(document);
    if (documents.length <= rulesMax) continue;
    documents.length = rulesMax;
    excess.push(faulty(source.file, 'TOO_MANY_RULES', `more than ${rulesMax} rules; nothing from here on was loaded`));
    break;
  }
  return conclude([...loadDocuments(documents, scope), ...excess], scope);
}

/** The same for files and folders on disk; paths that cannot be read stand in the report. */
export async function loadRuleFiles(paths: readonly string[], options: LoadOptions): Promise<LoadedRules> {
  const { sources, unreadable } = await readRuleFiles(paths);
  const loaded = loadRules(sources, options);
  const faults = unreadable.map(({ file, code, message }) => {
    return rejected({ dialect: 'sigma' }, faulty(file, code, message).faults.list);
  });
  return { rules: loaded.rules, report: reportOf([...loaded.report.rules, ...faults], loaded.report.warnings) };
}

function documentsOf(source: RuleSource): SourceDocument[] {
  if (Buffer.byteLength(source.text) > ruleFileBytesMax) {
    const { faults, at } = faulty(source.file, 'FILE_TOO_LARGE', `the file is larger than ${ruleFileBytesMax} bytes`);
    return [{ root: undefined, faults, at }];
  }
  return parseYaml(source.file, source.text).filter((document) => !isEmpty(document) && !isPlaybook(document) && !isTestDocument(document));
}

function loadDocuments(documents: readonly SourceDocument[], scope: LoadScope): LoadedRule[] {
  const claimed = Map.groupBy(documents, (document) => languages.find((language) => language.claims(document)));
  return [...claimed].flatMap(([language, own]) => (language === undefined ? own.map(unclaimed) : language.load(own, scope)));
}

function unclaimed({ faults, at }: SourceDocument): LoadedRule {
  if (faults.list.length === 0) faults.add('DOCUMENT_KIND', at, 'a rule is a map of keys and values');
  return { identity: { dialect: 'sigma' }, at, faults, loaded: undefined };
}

/** A file that stands in the report without any rule of it. */
function faulty(file: string, code: FileFault, message: string): LoadedRule {
  const faults = new Faults(file);
  faults.add(code, start, message);
  return { identity: { dialect: 'sigma' }, at: start, faults, loaded: undefined };
}

type FileFault = Extract<FaultCode, 'FILE_TOO_LARGE' | 'FILE_UNREADABLE' | 'TOO_MANY_RULES'>;

const start: Position = { line: 1, column: 1 };

/** Nothing between two `---`, or a comment only. */
function isEmpty(document: SourceDocument): boolean {
  const { root, faults } = document;
  return faults.list.length === 0 && (root === undefined || (root.kind === 'scalar' && root.value === null));
}

/** A folder of content may hold playbooks beside rules: they are the responder's to judge. */
function isPlaybook({ root }: SourceDocument): boolean {
  return root?.kind === 'map' && entryOf(root, 'playbook') !== undefined;
}

/** Holds only tests, of rules that stand elsewhere: see testing/. */
export function isTestDocument({ root }: SourceDocument): boolean {
  return root?.kind === 'map' && root.entries.length === 1 && root.entries[0]?.key.text === 'tests';
}

function conclude(loaded: readonly LoadedRule[], { fields, warnings }: LoadScope): LoadedRules {
  const rules: Rule[] = [];
  const reports = loaded.map(({ identity, faults, warnings: own, loaded: rule, at, disabled }): RuleReport => {
    const asides = { ...(own === undefined ? {} : { warnings: own.list }), ...(disabled === true ? { disabled } : {}) };
    if (faults.list.length > 0 || rule === undefined) return { ...rejected(identity, faults.list), ...asides };
    const entry = { ...identity, file: faults.file, line: at.line, ...asides };
    if (rule === 'applied') return { ...entry, status: 'ok' };
    const { missing, satisfiable } = missingOf(rule, fields);
    const reasons = reasonsFor(rule, missing, fields);
    if (!satisfiable) {
      const message = `no sensor here supplies ${missing.join(', ')}`;
      return { ...entry, status: 'unsatisfiable', code: 'FIELD_UNSUPPLIED', message, missing, ...reasons };
    }
    if (disabled !== true) rules.push(rule);
    return { ...entry, status: 'ok', ...(missing.length > 0 ? { missing, ...reasons } : {}) };
  });
  return { rules, report: reportOf(reports, warnings) };
}

function reasonsFor(rule: Rule, missing: readonly string[], { reasonFor }: FieldTable): Pick<RuleReport, 'reasons'> {
  if (reasonFor === undefined || rule.kind !== 'detection') return {};
  return { reasons: Object.fromEntries(missing.map((name) => [name, reasonFor(rule.logsource, name)])) };
}

function missingOf(rule: Rule, fields: FieldTable): Supply {
  if (rule.kind === 'correlation') return { missing: rule.missing, satisfiable: rule.inputs.length > 0 };
  return supplyOf(rule, fields);
}
