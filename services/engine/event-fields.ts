/**
 * The fields of our own events for the rule languages, from the table generated out of the schemas: by Sigma's name
 * (Image, ParentCommandLine) or by our path (process.exe). A name may stand at another path in each kind of event that a
 * log source covers; its reader then looks at the kind first.
 */
import { eventKinds, type EventKind, type FieldEntry } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { auditField, auditSource } from './audit-view.ts';
import { told } from './derivation-forms.ts';
import { kindsOf } from './event-sources.ts';
import { falcoField, falcoNames, falcoReason, falcoSource } from './falco-view/index.ts';
import { impossibleTests } from './interest/interest-of.ts';
import { timespanMaxNs } from './rewind.ts';
import type { Derivation, FieldRef, FieldTable, FieldValue, LogSource } from './rules/fields.ts';
import type { Match } from './rules/ir.ts';
import { reasonForMissing } from './rules/missing-fields.ts';

/** An event with what its batch says of where it happened: what rules judge. */
export interface JudgedEvent extends Event {
  readonly node: string;
  readonly hostname: string;
}

/** A field of our events, or keywords (path *). It knows where it reads: for the kernel side, and to read encoded events. */
export interface EventFieldRef extends FieldRef {
  /** Undefined for a kind that has no such field. */
  readonly placeIn: (kind: EventKind) => Place | undefined;
}

/** Where a field stands in the events of one kind, and how its value follows. */
export interface Place {
  /** Paths in an event, such as process.exe; through a list of records it leads to the list of their values. */
  readonly paths: readonly string[];
  /** The value, from those at the paths in their order; when left out, the first of them that has one. Pure, never throws. */
  readonly derive?: (values: readonly PathValue[]) => FieldValue;
  /** The derived values are among those at the paths, so that a test of them can be made of the paths. */
  readonly amongThem?: boolean;
  /** What the text at the only path is like when the derived value matches; undefined when nothing can be said. */
  readonly implied?: (match: Match) => Match | undefined;
}

/** What stands at a path: a value, or the values of a list. */
export type PathValue = FieldValue | readonly (FieldValue | undefined)[];

/** The fields of every kind that come from the batch; `Computer` is Sigma's name of the host. */
const batchFields: readonly FieldEntry[] = [
  { path: 'node', type: 'string', attacker: false },
  { path: 'hostname', type: 'string', attacker: false, sigma: 'Computer' },
];

/** Of the ancestors above the parent: a test holds when it holds for one of them. */
const ancestorFields: readonly FieldEntry[] = [{ path: 'ancestors.exe', type: 'list', attacker: true }];

/** Names of Sigma's for which a record has several fields: after a rename or link, the target is the new path. */
const spread: Readonly<Partial<Record<EventKind, Readonly<Record<string, readonly string[]>>>>> = {
  file_change: { TargetFilename: ['body.new_path', 'body.path'], SourceFilename: ['body.path'] },
};

export function eventFields(): FieldTable {
  const refs = new Map<string, EventFieldRef>();
  return {
    resolve: (logsource, name) => resolve(refs, logsource, name),
    everyValue: (logsource) => (kindsOf(logsource).length === 0 ? undefined : logsource.category === undefined ? processTexts : everyText),
    names: namesOf,
    impossible: impossibleTests,
    reasonFor: (logsource, name) => (logsource.product === falcoSource.product ? falcoReason(logsource, name) : reasonForMissing(logsource, name, namesOf(logsource))),
    derive: derived,
    timespanMaxNs,
  };
}

/** Stands for all texts of an event; only the whole event can be searched for them. */
export const everyPath = '*';

const everyText: EventFieldRef = { name: '*', read: textsOf, placeIn: () => ({ paths: [everyPath] }) };

/**
 * Keywords of a rule that names no category are written for lines of logs. What comes nearest are the command lines of
 * programs that start; to search the texts of every open and connection for them would send all of these from every node.
 */
