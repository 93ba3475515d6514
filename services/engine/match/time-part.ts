/**
 * Parts of points in time, for rules such as `time|hour: 3`. A value is RFC 3339 text, or a count since the epoch whose
 * unit follows from its size: s, ms, µs or ns (before the year 5138 no two overlap). Parts are of UTC; weeks are ISO 8601's.
 */
import type { FieldValue } from '../rules/fields.ts';
import type { TimePart } from '../rules/ir.ts';

/** Undefined when the value is no point in time. */
export function timePartOf(value: FieldValue, part: TimePart): number | undefined {
  const date = dateOf(value);
  if (date === undefined) return undefined;
  switch (part) {
    case 'minute':
      return date.getUTCMinutes();
    case 'hour':
      return date.getUTCHours();
    case 'day':
      return date.getUTCDate();
    case 'week':
      return isoWeek(date);
    case 'month':
      return date.getUTCMonth() + 1;
    case 'year':
      return date.getUTCFullYear();
  }
}

const rfc3339 = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/i;

function dateOf(value: FieldValue): Date | undefined {
  if (typeof value === 'string' && rfc3339.test(value)) {
    // Without a zone it is UTC; JavaScript would take its own.
    const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`;
    return valid(new Date(zoned.replace(' ', 'T')));
  }
  const count = typeof value === 'string' && /^\d{1,19}(\.\d+)?$/.test(value) ? Number(value) : typeof value === 'bigint' ? Number(value) : value;
  return typeof count === 'number' && count >= 0 ? valid(new Date(count / unitsPerMs(count))) : undefined;
}

function unitsPerMs(count: number): number {
  if (count < 1e11) return 1e-3;
  if (count < 1e14) return 1;
  return count < 1e17 ? 1e3 : 1e6;
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const dayMs = 86_400_000;

/** The week of the year that holds this date's Thursday. */
function isoWeek(date: Date): number {
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const thursday = new Date(midnight + (4 - (date.getUTCDay() || 7)) * dayMs);
  return Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / dayMs + 1) / 7);
}
