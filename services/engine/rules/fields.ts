/**
 * How rules reach the values of events: a table resolves a rule's field names for a log source into readers, once, at
 * load. The table made from the schemas knows every field the sensors supply; the open table takes any JSON event.
 */
import { impliedValue } from './falco/open-fields.ts';
import type { Condition } from './ir.ts';

export interface FieldTable {
  /** The reader of a field, or undefined when nothing here supplies it. `name` has no blanks. */
  resolve(logsource: LogSource, name: string): FieldRef | undefined;
  /** A field whose values are all values of the event, for keywords; undefined when nothing supplies the log source. */
  everyValue(logsource: LogSource): FieldRef | undefined;
  /** The known names, for hints; empty when any name goes. */
  names(logsource: LogSource): readonly string[];
  /**
   * Of a condition that no event of the log source can fulfil, although every field is there, the fields whose tests
   * hold for none; undefined when it may hold.
   */
  readonly impossible?: (logsource: LogSource, condition: Condition) => readonly string[] | undefined;
  /** Why nothing supplies a field that `resolve` does not know, in a few words; `keywords` stands for `everyValue`. */
  readonly reasonFor?: (logsource: LogSource, name: string) => string;
  /** A field whose value follows from others of this table; when left out, by reading these. See `derivedField`. */
  readonly derive?: (name: string, from: readonly FieldRef[], how: Derivation) => FieldRef;
  /** The longest timespan of a correlation for which events are kept; any that the language allows when undefined. */
  readonly timespanMaxNs?: bigint;
}

/** Where an event comes from, or which events a rule asks for: a part left out of a rule means any. */
export interface LogSource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

/** Every part that the rule names is the event's; what the rule leaves open may be anything. */
export function covers(rule: LogSource, event: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every((part) => {
    return rule[part] === undefined || rule[part] === event[part]?.toLowerCase();
  });
}

/** A resolved field. One object per field and table: matchers key their caches by it. */
export interface FieldRef {
  readonly name: string;
  /** Never throws; cheap enough to be called for each event. */
  readonly read: (event: object) => FieldValue;
  /** Of an event whose values are all texts by name, it reads no more than the one of this name. */
  readonly key?: string;
}

/** A list means several values, of which one has to match; null, undefined and the empty list mean "no value". */
export type FieldValue = string | number | bigint | boolean | readonly string[] | null | undefined;

/** Gives the value from those of the fields, in their order. Pure, never throws. */
export type Derivation = (values: readonly FieldValue[]) => FieldValue;

export function derivedField(table: FieldTable, name: string, from: readonly FieldRef[], how: Derivation): FieldRef {
  return table.derive?.(name, from, how) ?? { name, read: (event) => how(from.map((field) => field.read(event))) };
}

/** Every name is a field: its key in the event, or, for dotted names, the path through nested objects. */
export function openFields(): FieldTable {
  const refs = new Map<string, FieldRef>();
  const everyValue: FieldRef = { name: '*', read: (event) => [...leavesOf(event, 0)] };
  return {
    resolve({ product }, name) {
      const falco = product === 'falco';
      const key = falco ? `falco ${name}` : name;
      let ref = refs.get(key);
      if (ref === undefined) {
        const path = name.split('.');
        const found = falco ? (event: object): unknown => lookUp(event, name, path) ?? impliedValue(event, name) : (event: object): unknown => lookUp(event, name, path);
        const read: FieldRef['read'] = (event) => asFieldValue(found(event));
        ref = falco ? { name, read } : { name, read, key: name };
        refs.set(key, ref);
      }
      return ref;
    },
    everyValue: () => everyValue,
    names: () => [],
  };
}

/** Events nest less deep than this; what lies deeper is not looked at. */
const eventDepthMax = 32;

function lookUp(event: object, name: string, path: readonly string[]): unknown {
  if (Object.hasOwn(event, name)) return property(event, name);
  if (path.length === 1) return undefined;
  let value: unknown = event;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = property(value, step);
  }
  return value;
}

function property(holder: object, name: string): unknown {
  return (holder as Readonly<Record<string, unknown>>)[name];
}

function asFieldValue(value: unknown): FieldValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? value.filter((item) => item !== null).map(textOf) : textOf(value);
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function* leavesOf(value: unknown, depth: number): Generator<string> {
  if (value === null || value === undefined || depth > eventDepthMax) return;
  if (typeof value !== 'object') yield String(value);
  else for (const part of Object.values(value)) yield* leavesOf(part, depth + 1);
}
