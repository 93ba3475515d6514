/**
 * For tests: arbitrary rules and events over few short texts, so that literals meet values often, and with the letters at
 * which case folding is no simple thing: the Kelvin sign, the dotted I, the final sigma, the long and the sharp s, letters
 * beyond 16 bits, halves of surrogate pairs.
 */
import fc from 'fast-check';
import { shapeCount, type CaseCondition, type CaseEvent, type CaseMatch, type RuleCase } from './rule-case.ts';

const pieces = [
  ...['a', 'b', 'B', 'ab', 'abc', '/bin/sh', '.exe', ' -c ', '0', '10', '\\', '*'],
  ...['k', 'K', '\u212a', 'i', 'I', '\u0130', 'i\u0307', 's', 'S', '\u017f', '\u00df', '\u1e9e', '\u03c2', '\u03c3', '\u03a3', '\u00e9', '\u00c9'],
  ...['\ud801\udc00', '\ud801\udc28', '\ud801', '\udc00', '\udc28', '\ufffd', '\u0000', '\u0080'],
];

const piece = fc.constantFrom(...pieces);
const text = fc.oneof(
  { weight: 20, arbitrary: fc.array(piece, { maxLength: 5 }).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.tuple(piece, fc.integer({ min: 20, max: 90 }), piece).map(([first, times, last]) => first.repeat(times) + last) },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', '5', '05', '2024-02-29T10:05:00Z', '1709201100') },
);

const field = fc.constantFrom('f', 'g', 'h');
const category = fc.constantFrom('c', 'd');
const product = fc.constantFrom('p', 'q');

/** The same objects come again, as those of our events do. */
const sourcesOfEvents = [[{ category: 'c', product: 'p' }], [{ category: 'd', product: 'p' }, { category: 'c', product: 'q' }], [{ product: 'p' }], []];

const values: fc.Arbitrary<CaseEvent['values']> = fc.dictionary(
  field,
  fc.oneof(
    { weight: 10, arbitrary: text },
    { weight: 2, arbitrary: fc.array(text, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 2, arbitrary: fc.oneof(fc.integer({ min: -2, max: 12 }), fc.constant(0.5)) },
    { weight: 1, arbitrary: fc.constantFrom('5', '-1', '9007199254740993').map((big) => ({ big })) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
);

const event: fc.Arbitrary<CaseEvent> = fc.record({ logsources: fc.constantFrom(...sourcesOfEvents), values, shape: fc.nat(shapeCount - 1) });

const numberRelation = fc.constantFrom('lt' as const, 'lte' as const, 'gt' as const, 'gte' as const);
const textRelation = fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const, 'contains' as const);

/** Neighbouring texts are one in a pattern, and none is empty. */
const pattern = fc.array(fc.oneof(piece, fc.constantFrom(0 as const, 1 as const)), { minLength: 1, maxLength: 5 });

const regexAtom = fc.constantFrom('a', 'b', 'abc', 'k', 'S', 's', 'i', 'é', '\u017f', '\\.', '.', '\\s', '[ab]', '[^a]', '[]k]', '[[:alpha:]s]', '/bin', '^', '$', '\\b', '0', '{', ' -c ', '(?i)', '(?s)', '()', '\\d', '[ab]k');
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{0}', '{2}', '{0,2}', '{1,}', '*?', '+?');
const { regexSource } = fc.letrec<{ regexSource: string; sequence: string; item: string }>((tie) => ({
  regexSource: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('item'), { maxLength: 4 }).map((parts) => parts.join('')),
  item: fc.tuple(fc.oneof({ maxDepth: 2 }, regexAtom, tie('regexSource').map((inner) => `(${inner})`), tie('regexSource').map((inner) => `(?i:${inner})`)), quantifier).map((parts) => parts.join('')),
}));

const match: fc.Arbitrary<CaseMatch> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: textRelation, text, cased: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wildcard' as const), pattern, cased: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('regex' as const), source: regexSource!, ignoreCase: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('null' as const, 'exists' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('number' as const), relation: numberRelation, value: fc.integer({ min: -1, max: 11 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), part: fc.constantFrom('minute' as const, 'year' as const), value: fc.constantFrom(5, 2024) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('list' as const, 'cidr' as const), texts: fc.array(text, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('field' as const), relation: fc.oneof(textRelation, numberRelation), other: fc.oneof(field, fc.constant(null)), cased: fc.boolean() }) },
);

type TestCase = Extract<CaseCondition, { kind: 'test' }>;

const testCase: fc.Arbitrary<TestCase> = fc.record({ kind: fc.constant('test' as const), field: fc.option(field, { freq: 15 }), every: fc.constant(false), match });

/** Many literals in one field, as lists of values are: a group to who judges them. Some are beyond ASCII, some cased. */
const listCase: fc.Arbitrary<CaseCondition> = fc
  .record({ field, cased: fc.boolean(), kinds: fc.uniqueArray(textRelation, { minLength: 1 }), texts: fc.array(fc.oneof(text, piece), { minLength: 2, maxLength: 12 }), join: fc.constantFrom('or' as const, 'or' as const, 'and' as const), inner: fc.boolean() })
  .map(({ field: name, cased, kinds, texts, join, inner }) => {
    const tests = texts.map((each, index): CaseCondition => ({ kind: 'test', field: name, every: false, match: { kind: kinds[index % kinds.length]!, text: each, cased: cased && index % 3 > 0 } }));
    return { kind: join, of: inner ? tests.map((of): CaseCondition => ({ kind: 'not', of })) : tests };
  });

/** Rules of one case have tests in common, and such that differ in `every` alone. */
function conditionOver(tests: readonly TestCase[]): fc.Arbitrary<CaseCondition> {
  const leaf = fc.record({ of: fc.constantFrom(...tests), every: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }) });
  const { condition } = fc.letrec<{ condition: CaseCondition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: leaf.map(({ of, every }) => ({ ...of, every })) },
      { weight: 1, arbitrary: listCase },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('not' as const, 'selection' as const), of: tie('condition') }) },
    ),
  }));
  return condition!;
}

/** A rule's part of a log source, or none. */
const logsource = fc.record({ category, product }, { requiredKeys: [] });

export const ruleCase: fc.Arbitrary<RuleCase> = fc.array(testCase, { minLength: 1, maxLength: 8 }).chain((tests) =>
  fc.record({
    rules: fc.array(fc.record({ logsource, condition: conditionOver(tests) }), { minLength: 1, maxLength: 6 }),
    events: fc.array(event, { minLength: 1, maxLength: 6 }),
  }),
);
