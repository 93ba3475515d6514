/** The form in which conditions are judged, by example; that it means the same is shown over random ones by program.test.ts. */
import { expect, test } from 'vitest';
import type { FieldRef } from '../rules/fields.ts';
import type { Condition, Match } from '../rules/ir.ts';
import { compileRegex } from '../rules/regex.ts';
import { ObjectSource } from './field-source.ts';
import { normalForm, type Node } from './normal-form.ts';

const fields = new Map<string, FieldRef>();
const field = (name: string): FieldRef => fields.getOrInsertComputed(name, () => ({ name, read: () => undefined }));
const holds = (name: string, match: Match): Condition => ({ kind: 'test', name, field: field(name), match, at: { line: 1, column: 1 } });
const is = (name: string, text: string, cased = false): Condition => holds(name, { kind: 'exact', text, cased });
const has = (name: string, text: string): Condition => holds(name, { kind: 'contains', text, cased: false });
const all = (...of: Condition[]): Condition => ({ kind: 'and', of });
const any = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });
const regex = compileRegex('x+', { ignoreCase: false, multiline: false, dotAll: false });
const matches = (name: string): Condition => holds(name, 'test' in regex ? { kind: 'regex', regex } : { kind: 'exists' });

/** As text: `!` for not, `[...]` for a group. */
function shown(node: Node): string {
  switch (node.kind) {
    case 'test':
      return `${node.negated ? '!' : ''}${node.test.name}${node.test.match.kind === 'regex' ? '~' : 'text' in node.test.match ? `=${node.test.match.text}` : ''}`;
    case 'group':
      return `${node.negated ? '!' : ''}[${node.tests.map(({ name, match }) => `${name}=${match.text}`).join(' ')}]`;
    case 'all':
      return `(${node.of.map(shown).join(' & ')})`;
    case 'any':
      return `(${node.of.map(shown).join(' | ')})`;
  }
}

test.each<[string, Condition, string]>([
  ['a test', is('f', 'a'), 'f=a'],
  ['a negation that is negated', not(not(is('f', 'a'))), 'f=a'],
  ['not both', not(all(is('f', 'a'), is('g', 'b'))), '(!f=a | !g=b)'],
  ['alternatives in one place', any(is('f', 'a'), is('f', 'b')), '[f=a f=b]'],
  ['none of several', not(any(is('f', 'a'), is('f', 'b'))), '![f=a f=b]'],
  ['neither of several, each by itself', all(not(is('f', 'a')), not(is('f', 'b'))), '![f=a f=b]'],
  ['all of several', all(is('f', 'a'), is('f', 'b')), '(f=a & f=b)'],
  ['alternatives in alternatives', any(is('f', 'a'), any(is('f', 'b'), any(is('f', 'c')))), '[f=a f=b f=c]'],
  ['what is contained, which takes longer, by itself', any(has('f', 'aaa'), is('f', 'b'), has('f', 'ccc'), is('f', 'd')), '([f=b f=d] | [f=aaa f=ccc])'],
  ['cased texts by themselves', any(is('f', 'a'), is('f', 'b'), is('f', 'C', true)), '(f=C | [f=a f=b])'],
  ['texts beyond ASCII by themselves', any(is('f', 'a'), is('f', 'b'), is('f', 'é')), '(f=é | [f=a f=b])'],
  ['an expression after what takes less time', all(matches('f'), is('g', 'a')), '(g=a & f~)'],
  ['a part with a name', { kind: 'selection', name: 's', of: any(is('f', 'a'), is('f', 'b')) }, '[f=a f=b]'],
])('%s', (_what, condition, expected) => {
  expect(shown(normalForm(condition, new ObjectSource()))).toBe(expected);
});
