/**
 * The fields of our own events for the rule languages, from the table generated out of the schemas: by Sigma's name
 * (Image, ParentCommandLine) or by our path (process.exe). A name may stand at another path in each kind of event that a
 * log source covers; its reader then looks at the kind first.
 */
import { alwaysSent } from '#runtime/interest/interest.ts';
import { eventKinds, type EventKind, type FieldEntry } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { auditField, auditSource } from './audit-view.ts';
import { kindsOf } from './event-sources.ts';
import { impossibleTests } from './interest/interest-of.ts';
import { timespanMaxNs } from './rewind.ts';
import type { FieldRef, FieldTable, FieldValue, LogSource } from './rules/fields.ts';
import { reasonForMissing } from './rules/missing-fields.ts';

/** An event with what its batch says of where it happened: what rules judge. */
export interface JudgedEvent extends Event {
  readonly node: string;
  readonly hostname: string;
}

/** A field of our events, or keywords (path *). It knows where it reads, for what is compiled for the kernel side. */
export interface EventFieldRef extends FieldRef {
  /** Of each kind, the paths of which the first that has a value is read. A kind that is not there has no such field. */
  readonly pathsIn: (kind: EventKind) => readonly string[] | undefined;
}

/** The fields of every kind that come from the batch; `Computer` is Sigma's name of the host. */
const batchFields: readonly FieldEntry[] = [
  { path: 'node', type: 'string', attacker: false },
  { path: 'hostname', type: 'string', attacker: false, sigma: 'Computer' },
];

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
    reasonFor: (logsource, name) => reasonForMissing(logsource, name, namesOf(logsource)),
    timespanMaxNs,
  };
}

const everyText: EventFieldRef = { name: '*', read: textsOf, pathsIn: () => ['*'] };

/**
 * Keywords of a rule that names no category are written for lines of logs. What comes nearest are the command lines of
 * processes; to search the texts of every open and connection for them would send all of these from every node.
 */
const processTexts: EventFieldRef = {
  name: '*',
  read: (event) => (alwaysSent.has((event as Event).body.kind) ? textsOf(event) : undefined),
  pathsIn: (kind) => (alwaysSent.has(kind) ? ['*'] : undefined),
};

function resolve(refs: Map<string, EventFieldRef>, logsource: LogSource, name: string): FieldRef | undefined {
  const kinds = kindsOf(logsource).map(({ kind }) => kind);
  const placeIn = logsource.service === auditSource.service ? auditField : placeOf;
  const places = new Map(kinds.flatMap((kind): [EventKind, Place][] => {
    const place = placeIn(kind, name);
    return place === undefined ? [] : [[kind, place]];
  }));
  const [first] = places.values();
  if (first === undefined) return undefined;
  // Rules of several log sources then share the field, and what is read of an event for one is read for all.
  const shared = kinds.every((kind) => isAt(first, kind, places.get(kind)));
  if (shared) return refs.getOrInsertComputed(keyOf(first), () => ({ name, read: readerOf(first), pathsIn: (kind) => pathsIn(first, kind) }));
  const key = JSON.stringify([logsource.service, name, [...places].map(([kind, place]) => [kind, keyOf(place)])]);
  return refs.getOrInsertComputed(key, () => {
    const readers = new Map([...places].map(([kind, place]) => [kind, readerOf(place)]));
    return { name, read: (event) => readers.get((event as Event).body.kind)?.(event), pathsIn: (kind) => places.get(kind)?.paths };
  });
}

/** Whether reading at `first` gives what the field is in this kind, where it stands at `place` or nowhere. */
function isAt(first: Place, kind: EventKind, place: Place | undefined): boolean {
  if (first.read !== undefined) return false;
  return place === undefined ? pathsIn(first, kind) === undefined : place.read === undefined && keyOf(place) === keyOf(first);
}

function pathsIn({ paths }: Place, kind: EventKind): readonly string[] | undefined {
  return paths.some((path) => fieldsOf(kind).some((field) => field.path === path)) ? paths : undefined;
}

function keyOf({ paths, join }: Place): string {
  return JSON.stringify([paths, join]);
}

/** Where a field stands: the first of the paths that has a value. */
interface Place {
  readonly paths: readonly string[];
  readonly join?: string | undefined;
  /** Where the value is not simply theirs. */
  readonly read?: FieldRef['read'];
}

function placeOf(kind: EventKind, name: string): Place | undefined {
  const several = spread[kind]?.[name];
  if (several !== undefined) return { paths: several };
  const entry = fieldsOf(kind).find((field) => field.sigma === name || field.path === name);
  return entry === undefined ? undefined : { paths: [entry.path], join: entry.join };
}

function namesOf(logsource: LogSource): string[] {
  const names = kindsOf(logsource).flatMap(({ kind }) => [...Object.keys(spread[kind] ?? {}), ...fieldsOf(kind).map((field) => field.sigma ?? field.path)]);
  return [...new Set(names)];
}

function fieldsOf(kind: EventKind): readonly FieldEntry[] {
  return [...eventKinds[kind].fields, ...batchFields];
}

function readerOf({ paths, join, read }: Place): FieldRef['read'] {
  if (read !== undefined) return read;
  const [first, ...others] = paths.map((path) => path.split('.')).map((steps) => (event: object) => valueAt(event, steps));
  if (join !== undefined) {
    return (event) => {
      const parts = first!(event) as readonly string[] | null | undefined;
      return parts === null || parts === undefined || parts.length === 0 ? undefined : parts.join(join);
    };
  }
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
  for (const step of steps) {
    if (value === null || value === undefined) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** Of each kind, the readers of its fields that hold text; built when the first keywords ask. */
const textReaders = new Map<EventKind, readonly FieldRef['read'][]>();

/** What keywords search: every text of the event, a list as the one text it is matched as. */
function textsOf(event: object): string[] {
  const { kind } = (event as Event).body;
  const readers = textReaders.getOrInsertComputed(kind, () => {
    const texts = fieldsOf(kind).filter(({ type }) => type === 'string' || type === 'list');
    return texts.map(({ path, join }) => readerOf({ paths: [path], join }));
  });
  return readers.flatMap((read) => read(event) ?? []).filter((value) => typeof value === 'string');
}
