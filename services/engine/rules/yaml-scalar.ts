/** Scalars of rule files as nodes that can say where each of their characters stands. */
import type { Position } from './diagnostics.ts';
import type { SourceScalar } from './yaml-source.ts';

/** Where a scalar stands in a file. */
export interface ScalarPlace {
  /** As written, with its quotes. */
  readonly source: string;
  /** Of `source` in the file. */
  readonly start: number;
  /** The position of an offset of the file. */
  readonly place: (offset: number) => Position;
}

/** `plain`: the text of a scalar without quotes, which numbers keep. */
export function sourceScalar(value: SourceScalar['value'], plain: string | undefined, place: ScalarPlace): SourceScalar {
  return new PlacedScalar(value, textOf(value, plain), place);
}

/** A class, because one load may hold a million of them: no closure for each. */
class PlacedScalar implements SourceScalar {
  readonly kind = 'scalar';
  readonly value: SourceScalar['value'];
  readonly text: string;
  readonly at: Position;
  private readonly place: ScalarPlace;

  constructor(value: SourceScalar['value'], text: string, place: ScalarPlace) {
    this.value = value;
    this.text = text;
    this.at = place.place(place.start);
    this.place = place;
  }

  positionOf(index: number): Position {
    const { source, start, place } = this.place;
    const within = placeOfText(source, this.text, index);
    return within === undefined ? this.at : place(start + within);
  }
}

/** Where a value is missing. */
export function nullAt(at: Position): SourceScalar {
  return { kind: 'scalar', value: null, text: '', at, positionOf: () => at };
}

function textOf(value: SourceScalar['value'], plain: string | undefined): string {
  if (value === null) return '';
  return typeof value === 'number' ? (plain ?? String(value)) : String(value);
}

/** Where character `index` of a scalar's text stands in its source, which may be folded over lines or have escapes; undefined when it can't be told. */
function placeOfText(source: string, text: string, index: number): number | undefined {
  const found = source.indexOf(text);
  return found >= 0 ? found + index : alignedIndex(source, text, index);
}

/** Both are walked side by side. Blanks may differ, as folding and indentation change them; nothing else but a backslash may. */
function alignedIndex(source: string, text: string, index: number): number | undefined {
  let at = /^[|>]/.test(source) ? source.indexOf('\n') + 1 : /^['"]/.test(source) ? 1 : 0;
  for (let next = 0; next <= index && next < text.length; next += 1) {
    const wanted = text[next]!;
    if (/\s/.test(wanted)) continue;
    while (/\s/.test(source[at] ?? '') || (source[at] === '\\' && wanted !== '\\')) at += 1;
    if (source[at] !== wanted) return undefined;
    if (next === index) return at;
    at += 1;
  }
  return at < source.length ? at : undefined;
}
