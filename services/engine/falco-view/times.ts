/**
 * The time of an event in Falco's forms. Falco shows evt.time and evt.datetime in the time zone of its host; the engine
 * judges events of many hosts, and shows UTC.
 */
import type { PathValue, Place } from '../event-fields.ts';
import type { FieldValue } from '../rules/fields.ts';
import type { FalcoField } from './index.ts';

const secondNs = 1_000_000_000n;

/** An instant, as its date, its time of day and the nine digits behind the second. */
interface Instant {
  readonly date: string;
  readonly time: string;
  readonly ns: string;
}

export const timeFields: Readonly<Record<string, FalcoField>> = {
  'evt.rawtime': { all: { paths: ['time'] } },
  'evt.rawtime.s': counted((ns) => ns / secondNs),
  'evt.rawtime.ns': counted((ns) => ns % secondNs),
  'evt.time': shown(({ time, ns }) => `${time}.${ns}`),
  'evt.time.s': shown(({ time }) => time),
  'evt.time.iso8601': shown(({ date, time, ns }) => `${date}T${time}.${ns}+0000`),
  'evt.datetime': shown(({ date, time, ns }) => `${date} ${time}.${ns}`),
  'evt.datetime.s': shown(({ date, time }) => `${date} ${time}`),
};

function shown(form: (instant: Instant) => string): FalcoField {
  return derived((ns) => {
    const date = new Date(Number(ns / 1_000_000n));
    // Beyond the year 275760, which a damaged clock may say.
    if (Number.isNaN(date.getTime())) return undefined;
    const [day = '', time = ''] = date.toISOString().split('T');
    return form({ date: day, time: time.slice(0, 8), ns: String(ns % secondNs).padStart(9, '0') });
  });
}

function counted(how: (ns: bigint) => bigint): FalcoField {
  return derived((ns) => Number(how(ns)));
}

function derived(how: (ns: bigint) => FieldValue): FalcoField {
  const place: Place = { paths: ['time'], derive: ([value]: readonly PathValue[]) => (typeof value === 'bigint' && value >= 0n ? how(value) : undefined) };
  return { all: place };
}
