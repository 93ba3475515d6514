/** Literals of a part of a path, as literals of the path: so that one text is searched and not two. */
import type { EventKind } from '#schemas/generated/fields.gen.ts';
import { formOf, type Form } from '../derivation-forms.ts';
import { fieldAt, type EventFieldRef } from '../event-fields.ts';
import type { FieldRef } from '../rules/fields.ts';
import type { AnchoredText } from './field-source.ts';

/** Of which the path has one when the part has the literal; undefined when the field is no part of a path, or nothing can be said. */
export function ofWholePath(field: FieldRef, kind: EventKind, literal: AnchoredText): { readonly field: FieldRef; readonly literals: readonly AnchoredText[] } | undefined {
  const place = (field as Partial<EventFieldRef>).placeIn?.(kind);
  const form = place?.derive && formOf(place.derive);
  const literals = form && inWhole(form, literal);
  if (literals === undefined || place!.paths.length !== 1) return undefined;
  return { field: pathField(place!.paths[0]!), literals };
}

function inWhole({ kind }: Form, literal: AnchoredText): AnchoredText[] | undefined {
  switch (kind) {
    case 'directory':
      return ofDirectory(literal);
    case 'filename':
      return ofFilename(literal);
    case 'ended':
      return ofEnded(literal);
    case 'joined':
    case 'item':
    case 'each':
      return undefined;
  }
}

function ofDirectory({ anchor, text }: AnchoredText): AnchoredText[] | undefined {
  // Every path begins with that.
  if (text === '/') return undefined;
  if (anchor === 'exact') return [{ anchor: 'prefix', text: `${text}/` }];
  return anchor === 'prefix' ? [{ anchor, text }] : undefined;
}

/** A path without a slash is a name. */
function ofFilename({ anchor, text }: AnchoredText): AnchoredText[] | undefined {
  if (anchor === 'exact') return [{ anchor: 'suffix', text: `/${text}` }, { anchor, text }];
  return anchor === 'suffix' ? [{ anchor, text }] : undefined;
}

/** A path, and a slash behind it where it has none. */
function ofEnded({ anchor, text }: AnchoredText): AnchoredText[] | undefined {
  const open: AnchoredText[] = text.endsWith('/') ? [{ anchor: 'exact', text: text.slice(0, -1) }] : [];
  return anchor === 'exact' || anchor === 'prefix' ? [{ anchor, text }, ...open] : undefined;
}

const pathFields = new Map<string, FieldRef>();

function pathField(path: string): FieldRef {
  return pathFields.getOrInsertComputed(path, () => fieldAt(path, () => ({ paths: [path] })));
}
