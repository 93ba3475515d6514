/** What is decided by the shape of events alone is left out of a condition, and nothing else. */
import { expect, test } from 'vitest';
import type { FieldRef } from '../rules/fields.ts';
import type { Condition, Match } from '../rules/ir.ts';
import { EncodedSource } from './rule-case.ts';
import { simplify } from './simplify.ts';

const fields = new Map<string, FieldRef>();
const field = (name: string): FieldRef => fields.getOrInsertComputed(name, () => ({ name, read: (event) => (event as Record<string, string>)[name] }));
const holds = (name: string, match: Match): Condition => ({ kind: 'test', name, field: field(name), match, at: { line: 1, column: 1 } });
const is = (name: string, text: string): Condition => holds(name, { kind: 'exact', text, cased: false });
const not = (of: Condition): Condition => ({ kind: 'not', of });
const join = (kind: 'and' | 'or', ...of: Condition[]): Condition => ({ kind, of });

// In events of this shape f is never there, h is always the Kelvin sign, and of g nothing is known (see rule-case.ts).
const shape = 3;
const open = is('g', 'x');

const unwell: Match = {
  kind: 'cidr',
  network: '',
  contains: () => {
    throw new Error('no network');
  },
};
const held: Match = { kind: 'list', list: { name: 'l', has: () => true } };

test.each<[string, Condition, Condition | boolean]>([
  ['a test of what events lack', is('f', 'x'), false],
  ['its negation', not(is('f', 'x')), true],
  ['that there is no such value', holds('f', { kind: 'null' }), true],
  ['that there is one', holds('f', { kind: 'exists' }), false],
  ['a test that the same value always fulfils', is('h', 'k'), true],
  ['one that it never fulfils', is('h', 'x'), false],
  ['a test of another value', open, open],
  ['a list of what events lack', holds('f', held), false],
  ['a list, which may change', holds('h', held), holds('h', held)],
  ['what throws, for the rule to be found out', holds('h', unwell), holds('h', unwell)],
  ['a comparison with what events lack', holds('g', { kind: 'field', relation: 'exact', otherName: 'f', other: field('f'), cased: false }), holds('g', { kind: 'field', relation: 'exact', otherName: 'f', other: field('f'), cased: false })],
  ['all of what is open and what always holds', join('and', open, is('h', 'k')), open],
  ['all of what is open and what never holds', join('and', open, is('f', 'x')), false],
  ['any of what is open and what never holds', join('or', is('f', 'x'), open), open],
  ['any of what is open and what always holds', join('or', open, not(is('f', 'x'))), true],
  ['all of two that are open', join('and', open, is('h', 'k'), open), join('and', open, open)],
  ['a part with a name', { kind: 'selection', name: 's', of: join('or', is('f', 'x'), open) }, open],
  ['all of what always holds', join('and', is('h', 'k'), not(is('f', 'x'))), true],
])('%s', (_what, condition, left) => {
  const source = new EncodedSource();
  source.begin({ g: 'x', h: '\u212a' }, shape);
  expect(simplify(condition, source)).toEqual(left);
});
