/**
 * SigmaHQ's own rules through the loader, where a copy of them stands beside the project (they are under another
 * licence, so none is kept here): nearly all load, and those that don't say why.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMatcher, loadRuleFiles, openFields } from '../../services/engine/rules/index.ts';
import type { RulesReport } from '../../services/engine/rules/index.ts';

const corpus = resolve(import.meta.dirname, '../../../shared/corpora/sigma');
const missing = existsSync(corpus) ? '' : ' (no copy of SigmaHQ/sigma beside the project)';

describe.skipIf(missing !== '')(`SigmaHQ's rules${missing}`, () => {
  test.each([
    ['Linux', 248, ['linux/rules', 'linux/rules-emerging-threats', 'linux/rules-threat-hunting']],
    ['Windows process_creation', 1_400, ['windows_process_creation']],
  ])('%s rules load over open fields, all but one in twenty at the most', async (name, atLeast, folders) => {
    const paths = folders.map((folder) => resolve(corpus, folder));
    const { rules, report } = await loadRuleFiles(paths, { fields: openFields() });
    console.log(name, report.summary, codesOf(report));
    expect(report.rules.length).toBeGreaterThanOrEqual(atLeast);
    expect(report.summary.ok / report.rules.length).toBeGreaterThanOrEqual(0.95);
    expect(report.rules.filter((rule) => rule.code?.startsWith('YAML'))).toEqual([]);
    const matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'));
    expect(() => matcher.match([{ category: 'process_creation', product: 'windows' }], { Image: 'C:\\x.exe' })).not.toThrow();
  });

  test('every rule that uses the aggregation of Sigma v1 is refused as such', async () => {
    const path = resolve(corpus, 'correlation/sigma_unsupported_legacy_aggregation');
    const { report } = await loadRuleFiles([path], { fields: openFields() });
    expect(report.summary.ok).toBe(0);
    expect(codesOf(report)['CONDITION_AGGREGATION']).toBeGreaterThan(50);
  });
});

function codesOf(report: RulesReport): Readonly<Record<string, number>> {
  const groups = Map.groupBy(report.rules.filter((rule) => rule.code !== undefined), (rule) => rule.code ?? '');
  return Object.fromEntries([...groups].map(([code, rules]) => [code, rules.length]));
}
