/**
 * The modifier `expand`: `%name%` in a value stands for the values of the list of that name. Where the value is nothing
 * else, the list itself is asked, which may be large and change under the rule. Where text stands around it, or the value
 * is to be found within a field, the entries of a small list become part of the rule when it is loaded.
 */
import { quote } from '../diagnostics.ts';
import type { Faults, Position } from '../diagnostics.ts';
import type { Pattern, PatternPart, ValueList } from '../ir.ts';
import type { ListDirectory } from '../lists.ts';
import { didYouMean } from '../suggest.ts';
import type { SourceScalar } from '../yaml-source.ts';

/** Patterns that one value may become; pySigma's bound too. */
export const expansionsMax = 200;

/** A name has no backslash, so that Windows paths with `%` in them are not taken for one. */
const placeholder = /%([^%\\]+)%/g;

/** The list when the pattern is one placeholder and nothing else; 'unknown' after adding a fault. */
export function onlyPlaceholder(pattern: Pattern, scalar: SourceScalar, lists: ListDirectory, faults: Faults): ValueList | 'unknown' | undefined {
  const [only] = pattern;
  if (pattern.length !== 1 || typeof only !== 'string') return undefined;
  const [found, ...others] = only.matchAll(placeholder);
  if (found === undefined || others.length > 0 || found[0] !== only) return undefined;
  return lists.find(found[1] ?? '') ?? unresolved(found[1] ?? '', scalar, lists, faults) ?? 'unknown';
}

/** A pattern for each combination of entries; undefined after adding a fault. */
export function expandPlaceholders(pattern: Pattern, scalar: SourceScalar, lists: ListDirectory, faults: Faults): Pattern[] | undefined {
  let expanded: Pattern[] = [[]];
  for (const part of pattern) {
    const choices: readonly PatternPart[] | undefined = typeof part === 'string' ? textChoices(part, scalar, lists, faults) : [part];
    if (choices === undefined) return undefined;
    if (expanded.length * choices.length > expansionsMax) return tooMany(scalar, faults);
    expanded = expanded.flatMap((start) => choices.map((choice) => joined(start, choice)));
  }
  return expanded;
}

function textChoices(text: string, scalar: SourceScalar, lists: ListDirectory, faults: Faults): string[] | undefined {
  let choices = [''];
  let end = 0;
  for (const found of text.matchAll(placeholder)) {
    const entries = entriesOf(found[1] ?? '', scalar, lists, faults);
    if (entries === undefined) return undefined;
    if (choices.length * entries.length > expansionsMax) return tooMany(scalar, faults);
    const between = text.slice(end, found.index);
    choices = choices.flatMap((start) => entries.map((entry) => start + between + entry));
    end = found.index + found[0].length;
  }
  return choices.map((choice) => choice + text.slice(end));
}

function entriesOf(name: string, scalar: SourceScalar, lists: ListDirectory, faults: Faults): readonly string[] | undefined {
  const list = lists.find(name);
  if (list === undefined) return unresolved(name, scalar, lists, faults);
  const entries = list.entries?.(expansionsMax);
  if (entries?.length === 0) return faults.add('VALUE_EMPTY', placeOf(name, scalar), `the list ${quote(name)} is empty, and its entries are to become part of the rule`);
  if (entries !== undefined) return entries;
  const hint = `a list of up to ${expansionsMax} texts can stand within a value; a larger one is asked for the whole value: Field|expand: '%${name}%'`;
  return faults.add('VARIANTS_TOO_MANY', placeOf(name, scalar), `the list ${quote(name)} cannot stand within a value`, hint);
}

function unresolved(name: string, scalar: SourceScalar, lists: ListDirectory, faults: Faults): undefined {
  const hint = didYouMean(name, lists.names()) ?? `give the placeholder its values: a list named ${quote(name)}`;
  return faults.add('PLACEHOLDER_UNRESOLVED', placeOf(name, scalar), `nothing resolves the placeholder %${name}%`, hint);
}

function tooMany(scalar: SourceScalar, faults: Faults): undefined {
  return faults.add('VARIANTS_TOO_MANY', scalar.at, `the lists make more than ${expansionsMax} combinations`);
}

function placeOf(name: string, scalar: SourceScalar): Position {
  return scalar.positionOf(Math.max(0, scalar.text.indexOf(`%${name}%`)));
}

/** Neighbouring texts are one part, an empty one is none. */
function joined(start: Pattern, choice: PatternPart): Pattern {
  const last = start.at(-1);
  if (choice === '') return start;
  return typeof last === 'string' && typeof choice === 'string' ? [...start.slice(0, -1), last + choice] : [...start, choice];
}
