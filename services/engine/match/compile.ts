/**
 * Conditions become closures over a FieldSource. Straightforward on purpose: an index over witnesses can stand before
 * these closures, and shared tests between them, without a change to the rule languages.
 */
import type { AnyOf, Condition, Match, Test, TextRelation } from '../rules/ir.ts';
import type { FieldSource, Slot } from './field-source.ts';
import { fold } from './fold.ts';
import { holds, holdsBetween, isNumberRelation } from './numbers.ts';
import { timePartOf } from './time-part.ts';
import { matchesWildcard } from './wildcard.ts';

/** Judges the event that the FieldSource holds. Never throws. */
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
    const exact = part.kind === 'test' && part.field !== undefined && part.match.kind === 'exact' && !part.match.cased;
    if (!exact || part.match.kind !== 'exact' || part.field === undefined) {
      judges.push(compile(part, source));
      continue;
    }
    const slot = source.slotOf(part.field);
    let texts = sets.get(slot);
    if (texts === undefined) {
      const created = new Set<string>();
      sets.set(slot, created);
      judges.push(foldedJudge(slot, source, (text) => created.has(text)));
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
  switch (match.kind) {
    case 'null':
      return () => isMissing(source.value(slot));
    case 'exists':
      return () => source.value(slot) !== undefined;
    case 'number':
      return () => anyScalar(source.value(slot), (value) => holds(match.relation, value, match.value));
    case 'cidr':
      return rawJudge(slot, source, match.contains);
    case 'regex':
      return rawJudge(slot, source, (text) => match.regex.test(text));
    case 'list':
      return rawJudge(slot, source, (text) => match.list.has(text));
    case 'time':
      return () => timePartOf(source.value(slot), match.part) === match.value;
    case 'field':
      return compileFieldMatch(match, slot, source);
    case 'wildcard': {
      const { pattern, cased } = match;
      if (cased) return rawJudge(slot, source, (text) => matchesWildcard(pattern, text));
      const folded = pattern.map((part) => (typeof part === 'string' ? fold(part) : part));
      return foldedJudge(slot, source, (text) => matchesWildcard(folded, text));
    }
    case 'exact':
    case 'prefix':
    case 'suffix':
    case 'contains': {
      const wanted = match.cased ? match.text : fold(match.text);
      const judge = textRelation(match.kind);
      const matches = (text: string): boolean => judge(text, wanted);
      return match.cased ? rawJudge(slot, source, matches) : foldedJudge(slot, source, matches);
    }
  }
}

function compileFieldMatch(match: Extract<Match, { kind: 'field' }>, slot: Slot, source: FieldSource): Judge {
  if (match.other === undefined) return never;
  const otherSlot = source.slotOf(match.other);
  const { relation } = match;
  if (isNumberRelation(relation)) {
    return () => anyScalar(source.value(slot), (value) => anyScalar(source.value(otherSlot), (other) => holdsBetween(relation, value, other)));
  }
  const judge = textRelation(relation);
  const form = match.cased ? (text: string): string => text : fold;
  return () =>
    anyText(source.value(slot), (text) => {
      return anyText(source.value(otherSlot), (other) => judge(form(text), form(other)));
    });
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

function foldedJudge(slot: Slot, source: FieldSource, matches: (text: string) => boolean): Judge {
  return () => {
    const text = source.folded(slot);
    if (text !== undefined) return matches(text);
    const value = source.value(slot);
    return typeof value === 'object' && value !== null && value.some((item) => matches(fold(item)));
  };
}

function rawJudge(slot: Slot, source: FieldSource, matches: (text: string) => boolean): Judge {
  return () => anyText(source.value(slot), matches);
}

function anyText(value: ReturnType<FieldSource['value']>, matches: (text: string) => boolean): boolean {
  return anyScalar(value, (scalar) => matches(String(scalar)));
}

function anyScalar(
  value: ReturnType<FieldSource['value']>,
  matches: (value: string | number | bigint) => boolean,
): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'object') return value.some(matches);
  return matches(typeof value === 'boolean' ? String(value) : value);
}

function isMissing(value: ReturnType<FieldSource['value']>): boolean {
  return value === null || value === undefined || (typeof value === 'object' && value.length === 0);
}
