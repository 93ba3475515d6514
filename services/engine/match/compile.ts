/**
 * Conditions become closures over a FieldSource. Straightforward on purpose: this is what a condition means, and the
 * index (literal-index.ts) and the judges that are made fast (judges.ts) are held against it.
 */
import type { FieldValue } from '../rules/fields.ts';
import type { AnyOf, Condition, Match, Test, TextRelation } from '../rules/ir.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { fold } from './fold.ts';
import { holds, holdsBetween, isNumberRelation } from './numbers.ts';
import { timePartOf } from './time-part.ts';
import { matchesWildcard } from './wildcard.ts';

/** Judges the event that the FieldSource holds. Throws only what reading a field or a bug throws. */
export type Judge = () => boolean;

export function compile(condition: Condition, source: FieldSource): Judge {
  switch (condition.kind) {
    case 'test':
      return compileTest(condition, source);
    case 'selection':
      return compile(condition.of, source);
    case 'not': {
      const inner = compile(condition.of, source);
      return () => !inner();
    }
    case 'and':
      return every(condition.of.map((part) => compile(part, source)));
    case 'or':
      return compileAny(condition, source);
  }
}

const never: Judge = () => false;

function every(judges: readonly Judge[]): Judge {
  return () => {
    for (const judge of judges) if (!judge()) return false;
    return true;
  };
}

function some(judges: readonly Judge[]): Judge {
  const [first] = judges;
  if (judges.length === 1 && first !== undefined) return first;
  return () => {
    for (const judge of judges) if (judge()) return true;
    return false;
  };
}

/** Exact texts of one field among the alternatives share one look-up in a set. */
function compileAny(any: AnyOf, source: FieldSource): Judge {
  const sets = new Map<Slot, Set<string>>();
  const judges: Judge[] = [];
  for (const part of any.of) {
    const exact = part.kind === 'test' && part.field !== undefined && part.match.kind === 'exact' && !part.match.cased && part.every !== true;
    if (!exact || part.match.kind !== 'exact' || part.field === undefined) {
      judges.push(compile(part, source));
      continue;
    }
    const slot = source.slotOf(part.field);
    let texts = sets.get(slot);
    if (texts === undefined) {
      const created = new Set<string>();
      sets.set(slot, created);
      judges.push(foldedJudge({ slot, source, values: anyScalar }, (text) => created.has(text)));
      texts = created;
    }
    texts.add(fold(part.match.text));
  }
  return some(judges);
}

function compileTest(test: Test, source: FieldSource): Judge {
  if (test.field === undefined) return never;
  const slot = source.slotOf(test.field);
  const { match } = test;
  const read: Read = { slot, source, values: test.every === true ? everyScalar : anyScalar };
  switch (match.kind) {
    case 'null':
      return () => isMissing(source.value(slot));
    case 'exists':
      return () => source.value(slot) !== undefined;
    case 'number':
      return scalarJudge(read, (value) => holds(match.relation, value, match.value));
    case 'cidr':
      return rawJudge(read, match.contains);
    case 'regex':
      return rawJudge(read, (text) => match.regex.test(text));
    case 'list':
      return rawJudge(read, (text) => match.list.has(text));
    case 'time':
      return () => timePartOf(source.value(slot), match.part) === match.value;
    case 'field':
      return compileFieldMatch(match, read);
    case 'wildcard': {
      const { pattern, cased } = match;
      if (cased) return rawJudge(read, (text) => matchesWildcard(pattern, text));
      const folded = pattern.map((part) => (typeof part === 'string' ? fold(part) : part));
      return foldedJudge(read, (text) => matchesWildcard(folded, text));
    }
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'contains': {
      const wanted = match.cased ? match.text : fold(match.text);
      const judge = textRelation(match.kind);
      const matches = (text: string): boolean => judge(text, wanted);
      return match.cased ? rawJudge(read, matches) : foldedJudge(read, matches);
    }
  }
}

/** A field, and of how many of its values a test has to hold. */
interface Read {
  readonly slot: Slot;
  readonly source: FieldSource;
  readonly values: typeof anyScalar;
}

function compileFieldMatch(match: Extract<Match, { kind: 'field' }>, { slot, source, values }: Read): Judge {
  if (match.other === undefined) return never;
  const otherSlot = source.slotOf(match.other);
  const { relation } = match;
  if (isNumberRelation(relation)) {
    return () => values(source.value(slot), (value) => anyScalar(source.value(otherSlot), (other) => holdsBetween(relation, value, other)));
  }
  const judge = textRelation(relation);
  const form = match.cased ? String : (value: Scalar): string => fold(String(value));
  return () => values(source.value(slot), (value) => anyScalar(source.value(otherSlot), (other) => judge(form(value), form(other))));
}

function textRelation(relation: TextRelation): (text: string, wanted: string) => boolean {
  switch (relation) {
    case 'exact':
      return (text, wanted) => text === wanted;
    case 'prefix':
      return (text, wanted) => text.startsWith(wanted);
    case 'suffix':
      return (text, wanted) => text.endsWith(wanted);
    case 'contains':
      return (text, wanted) => text.includes(wanted);
  }
}

function foldedJudge({ slot, source, values }: Read, matches: (text: string) => boolean): Judge {
  return () => {
    const text = source.folded(slot);
    if (text !== undefined) return matches(text);
    const each = source.foldedEach(slot);
    return each !== undefined && values(each, matches as (item: Scalar) => boolean);
  };
}

function rawJudge(read: Read, matches: (text: string) => boolean): Judge {
  return scalarJudge(read, (scalar) => matches(String(scalar)));
}

function scalarJudge({ slot, source, values }: Read, matches: (value: Scalar) => boolean): Judge {
  return () => values(source.value(slot), matches);
}

type Scalar = string | number | bigint;

function anyScalar(value: FieldValue, matches: (value: Scalar) => boolean): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'object') return value.some(matches);
  return matches(typeof value === 'boolean' ? String(value) : value);
}

function everyScalar(value: FieldValue, matches: (value: Scalar) => boolean): boolean {
  return typeof value === 'object' && value !== null ? value.length > 0 && value.every(matches) : anyScalar(value, matches);
}

function isMissing(value: FieldValue): boolean {
  return value === null || value === undefined || (typeof value === 'object' && value.length === 0);
}
