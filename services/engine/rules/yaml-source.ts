/**
 * YAML documents as plain trees with a position at every node, bounded in size and depth with aliases expanded; every
 * rule dialect reads these trees. Files that keep to the plain part of YAML are read by yaml-plain.ts.
 *
 * YAML 1.2, core schema: `yes`, `on` and `0755` are not what they were in YAML 1.1 (a boolean, a boolean, 493).
 */
import { isAlias, isCollection, isMap, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Document, Pair, ParsedNode, Scalar } from 'yaml';
import { Faults, quote } from './diagnostics.ts';
import type { FaultCode, Position } from './diagnostics.ts';
import { findTokenExcess, nodeDepthMax } from './yaml-bounds.ts';
import { readPlainYaml } from './yaml-plain.ts';
import { nullAt, sourceScalar } from './yaml-scalar.ts';

export type SourceNode = SourceMap | SourceList | SourceScalar;

export interface SourceMap {
  readonly kind: 'map';
  readonly entries: readonly SourceEntry[];
  readonly at: Position;
}

export interface SourceEntry {
  readonly key: SourceScalar;
  readonly value: SourceNode;
}

export interface SourceList {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
  readonly at: Position;
}

export interface SourceScalar {
  readonly kind: 'scalar';
  readonly value: string | number | bigint | boolean | null;
  /** The value as text: integers in decimal (`0x10` is "16"), other numbers as written; '' for null. */
  readonly text: string;
  readonly at: Position;
  /** Where character `index` of `text` stands; the scalar's own place when that can't be told. */
  positionOf(index: number): Position;
}

export interface SourceDocument {
  readonly root: SourceNode | undefined;
  readonly faults: Faults;
  readonly at: Position;
}

/** The largest known rule has about 1,500 nodes; bounds what aliases can expand to. */
export const documentNodesMax = 200_000;

/** Keys are compared below: the package does it in quadratic time. */
const parserOptions = { intAsBigInt: true, prettyErrors: false, logLevel: 'silent', uniqueKeys: false } as const;

/** Never throws: what is wrong stands in the faults of the documents. */
export function parseYaml(file: string, text: string): SourceDocument[] {
  return readPlainYaml(file, text) ?? parseAnyYaml(file, text);
}

/** By the YAML package alone. */
export function parseAnyYaml(file: string, text: string): SourceDocument[] {
  const excess = findTokenExcess(text);
  if (excess !== undefined) return [unparsable(file, excess.code, placeIn(text, excess.offset), excess.message)];
  const lines = new LineCounter();
  let documents: readonly Document.Parsed[];
  try {
    const parsed = parseAllDocuments(text, { ...parserOptions, lineCounter: lines });
    documents = 'empty' in parsed ? [] : parsed;
  } catch (error) {
    // Not known to happen within those bounds; a stack overflow would be one.
    const message = error instanceof Error ? error.message : 'the text cannot be parsed';
    return [unparsable(file, 'YAML_INVALID', { line: 1, column: 1 }, message)];
  }
  return documents.map((document) => convert(file, text, lines, document));
}

/** The scalar under `key`, or any node; undefined when the map has no such key. */
export function entryOf(map: SourceMap, key: string): SourceEntry | undefined {
  return map.entries.find((entry) => entry.key.text === key);
}

/** What kind of value stands there, in the words of an error message. */
export function describeNode(node: SourceNode): string {
  switch (node.kind) {
    case 'map':
      return 'a map';
    case 'list':
      return 'a list';
    case 'scalar':
      if (node.value === null) return 'null';
      return typeof node.value === 'string' ? 'a text' : typeof node.value === 'boolean' ? 'a boolean' : 'a number';
  }
}

function unparsable(file: string, code: FaultCode, at: Position, message: string): SourceDocument {
  const faults = new Faults(file);
  faults.add(code, at, message);
  return { root: undefined, faults, at };
}

