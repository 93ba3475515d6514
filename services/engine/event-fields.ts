/**
 * The fields of our own events for the rule languages, from the table generated out of the schemas: by Sigma's name
 * (Image, ParentCommandLine) or by our path (process.exe).
 */
import { eventKinds, type EventKind, type FieldEntry, type KindEntry } from '#schemas/generated/fields.gen.ts';
import type { FieldRef, FieldTable, FieldValue, LogSource } from './rules/fields.ts';

/** The log source of each kind of event; kinds that no Sigma category names have none and reach no Sigma rule. */
export const logSources: ReadonlyMap<EventKind, LogSource> = new Map(
  kindEntries().flatMap(([kind, entry]) => (entry.sigma === null ? [] : [[kind, entry.sigma]])),
);

export function eventFields(): FieldTable {
  const refs = new Map<string, FieldRef>();
  const everyValue: FieldRef = { name: '*', read: (event) => attackerTexts(event) };
  return {
    resolve(logsource, name) {
      for (const kind of kindsOf(logsource)) {
        const entry = kind.fields.find((field) => field.sigma === name || field.path === name);
        if (entry !== undefined) return refOf(refs, name, entry);
      }
      return undefined;
    },
    everyValue: (logsource) => (kindsOf(logsource).length > 0 ? everyValue : undefined),
    names: (logsource) => kindsOf(logsource).flatMap((kind) => kind.fields.map((field) => field.sigma ?? field.path)),
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

/** What keywords search: every text that the watched program chose. */
function attackerTexts(event: object): string[] {
  const { process, parent } = event as { process?: Texts; parent?: Texts | null };
  return [process, parent].flatMap((each) => (each ? [each.exe, each.args?.join(' '), each.cwd, each.comm] : [])).filter((text) => typeof text === 'string');
}

interface Texts {
  readonly exe?: string | null;
  readonly args?: readonly string[];
  readonly cwd?: string | null;
  readonly comm?: string;
}
