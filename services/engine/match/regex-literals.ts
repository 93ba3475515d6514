/**
 * What a text must contain for a regular expression to match it: literals and runs of characters of a class, joined by
 * "all of, in this order" and "any of". Reads RE2's syntax as far as it is sure of it; of what it does not know it demands
 * nothing. Only ASCII counts, so that case may be left aside (see foldForIndex).
 */
import { anyCharacter, classOfEscape, classOfSet, type AsciiClass } from './ascii-class.ts';

export type Needed =
  | { readonly kind: 'literal'; readonly text: string }
  /** So many characters side by side, at least one. In the index's form, as all here, all of them are of the class. */
  | { readonly kind: 'run'; readonly of: AsciiClass; readonly length: number }
  /** Side by side or with others in between, none within another. */
  | { readonly kind: 'all'; readonly of: readonly Needed[] }
  | { readonly kind: 'any'; readonly of: readonly Needed[] };

/** Undefined when nothing is needed, or nothing is known to be. */
export function neededBy(source: string): Needed | undefined {
  const reader: Reader = { source, at: 0, depth: 0 };
  try {
    const needed = readAlternatives(reader);
    return reader.at === source.length ? needed : undefined;
  } catch (error) {
    if (error instanceof UnknownSyntax) return undefined;
    throw error;
  }
}

class UnknownSyntax extends Error {}

interface Reader {
  readonly source: string;
  at: number;
  depth: number;
}

/** Deeper groups are not looked into; bounds the recursion. */
const depthMax = 50;

function readAlternatives(reader: Reader): Needed | undefined {
  reader.depth += 1;
  if (reader.depth > depthMax) throw new UnknownSyntax();
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    alternatives.push(readSequence(reader));
  }
  reader.depth -= 1;
  const needed = alternatives.filter((alternative) => alternative !== undefined);
  return needed.length === alternatives.length ? joined('any', needed) : undefined;
}

function joined(kind: 'all' | 'any', parts: readonly Needed[]): Needed | undefined {
  return parts.length > 1 ? { kind, of: parts } : parts[0];
}

/** One item of a sequence: a character that stands for itself, nothing (an anchor), or something with needs of its own. */
type Item =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'class'; readonly of: AsciiClass }
  | { readonly kind: 'other'; readonly needed?: Needed | undefined };

function readSequence(reader: Reader): Needed | undefined {
  const parts: Needed[] = [];
  let run = '';
  const endRun = (): void => {
    if (run !== '') parts.push({ kind: 'literal', text: run });
    run = '';
  };
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at]!)) {
    const item = readItem(reader);
    const { least, once } = readQuantifiers(reader);
    if (item.kind === 'empty') continue;
    if (item.kind === 'character' && least > 0) run += item.text;
    if (item.kind === 'character' && once) continue;
    endRun();
    if (least === 0) continue;
    if (item.kind === 'class') parts.push({ kind: 'run', of: item.of, length: least });
    if (item.kind === 'other' && item.needed !== undefined) parts.push(item.needed);
  }
  endRun();
  return joined('all', parts);
}

/** How often an item comes at the least. Of several quantifiers, which not all versions of RE2 take, the least; `?` may be of a lazy one. */
function readQuantifiers(reader: Reader): { readonly least: number; readonly once: boolean } {
  let least = Number.POSITIVE_INFINITY;
  for (;;) {
    quantifier.lastIndex = reader.at;
    const found = quantifier.exec(reader.source);
    if (found === null) return least === Number.POSITIVE_INFINITY ? { least: 1, once: true } : { least, once: false };
    reader.at = quantifier.lastIndex;
    least = Math.min(least, found[0] === '+' ? 1 : Number(found[1] ?? ''));
  }
}

const quantifier = /[*+?]|\{(\d*)(?:,\d*)?\}/y;

function readItem(reader: Reader): Item {
  const character = reader.source[reader.at]!;
  reader.at += 1;
  switch (character) {
    case '\\':
      return readEscape(reader);
    case '[':
      return readClass(reader);
    case '(':
      return readGroup(reader);
    case '^':
    case '$':
      return { kind: 'empty' };
    case '.':
      return { kind: 'class', of: anyCharacter };
    // A brace that is no quantifier stands for itself in RE2; not worth the certainty.
    case '{':
    case '}':
      return { kind: 'other' };
    case '*':
    case '+':
    case '?':
      throw new UnknownSyntax();
    default:
      return isAscii(character) ? { kind: 'character', text: character } : { kind: 'other' };
  }
}

function isAscii(character: string): boolean {
  return character.charCodeAt(0) < 0x80;
}

function readEscape(reader: Reader): Item {
  const character = reader.source[reader.at] ?? '';
  reader.at += 1;
  if (/^[!-/:-@[-`{-~ ]$/.test(character)) return { kind: 'character', text: character };
  const known = classOfEscape(character);
  if (known !== undefined) return { kind: 'class', of: known };
  if (/^[DSWntrfva]$/.test(character)) return { kind: 'class', of: anyCharacter };
  if (/^[bBAz]$/.test(character)) return { kind: 'empty' };
  throw new UnknownSyntax();
}

/** A set of characters, negated or not. Of what is not known here which characters it has, only that it takes one. */
function readClass(reader: Reader): Item {
  characterClass.lastIndex = reader.at;
  if (!characterClass.test(reader.source)) throw new UnknownSyntax();
  const known = classOfSet(reader.source.slice(reader.at, characterClass.lastIndex - 1));
  reader.at = characterClass.lastIndex;
  return { kind: 'class', of: known ?? anyCharacter };
}

/** Behind the bracket: an own bracket first, escapes of one character, names of classes; `\Q`, `\p`, `\x` are not known. */
const characterClass = /\^?\]?(?:\[:\^?[a-z]+:\]|\\[^QEpPxC0-9]|[^\\[\]]|\[(?!:))*\]/y;

function readGroup(reader: Reader): Item {
  if (reader.source[reader.at] === '?') {
    groupHead.lastIndex = reader.at;
    const head = groupHead.exec(reader.source);
    if (head === null) throw new UnknownSyntax();
    reader.at = groupHead.lastIndex;
    if (head[0].endsWith(')')) return { kind: 'empty' };
  }
  const needed = readAlternatives(reader);
  if (reader.source[reader.at] !== ')') throw new UnknownSyntax();
  reader.at += 1;
  return { kind: 'other', needed };
}

/** `(?i)` for what follows, `(?i:` and `(?:` for the group, and the two ways to name one. */
const groupHead = /\?(?:[imsU-]*[:)]|P?<\w+>)/y;
