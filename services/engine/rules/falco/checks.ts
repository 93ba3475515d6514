/**
 * Checks become tests. Of a missing field every check is false, `!=` too; of one with several values a check holds when it
 * does for any of them, but `!=` on the ends of a connection, which asks it of both.
 */
import { quote } from '../diagnostics.ts';
import { allOf, anyOf, type Condition, type Match, type Test } from '../ir.ts';
import { didYouMean } from '../suggest.ts';
import type { Compilation } from './compile.ts';
import type { Check, Operator, Value } from './expression.ts';
import type { ValueType } from './field-types.ts';
import { networkMatch } from './network.ts';
import { bytesMatch, globMatch, oneOf, pathMatches, predicate, wholeRegex } from './patterns.ts';
import { sideOf, type Side } from './transform.ts';

/** Undefined after adding a fault. */
export function compileCheck(check: Check, compilation: Compilation): Condition | undefined {
  const { operator, operatorAt, right, modifier } = check;
  const { faults } = compilation;
  const left = sideOf(check.left, compilation);
  if (left === undefined) return undefined;
  const allowed = operatorsOf(left);
  if (!allowed.includes(operator) || (modifier !== undefined && (left.list || isListOperator(operator) || operator === 'exists'))) {
    const hint = didYouMean(operator, allowed) ?? `one of ${allowed.join(', ')}`;
    return faults.add('OPERATOR_MISUSED', operatorAt, `${quote(modifier ?? operator)} does not go with ${left.name}, which is ${described(left)}`, hint);
  }
  if (right === undefined) return existing(left);
  if (right.kind === 'operand') {
    const other = sideOf(right.operand, compilation);
    return other === undefined ? undefined : between(left, other, operator, compilation, check);
  }
  const values = valuesOf(right.values, operator, modifier !== undefined, compilation);
  if (values === undefined) return undefined;
  if (left.list) return listed(left, operator, values);
  const parts = values.map((value) => one(left, operator, value, compilation));
  const whole = parts.filter((part) => part !== undefined);
  if (whole.length < parts.length) return undefined;
  if (whole.length === 0) return never(left);
  if (modifier === undefined || modifier === 'anyof') return anyOf(whole);
  if (modifier === 'allof') return allOf(whole);
  if (whole.length > oneOfMax) return faults.add('CONDITION_TOO_LARGE', operatorAt, `"oneof" takes ${oneOfMax} values at most`);
  return anyOf(whole.map((part, index): Condition => (whole.length === 1 ? part : allOf([part, { kind: 'not', of: anyOf(whole.filter((_, other) => other !== index)) }]))));
}

/** What "exactly one" is written out to grows with the square of the values. */
const oneOfMax = 64;

const everyOperator: readonly Operator[] = ['exists', '=', '==', '!=', '<', '<=', '>', '>=', 'in', 'intersects'];
const ofTexts: readonly Operator[] = [...everyOperator, 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'iglob', 'regex', 'pmatch'];
const ofEquals: readonly Operator[] = ['exists', '=', '==', '!=', 'in', 'intersects'];

const byType: Readonly<Record<ValueType, readonly Operator[]>> = {
  text: ofTexts,
  number: everyOperator,
  boolean: ofEquals,
  ip: ofEquals,
  net: ofEquals,
  bytes: [...ofEquals, 'contains', 'startswith', 'endswith', 'bcontains', 'bstartswith'],
  any: [...ofTexts, 'bcontains', 'bstartswith'],
};

function operatorsOf({ type, list }: Side): readonly Operator[] {
  return list ? ['exists', 'in', 'intersects'] : byType[type];
}

function isListOperator(operator: Operator): boolean {
  return operator === 'in' || operator === 'intersects' || operator === 'pmatch';
}

const typeNames: Readonly<Record<ValueType, string>> = { text: 'a text', number: 'a number', boolean: 'true or false', ip: 'an address', net: 'a network', bytes: 'bytes', any: 'of any type' };

