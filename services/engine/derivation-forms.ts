/**
 * What a field's `derive` does, told as data: the value of an encoded event can then be found in its bytes, and the
 * function need not be called. A function that nothing is told of is called.
 */
import type { Place } from './event-fields.ts';

export type Derive = NonNullable<Place['derive']>;

export type Form =
  /**
   * The texts of a list from one on, joined by a character of ASCII. With `head` there is a text before them, at the path before the list's,
   * without which there is no value. With `missing` an empty list has none.
   */
  | { readonly kind: 'joined'; readonly separator: string; readonly from: number; readonly head?: true; readonly missing?: true }
  /** One of a list, counted from 0. */
  | { readonly kind: 'item'; readonly index: number }
  /** All that there is at the paths, as texts. */
  | { readonly kind: 'each' }
  /** The text at the only path, with this at its end where it has not. */
  | { readonly kind: 'ended'; readonly by: '/' }
  /** What stands before the last slash of the text; `/` of what stands right below it, nothing of what has no slash. */
  | { readonly kind: 'directory' }
  /** What stands behind it. */
  | { readonly kind: 'filename' };

const forms = new WeakMap<Derive, Form>();

/** The same function, with its form known. */
export function told(form: Form, derive: Derive): Derive {
  forms.set(derive, form);
  return derive;
}

export function formOf(derive: Derive): Form | undefined {
  return forms.get(derive);
}