function placeIn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function convert(file: string, text: string, lines: LineCounter, document: Document.Parsed): SourceDocument {
  const faults = new Faults(file);
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  for (const error of [...document.errors, ...document.warnings]) {
    faults.add('YAML_INVALID', place(error.pos[0]), error.message);
  }
  const contents = document.contents;
  const at = place(contents?.range?.[0] ?? document.range[0]);
  if (faults.list.length > 0 || contents === null) return { root: undefined, faults, at };
  const root = new Converter(text, place, faults).node(contents, 0);
  return { root: faults.list.length > 0 ? undefined : root, faults, at };
}

class Converter {
  private nodes = 0;
  /** Anchors passed so far. The package would look through the whole document for each alias. */
  private readonly anchors = new Map<string, unknown>();
  private aliasDepth = 0;
  private readonly text: string;
  private readonly place: (offset: number) => Position;
  private readonly faults: Faults;

  constructor(text: string, place: (offset: number) => Position, faults: Faults) {
    this.text = text;
    this.place = place;
    this.faults = faults;
  }

  node(node: unknown, depth: number, fallback: Position = { line: 1, column: 1 }): SourceNode | undefined {
    const at = positionOfNode(node, this.place) ?? fallback;
    this.nodes += 1;
    if (this.nodes > documentNodesMax) return this.tooLarge(at);
    if (depth > nodeDepthMax) {
      return this.faults.add('YAML_TOO_DEEP', at, `the document nests deeper than ${nodeDepthMax} levels`);
    }
    if (isAlias(node)) return this.alias(node.source, at, depth);
    if ((isCollection(node) || isScalar(node)) && node.anchor !== undefined && this.aliasDepth === 0) this.anchors.set(node.anchor, node);
    if (isMap(node)) return this.map(node.items as readonly Pair[], at, depth);
    if (isSeq(node)) return this.list(node.items, at, depth);
    if (isScalar(node)) return this.scalar(node, at);
    return nullAt(at);
  }

  private alias(anchor: string, at: Position, depth: number): SourceNode | undefined {
    const target = this.anchors.get(anchor);
    if (target === undefined) {
      return this.faults.add('YAML_INVALID', at, `nothing before it has the anchor ${quote(anchor)}`);
    }
    this.aliasDepth += 1;
    const node = this.node(target, depth + 1, at);
    this.aliasDepth -= 1;
    return node;
  }

  private map(pairs: readonly Pair[], at: Position, depth: number): SourceMap | undefined {
    const entries: SourceEntry[] = [];
    const keys = new Set<string>();
    for (const pair of pairs) {
      const key = this.node(pair.key, depth + 1, at);
      if (key === undefined) return undefined;
      if (key.kind !== 'scalar') return this.faults.add('YAML_INVALID', key.at, 'a key must be a text');
      if (keys.has(key.text)) {
        return this.faults.add('YAML_INVALID', key.at, `the key ${quote(key.text)} stands twice in this map`);
      }
      keys.add(key.text);
      const value = pair.value === null ? nullAt(key.at) : this.node(pair.value, depth + 1, key.at);
      if (value === undefined) return undefined;
      entries.push({ key, value });
    }
    return { kind: 'map', entries, at };
  }

  private list(nodes: readonly unknown[], at: Position, depth: number): SourceList | undefined {
    const items: SourceNode[] = [];
    for (const node of nodes) {
      const item = this.node(node, depth + 1, at);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return { kind: 'list', items, at };
  }

  private scalar(node: Scalar, at: Position): SourceNode | undefined {
    const value = node.value;
    if (!isPlainValue(value)) return this.faults.add('YAML_INVALID', at, 'the value is of a type that rules do not have');
    const [start, end] = node.range ?? [0, 0];
    return sourceScalar(value, node.source, { source: this.text.slice(start, end), start, place: this.place });
  }

  private tooLarge(at: Position): undefined {
    // Once is enough: every further node would say the same.
    if (this.nodes === documentNodesMax + 1) {
      this.faults.add('YAML_TOO_LARGE', at, `the document has more than ${documentNodesMax} nodes, aliases expanded`);
    }
    return undefined;
  }
}

function positionOfNode(node: unknown, place: (offset: number) => Position): Position | undefined {
  const range = (node as ParsedNode | null | undefined)?.range;
  return range === undefined || range === null ? undefined : place(range[0]);
}

function isPlainValue(value: unknown): value is SourceScalar['value'] {
  return value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}
