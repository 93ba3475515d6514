/** The modifier expand: lists that are asked, lists whose entries become part of a rule, and placeholders without one. */
import { expect, test } from 'vitest';
import { createMatcher, loadRules, openFields } from '../index.ts';
import type { LoadedRules } from '../index.ts';
import type { ValueList } from '../ir.ts';

const entries: Readonly<Record<string, readonly string[]>> = { tools: ['nc', 'Socat'], large: [], empty: [] };
const lists = {
  find: (name: string): ValueList | undefined => {
    const own = entries[name];
    if (own === undefined) return undefined;
    return { name, has: (text: string) => own.some((entry) => entry.toLowerCase() === text.toLowerCase()), entries: () => (name === 'large' ? undefined : own) };
  },
  names: () => Object.keys(entries),
};

function loadItem(item: string): LoadedRules {
  return loadRules([{ file: 'rules.yml', text: `title: t\nlogsource: {category: c}\ndetection:\n  selection: {${item}}\n  condition: selection\n` }], { fields: openFields(), lists });
}

test.each<[string, Readonly<Record<string, unknown>>, boolean]>([
  ["F|expand: '%tools%'", { F: 'SOCAT' }, true],
  ["F|expand: '%tools%'", { F: 'socat -x' }, false],
  ["F|expand: ['%tools%', ncat]", { F: 'ncat' }, true],
  ["F|contains|expand: '%tools%'", { F: '/bin/socat -x' }, true],
  ["F|expand|endswith: '/%tools%'", { F: '/bin/NC' }, true],
  ["F|expand: '*/%tools% *'", { F: '/bin/nc -l' }, true],
  ["F|expand: '%tools% | %tools%'", { F: 'nc | socat' }, true],
  ["F|expand: '%tools% | %tools%'", { F: 'nc | cat' }, false],
  ["F|expand|cased: '%tools%'", { F: 'NC' }, false],
  ["F|expand|base64: '%tools%'", { F: 'bmM=' }, true],
  ["F|expand: '100% of it'", { F: '100% of it' }, true],
  ["F: '%tools%'", { F: '%TOOLS%' }, true],
  ["F|expand|all: ['%tools%']", { F: 'nc' }, true],
])('%s of %j is %j', (item, event, expected) => {
  const { rules, report } = loadItem(item);
  expect(report.rules).toMatchObject([{ status: 'ok' }]);
  expect(createMatcher(rules.filter((each) => each.kind === 'detection')).match([{ category: 'c' }], event)).toHaveLength(expected ? 1 : 0);
});

test.each([
  ["F|expand: 'x %toolz% y'", 'PLACEHOLDER_UNRESOLVED', 28, 'did you mean "tools"?'],
  ["F|expand: '%domain_admins%'", 'PLACEHOLDER_UNRESOLVED', 26, 'give the placeholder its values: a list named "domain_admins"'],
  ["F|contains|expand: '%large%'", 'VARIANTS_TOO_MANY', 35, undefined],
  ["F|contains|expand: '%empty%'", 'VALUE_EMPTY', 35, undefined],
  ["F|expand: '%tools%%tools%%tools%%tools%%tools%%tools%%tools%%tools%'", 'VARIANTS_TOO_MANY', 25, undefined],
  ["F|re|expand: '%tools%'", 'MODIFIER_MISUSED', 20, undefined],
])('%s is refused', (item, code, column, hint) => {
  const [fault] = loadItem(item).report.rules[0]?.faults ?? [];
  expect(fault).toMatchObject({ code, column, ...(hint === undefined ? {} : { hint }) });
});
