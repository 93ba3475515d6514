/**
 * Sigma's text values: wildcards and their escapes.
 *
 *     value   = { run | wildcard | escape }
 *     wildcard = "*"            any run of characters, none included
 *              | "?"            exactly one character
 *     escape  = "\*" | "\?"     the character itself
 *              | "\\"           one backslash
 *              | "\"            before anything else, or at the end: one backslash
 *
 * So `\\*` is a backslash and a wildcard, `\\\*` a backslash and a literal star.
 */
import { many, one } from '../ir.ts';
import type { Match, Pattern, PatternPart } from '../ir.ts';

export function parsePattern(value: string): Pattern {
  const parts: PatternPart[] = [];
  let run = '';
  const endRun = (): void => {
    if (run !== '') parts.push(run);
    run = '';
  };
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index];
    if (character === '\\') {
      const next = value[index + 1];
      const escapes = next === '\\' || next === '*' || next === '?';
      run += escapes ? next : '\\';
      if (escapes) index += 1;
    } else if (character === '*' || character === '?') {
      endRun();
      // Two stars mean the same as one.
      if (character === '?') parts.push(one);
      else if (parts.at(-1) !== many) parts.push(many);
    } else {
      run += character;
    }
  }
  endRun();
  return parts;
}

/** A pattern that means its text and nothing else. */
export function literalPattern(text: string): Pattern {
  return text === '' ? [] : [text];
}

/** The text of a pattern without wildcards, or undefined. */
export function literalOf(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [only] = pattern;
  return pattern.length === 1 && typeof only === 'string' ? only : undefined;
}

export type Affix = 'whole' | 'contains' | 'startswith' | 'endswith';

/** The cheapest kind of match that means the pattern, open at the ends that the affix names. */
export function matchOf(pattern: Pattern, affix: Affix, cased: boolean): Match {
  const open = opened(pattern, affix);
  const before = open[0] === many;
  const after = open.length > 1 && open.at(-1) === many;
  const inner = open.slice(before ? 1 : 0, after ? -1 : undefined);
  const text = literalOf(inner);
  if (text === undefined) return { kind: 'wildcard', pattern: open, cased };
  if (before && after) return { kind: 'contains', text, cased };
  // A lone star is one part, and both ends at once.
  if (before) return { kind: 'suffix', text, cased };
  return { kind: after ? 'prefix' : 'exact', text, cased };
}

function opened(pattern: Pattern, affix: Affix): Pattern {
  const parts: PatternPart[] = [...pattern];
  if ((affix === 'contains' || affix === 'endswith') && parts[0] !== many) parts.unshift(many);
  if ((affix === 'contains' || affix === 'startswith') && parts.at(-1) !== many) parts.push(many);
  return parts;
}
