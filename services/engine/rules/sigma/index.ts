/** The Sigma language: each document is judged by itself, then what refers to other documents is resolved. */
import type { LoadedRule, LoadScope, RuleLanguage } from '../dialect.ts';
import { entryOf } from '../yaml-source.ts';
import type { SourceDocument, SourceMap } from '../yaml-source.ts';
import { loadCorrelation } from './correlation.ts';
import { kindOf, loadDetectionRule, loadHeader, plainOf } from './document.ts';
import { linkCorrelations } from './link.ts';
import type { LoadedDocument } from './link.ts';

export const sigma: RuleLanguage = {
  claims: ({ root }) => root?.kind === 'map',
  load(documents, scope): LoadedRule[] {
    const loaded = documents.map((document) => loadDocument(document, scope));
    return linkCorrelations(loaded, scope.fields).map(({ loaded: rule, ...rest }) => ({ ...rest, loaded: rule?.kind === 'unlinked' ? undefined : rule }));
  },
};

function loadDocument({ root, faults, at }: SourceDocument, { fields }: LoadScope): LoadedDocument {
  if (root?.kind !== 'map') throw new Error('a document that Sigma did not claim');
  const base = { identity: { ...textsOf(root), dialect: 'sigma' as const }, at, faults };
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

function textsOf(root: SourceMap): { id?: string; title?: string } {
  const texts = (['id', 'title'] as const).flatMap((key) => {
    const value = entryOf(root, key)?.value;
    return value?.kind === 'scalar' && value.text !== '' ? [[key, value.text]] : [];
  });
  return Object.fromEntries(texts);
}
