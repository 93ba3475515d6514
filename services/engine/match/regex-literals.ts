/**
 * What a text must contain for a regular expression to match it: literals and runs of characters of a class, joined by
 * "all of, in this order" and "any of". Reads RE2's syntax as far as it is sure of it; of what it does not know it demands
 * nothing. Only ASCII counts, so that case may be left aside (see foldForIndex).
 */
import type { LinearRegex } from '../rules/regex.ts';
import { anyCharacter, classOfEscape, classOfSet, type AsciiClass } from './ascii-class.ts';

export type Needed =
  | { readonly kind: 'literal'; readonly text: string }
  /** So many characters side by side, at least one. In the index's form, as all here, all of them are of the class. */
  | { readonly kind: 'run'; readonly of: AsciiClass; readonly length: number }
  /**
   * Side by side or with others in between, none within another. And of each of the `spanning` one, which reach over several
   * of the others: of "a(b|c)d" these are "abd" and "acd".
   */
  | { readonly kind: 'all'; readonly of: readonly Needed[]; readonly spanning: readonly Literals[] }
  | { readonly kind: 'any'; readonly of: readonly Needed[] };

type Literals = readonly string[];

/** Longer literals are cut: a few characters tell as much, and the index's tables stay small enough for the processor's caches. */
export const literalUnitsMax = 24;

/** Undefined when nothing is needed, or nothing is known to be. */
export function neededBy(source: string): Needed | undefined {
  const reader: Reader = { source, at: 0, depth: 0 };
  try {
    const { needed } = readAlternatives(reader);
    return reader.at === source.length ? needed : undefined;
  } catch (error) {
    if (error instanceof UnknownSyntax) return undefined;
    throw error;
  }
}

/** The same of a rule's expression: it is asked for each kind of event. */
export function neededOf(regex: LinearRegex): Needed | undefined {
  if (!known.has(regex)) known.set(regex, neededBy(regex.source));
  return known.get(regex);
}

const known = new WeakMap<LinearRegex, Needed | undefined>();

class UnknownSyntax extends Error {}

interface Reader {
  readonly source: string;
  at: number;
  depth: number;
}

/** Deeper groups are not looked into; bounds the recursion. */
const depthMax = 50;

/** A part of an expression. */
interface Part {
  readonly needed: Needed | undefined;
  /** All texts that it matches, where these are few. */
  readonly texts: Literals | undefined;
}

function readAlternatives(reader: Reader): Part {
  reader.depth += 1;
  if (reader.depth > depthMax) throw new UnknownSyntax();
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at += 1;
    alternatives.push(readSequence(reader));
  }
  reader.depth -= 1;
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return only;
  const needed = alternatives.map((alternative) => alternative.needed).filter((each) => each !== undefined);
  const texts = alternatives.map((alternative) => alternative.texts).filter((each) => each !== undefined);
  return {
    needed: needed.length === alternatives.length ? { kind: 'any', of: needed } : undefined,
    texts: texts.length === alternatives.length ? few(texts.flat()) : undefined,
  };
}

/** One item of a sequence: a character that stands for itself, nothing (an anchor), or something with needs of its own. */
type Item =
  | { readonly kind: 'character'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'class'; readonly of: AsciiClass }
  | { readonly kind: 'other'; readonly part?: Part };

function readSequence(reader: Reader): Part {
  const parts: Needed[] = [];
  const span = new Span();
  let run = '';
  const endRun = (): void => {
    if (run !== '') parts.push({ kind: 'literal', text: run });
    run = '';
  };
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at]!)) {
    const item = readItem(reader);
    const { least, once } = readQuantifiers(reader);
    if (item.kind === 'empty') continue;
    span.add(once ? textsOf(item) : undefined, item.kind === 'character');
    if (item.kind === 'character' && least > 0) run += item.text;
    if (item.kind === 'character' && once) continue;
    endRun();
    if (least === 0) continue;
    if (item.kind === 'class') parts.push({ kind: 'run', of: item.of, length: least });
    if (item.kind === 'other' && item.part?.needed !== undefined) parts.push(item.part.needed);
  }
  endRun();
  const spanning = span.end();
  return { needed: parts.length > 1 ? { kind: 'all', of: parts, spanning } : parts[0], texts: span.all };
}

/** More than so many literals are looked for in vain more often than the longer ones spare. */
const textsMax = 32;

function few(texts: Literals): Literals | undefined {
  const distinct = [...new Set(texts)];
  return distinct.length <= textsMax ? distinct : undefined;
}

function textsOf(item: Exclude<Item, { kind: 'empty' }>): Literals | undefined {
  switch (item.kind) {
    case 'character':
      return [item.text];
    case 'class':
      return item.of === anyCharacter ? undefined : few([...item.of.keys().filter((code) => item.of[code] === 1)].map((code) => String.fromCharCode(code).toLowerCase()));
    case 'other':
      return item.part?.texts;
  }
}

/** The texts of what stands side by side in a sequence. */
class Span {
  /** Of the sequence as a whole. */
  all: Literals | undefined = [''];
  private readonly ended: Literals[] = [];
  private texts: Literals = [''];
  private items = 0;
  private characters = 0;

  /** What stands next; undefined when its texts are not known, or not few. */
  add(texts: Literals | undefined, isCharacter: boolean): void {
    this.all = this.all && texts && product(this.all, texts);
    const longer = texts && product(this.texts, texts);
    if (longer === undefined) this.endSpan();
    this.texts = longer ?? texts ?? [''];
    if (texts !== undefined) this.items += 1;
    if (isCharacter) this.characters += 1;
  }

  /** Of those that reach over several items, and not of characters alone, which are a literal already. */
  end(): Literals[] {
    this.endSpan();
    return this.ended.filter((texts) => !texts.includes(''));
  }

  private endSpan(): void {
    if (this.items > 1 && this.characters < this.items) this.ended.push(this.texts);
    this.items = this.characters = 0;
  }
}

/** Undefined when they are many, or longer than is looked for. */
function product(some: Literals, others: Literals): Literals | undefined {
  if (some.length * others.length > textsMax) return undefined;
  const texts = few(some.flatMap((one) => others.map((other) => one + other)));
  return texts?.some(({ length }) => length > literalUnitsMax) === true ? undefined : texts;
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
    if (head[0].endsWith(')')) {
      // A quantifier behind it is one of what stands before it, in RE2.
      if (/[*+?{]/.test(reader.source[reader.at] ?? '')) throw new UnknownSyntax();
      return { kind: 'empty' };
    }
  }
  const part = readAlternatives(reader);
  if (reader.source[reader.at] !== ')') throw new UnknownSyntax();
  reader.at += 1;
  return { kind: 'other', part };
}

/** `(?i)` for what follows, `(?i:` and `(?:` for the group, and the two ways to name one. */
const groupHead = /\?(?:[imsU-]*[:)]|P?<\w+>)/y;
