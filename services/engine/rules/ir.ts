/**
 * The intermediate form that every rule dialect is loaded into and every matcher reads: tests on fields, joined by and,
 * or, not. It is plain data with source positions, so that a matcher can index it and `explain` can name its parts.
 */
import type { Position } from './diagnostics.ts';
import type { FieldRef } from './fields.ts';
import type { LinearRegex } from './regex.ts';

export type Condition = AllOf | AnyOf | Not | Selection | Test;

export interface AllOf {
  readonly kind: 'and';
  /** Never empty. */
  readonly of: readonly Condition[];
}

export interface AnyOf {
  readonly kind: 'or';
  /** Never empty. */
  readonly of: readonly Condition[];
}

export interface Not {
  readonly kind: 'not';
  readonly of: Condition;
}

/** A part that the rule's author gave a name: Sigma's search identifier, Falco's macro. Matching sees through it. */
export interface Selection {
  readonly kind: 'selection';
  readonly name: string;
  readonly of: Condition;
}

/** One test on one field. On a field with several values it holds when it holds for any of them, or with `every` for each. */
export interface Test {
  readonly kind: 'test';
  /** As the rule names it; undefined for keywords, which look at every value of the event. */
  readonly name: string | undefined;
  /** Undefined when no sensor supplies the field. The test then never holds, `null` included: no sensor, no knowledge. */
  readonly field: FieldRef | undefined;
  readonly match: Match;
  /** Every value has to match, and there is one at least. */
  readonly every?: boolean;
  readonly at: Position;
}

/**
 * What a value must be. Text is compared folded (see match/fold.ts) unless `cased`; numbers and booleans are compared
 * by their decimal text. Of all kinds only `null` holds for a missing value.
 */
export type Match =
  | { readonly kind: 'exact' | 'prefix' | 'suffix' | 'contains'; readonly text: string; readonly cased: boolean }
  | { readonly kind: 'wildcard'; readonly pattern: Pattern; readonly cased: boolean }
  | { readonly kind: 'regex'; readonly regex: LinearRegex }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists' }
  | { readonly kind: 'number'; readonly relation: NumberRelation; readonly value: number | bigint }
  /** A part of a point in time, in UTC: see match/time-part.ts for how values are read. */
  | { readonly kind: 'time'; readonly part: TimePart; readonly value: number }
  | { readonly kind: 'list'; readonly list: ValueList }
  | { readonly kind: 'cidr'; readonly network: string; readonly contains: (address: string) => boolean }
  | {
      readonly kind: 'field';
      readonly relation: TextRelation | NumberRelation;
      readonly otherName: string;
      readonly other: FieldRef | undefined;
      readonly cased: boolean;
    };

export type NumberRelation = 'lt' | 'lte' | 'gt' | 'gte';

export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** A named list of values that lives outside of the rules and changes under them: see lists/. */
export interface ValueList {
  readonly name: string;
  /** Whether the list holds the value, in the way of its kind: a network holds its addresses, a domain what is below it. */
  has(text: string): boolean;
  /** What it holds now as plain texts, when these are all there is to it and no more than `most`; undefined otherwise. */
  readonly entries?: (most: number) => readonly string[] | undefined;
  /** All that it ever holds, where that is known. */
  readonly constant?: readonly string[];
}

export type TextRelation = 'exact' | 'prefix' | 'suffix' | 'contains';

/** A text with wildcards: literal runs (never empty), `many` for any run of characters, `one` for exactly one. */
export type Pattern = readonly PatternPart[];

export type PatternPart = string | typeof many | typeof one;

export const many: unique symbol = Symbol('*');
export const one: unique symbol = Symbol('?');

/** All of `conditions`; a single one stands for itself. */
export function allOf(conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  return conditions.length === 1 && first !== undefined ? first : { kind: 'and', of: conditions };
}

/** Any of `conditions`; a single one stands for itself. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  return conditions.length === 1 && first !== undefined ? first : { kind: 'or', of: conditions };
}

/** Every test in the condition, in source order, through all joins and negations. */
export function* testsOf(condition: Condition): Generator<Test> {
  switch (condition.kind) {
    case 'test':
      yield condition;
      return;
    case 'not':
    case 'selection':
      yield* testsOf(condition.of);
      return;
    case 'and':
    case 'or':
      for (const part of condition.of) yield* testsOf(part);
  }
}