const processTexts: EventFieldRef = {
  name: '*',
  read: (event) => ((event as Event).body.kind === 'process_exec' ? textsOf(event) : undefined),
  placeIn: (kind) => (kind === 'process_exec' ? { paths: [everyPath] } : undefined),
};

function resolve(refs: Map<string, EventFieldRef>, logsource: LogSource, name: string): FieldRef | undefined {
  const kinds = kindsOf(logsource).map(({ kind }) => kind);
  const placeIn = logsource.product === falcoSource.product ? falcoField : logsource.service === auditSource.service ? auditField : placeOf;
  const places = new Map(kinds.flatMap((kind): [EventKind, Place][] => {
    const place = placeIn(kind, name);
    return place === undefined ? [] : [[kind, place]];
  }));
  const [first] = places.values();
  if (first === undefined) return undefined;
  // Rules of several log sources then share the field, and what is read of an event for one is read for all.
  const shared = kinds.every((kind) => isAt(first, kind, places.get(kind)));
  if (shared) return refs.getOrInsertComputed(keyOf(first), () => ({ name, read: readerOf(first), placeIn: (kind) => (has(kind, first) ? first : undefined) }));
  const key = JSON.stringify([logsource.service, name, [...places].map(([kind, place]) => [kind, keyOf(place)])]);
  return refs.getOrInsertComputed(key, () => fieldAt(name, (kind) => places.get(kind)));
}

/** A field whose value follows from those of others; in kinds that have none of them there is none. */
function derived(name: string, from: readonly FieldRef[], how: Derivation): EventFieldRef {
  const placeIn = (kind: EventKind): Place | undefined => {
    // Fields of other people's events have no place in ours.
    const places = from.map((field) => (field as Partial<EventFieldRef>).placeIn?.(kind));
    if (places.every((place) => place === undefined)) return undefined;
    return {
      paths: places.flatMap((place) => place?.paths ?? []),
      derive: (values) => {
        let next = 0;
        return how(places.map((place) => (place === undefined ? undefined : valueOf(place, values.slice(next, (next += place.paths.length))))));
      },
    };
  };
  const places = new Map<EventKind, Place | undefined>();
  return fieldAt(name, (kind) => places.getOrInsertComputed(kind, placeIn));
}

function valueOf({ derive }: Place, values: readonly PathValue[]): FieldValue {
  if (derive !== undefined) return derive(values);
  return values.find((value) => value !== null && value !== undefined) as FieldValue;
}

/** The field that stands at these places. */
export function fieldAt(name: string, placeIn: EventFieldRef['placeIn']): EventFieldRef {
  const readers = new Map<EventKind, FieldRef['read']>();
  const nothing = (): undefined => undefined;
  const readerIn = (kind: EventKind): FieldRef['read'] => {
    const place = placeIn(kind);
    return place === undefined ? nothing : readerOf(place);
  };
  return {
    name,
    read: (event) => {
      const { kind } = (event as Event).body;
      return readers.getOrInsertComputed(kind, readerIn)(event);
    },
    placeIn,
  };
}

/** Whether reading at `first` gives what the field is in this kind, where it stands at `place` or nowhere. */
function isAt(first: Place, kind: EventKind, place: Place | undefined): boolean {
  return place === undefined ? first.derive === undefined && !has(kind, first) : keyOf(place) === keyOf(first);
}

function has(kind: EventKind, { paths }: Place): boolean {
  // What stands outside of the body, lists of records included, every kind has.
  return paths.some((path) => !path.startsWith('body.') || path === 'body.kind' || fieldsOf(kind).some((field) => field.path === path));
}

/** Places of one key read the same: each way to derive has a number. */
function keyOf({ paths, derive }: Place): string {
  return JSON.stringify([paths, derive === undefined ? 0 : derivations.getOrInsertComputed(derive, () => (derivationsKnown += 1))]);
}

