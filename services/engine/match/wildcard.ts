/**
 * Matches a whole text against a pattern with wildcards. Greedy from the left, with one step back: when a later part
 * fails, the last star takes one character more. Never worse than the product of both lengths.
 */
import { many, one } from '../rules/ir.ts';
import type { Pattern } from '../rules/ir.ts';

export function matchesWildcard(pattern: Pattern, text: string): boolean {
  let part = 0;
  let index = 0;
  let resumePart = -1;
  let resumeIndex = 0;
  for (;;) {
    const current = pattern[part];
    if (current === undefined && index === text.length) return true;
    if (current === many) {
      part += 1;
      if (part === pattern.length) return true;
      resumePart = part;
      resumeIndex = index;
      continue;
    }
    const length = current === undefined ? -1 : matchedLength(current, text, index);
    if (length >= 0) {
      part += 1;
      index += length;
      continue;
    }
    if (resumePart < 0) return false;
    resumeIndex = nextStart(pattern[resumePart], text, resumeIndex + 1);
    if (resumeIndex < 0) return false;
    part = resumePart;
    index = resumeIndex;
  }
}

function matchedLength(part: string | typeof one | typeof many, text: string, index: number): number {
  if (typeof part === 'string') return text.startsWith(part, index) ? part.length : -1;
  return index < text.length ? characterLength(text, index) : -1;
}

/** A character is a code point: one or two UTF-16 units. */
function characterLength(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** Where the part behind a star can begin at the earliest, from `index` on; -1 when nowhere. */
function nextStart(part: Pattern[number] | undefined, text: string, index: number): number {
  if (typeof part === 'string') return text.indexOf(part, index);
  return index <= text.length ? index : -1;
}
