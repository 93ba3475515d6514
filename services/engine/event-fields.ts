/**
 * The fields of our own events for the rule languages, from the table generated out of the schemas: by Sigma's name
 * (Image, ParentCommandLine) or by our path (process.exe).
 */
import { eventKinds, type EventKind, type FieldEntry, type KindEntry } from '#schemas/generated/fields.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { timespanMaxNs } from './rewind.ts';
import type { FieldRef, FieldTable, FieldValue, LogSource } from './rules/fields.ts';

/** The log source of each kind of event; kinds that no Sigma category names have none and reach no Sigma rule. */
export const logSources: ReadonlyMap<EventKind, LogSource> = new Map(
  kindEntries().flatMap(([kind, entry]) => (entry.sigma === null ? [] : [[kind, entry.sigma]])),
);

/** An event with what its batch says of where it happened: what rules judge. */
export interface JudgedEvent extends Event {
  readonly node: string;
  readonly hostname: string;
}

/** The fields of every kind that come from the batch; `Computer` is Sigma's name of the host. */
const batchFields: readonly FieldEntry[] = [
  { path: 'node', type: 'string', attacker: false },
  { path: 'hostname', type: 'string', attacker: false, sigma: 'Computer' },
];

export function eventFields(): FieldTable {
  const refs = new Map<string, FieldRef>();
  const everyValue: FieldRef = { name: '*', read: textsOf };
  return {
    resolve(logsource, name) {
      for (const kind of kindsOf(logsource)) {
        const entry = [...kind.fields, ...batchFields].find((field) => field.sigma === name || field.path === name);
        if (entry !== undefined) return refOf(refs, name, entry);
      }
      return undefined;
    },
    everyValue: (logsource) => (kindsOf(logsource).length > 0 ? everyValue : undefined),
    names: (logsource) => kindsOf(logsource).flatMap((kind) => [...kind.fields, ...batchFields].map((field) => field.sigma ?? field.path)),
    timespanMaxNs,
  };
}

function kindsOf(logsource: LogSource): KindEntry[] {
  return kindEntries()
    .map(([, entry]) => entry)
    .filter(({ sigma }) => sigma !== null && logsource.service === undefined && matches(logsource.category, sigma.category) && matches(logsource.product, sigma.product));
}

function kindEntries(): [EventKind, KindEntry][] {
  return Object.entries(eventKinds) as [EventKind, KindEntry][];
}

function matches(asked: string | undefined, supplied: string): boolean {
  return asked === undefined || asked === supplied;
}

function refOf(refs: Map<string, FieldRef>, name: string, entry: FieldEntry): FieldRef {
  let ref = refs.get(entry.path);
  if (ref === undefined) refs.set(entry.path, (ref = { name, read: readerOf(entry) }));
  return ref;
}

/** Walks a fixed path; a null on the way, such as an unknown parent, is no value. */
function readerOf(entry: FieldEntry): FieldRef['read'] {
  const steps = entry.path.split('.');
  const { join } = entry;
  const walk = (event: object): unknown => {
    let value: unknown = event;
    for (const step of steps) {
      if (value === null || value === undefined) return undefined;
      value = (value as Record<string, unknown>)[step];
    }
    return value;
  };
  if (join === undefined) return (event) => walk(event) as FieldValue;
  return (event) => {
    const parts = walk(event) as readonly string[] | undefined;
    return parts === undefined || parts.length === 0 ? undefined : parts.join(join);
  };
}

/** Of each kind, the readers of its fields that hold text; built when the first keywords ask. */
const textReaders = new Map<string, readonly FieldRef['read'][]>();

/** What keywords search: every text of the event, a list as the one text it is matched as. */
function textsOf(event: object): string[] {
  const { kind } = (event as Event).body;
  const readers = textReaders.getOrInsertComputed(kind, () => {
    return [...eventKinds[kind].fields, ...batchFields].filter(({ type }) => type === 'string' || type === 'list').map(readerOf);
  });
  return readers.flatMap((read) => read(event) ?? []).filter((value) => typeof value === 'string');
}
