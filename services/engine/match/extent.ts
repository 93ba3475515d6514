/**
 * Where in an encoded event the texts of a field stand as they are. Leaves have their slots in the order in which they
 * are encoded, so that texts lie between the first leaf of a range and the one behind its last.
 */
import type { EncodedEvent } from './avro-leaf-plans.ts';

/** Immutable. */
export class Extent {
  /** In order; apart. */
  readonly ranges: readonly LeafRange[];
  readonly form: EventForm;
  /** What may stand between two parts of the text in place of this character, which is not encoded: as between arguments. */
  readonly separator: string | undefined;
  /** Whether many fields have their texts in it. */
  readonly isWide: boolean;

  constructor(ranges: readonly LeafRange[], form: EventForm, separator: string | undefined, isWide = false) {
    this.ranges = ranges;
    this.form = form;
    this.separator = separator;
    this.isWide = isWide;
  }

  /** Whether the position is within. */
  holds({ slots }: EncodedEvent, at: number): boolean {
    for (let index = 0; index < this.ranges.length; index += 1) {
      const start = startOf(slots, this.ranges[index]!);
      if (start < 0 || at < start) continue;
      const end = endOf(slots, this.ranges[index]!, this.form);
      if (end < 0 || at < end) return true;
    }
    return false;
  }
}

/** From the first to the last slot, both included. */
export interface LeafRange {
  readonly first: number;
  readonly last: number;
}

/** What events of one kind are made of. */
export interface EventForm {
  readonly lastSlot: number;
  /** Of the leaves that are lists of records: bulky, so that what is not looked for in them goes past them. */
  readonly recordLists: readonly number[];
}

export interface BoundedEvent extends EncodedEvent {
  readonly eventEnd: number;
}

/** A part of an event. */
export class Region {
  /** The same for the same part of events of one kind. */
  readonly key: string;
  private readonly range: LeafRange;
  private readonly form: EventForm;

  constructor(range: LeafRange, form: EventForm) {
    this.key = `${range.first} ${range.last}`;
    this.range = range;
    this.form = form;
  }

  /** -1 when the event has none of it. */
  startIn({ slots }: EncodedEvent): number {
    return startOf(slots, this.range);
  }

  endIn({ slots, eventEnd }: BoundedEvent): number {
    const end = endOf(slots, this.range, this.form);
    return end < 0 ? eventEnd : end;
  }
}

/** The parts that hold all of the extents, which are of one kind of event. */
export function regionsOf(extents: readonly Extent[]): Region[] {
  const { form } = extents[0]!;
  const ranges = extents.flatMap((extent) => extent.ranges);
  return withoutLists(ranges, form).map((range) => new Region(range, form));
}

/** The ranges, and what stands between them: joined to as few as there can be without a list of records that is in none. */
export function withoutLists(ranges: readonly LeafRange[], { recordLists }: EventForm): LeafRange[] {
  const joined: LeafRange[] = [];
  for (const { first, last } of ranges.toSorted((one, other) => one.first - other.first)) {
    const before = joined.at(-1);
    const apart = before === undefined || recordLists.some((slot) => slot > before.last && slot < first);
    if (apart) joined.push({ first, last });
    else joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, last) };
  }
  return joined;
}

/** -1 when there is none of the leaves. */
function startOf(slots: Int32Array, { first, last }: LeafRange): number {
  for (let slot = first; slot <= last; slot += 1) if (slots[slot]! >= 0) return slots[slot]!;
  return -1;
}

/** Where the next leaf begins; -1 when there is none. */
function endOf(slots: Int32Array, { last }: LeafRange, { lastSlot }: EventForm): number {
  for (let slot = last + 1; slot <= lastSlot; slot += 1) if (slots[slot]! >= 0) return slots[slot]!;
  return -1;
}
