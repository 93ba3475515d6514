/**
 * Falco's stock rules, unmodified, where a copy of them stands beside the project (they are under another licence, so none is
 * kept here): they load alone and together, and each stable rule matches what it is about, told in Falco's fields and by our
 * own events, and not what is nearly that.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventKinds, type EventKind } from '../../schemas/generated/fields.gen.ts';
import { eventFields } from '../../services/engine/event-fields.ts';
import { logSourcesOf } from '../../services/engine/event-sources.ts';
import { falcoField, falcoKinds } from '../../services/engine/falco-view/index.ts';
import { interestOf } from '../../services/engine/interest/interest-of.ts';
import { admits } from '../../services/runtime/interest/interest.ts';
import { createMatcher, loadRuleFiles, openFields, outputOf, type DetectionRule } from '../../services/engine/rules/index.ts';
import { fields as falcoLines, stableCases } from './falco-cases.ts';

const corpus = resolve(import.meta.dirname, '../../../shared/corpora/falco');
const missing = existsSync(corpus) ? '' : ' (no copy of falcosecurity/rules beside the project)';
const [stable = '', incubating = '', sandbox = ''] = ['falco_rules', 'falco-incubating_rules', 'falco-sandbox_rules'].map((name) => resolve(corpus, `${name}.yaml`));

describe.skipIf(missing !== '')(`Falco's stock rules${missing}`, () => {
  test.each([
    ['the stable file', [stable], 25, 87, 49],
    ['the incubating file', [incubating], 31, 82, 54],
    ['the sandbox file', [sandbox], 37, 183, 60],
    ['all of them together', [stable, incubating, sandbox], 93, 352, 163],
  ])('%s loads without a fault or a warning', async (_what, paths, rules, macros, lists) => {
    const items = paths.flatMap((path) => parse(readFileSync(path, 'utf8')) as Record<string, unknown>[]);
    const count = (key: string): number => items.filter((item) => key in item).length;
    expect([count('rule'), count('macro'), count('list')]).toEqual([rules, macros, lists]);
    const { report } = await loadRuleFiles(paths, { fields: openFields() });
    expect(report.summary).toEqual({ ok: rules, unsatisfiable: 0, rejected: 0 });
    expect([...report.warnings, ...report.rules.flatMap((rule) => rule.warnings ?? [])]).toEqual([]);
  });

  test('our sensors supply what all but one of them need', async () => {
    const { report } = await loadRuleFiles([stable, incubating, sandbox], { fields: eventFields() });
    const lacking = report.rules.filter((rule) => rule.missing !== undefined).map(({ title, status, reasons }) => ({ title, status, reasons }));
    console.log('Falco over our sensors:', report.summary, JSON.stringify(lacking));
    expect(report.summary).toEqual({ ok: 92, unsatisfiable: 1, rejected: 0 });
    expect(lacking.every(({ reasons }) => Object.keys(reasons ?? {}).length > 0)).toBe(true);
  });

  test('there are cases for each of the stable rules that is on', async () => {
    const { rules } = await loadRuleFiles([stable], { fields: openFields() });
    expect(stableCases.map(({ rule }) => rule).sort()).toEqual(rules.map(({ label }) => label).sort());
  });

  describe.each(stableCases)('$rule', ({ rule, fires, nearMiss, event, nearEvent }) => {
    test("matches an event in Falco's fields, and not one that is nearly it", async () => {
      const { rules } = await loadRuleFiles([stable], { fields: openFields() });
      const matcher = createMatcher(rules as DetectionRule[]);
      const labels = (fields: object): string[] => matcher.match([{ product: 'falco' }], { ...falcoLines, ...fields }).map(({ label }) => label);
      expect(labels(fires)).toContain(rule);
      expect(labels({ ...fires, ...nearMiss })).not.toContain(rule);
    });

    test('matches an event of ours, and not one that is nearly it', async () => {
      const { rules } = await loadRuleFiles([stable], { fields: eventFields() });
      const matcher = createMatcher(rules as DetectionRule[]);
      const matched = matcher.match(logSourcesOf(event), event).find(({ label }) => label === rule);
      expect(matched?.label).toBe(rule);
      expect(outputOf(matched!, event)).toContain(`process=${event.process.comm}`);
      expect(matcher.match(logSourcesOf(nearEvent), nearEvent).map(({ label }) => label)).not.toContain(rule);
      expect(admits(interestOf([matched!]), event)).toBe(true);
    });
  });
});

test('every place of a field that we show to Falco is one of an event', () => {
  // Lists of records are no field that a Sigma rule can name, so that the generated table lacks them.
  const listed = ['ancestors.comm', 'ancestors.exe', 'ancestors.pid', 'container.mounts.source', 'container.mounts.destination', 'container.mounts.read_only', 'hostname', 'seq', 'time', 'body.kind'];
  const unknown = falcoKinds.flatMap((kind) => namesIn(kind).flatMap((name) => {
    const known = new Set<string>([...listed, ...eventKinds[kind].fields.map(({ path }) => path)]);
    const paths = falcoField(kind, name)!.paths;
    return paths.some((path) => known.has(path)) && paths.every((path) => known.has(path)) ? [] : [`${kind} ${name}: ${paths.join(', ')}`];
  }));
  expect(unknown).toEqual([]);
});

function namesIn(kind: EventKind): string[] {
  const names = [...eventFields().names({ product: 'falco' }), 'proc.aname[2]', 'proc.aexe[1]', 'container.mount.dest[/x]', 'proc.env[X]'];
  const args = ['flags', 'filename', 'name', 'path', 'oldpath', 'newpath', 'linkpath', 'target', 'mode', 'fd', 'domain', 'request', 'cmd', 'uid', 'gid', 'res'].map((name) => `evt.arg.${name}`);
  return [...names, ...args].filter((name) => falcoField(kind, name) !== undefined);
}
