/** Parts of points in time: the forms that values come in, and the edges of weeks and years. */
import { expect, test } from 'vitest';
import type { FieldValue } from '../rules/fields.ts';
import { timePartOf } from './time-part.ts';

const parts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;

function partsOf(value: FieldValue): (number | undefined)[] {
  return parts.map((part) => timePartOf(value, part));
}

/** 2026-03-05 07:08:09 UTC, a Thursday. */
const expected = [8, 7, 5, 10, 3, 2026];

test.each<[string, FieldValue]>([
  ['RFC 3339', '2026-03-05T07:08:09Z'],
  ['nanoseconds', '2026-03-05T07:08:09.123456789Z'],
  ['lower case', '2026-03-05t07:08:09z'],
  ['a blank for the T', '2026-03-05 07:08:09Z'],
  ['no seconds', '2026-03-05T07:08Z'],
  ['an offset', '2026-03-05T09:38:09+02:30'],
  ['an offset without a colon', '2026-03-05T02:08:09-0500'],
  ['no zone, which is UTC', '2026-03-05 07:08:09'],
  ['seconds', 1_772_694_489],
  ['seconds with a fraction, as text', '1772694489.5'],
  ['milliseconds', 1_772_694_489_000],
  ['microseconds, as text', '1772694489000000'],
  ['nanoseconds since the epoch', 1_772_694_489_000_000_000n],
])('%s', (_form, value) => {
  expect(partsOf(value)).toEqual(expected);
});

test.each<[string, FieldValue]>([
  ['a text', 'noon'],
  ['a day without a time', '2026-03-05'],
  ['a month that no year has', '2026-13-05T07:08:09Z'],
  ['before the epoch', -1],
  ['more digits than nanoseconds have', '17726944890000000000000'],
  ['a boolean', true],
  ['nothing', undefined],
  ['null', null],
  ['several values', ['2026-03-05T07:08:09Z']],
])('%s is no point in time', (_form, value) => {
  expect(partsOf(value)).toEqual(parts.map(() => undefined));
});

test.each([
  ['2026-01-01T00:00:00Z', 1],
  ['2027-01-01T00:00:00Z', 53],
  ['2021-01-03T23:59:59Z', 53],
  ['2021-01-04T00:00:00Z', 1],
  ['2024-12-30T00:00:00Z', 1],
  ['2028-12-31T12:00:00Z', 52],
])('%s is in week %i of ISO 8601', (value, week) => {
  expect(timePartOf(value, 'week')).toBe(week);
});

test('the largest value is still one point in time', () => {
  expect(timePartOf('9999-12-31T23:59:59.999Z', 'year')).toBe(9999);
  expect(timePartOf(0, 'year')).toBe(1970);
});
