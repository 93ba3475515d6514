/** Where the texts of a field stand in encoded events of one kind of ours, worked out from the places that the field has. */
import type { Leaf } from '#schemas/codec/leaf.ts';
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { bodyLeaves, commonLeaves } from '#schemas/generated/scan.gen.ts';
import { formOf, type Form } from '../derivation-forms.ts';
import { everyPath, textFields, type EventFieldRef } from '../event-fields.ts';
import type { FieldRef } from '../rules/fields.ts';
import { Extent, withoutLists, type EventForm, type LeafRange } from './extent.ts';

/** Undefined when the field's value is not made of texts that stand in the event. */
export function extentOf(field: FieldRef, kind: EventKind): Extent | undefined {
  const place = (field as Partial<EventFieldRef>).placeIn?.(kind);
  if (place === undefined) return undefined;
  if (place.paths.includes(everyPath)) return everyTextOf(kind);
  const form = place.derive === undefined ? undefined : formOf(place.derive);
  if (place.derive !== undefined && !isVerbatim(form)) return undefined;
  const leaves = place.paths.map((path) => textLeaf(path, kind));
  if (leaves.includes(undefined)) return undefined;
  return new Extent([rangeOf(leaves as Leaf[])], formOfKind(kind), form?.kind === 'joined' ? form.separator : undefined);
}

/** Of keywords: the texts of single fields. Those that stand otherwise are `besides`. */
function everyTextOf(kind: EventKind): Extent | undefined {
  const ranges = textFields(kind).filter((field) => standsPlainly(field, kind)).flatMap((field) => extentOf(field, kind)!.ranges);
  const form = formOfKind(kind);
  return ranges.length === 0 ? undefined : new Extent(withoutLists(ranges, form), form, undefined, true);
}

/** Of the fields that keywords search, those whose texts do not stand in the event as they are: joined lists, and what the batch says. */
export function besidesOf(field: FieldRef, kind: EventKind): readonly FieldRef[] {
  const place = (field as Partial<EventFieldRef>).placeIn?.(kind);
  return place?.paths.includes(everyPath) === true ? textFields(kind).filter((each) => !standsPlainly(each, kind)) : [];
}

function standsPlainly(field: FieldRef, kind: EventKind): boolean {
  const extent = extentOf(field, kind);
  return extent !== undefined && extent.separator === undefined;
}

/** Whether the value is made of texts as they stand at the paths. */
function isVerbatim(form: Form | undefined): boolean {
  switch (form?.kind) {
    case 'joined':
    case 'item':
    case 'each':
    case 'directory':
    case 'filename':
      return true;
    case 'ended':
    case undefined:
      return false;
  }
}

/** Lists of records are left out: they are so bulky that their fields are better searched one by one. */
function textLeaf(path: string, kind: EventKind): Leaf | undefined {
  const leaf = commonLeaves[path] ?? bodyLeaves[kind][path];
  return leaf?.type === 'string' || leaf?.type === 'strings' ? leaf : undefined;
}

function rangeOf(leaves: readonly Leaf[]): LeafRange {
  const slots = leaves.map(({ slot }) => slot);
  return { first: Math.min(...slots), last: Math.max(...slots) };
}

const forms = new Map<EventKind, EventForm>();

function formOfKind(kind: EventKind): EventForm {
  return forms.getOrInsertComputed(kind, () => {
    const leaves = [...Object.values(commonLeaves), ...Object.values(bodyLeaves[kind])];
    return { lastSlot: Math.max(...leaves.map(({ slot }) => slot)), recordLists: leaves.filter(({ type }) => type === 'records').map(({ slot }) => slot) };
  });
}
