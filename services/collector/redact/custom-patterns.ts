/**
 * Patterns of the configuration: a text file with one regular expression a line in RE2's syntax, empty lines and lines with #
 * left out. What the first group matches is a secret; without a group, the whole match.
 */
import { readFileSync } from 'node:fs';
import { RE2JS } from 're2js';
import { RingfenceError } from '#runtime/errors.ts';
import type { Span } from './text-secrets.ts';

/** Each is tried on every argument of every exec. */
export const patternsMax = 64;

/** Bounds the compiled program; RE2 matches in time linear in text and expression. */
export const patternCharsMax = 1024;

export interface CustomPattern {
  test(text: string): boolean;
  find(text: string): Span[];
}

/** Throws CONFIG_INVALID with every fault, or when the file can't be read. */
export function readPatterns(path: string): CustomPattern[] {
  return parsePatterns(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RingfenceError('CONFIG_INVALID', `can't read the redaction patterns ${path}`, { cause });
  }
}

/** `source` names the text in faults. */
export function parsePatterns(text: string, source: string): CustomPattern[] {
  const patterns: CustomPattern[] = [];
  const faults: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const compiled = compile(line);
    if ('refused' in compiled) faults.push(`${source}:${index + 1}: ${compiled.refused}`);
    else patterns.push(compiled);
  }
  if (patterns.length > patternsMax) faults.push(`${source}: more than ${patternsMax} patterns`);
  if (faults.length > 0) throw new RingfenceError('CONFIG_INVALID', faults.join('; '), { details: { faults } });
  return patterns;
}

function compile(expression: string): CustomPattern | { readonly refused: string } {
  if (expression.length > patternCharsMax) return { refused: `longer than ${patternCharsMax} characters` };
  try {
    const program = RE2JS.compile(expression);
    if (program.test('')) return { refused: 'matches the empty text' };
    return { test: (text) => program.test(text), find: (text) => findAll(program, text) };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function findAll(program: RE2JS, text: string): Span[] {
  const matcher = program.matcher(text);
  const group = Math.min(matcher.groupCount(), 1);
  const spans: Span[] = [];
  while (matcher.find()) {
    const span = { start: matcher.start(group), end: matcher.end(group) };
    // A group that took no part, or took nothing.
    if (span.start >= 0 && span.end > span.start) spans.push(span);
  }
  return spans;
}
