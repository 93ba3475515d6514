/**
 * SigmaHQ's own rules through the loader, where a copy of them stands beside the project (they are under another
 * licence, so none is kept here): all load, but those that a user has to give something to, which say what.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventFields } from '../../services/engine/event-fields.ts';
import { createMatcher, loadRuleFiles, openFields } from '../../services/engine/rules/index.ts';
import type { FieldTable, LoadedRules, RulesReport } from '../../services/engine/rules/index.ts';
import { readRuleFiles } from '../../services/engine/rules/read-files.ts';
import type { ListDirectory } from '../../services/engine/rules/lists.ts';
import { readPlainYaml } from '../../services/engine/rules/yaml-plain.ts';

const corpus = resolve(import.meta.dirname, '../../../shared/corpora/sigma');
const missing = existsSync(corpus) ? '' : ' (no copy of SigmaHQ/sigma beside the project)';

const linux = ['linux/rules', 'linux/rules-emerging-threats', 'linux/rules-threat-hunting'];
const windows = ['windows_process_creation'];

async function load(folders: readonly string[], fields: FieldTable, lists?: ListDirectory): Promise<LoadedRules> {
  return loadRuleFiles(folders.map((folder) => resolve(corpus, folder)), { fields, ...(lists === undefined ? {} : { lists }) });
}

describe.skipIf(missing !== '')(`SigmaHQ's rules${missing}`, () => {
  test('every Linux rule loads over any fields', async () => {
    const { report } = await load(linux, openFields());
    expect(report.summary).toMatchObject({ unsatisfiable: 0, rejected: 0 });
    expect(report.summary.ok).toBeGreaterThanOrEqual(248);
  });

  test('over our own fields every Linux rule loads, or is unsatisfiable with the fields that no sensor supplies', async () => {
    const { report } = await load(linux, eventFields());
    console.log(report.summary);
    expect(report.summary.rejected).toBe(0);
    for (const rule of report.rules.filter(({ status }) => status === 'unsatisfiable')) expect(rule.missing, rule.file).not.toEqual([]);
  });

  test('every Windows process rule loads, but one that names a placeholder', async () => {
    const { rules, report } = await load(windows, openFields());
    expect(report.rules.length).toBeGreaterThanOrEqual(1_416);
    expect(report.rules.filter(({ status }) => status !== 'ok')).toMatchObject([
      { code: 'PLACEHOLDER_UNRESOLVED', faults: [{ line: 20, column: 39, hint: 'give the placeholder its values: a list named "userdomain"' }] },
    ]);
    const matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'));
    const labels = matcher.match([{ category: 'process_creation', product: 'windows' }], {
      Image: 'C:\\Windows\\System32\\whoami.exe',
      OriginalFileName: 'whoami.exe',
      CommandLine: 'whoami.exe /priv',
      ParentImage: 'C:\\Windows\\System32\\cmd.exe',
    });
    expect(labels.map(({ title }) => title)).toContain('Security Privileges Enumeration Via Whoami.EXE');
  });

  test('with the list that it names that one loads and matches too', async () => {
    const list = { name: 'userdomain', has: (text: string) => text === 'corp', entries: () => ['corp'] };
    const lists = { find: (name: string) => (name === 'userdomain' ? list : undefined), names: () => ['userdomain'] };
    const { rules, report } = await load(['windows_process_creation/rules-placeholder'], openFields(), lists);
    expect(report.summary).toEqual({ ok: 1, unsatisfiable: 0, rejected: 0 });
    const matcher = createMatcher(rules.filter((rule) => rule.kind === 'detection'));
    expect(matcher.match([{ category: 'process_creation', product: 'windows' }], { CommandLine: 'cmd /c echo CORP' })).toHaveLength(1);
  });

  test('nearly all files keep to the part of YAML that is read quickly: their load time depends on it', async () => {
    const { sources } = await readRuleFiles([...linux, ...windows].map((folder) => resolve(corpus, folder)));
    const plain = sources.filter(({ file, text }) => readPlainYaml(file, text) !== undefined);
    expect(plain.length / sources.length).toBeGreaterThan(0.99);
  });

  test('every rule that uses the aggregation of Sigma v1 is refused as such', async () => {
    const { report } = await load(['correlation/sigma_unsupported_legacy_aggregation'], openFields());
    expect(report.summary.ok).toBe(0);
    expect(codesOf(report)['CONDITION_AGGREGATION']).toBeGreaterThan(50);
  });
});

function codesOf(report: RulesReport): Readonly<Record<string, number>> {
  const groups = Map.groupBy(report.rules.filter((rule) => rule.code !== undefined), (rule) => rule.code ?? '');
  return Object.fromEntries([...groups].map(([code, rules]) => [code, rules.length]));
}