const derivations = new WeakMap<NonNullable<Place['derive']>, number>();
let derivationsKnown = 0;

function placeOf(kind: EventKind, name: string): Place | undefined {
  // Rules may name a field "constructor".
  const several = Object.hasOwn(spread[kind] ?? {}, name) ? spread[kind]?.[name] : undefined;
  if (several !== undefined) return { paths: several };
  const entry = fieldsOf(kind).find((field) => field.sigma === name || field.path === name);
  if (entry === undefined) return undefined;
  if (ancestorFields.includes(entry)) return { paths: [entry.path], derive: knownTexts, amongThem: true };
  return entry.join === undefined ? { paths: [entry.path] } : { paths: [entry.path], derive: joinedBy(entry.join) };
}

/** Of a list of records, those of their values that are known. */
const knownTexts = told({ kind: 'each' }, ([values]) => (Array.isArray(values) ? values.filter((value) => typeof value === 'string') : undefined));

const joiners = new Map<string, NonNullable<Place['derive']>>();

/** A list as one text; none for an empty one. */
function joinedBy(separator: string): NonNullable<Place['derive']> {
  return joiners.getOrInsertComputed(separator, () => {
    return told({ kind: 'joined', separator, from: 0, missing: true }, ([parts]) => (Array.isArray(parts) && parts.length > 0 ? parts.join(separator) : undefined));
  });
}

function namesOf(logsource: LogSource): readonly string[] {
  if (logsource.product === falcoSource.product) return falcoNames;
  const names = kindsOf(logsource).flatMap(({ kind }) => [...Object.keys(spread[kind] ?? {}), ...fieldsOf(kind).map((field) => field.sigma ?? field.path)]);
  return [...new Set(names)];
}

function fieldsOf(kind: EventKind): readonly FieldEntry[] {
  return [...eventKinds[kind].fields, ...batchFields, ...ancestorFields];
}

function readerOf({ paths, derive }: Place): FieldRef['read'] {
  if (paths.includes(everyPath)) return textsOf;
  const readers = paths.map((path) => path.split('.')).map((steps) => (event: object) => valueAt(event, steps));
  if (derive !== undefined) return (event) => derive(readers.map((read) => read(event) as PathValue));
  const [first, ...others] = readers;
  if (others.length === 0) return first as FieldRef['read'];
  return (event) => {
    let value = first!(event);
    for (const next of others) if (value === null || value === undefined) value = next(event);
    return value as FieldValue;
  };
}

/** Walks a fixed path; a null on the way, such as an unknown parent, is no value. */
function valueAt(event: object, steps: readonly string[]): unknown {
  let value: unknown = event;
  for (const [index, step] of steps.entries()) {
    if (value === null || value === undefined) return undefined;
    if (Array.isArray(value)) return value.map((item: object) => valueAt(item, steps.slice(index)));
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** Where the texts stand that keywords search in events of a kind: every text, and a list as the one text it is matched as. */
export function textPlaces(kind: EventKind): readonly Place[] {
  const texts = fieldsOf(kind).filter((field) => (field.type === 'string' || field.type === 'list') && !ancestorFields.includes(field));
  return texts.map(({ path }) => placeOf(kind, path)!);
}

/** The same as fields, so that what searches one of them by its name shares the search. */
export function textFields(kind: EventKind): readonly EventFieldRef[] {
  return textPlaces(kind).map((place) => ({ name: place.paths.join(), read: readerOf(place), placeIn: (other) => (other === kind ? place : undefined) }));
}

/** Of each kind, the readers of these; built when the first keywords ask. */
const textReaders = new Map<EventKind, readonly FieldRef['read'][]>();

function textsOf(event: object): string[] {
  const readers = textReaders.getOrInsertComputed((event as Event).body.kind, (kind) => textPlaces(kind).map(readerOf));
  return readers.flatMap((read) => read(event) ?? []).filter((value) => typeof value === 'string');
}
