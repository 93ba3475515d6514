/** Numbers of events against numbers of rules, exact beyond 2^53 as long as both are whole. */
import type { NumberRelation } from '../rules/ir.ts';

export function holds(relation: NumberRelation, value: string | number | bigint, bound: number | bigint): boolean {
  const number = typeof value === 'string' ? parseNumber(value) : value;
  // JavaScript compares a bigint with a number by their mathematical values.
  if (number === undefined) return false;
  switch (relation) {
    case 'lt':
      return number < bound;
    case 'lte':
      return number <= bound;
    case 'gt':
      return number > bound;
    case 'gte':
      return number >= bound;
  }
}

/** The same where the bound is a value of the event too; never holds for what is no number. */
export function holdsBetween(relation: NumberRelation, value: string | number | bigint, other: string | number | bigint): boolean {
  const bound = typeof other === 'string' ? parseNumber(other) : other;
  return bound !== undefined && holds(relation, value, bound);
}

export function isNumberRelation(relation: string): relation is NumberRelation {
  return relation === 'lt' || relation === 'lte' || relation === 'gt' || relation === 'gte';
}

/** Longer digits are no number of any log; bounds the time of a bigint. */
const digitsMax = 100;

function parseNumber(text: string): number | bigint | undefined {
  const trimmed = text.trim();
  if (trimmed.length > digitsMax) return undefined;
  if (/^[+-]?\d+$/.test(trimmed)) return BigInt(trimmed.replace(/^\+/, ''));
  return /^[+-]?\d*\.?\d+(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}