function described({ type, list }: Side): string {
  return list ? 'a list' : typeNames[type];
}

/** Names of lists written out. Where one value must stand, a list of one may. */
function valuesOf(values: readonly Value[], operator: Operator, several: boolean, { lists, faults }: Compilation): readonly Value[] | undefined {
  const written = new Map<string, Value>();
  for (const value of values) {
    const found = value.quoted ? undefined : lists.find(value.text);
    if (found === 'too many') return faults.add('LIST_TOO_LONG', value.at, `the list ${quote(value.text)} has too many items, or it and those before it have, the lists within them written out`);
    if (found !== undefined && !several && !isListOperator(operator) && found.length !== 1) {
      return faults.add('OPERATOR_MISUSED', value.at, `${quote(value.text)} is a list of ${found.length} items: ${quote(operator)} takes one value`, 'use "in"');
    }
    for (const { text, quoted } of found ?? [value]) written.set(text, { text, quoted, at: value.at });
  }
  return [...written.values()];
}

function testOf(left: Side, match: Match, every = false): Test {
  return { kind: 'test', name: left.name, field: left.ref, match, at: left.at, ...(every ? { every } : {}) };
}

/** There is a value. A field that nothing supplies has none, which only a plain test says. */
function existing(left: Side): Condition {
  return left.ref === undefined ? testOf(left, { kind: 'exists' }) : { kind: 'not', of: testOf(left, { kind: 'null' }) };
}

function never(left: Side): Condition {
  return testOf(left, oneOf(new Set()));
}

/** Of a list by itself: all values among those of the rule, or any. */
function listed(left: Side, operator: Operator, values: readonly Value[]): Condition {
  const texts = new Set(values.map(({ text }) => text));
  const among = oneOf(texts);
  return testOf(left, among, operator === 'in');
}

function one(left: Side, operator: Operator, value: Value, compilation: Compilation): Condition | undefined {
  const { type } = left;
  if (operator === '!=') {
    const equal = equalMatch(type, value, compilation);
    return equal === undefined ? undefined : different(left, (every) => testOf(left, equal, every));
  }
  const match = isOrder(operator) ? orderMatch(type, operator, value, compilation) : matchOf(type, operator, value, compilation);
  if (match === undefined) return undefined;
  return Array.isArray(match) ? anyOf(match.map((each) => testOf(left, each))) : testOf(left, match as Match);
}

/** Ends of a connection: both must differ. Ancestors: one that differs will do. */
function different(left: Side, equal: (every: boolean) => Condition): Condition {
  if (left.ref === undefined) return equal(false);
  return allOf([existing(left), { kind: 'not', of: equal(left.several === 'ancestors') }]);
}

function isOrder(operator: Operator): operator is keyof typeof relations {
  return operator in relations;
}

const relations = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;

function orderMatch(type: ValueType, operator: keyof typeof relations, value: Value, compilation: Compilation): Match | undefined {
  if (type === 'text') {
    const bound = value.text;
    const holds = { '<': (text: string) => text < bound, '<=': (text: string) => text <= bound, '>': (text: string) => text > bound, '>=': (text: string) => text >= bound };
    return predicate(`${operator} ${bound}`, holds[operator]);
  }
  const number = numberOf(value, compilation);
  return number === undefined ? undefined : { kind: 'number', relation: relations[operator], value: number };
}

function equalMatch(type: ValueType, value: Value, compilation: Compilation): Match | undefined {
  const { text, at } = value;
  switch (type) {
    case 'text':
    case 'bytes':
    case 'any':
      return { kind: 'exact', text, cased: true };
    case 'number': {
      const number = numberOf(value, compilation);
      return number === undefined ? undefined : { kind: 'exact', text: String(number), cased: true };
    }
    case 'boolean':
      if (text === 'true' || text === 'false') return { kind: 'exact', text, cased: true };
      // libsinsp takes these two spellings alone.
      return compilation.faults.add('VALUE_KIND', at, `${quote(text)} is neither true nor false`, didYouMean(text.toLowerCase(), ['true', 'false']));
    case 'ip':
    case 'net':
      return networkMatch(text) ?? compilation.faults.add('CIDR_INVALID', at, `${quote(text)} is no ${type === 'ip' ? 'address' : 'network such as 10.0.0.0/8'}`);
  }
}

