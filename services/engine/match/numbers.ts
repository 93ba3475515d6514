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

/** Longer digits are no number of any log; bounds the time of a bigint. */
const digitsMax = 100;

function parseNumber(text: string): number | bigint | undefined {
  const trimmed = text.trim();
  if (trimmed.length > digitsMax) return undefined;
  if (/^[+-]?\d+$/.test(trimmed)) return BigInt(trimmed.replace(/^\+/, ''));
  return /^[+-]?\d*\.?\d+(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}
