/** Which literals are left to the sweep of the event, and in what form: a sweep takes what stands there in one piece. */
import { cheaplySweptBytesMin, sweptLiteralBytesMin, type SweptLiteral, type Wanted } from './event-sweep.ts';
import type { Extent } from './extent.ts';
import type { Slot } from './field-source.ts';
import { isEverywhere } from './gram-search.ts';
import { shareOfValues } from './ordinary-values.ts';
import { verbatimPieces } from './verbatim.ts';
import type { Anchor } from './witness.ts';

/** A literal of one field, and the rules that ask for it. */
export interface OwnedLiteral {
  readonly anchor: Anchor;
  /** In the index's form. */
  readonly text: string;
  readonly owners: number[];
}

/** To search a field for so few literals at its ends costs more than to sweep for them, where all of them can be. */
const sweptAnchoredMax = 16;

/** A piece that more values hold than this is found so often that to look for all of the literal in its field costs less. */
export const pieceShareMax = 0.015;
/** The same of a literal that has to stand at an end: to look there costs less than to search. */
const anchoredShareMax = 0.06;

export class SweptLiterals {
  private readonly wanted = new Map<string, Wanted[]>();
  /** Whether there is a pass for short ones anyway. */
  private sweepsShort = false;

  get literals(): readonly SweptLiteral[] {
    return [...this.wanted].map(([piece, wanted]) => ({ bytes: Buffer.from(piece), wanted }));
  }

  /** Takes of a field's literals what can be swept for, and returns the rest. Fields whose extent is wide come first. */
  takeFrom(slot: Slot, literals: readonly OwnedLiteral[], extent: Extent | undefined): readonly OwnedLiteral[] {
    if (extent === undefined) return literals;
    const bytesMin = extent.isWide || this.sweepsShort ? sweptLiteralBytesMin : cheaplySweptBytesMin;
    const piecesOf = (literal: OwnedLiteral): string | undefined => sweptPiece(literal, extent, bytesMin);
    const anchored = literals.filter(({ anchor }) => anchor !== 'contains');
    const takesAnchored = anchored.length <= sweptAnchoredMax && anchored.every((literal) => piecesOf(literal) !== undefined);
    return literals.filter((literal) => {
      const piece = literal.anchor === 'contains' || takesAnchored ? piecesOf(literal) : undefined;
      if (piece !== undefined) this.take(piece, literal, slot, extent);
      return piece === undefined;
    });
  }

  private take(piece: string, { anchor, text, owners }: OwnedLiteral, slot: Slot, extent: Extent): void {
    if (Buffer.byteLength(piece) < cheaplySweptBytesMin) this.sweepsShort = true;
    const whole = isWhole(piece, anchor, text) || !canBeChecked(text) ? undefined : { slot, anchor, bytes: Buffer.from(text) };
    this.wanted.getOrInsertComputed(piece, () => []).push({ extent, owners: Int32Array.from(owners), whole, seenIn: 0 });
  }
}

function isWhole(piece: string, anchor: Anchor, text: string): boolean {
  return anchor === 'contains' && piece === text;
}

/** Whether the bytes of a text tell if it holds the literal. */
function canBeChecked(text: string): boolean {
  return verbatimPieces(text)[0] === text;
}

/** The rarest part of a literal that stands in one piece in the event; undefined when none is long enough. */
function sweptPiece({ anchor, text }: OwnedLiteral, { separator }: Extent, bytesMin: number): string | undefined {
  const pieces = verbatimPieces(text).flatMap((piece) => (separator === undefined ? [piece] : piece.split(separator)));
  const piece = rarest(pieces.filter((each) => Buffer.byteLength(each) >= bytesMin));
  if (piece === undefined || isEverywhere(Buffer.from(piece))) return undefined;
  const shareMax = isWhole(piece, anchor, text) ? 1 : anchor === 'contains' ? pieceShareMax : anchoredShareMax;
  return shareOfValues('contains', piece) < shareMax ? piece : undefined;
}

/** Whether a literal of a field is swept for, as a rule. */
export function canBeSwept(text: string, extent: Extent | undefined): boolean {
  return extent !== undefined && (extent.separator === undefined ? [text] : text.split(extent.separator)).some((piece) => Buffer.byteLength(piece) >= cheaplySweptBytesMin);
}

export function rarest(pieces: readonly string[]): string | undefined {
  return pieces.length < 2 ? pieces[0] : pieces.reduce((best, piece) => (shareOfValues('contains', piece) < shareOfValues('contains', best) ? piece : best));
}

/** UTF-8 as a string of a character for each byte. */
export function latin1Of(text: string): string {
  return Buffer.from(text).toString('latin1');
}
