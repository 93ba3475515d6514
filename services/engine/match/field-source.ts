/**
 * One event as rules see it: every field is read and folded at most once however many rules test it. Compiled rules
 * hold slots, so that a look-up is an array access. Reused from event to event; not for concurrent use.
 *
 * Two things can be behind it: an event as an object, or the bytes of an encoded one (avro-source.ts).
 */
import type { FieldRef, FieldValue } from '../rules/fields.ts';
import type { Condition } from '../rules/ir.ts';
import type { EncodedEvent } from './avro-leaf-plans.ts';
import type { SweptEvent } from './event-sweep.ts';
import type { Extent } from './extent.ts';
import { FieldCell, type EventClock } from './field-cell.ts';
import type { Literal } from './witness.ts';

export interface Slot {
  readonly index: number;
  readonly field: FieldRef;
}

export interface FieldSource extends EventClock {
  /** The slot of a field, for as long as this source lives. */
  slotOf(field: FieldRef): Slot;
  /**
   * What the field is in events of the present one's shape, for as long as this source lives; one and the same for fields
   * that read the same there.
   */
  cellOf(slot: Slot): FieldCell;
  value(slot: Slot): FieldValue;
  /** The folded text of a field with one value; undefined when it has none or several. */
  folded(slot: Slot): string | undefined;
  /** The same of a field with several values; undefined when it has one or none. */
  foldedEach(slot: Slot): readonly string[] | undefined;
  /**
   * Whether the field has one value, whose text stands encoded: then `bytes` from `start` to `end` are it, as UTF-8, not
   * folded. False says nothing: the value is to be asked for.
   */
  locate(slot: Slot): boolean;
  /** Whether a text that can be located has no character that folding turns into one of ASCII. False says nothing. */
  isPlain?(slot: Slot): boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /**
   * The same for a field with several values, such as keywords: `visit` is called with the bounds of each text, in any
   * order, and maybe with others that are no values. False, or no such method, says that some may not have been: the value is
   * to be asked for.
   */
  locateEach?(slot: Slot, visit: VisitText): boolean;
  /** The first asked for of the slots whose values are the same in all events of the present one's shape, as of two names of a field. */
  sameAs?(slot: Slot): Slot;
  /** Another field whose text has one of these literals when this field's has the one, where that is so. */
  ofWhole?(slot: Slot, literal: AnchoredText): { readonly slot: Slot; readonly literals: readonly AnchoredText[] } | undefined;
  /** Of a field whose value is one text that stands in the event. */
  textOf?(slot: Slot): TextPlan | undefined;
  /** Of a field whose value is a whole number. */
  numeralOf?(slot: Slot): NumeralPlan | undefined;
  /** Whether all events of a batch have the same value. */
  isOfBatch?(slot: Slot): boolean;
  /** Of a field that has few values in events of the present one's shape. */
  fewOf?(slot: Slot): FewPlan | undefined;
  /** Whether a text that is located is the same object for the same value, and holds it for good. False says nothing. */
  keepsTexts?(slot: Slot): boolean;
  /**
   * Where the field's texts stand in events of the present one's shape, but for the texts of `besides`; undefined when they
   * don't stand there as they are.
   */
  extentOf?(slot: Slot): Extent | undefined;
  /** All texts that the field can have in events of the present one's shape, when they are few and known. */
  choicesOf?(slot: Slot): readonly string[] | undefined;
  /** Of a field with the texts of many, such as keywords: the fields of them that are to be searched by themselves. */
  besides?(slot: Slot): readonly Slot[];
  /** The event as what can be swept; not of every source. */
  readonly swept?: SweptEvent;
  /** False when the condition holds for no event of the present one's shape. */
  mayHold?(condition: Condition): boolean;
  /** What `lacks` says holds for all events of the same shape, such as those of one kind. */
  readonly shape?: number;
  /** Whether the field never has a value in events of the present one's shape. False says nothing. */
  lacks?(slot: Slot): boolean;
  /** Whether the field has the same value in all events of the present one's shape. False says nothing. */
  isFixed?(slot: Slot): boolean;
  /** What it takes to bring up the field's value, or texts, in an event, in ns: estimated. */
  readNs?(slot: Slot): number;
}

export interface TextPlan {
  /** Where the text stands, with its length before it; negative when there is none. */
  textAt(event: EncodedEvent): number;
}

export interface NumeralPlan {
  /** The number whose digits are the value; NaN when there is none, infinite when it is a long one. */
  numeralIn(event: EncodedEvent): number;
}

export interface FewPlan {
  /** The same for the same value, from 0 on, and small. */
  numberOf(event: EncodedEvent): number;
}

/** What a text has to be, begin with, end with or contain, in the index's form. */
export type AnchoredText = Pick<Literal, 'anchor' | 'text'>;

/** A text of UTF-8, not folded; the bytes are not to be kept. */
export type VisitText = (bytes: Uint8Array, start: number, end: number) => void;

export class ObjectSource implements FieldSource {
  readonly bytes = new Uint8Array(0);
  readonly start = 0;
  readonly end = 0;
  /** Counts them. */
  event = 0;
  private object: object = {};
  private readonly slots = new Map<FieldRef, Slot>();
  private readonly cells: FieldCell[] = [];

  slotOf(field: FieldRef): Slot {
    return this.slots.getOrInsertComputed(field, () => {
      const index = this.cells.length;
      this.cells.push(new FieldCell(index, this, { read: () => field.read(this.object), locate: () => false, visitEach: () => false, hasSeveral: () => false }));
      return { index, field };
    });
  }

  begin(event: object): void {
    this.object = event;
    this.event += 1;
  }

  cellOf(slot: Slot): FieldCell {
    return this.cells[slot.index]!;
  }

  value(slot: Slot): FieldValue {
    return this.cells[slot.index]!.value();
  }

  locate(): boolean {
    return false;
  }

  folded(slot: Slot): string | undefined {
    return this.cells[slot.index]!.folded();
  }

  foldedEach(slot: Slot): readonly string[] | undefined {
    return this.cells[slot.index]!.foldedEach();
  }
}
