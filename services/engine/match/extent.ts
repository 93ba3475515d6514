/**
 * Where in an encoded event the texts of a field stand as they are. Leaves have their slots in the order in which they
 * are encoded, so that a field's texts lie between its first leaf and the one behind its last.
 */
import type { EncodedEvent } from './avro-leaf-plans.ts';

export interface Extent {
  /** The leaves between which the text stands. */
  readonly leaves: LeafRange;
  /** Whether many fields have their texts in it. */
  readonly isWide: boolean;
  /** What may stand between two parts of the text in place of this character, which is not encoded: as between arguments. */
  readonly separator: string | undefined;
  /** Whether the position is within. */
  holds(event: EncodedEvent, at: number): boolean;
}

/** From the first to the last slot, both included. */
export interface LeafRange {
  readonly first: number;
  readonly last: number;
  /** The last slot that events of the kind have. */
  readonly end: number;
}

export interface BoundedEvent extends EncodedEvent {
  readonly eventEnd: number;
}

export class LeafExtent implements Extent {
  readonly leaves: LeafRange;
  readonly separator: string | undefined;
  readonly isWide: boolean;

  constructor(leaves: LeafRange, separator: string | undefined, isWide = false) {
    this.leaves = leaves;
    this.separator = separator;
    this.isWide = isWide;
  }

  holds({ slots }: EncodedEvent, at: number): boolean {
    const start = startOf(slots, this.leaves);
    if (start < 0 || at < start) return false;
    const end = endOf(slots, this.leaves);
    return end < 0 || at < end;
  }
}

/** The part of an event from the first to the last of several leaves. */
export class Region {
  private readonly leaves: LeafRange;

  /** The least one that holds all of them; they are of one kind of event, and at least one. */
  constructor(extents: readonly Extent[]) {
    const ranges = extents.map(({ leaves }) => leaves);
    this.leaves = { first: Math.min(...ranges.map(({ first }) => first)), last: Math.max(...ranges.map(({ last }) => last)), end: ranges[0]!.end };
  }

  /** -1 when the event has none of it. */
  startIn({ slots }: EncodedEvent): number {
    return startOf(slots, this.leaves);
  }

  endIn({ slots, eventEnd }: BoundedEvent): number {
    const end = endOf(slots, this.leaves);
    return end < 0 ? eventEnd : end;
  }
}

/** -1 when there is none of the leaves. */
function startOf(slots: Int32Array, { first, last }: LeafRange): number {
  for (let slot = first; slot <= last; slot += 1) if (slots[slot]! >= 0) return slots[slot]!;
  return -1;
}

/** Where the next leaf begins; -1 when there is none. */
function endOf(slots: Int32Array, { last, end }: LeafRange): number {
  for (let slot = last + 1; slot <= end; slot += 1) if (slots[slot]! >= 0) return slots[slot]!;
  return -1;
}
