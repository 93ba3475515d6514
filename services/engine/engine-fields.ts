/**
 * The fields that the engine's rules may name: those of our own events, and for log sources that other people's sensors
 * feed (ringfence.external.v1) any name, because only the sender knows which there are.
 */
import type { Event } from '#schemas/generated/types.gen.ts';
import { eventFields, type EventFieldRef } from './event-fields.ts';
import { derivedField, openFields, type FieldRef, type FieldTable, type LogSource } from './rules/fields.ts';

/** `external`: what is fed from outside; a part left out means any. */
export function engineFields(external: readonly LogSource[] = []): FieldTable {
  const own = eventFields();
  const open = openFields();
  const both = new Map<FieldRef, Map<FieldRef, FieldRef>>();
  const isFed = (logsource: LogSource): boolean => external.some((fed) => overlap(fed, logsource));
  const choose = (logsource: LogSource, ours: FieldRef | undefined, theirs: () => FieldRef | undefined): FieldRef | undefined => {
    if (!isFed(logsource)) return ours;
    const other = theirs();
    if (ours === undefined || other === undefined) return other ?? ours;
    // One field of ours may be known by several names.
    return both.getOrInsertComputed(ours, () => new Map()).getOrInsertComputed(other, () => eitherOf(ours as EventFieldRef, other));
  };
  return {
    ...own,
    resolve: (logsource, name) => choose(logsource, own.resolve(logsource, name), () => open.resolve(logsource, name)),
    everyValue: (logsource) => choose(logsource, own.everyValue(logsource), () => open.everyValue(logsource)),
    names: (logsource) => (isFed(logsource) ? [] : own.names(logsource)),
    derive: (name, from, how) => {
      const ours = derivedField(own, name, from, how);
      const fed = from.some((field) => theirsOf(field) !== undefined);
      return fed ? eitherOf(ours as EventFieldRef, { name, read: (event) => how(from.map((field) => theirsOf(field)?.read(event))) }) : ours;
    },
    impossible: (logsource, condition) => (isFed(logsource) ? undefined : own.impossible?.(logsource, condition)),
  };
}

/** Whether an event may be of both: no part says two things. */
function overlap(one: LogSource, other: LogSource): boolean {
  return (['category', 'product', 'service'] as const).every((part) => one[part] === undefined || other[part] === undefined || one[part] === other[part]);
}

/** A rule that names no product is about events of ours and of others: which it is decides where the field is read. */
export interface EitherFieldRef extends EventFieldRef {
  /** How it is read in events of others. */
  readonly theirs: FieldRef;
}

/** How a field is read in events of others; undefined when only ours have it. */
function theirsOf(field: FieldRef): FieldRef | undefined {
  const { theirs, placeIn } = field as Partial<EitherFieldRef>;
  return theirs ?? (placeIn === undefined ? field : undefined);
}

function eitherOf(ours: EventFieldRef, theirs: FieldRef): EitherFieldRef {
  return { name: theirs.name, read: (event) => (isOurs(event) ? ours.read(event) : theirs.read(event)), placeIn: ours.placeIn, theirs };
}

/** Events of others are flat: a field's value is a text. */
function isOurs(event: object): event is Event {
  const { body } = event as { body?: unknown };
  return typeof body === 'object' && body !== null;
}
