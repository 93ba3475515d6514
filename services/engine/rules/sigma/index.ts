/** The Sigma language: each document is judged by itself, then what refers to other documents is resolved. */
import type { LoadedRule, LoadScope, RuleLanguage } from '../dialect.ts';
import { Faults } from '../diagnostics.ts';
import { entryOf } from '../yaml-source.ts';
import type { SourceDocument, SourceMap } from '../yaml-source.ts';
import { loadCorrelation } from './correlation.ts';
import { refuseDuplicates } from './directory.ts';
import type { LoadedDocument } from './directory.ts';
import { kindOf, loadDetectionRule, plainOf } from './document.ts';
import { applyFilters, loadFilter } from './filter.ts';
import { loadHeader } from './header.ts';
import { linkCorrelations } from './link.ts';

export const sigma: RuleLanguage = {
  claims: ({ root }) => root?.kind === 'map',
  load(documents, scope): LoadedRule[] {
    const loaded = documents.map((document) => loadDocument(document, scope));
    refuseDuplicates(loaded);
    // Filters change the rules that correlations count, and their versions.
    return linkCorrelations(applyFilters(loaded, scope.tests), scope.fields).map(settled);
  },
};

function loadDocument({ root, faults, at }: SourceDocument, scope: LoadScope): LoadedDocument {
  if (root?.kind !== 'map') throw new Error('a document that Sigma did not claim');
  const identity = { ...textsOf(root), dialect: 'sigma' as const };
  return { identity, at, faults, warnings: new Faults(faults.file), loaded: loadedOf(root, scope, faults) };
}

function loadedOf(root: SourceMap, scope: LoadScope, faults: Faults): LoadedDocument['loaded'] {
  switch (kindOf(root, faults)) {
    case undefined:
      return undefined;
    case 'filter':
      return loadFilter(root, scope, faults);
    case 'detection':
      return loadDetectionRule(root, scope, faults);
    case 'correlation': {
      const header = loadHeader(root, faults);
      const spec = loadCorrelation(root, faults);
      if (header === undefined || spec === undefined || faults.list.length > 0) return undefined;
      const section = entryOf(root, 'correlation')?.value;
      return { kind: 'unlinked', header, spec, decisive: section && plainOf(section) };
    }
  }
}

function settled({ loaded, ...rest }: LoadedDocument): LoadedRule {
  if (loaded?.kind === 'filter') return { ...rest, loaded: 'applied' };
  return { ...rest, loaded: loaded?.kind === 'unlinked' ? undefined : loaded };
}

function textsOf(root: SourceMap): { id?: string; title?: string } {
  const texts = (['id', 'title'] as const).flatMap((key) => {
    const value = entryOf(root, key)?.value;
    return value?.kind === 'scalar' && value.text !== '' ? [[key, value.text]] : [];
  });
  return Object.fromEntries(texts);
}