function matchOf(type: ValueType, operator: Operator, value: Value, compilation: Compilation): Match | Match[] | undefined {
  const { text, at } = value;
  switch (operator) {
    case 'contains':
      return { kind: 'contains', text, cased: true };
    case 'icontains':
      return { kind: 'contains', text, cased: false };
    case 'startswith':
      return { kind: 'prefix', text, cased: true };
    case 'endswith':
      return { kind: 'suffix', text, cased: true };
    case 'glob':
    case 'iglob':
      return accepted(globMatch(text, operator === 'glob', compilation.regexes), value, compilation);
    case 'regex':
      return accepted(wholeRegex(text, false, compilation.regexes), value, compilation);
    case 'pmatch': {
      const matches = pathMatches(text, compilation.regexes).map((match) => accepted(match, value, compilation));
      const whole = matches.filter((match) => match !== undefined);
      return whole.length < matches.length ? undefined : whole;
    }
    case 'bcontains':
    case 'bstartswith':
      return bytesMatch(text, operator === 'bcontains' ? 'anywhere' : 'start') ?? compilation.faults.add('VALUE_KIND', at, `${quote(text)} is no row of bytes such as cafebabe`);
    default:
      return equalMatch(type, value, compilation);
  }
}

function accepted(match: Match | { readonly refused: string }, { text, at }: Value, { faults }: Compilation): Match | undefined {
  return 'kind' in match ? match : faults.add('REGEX_INVALID', at, `${quote(text)} is refused: ${match.refused}`);
}

/** Decimal or hexadecimal; whole numbers are exact at any size. */
function numberOf({ text, at }: Value, { faults }: Compilation): number | bigint | undefined {
  if (/^[+-]?\d{1,20}$/.test(text)) return small(BigInt(text.replace(/^\+/, '')));
  if (/^0[xX][0-9a-fA-F]{1,16}$/.test(text)) return small(BigInt(text));
  if (/^[+-]?\d{1,20}(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/.test(text)) return Number(text);
  return faults.add('VALUE_KIND', at, `${quote(text)} is no number`);
}

function small(number: bigint): number | bigint {
  return Number.isSafeInteger(Number(number)) ? Number(number) : number;
}

/** A field against another one of the same event. */
function between(left: Side, right: Side, operator: Operator, { faults }: Compilation, { operatorAt }: Check): Condition | undefined {
  const comparable = left.type === right.type || left.type === 'any' || right.type === 'any';
  if (!comparable || left.list !== right.list) {
    return faults.add('OPERATOR_MISUSED', right.at, `${left.name} is ${described(left)}, and ${right.name} is ${described(right)}`);
  }
  const single = [left, right].find(({ several, type }) => several !== undefined || type === 'net');
  const relation = fieldRelations[operator];
  if (single !== undefined || relation === undefined) {
    return faults.add('OPERATOR_MISUSED', operatorAt, `${quote(operator)} takes no other field${single === undefined ? '' : ` with ${single.name}`}`);
  }
  const match: Match = { kind: 'field', relation, otherName: right.name, other: right.ref, cased: operator !== 'icontains' };
  if (operator !== '!=') return testOf(left, match, left.list && operator === 'in');
  if (left.ref === undefined || right.ref === undefined) return testOf(left, match);
  return allOf([existing(left), existing(right), { kind: 'not', of: testOf(left, match) }]);
}

const fieldRelations: Readonly<Partial<Record<Operator, Extract<Match, { kind: 'field' }>['relation']>>> = {
  '=': 'exact', '==': 'exact', '!=': 'exact', in: 'exact', intersects: 'exact', ...relations,
  contains: 'contains', icontains: 'contains', startswith: 'prefix', endswith: 'suffix',
};
