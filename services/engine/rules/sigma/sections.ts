/** Reading of a rule's top-level keys: required and optional texts, closed choices, lists of texts. */
import { quote } from '../diagnostics.ts';
import type { Faults } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, entryOf } from '../yaml-source.ts';
import type { SourceMap, SourceNode, SourceScalar } from '../yaml-source.ts';

/** Longer texts of a header are cut: they travel with each detection. */
export const headerTextCharsMax = 4_096;

/** More references or tags than this are cut off, for the same reason. */
export const headerListMax = 64;

/** A non-empty text; undefined, with a fault, when it is missing or something else. */
export function requiredText(map: SourceMap, key: string, faults: Faults): string | undefined {
  const entry = entryOf(map, key);
  if (entry === undefined) return faults.add('KEY_MISSING', map.at, `the key "${key}" is missing`);
  return textOf(entry.value, key, faults);
}

export function optionalText(map: SourceMap, key: string, faults: Faults): string | undefined {
  const entry = entryOf(map, key);
  return entry === undefined || isNull(entry.value) ? undefined : textOf(entry.value, key, faults);
}

export function optionalChoice<T extends string>(
  map: SourceMap,
  key: string,
  choices: readonly T[],
  faults: Faults,
): T | undefined {
  const entry = entryOf(map, key);
  if (entry === undefined || isNull(entry.value)) return undefined;
  const text = textOf(entry.value, key, faults);
  if (text === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === text.toLowerCase());
  if (choice !== undefined) return choice;
  const hint = didYouMean(text, choices) ?? `one of ${choices.join(', ')}`;
  return faults.add('VALUE_KIND', entry.value.at, `${quote(text)} is no ${key}`, hint);
}

/** Texts of a list that only informs: what is no text is left out. */
export function informativeList(map: SourceMap, key: string): readonly string[] {
  const value = entryOf(map, key)?.value;
  const items = value?.kind === 'list' ? value.items : value === undefined ? [] : [value];
  const texts = items.filter((item) => item.kind === 'scalar').map((item) => item.text);
  return texts.filter((text) => text !== '').slice(0, headerListMax).map((text) => text.slice(0, headerTextCharsMax));
}

/** The scalars of a list, or the scalar that stands for a list of one. */
export function scalarList(node: SourceNode, key: string, faults: Faults): SourceScalar[] | undefined {
  if (node.kind === 'scalar' && node.value !== null) return [node];
  if (node.kind !== 'list') return faults.add('VALUE_KIND', node.at, `"${key}" must be a list, not ${describeNode(node)}`);
  if (node.items.length === 0) return faults.add('VALUE_EMPTY', node.at, `the list "${key}" is empty`);
  const scalars: SourceScalar[] = [];
  for (const item of node.items) {
    if (item.kind === 'scalar' && item.text !== '') scalars.push(item);
    else faults.add('VALUE_KIND', item.at, `"${key}" must list texts, not ${describeNode(item)}`);
  }
  return scalars.length === node.items.length ? scalars : undefined;
}

function textOf(node: SourceNode, key: string, faults: Faults): string | undefined {
  if (node.kind !== 'scalar' || node.value === null) {
    return faults.add('VALUE_KIND', node.at, `"${key}" must be a text, not ${describeNode(node)}`);
  }
  const text = node.text.trim();
  if (text === '') return faults.add('VALUE_EMPTY', node.at, `"${key}" is empty`);
  return text.slice(0, headerTextCharsMax);
}

function isNull(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys whose value is undefined. */
export function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}
