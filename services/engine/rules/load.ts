/**
 * Rule files become rules and a report. Loading never throws and never stops at a fault: each document is judged by
 * itself, then what refers to other documents is resolved.
 */
import { Faults } from './diagnostics.ts';
import type { FaultCode, Position } from './diagnostics.ts';
import type { FieldTable } from './fields.ts';
import { readRuleFiles, ruleFileBytesMax } from './read-files.ts';
import { rejected, reportOf } from './report.ts';
import type { RuleReport, RulesReport } from './report.ts';
import type { Rule } from './rule.ts';
import { loadCorrelation } from './sigma/correlation.ts';
import { kindOf, loadDetectionRule, loadHeader, plainOf } from './sigma/document.ts';
import { linkCorrelations } from './sigma/link.ts';
import type { LoadedDocument } from './sigma/link.ts';
import { supplyOf, type Supply } from './satisfiable.ts';
import { fileDocumentsMax } from './yaml-bounds.ts';
import { entryOf, parseYaml } from './yaml-source.ts';
import type { SourceDocument } from './yaml-source.ts';

export interface RuleSource {
  readonly file: string;
  readonly text: string;
}

export interface LoadOptions {
  readonly fields: FieldTable;
}

export interface LoadedRules {
  /** The rules that can match; in order of the sources. */
  readonly rules: readonly Rule[];
  readonly report: RulesReport;
}

/** Documents of one load: about six times the whole of SigmaHQ. */
export const rulesMax = fileDocumentsMax;

export function loadRules(sources: readonly RuleSource[], options: LoadOptions): LoadedRules {
  const documents: LoadedDocument[] = [];
  for (const source of sources) {
    for (const document of loadSource(source, options.fields)) documents.push(document);
    if (documents.length > rulesMax) return tooMany(documents.slice(0, rulesMax), source, options.fields);
  }
  return conclude(linkCorrelations(documents, options.fields), options.fields);
}

/** The same for files and folders on disk; paths that cannot be read stand in the report. */
export async function loadRuleFiles(paths: readonly string[], options: LoadOptions): Promise<LoadedRules> {
  const { sources, unreadable } = await readRuleFiles(paths);
  const loaded = loadRules(sources, options);
  const faults = unreadable.map(({ file, code, message }) => {
    return rejected({ dialect: 'sigma' }, faulty(file, code, message).faults.list);
  });
  return { rules: loaded.rules, report: reportOf([...loaded.report.rules, ...faults]) };
}

function loadSource(source: RuleSource, fields: FieldTable): LoadedDocument[] {
  if (Buffer.byteLength(source.text) > ruleFileBytesMax) {
    return [faulty(source.file, 'FILE_TOO_LARGE', `the file is larger than ${ruleFileBytesMax} bytes`)];
  }
  return parseYaml(source.file, source.text)
    .filter((document) => !isEmpty(document) && !isPlaybook(document))
    .map((document) => loadDocument(document, fields));
}

/** A file that stands in the report without any rule of it. */
function faulty(file: string, code: FileFault, message: string): LoadedDocument {
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

function loadDocument(document: SourceDocument, fields: FieldTable): LoadedDocument {
  const { root, faults, at } = document;
  if (root?.kind !== 'map') {
    if (faults.list.length === 0) faults.add('DOCUMENT_KIND', at, 'a rule is a map of keys and values');
    return { identity: { dialect: 'sigma' }, at, faults, loaded: undefined };
  }
  const identity = { ...textsOf(root), dialect: 'sigma' as const };
  const base = { identity, at, faults };
  switch (kindOf(root, faults)) {
    case undefined:
      return { ...base, loaded: undefined };
    case 'filter':
      faults.add('FILTER_UNSUPPORTED', entryOf(root, 'filter')?.key.at ?? at, 'Sigma filters are not supported yet');
      return { ...base, loaded: undefined };
    case 'detection':
      return { ...base, loaded: loadDetectionRule(root, fields, faults) };
    case 'correlation': {
      const header = loadHeader(root, faults);
      const spec = loadCorrelation(root, faults);
      if (header === undefined || spec === undefined || faults.list.length > 0) return { ...base, loaded: undefined };
      const section = entryOf(root, 'correlation')?.value;
      return { ...base, loaded: { kind: 'unlinked', header, spec, decisive: section && plainOf(section) } };
    }
  }
}

function textsOf(root: Parameters<typeof entryOf>[0]): { id?: string; title?: string } {
  const texts = (['id', 'title'] as const).flatMap((key) => {
    const value = entryOf(root, key)?.value;
    return value?.kind === 'scalar' && value.text !== '' ? [[key, value.text]] : [];
  });
  return Object.fromEntries(texts);
}

function tooMany(documents: readonly LoadedDocument[], source: RuleSource, fields: FieldTable): LoadedRules {
  const excess = faulty(source.file, 'TOO_MANY_RULES', `more than ${rulesMax} rules; nothing from here on was loaded`);
  return conclude([...documents, excess], fields);
}

function conclude(documents: readonly LoadedDocument[], fields: FieldTable): LoadedRules {
  const rules: Rule[] = [];
  const reports = documents.map((document): RuleReport => {
    const { identity, faults, loaded, at } = document;
    if (faults.list.length > 0 || loaded === undefined || loaded.kind === 'unlinked') return rejected(identity, faults.list);
    const { missing, satisfiable } = missingOf(loaded, fields);
    const entry = { ...identity, file: faults.file, line: at.line };
    const reasons = reasonsFor(loaded, missing, fields);
    if (!satisfiable) {
      const message = `no sensor here supplies ${missing.join(', ')}`;
      return { ...entry, status: 'unsatisfiable', code: 'FIELD_UNSUPPLIED', message, missing, ...reasons };
    }
    rules.push(loaded);
    return { ...entry, status: 'ok', ...(missing.length > 0 ? { missing, ...reasons } : {}) };
  });
  return { rules, report: reportOf(reports) };
}

function reasonsFor(rule: Rule, missing: readonly string[], { reasonFor }: FieldTable): Pick<RuleReport, 'reasons'> {
  if (reasonFor === undefined || rule.kind !== 'detection') return {};
  return { reasons: Object.fromEntries(missing.map((name) => [name, reasonFor(rule.logsource, name)])) };
}

function missingOf(rule: Rule, fields: FieldTable): Supply {
  if (rule.kind === 'correlation') return { missing: rule.missing, satisfiable: rule.inputs.length > 0 };
  return supplyOf(rule, fields);
}
