/**
 * A Falco file is a list of items: requirements, lists, macros and rules. Here each is read by itself; what they do to
 * each other is collect.ts's business.
 */
import { Faults, quote, type Position } from '../diagnostics.ts';
import { didYouMean } from '../suggest.ts';
import { describeNode, entryOf, type SourceDocument, type SourceEntry, type SourceMap, type SourceNode, type SourceScalar } from '../yaml-source.ts';
import type { Piece } from './source-text.ts';

export interface Item {
  readonly kind: ItemKind;
  readonly name: string;
  readonly map: SourceMap;
  readonly file: string;
  readonly at: Position;
  readonly faults: Faults;
  readonly warnings: Faults;
}

export type ItemKind = 'rule' | 'macro' | 'list' | 'required_engine_version' | 'required_plugin_versions' | 'unknown';

const keys: Readonly<Record<Exclude<ItemKind, 'unknown'>, readonly string[]>> = {
  rule: [
    'rule', 'desc', 'condition', 'output', 'priority', 'tags', 'source', 'enabled', 'exceptions', 'append', 'override', 'warn_evttypes',
    // Captures are Falco's own: they are known and not made.
    'skip-if-unknown-filter', 'capture', 'capture_duration', 'tests',
  ],
  macro: ['macro', 'condition', 'append', 'override'],
  list: ['list', 'items', 'append', 'override'],
  required_engine_version: ['required_engine_version'],
  required_plugin_versions: ['required_plugin_versions'],
};

/** In order of the document; one that is no map has faults alone. */
export function itemsOf({ root, faults: { file } }: SourceDocument): Item[] {
  if (root?.kind !== 'list') throw new Error('a document that Falco did not claim');
  return root.items.filter((node) => !isNull(node)).map((node) => itemOf(node, file));
}

function itemOf(node: SourceNode, file: string): Item {
  const [faults, warnings] = [new Faults(file), new Faults(file)];
  const base = { file, at: node.at, faults, warnings };
  if (node.kind !== 'map') {
    faults.add('VALUE_KIND', node.at, `an item is a map of keys and values, not ${describeNode(node)}`);
    return { ...base, kind: 'unknown', name: '', map: { kind: 'map', entries: [], at: node.at } };
  }
  const kind = kindOf(node);
  if (kind === undefined) {
    const meant = node.entries.map((entry) => didYouMean(entry.key.text, Object.keys(keys))).find((hint) => hint !== undefined);
    warnings.add('ITEM_UNKNOWN', node.at, 'the item is neither a rule, a macro nor a list', meant);
    return { ...base, kind: 'unknown', name: '', map: node };
  }
  for (const { key } of node.entries) {
    if (!keys[kind].includes(key.text)) warnings.add('KEY_UNKNOWN', key.at, `a ${kind} has no key ${quote(key.text)}`, didYouMean(key.text, keys[kind]));
  }
  return { ...base, kind, name: nameOf(node, kind, faults), map: node };
}

function kindOf(map: SourceMap): Exclude<ItemKind, 'unknown'> | undefined {
  const kinds = ['required_engine_version', 'required_plugin_versions', 'list', 'macro', 'rule'] as const;
  return kinds.find((kind) => entryOf(map, kind) !== undefined);
}

function nameOf(map: SourceMap, kind: ItemKind, faults: Faults): string {
  if (kind !== 'rule' && kind !== 'macro' && kind !== 'list') return '';
  const scalar = scalarOf(map, kind, faults);
  if (scalar === undefined) return '';
  const valid = kind === 'rule' ? /[^]/ : kind === 'macro' ? /^[a-zA-Z]+[a-zA-Z0-9_]*$/ : /^[^()"'\s=,]+$/;
  if (!valid.test(scalar.text)) faults.add('NAME_INVALID', scalar.at, `${quote(scalar.text)} cannot be the name of a ${kind}: no condition can refer to it`);
  return scalar.text;
}

/** A scalar that is not empty; undefined, with a fault, when there is none. */
export function scalarOf(map: SourceMap, key: string, faults: Faults): SourceScalar | undefined {
  const entry = entryOf(map, key);
  if (entry === undefined) return faults.add('KEY_MISSING', map.at, `the key "${key}" is missing`);
  return nonEmpty(entry, faults);
}

export function optionalScalar(map: SourceMap, key: string, faults: Faults): SourceScalar | undefined {
  const entry = entryOf(map, key);
  return entry === undefined ? undefined : nonEmpty(entry, faults);
}

function nonEmpty({ key, value }: SourceEntry, faults: Faults): SourceScalar | undefined {
  if (value.kind !== 'scalar' || value.value === null) return faults.add('VALUE_KIND', value.at, `"${key.text}" must be a text, not ${describeNode(value)}`);
  if (value.text.trim() === '') return faults.add('VALUE_EMPTY', value.at, `"${key.text}" is empty`);
  return value;
}

export function pieceOf(item: Item, key: string): Piece | undefined {
  const scalar = scalarOf(item.map, key, item.faults);
  return scalar === undefined ? undefined : { file: item.file, scalar };
}

/** YAML 1.1, which Falco reads, has more names for true and false than YAML 1.2. */
const booleans: ReadonlyMap<string, boolean> = new Map([['true', true], ['false', false], ['yes', true], ['no', false], ['on', true], ['off', false], ['y', true], ['n', false]]);

export function booleanOf(map: SourceMap, key: string, faults: Faults): boolean | undefined {
  const scalar = optionalScalar(map, key, faults);
  if (scalar === undefined) return undefined;
  const value = booleans.get(scalar.text.toLowerCase());
  return value ?? faults.add('VALUE_KIND', scalar.at, `"${key}" must be true or false, not ${quote(scalar.text)}`);
}

/** The scalars of a list; undefined, with faults, when it is none. */
export function scalarsOf(map: SourceMap, key: string, faults: Faults): SourceScalar[] | undefined {
  const value = entryOf(map, key)?.value;
  if (value === undefined) return faults.add('KEY_MISSING', map.at, `the key "${key}" is missing`);
  if (value.kind !== 'list') return faults.add('VALUE_KIND', value.at, `"${key}" must be a list, not ${describeNode(value)}`);
  for (const item of value.items) {
    if (item.kind !== 'scalar') faults.add('VALUE_KIND', item.at, `"${key}" must list texts, not ${describeNode(item)}`);
  }
  return value.items.filter((item) => item.kind === 'scalar');
}

function isNull(node: SourceNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
