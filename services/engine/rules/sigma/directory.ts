/** The documents of one load, and how they refer to each other: by id, or by name. */
import { quote } from '../diagnostics.ts';
import type { Faults, Position } from '../diagnostics.ts';
import type { RuleReport } from '../report.ts';
import type { Rule } from '../rule.ts';
import { didYouMean } from '../suggest.ts';
import type { SourceScalar } from '../yaml-source.ts';
import type { Filter } from './filter.ts';
import type { UnlinkedCorrelation } from './link.ts';

export interface LoadedDocument {
  readonly identity: Pick<RuleReport, 'id' | 'title' | 'dialect'>;
  readonly at: Position;
  readonly faults: Faults;
  readonly warnings: Faults;
  /** Undefined when the document has faults. */
  readonly loaded: Rule | UnlinkedCorrelation | Filter | undefined;
}

export type Directory = ReadonlyMap<string, LoadedDocument>;

/** By id and by name; the first one wins, ids before names. Filters cannot be referred to. */
export function directoryOf(documents: readonly LoadedDocument[]): Directory {
  const directory = new Map<string, LoadedDocument>();
  for (const key of ['id', 'name'] as const) {
    for (const document of documents) {
      const { loaded } = document;
      if (loaded?.kind === 'filter') continue;
      const header = loaded?.kind === 'unlinked' ? loaded.header : loaded;
      const text = header === undefined && key === 'id' ? document.identity.id : header?.[key];
      if (text !== undefined && !directory.has(text)) directory.set(text, document);
    }
  }
  return directory;
}

/** The document of a rule that has no faults; undefined after adding one to those of the document that refers to it. */
export function findRule(reference: SourceScalar, directory: Directory, faults: Faults): LoadedDocument | undefined {
  const document = directory.get(reference.text);
  if (document === undefined) {
    const message = `no rule loaded here has the id or name ${quote(reference.text)}`;
    return faults.add('RULE_UNKNOWN', reference.at, message, didYouMean(reference.text, directory.keys()));
  }
  if (document.faults.list.length === 0 && document.loaded !== undefined) return document;
  return faults.add('RULE_REJECTED', reference.at, `the rule ${quote(reference.text)} was rejected`);
}

/** A second document of the same id would make references and detections ambiguous. */
export function refuseDuplicates(documents: readonly LoadedDocument[]): void {
  const first = new Map<string, LoadedDocument>();
  for (const document of documents) {
    const { id } = document.identity;
    const earlier = id === undefined ? undefined : first.get(id);
    if (id !== undefined && earlier === undefined) first.set(id, document);
    if (id === undefined || earlier === undefined) continue;
    const place = `${earlier.faults.file}:${earlier.at.line}`;
    document.faults.add('ID_DUPLICATE', document.at, `the id ${quote(id)} belongs to ${place} already`);
  }
}
