/**
 * Text that is put together from several places: a condition and what later items, perhaps of other files, append to it.
 * Each character still knows where it stands.
 */
import type { Position } from '../diagnostics.ts';
import type { SourceScalar } from '../yaml-source.ts';

export interface Place extends Position {
  readonly file: string;
}

export interface SourceText {
  readonly text: string;
  /** Where a character stands; also for the index behind the last one. */
  placeOf(index: number): Place;
}

export interface Piece {
  readonly file: string;
  readonly scalar: SourceScalar;
}

/** The pieces, with a blank between them. There is one at least. */
export function sourceOf(pieces: readonly Piece[]): SourceText {
  const text = pieces.map(({ scalar }) => scalar.text).join(' ');
  return {
    text,
    placeOf(index) {
      let from = 0;
      for (const { file, scalar } of pieces) {
        const within = index - from;
        if (within <= scalar.text.length) return whenAsked(file, () => scalar.positionOf(Math.min(within, lastIndex(scalar.text))));
        from += scalar.text.length + 1;
      }
      return placeOfPiece(pieces.at(-1)!);
    },
  };
}

export function placeOfPiece({ file, scalar }: Piece): Place {
  return { file, ...scalar.at };
}

/** A place of every operand is taken, and of few are line and column asked for: to find them the text is walked. */
function whenAsked(file: string, find: () => Position): Place {
  let found: Position | undefined;
  return {
    file,
    get line() {
      return (found ??= find()).line;
    },
    get column() {
      return (found ??= find()).column;
    },
  };
}

/** Of the last character that is no blank: folding may have moved those behind it. */
function lastIndex(text: string): number {
  return Math.max(0, text.trimEnd().length - 1);
}
