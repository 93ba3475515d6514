/**
 * One event as rules see it: every field is read and folded at most once however many rules test it. Compiled rules
 * hold slots, so that a look-up is an array access. Reused from event to event; not for concurrent use.
 *
 * Two things can be behind it: an event as an object, or the bytes of an encoded one (avro-source.ts).
 */
import type { FieldRef, FieldValue } from '../rules/fields.ts';
import type { Condition } from '../rules/ir.ts';
import { fold } from './fold.ts';

export interface Slot {
  readonly index: number;
  readonly field: FieldRef;
}

export interface FieldSource {
  /** The slot of a field, for as long as this source lives. */
  slotOf(field: FieldRef): Slot;
  value(slot: Slot): FieldValue;
  /** The folded text of a field with one value; undefined when it has none or several. */
  folded(slot: Slot): string | undefined;
  /**
   * Whether the field has one value, whose text stands encoded: then `bytes` from `start` to `end` are it, as UTF-8, not
   * folded. False says nothing: the value is to be asked for.
   */
  locate(slot: Slot): boolean;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /**
   * The same for a field with several values, such as keywords: `visit` is called with the bounds of each text, in any
   * order. False, or no such method, says nothing: the value is to be asked for.
   */
  locateEach?(slot: Slot, visit: VisitText): boolean;
  /**
   * The same at once: sets bytes, start and end to all the texts with a line feed behind each, for searches that do not
   * mind what stands around a text.
   */
  locateAll?(slot: Slot): boolean;
  /** False when the condition holds for no event of the present one's shape. */
  mayHold?(condition: Condition): boolean;
  /** What `lacks` says holds for all events of the same shape, such as those of one kind. */
  readonly shape?: number;
  /** Whether the field never has a value in events of the present one's shape. False says nothing. */
  lacks?(slot: Slot): boolean;
  /** Whether the field has the same value in all events of the present one's shape. False says nothing. */
  isFixed?(slot: Slot): boolean;
}

/** A text of UTF-8, not folded; the bytes are not to be kept. */
export type VisitText = (bytes: Uint8Array, start: number, end: number) => void;

export class ObjectSource implements FieldSource {
  readonly bytes = new Uint8Array(0);
  readonly start = 0;
  readonly end = 0;
  private event: object = {};
  private generation = 0;
  private readonly slots = new Map<FieldRef, Slot>();
  private readonly values: FieldValue[] = [];
  private readonly valueGenerations: number[] = [];
  private readonly folds: (string | undefined)[] = [];
  private readonly foldGenerations: number[] = [];

  slotOf(field: FieldRef): Slot {
    let slot = this.slots.get(field);
    if (slot === undefined) {
      slot = { index: this.slots.size, field };
      this.slots.set(field, slot);
      this.values.push(undefined);
      this.valueGenerations.push(0);
      this.folds.push(undefined);
      this.foldGenerations.push(0);
    }
    return slot;
  }

  begin(event: object): void {
    this.event = event;
    this.generation += 1;
  }

  value(slot: Slot): FieldValue {
    if (this.valueGenerations[slot.index] !== this.generation) {
      this.values[slot.index] = slot.field.read(this.event);
      this.valueGenerations[slot.index] = this.generation;
    }
    return this.values[slot.index];
  }

  locate(): boolean {
    return false;
  }

  folded(slot: Slot): string | undefined {
    if (this.foldGenerations[slot.index] !== this.generation) {
      const value = this.value(slot);
      const single = value !== null && value !== undefined && typeof value !== 'object';
      this.folds[slot.index] = single ? fold(String(value)) : undefined;
      this.foldGenerations[slot.index] = this.generation;
    }
    return this.folds[slot.index];
  }
}
