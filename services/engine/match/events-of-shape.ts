/** What a source knows beforehand of all events of one shape, for the choice of witnesses. */
import type { FieldSource } from './field-source.ts';
import { foldForIndex } from './fold.ts';
import { canBeSwept } from './swept-literals.ts';
import { holdsLiteral, type Literal, type WitnessEvents } from './witness.ts';

/** Of the shape of the event that the source holds whenever it is asked. */
export class EventsOfShape implements WitnessEvents {
  private readonly source: FieldSource;

  constructor(source: FieldSource) {
    this.source = source;
  }

  verdictOf({ field, anchor, text }: Literal): boolean | undefined {
    const { source } = this;
    const slot = source.slotOf(field);
    const isIn = (values: readonly unknown[]): boolean => values.some((each) => holdsLiteral(foldForIndex(String(each)), anchor, text));
    if (source.lacks?.(slot) === true) return false;
    if (source.isFixed?.(slot) !== true) return isIn(source.choicesOf?.(slot) ?? [text]) ? undefined : false;
    const value = source.value(slot);
    if (value === null || value === undefined) return false;
    return isIn(typeof value === 'object' ? value : [value]);
  }

  searchNs({ field, text }: Literal): number {
    const { source } = this;
    const slot = source.slotOf(field);
    return canBeSwept(text, source.extentOf?.(slot)) ? 0 : (source.readNs?.(slot) ?? 0);
  }
}
