/**
 * What a text must contain for a regular expression to match it: literals, joined by "all of" and "any of". Reads RE2's
 * syntax as far as it is sure of it; of what it does not know it demands nothing. Only runs of ASCII count, so that case
 * may be left aside (see foldForIndex).
 */
export type Needed =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Needed[] };

/** Undefined when no literal is needed, or none is known to be. */
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
type Item = { readonly kind: 'character'; readonly text: string } | { readonly kind: 'empty' } | { readonly kind: 'other'; readonly needed?: Needed | undefined };

function readSequence(reader: Reader): Needed | undefined {
  const parts: Needed[] = [];
  let run = '';
  const endRun = (): void => {
    if (run !== '') parts.push({ kind: 'literal', text: run });
    run = '';
  };
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at]!)) {
    const item = readItem(reader);
    const times = readQuantifiers(reader);
    if (item.kind === 'empty') continue;
    if (item.kind === 'character' && times !== 'perhaps') run += item.text;
    if (item.kind === 'character' && times === 'once') continue;
    endRun();
    if (item.kind === 'other' && item.needed !== undefined && times !== 'perhaps') parts.push(item.needed);
  }
  endRun();
  return joined('all', parts);
}

/** Of several, which not all versions of RE2 take, one that allows for none decides; so does the `?` of lazy ones. */
function readQuantifiers(reader: Reader): 'once' | 'repeated' | 'perhaps' {
  let times: 'once' | 'repeated' | 'perhaps' = 'once';
  for (;;) {
    quantifier.lastIndex = reader.at;
    const found = quantifier.exec(reader.source);
    if (found === null) return times;
    reader.at = quantifier.lastIndex;
    const needed = found[0] === '+' || Number(found[1] ?? '') > 0;
    if (!needed) times = 'perhaps';
    else if (times === 'once') times = 'repeated';
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
  if (/^[dDsSwWntrfva]$/.test(character)) return { kind: 'other' };
  if (/^[bBAz]$/.test(character)) return { kind: 'empty' };
  throw new UnknownSyntax();
}

/** A set of characters, negated or not. What may stand in it and means more than itself is not known here. */
function readClass(reader: Reader): Item {
  characterClass.lastIndex = reader.at;
  if (!characterClass.test(reader.source)) throw new UnknownSyntax();
  reader.at = characterClass.lastIndex;
  return { kind: 'other' };
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
