/**
 * Values of a scanned record, read in place. A generated scanner (generator/scanner.ts) walks an encoded record once and
 * notes where each value stands; a leaf says in which slot, and of what type the value is.
 */
import { bigLongAt, longAt, longEnd } from './avro-take.ts';

/** Walks a record from `at`, notes in `slots` where its values stand, and returns where it ends. */
export type Scan = (bytes: Uint8Array, at: number, slots: Int32Array) => number;

export type Leaf = { readonly slot: number } & LeafType;

export type LeafType =
  | { readonly type: 'string' | 'int' | 'long' | 'u64' | 'timestamp' | 'boolean' | 'strings' | 'map' }
  | { readonly type: 'enum'; readonly symbols: readonly string[] }
  | { readonly type: 'records'; readonly item: ItemScan };

/** Leaves by their paths in a record, such as process.exe. */
export type Leaves = Readonly<Record<string, Leaf>>;

/** Of the records in a list, each scanned by itself. */
export interface ItemScan {
  readonly scan: Scan;
  readonly slots: number;
  readonly leaves: Leaves;
}

/** What a slot holds in place of a position: the value is null, or the record that it would stand in is. */
export const nullAt = -1;
export const absentAt = -2;

export type LeafValue = string | number | bigint | boolean | readonly string[];

export type LeafReader = (bytes: Buffer, at: number) => LeafValue;

/** The value of a leaf that stands at a position: the same that avsc decodes. Not of maps and lists of records. */
export function leafReader(leaf: LeafType): LeafReader {
  switch (leaf.type) {
    case 'string':
      return textAt;
    case 'int':
    case 'long':
      return longAt;
    case 'u64':
      return (bytes, at) => BigInt.asUintN(64, bigLongAt(bytes, at));
    case 'timestamp':
      return bigLongAt;
    case 'boolean':
      return (bytes, at) => bytes[at] !== 0;
    case 'enum': {
      const { symbols } = leaf;
      return (bytes, at) => symbols[longAt(bytes, at)]!;
    }
    case 'strings':
      return stringsAt;
    case 'map':
    case 'records':
      throw new Error(`a leaf of type ${leaf.type} has no one value`);
  }
}

export function textAt(bytes: Buffer, at: number): string {
  const start = longEnd(bytes, at);
  return bytes.toString('utf8', start, start + longAt(bytes, at));
}

export function stringsAt(bytes: Buffer, at: number): string[] {
  const texts: string[] = [];
  forEachItem(bytes, at, (item) => {
    texts.push(textAt(bytes, item));
    return longEnd(bytes, item) + longAt(bytes, item);
  });
  return texts;
}

/** Of each record in a list: the value at a leaf, null when it is null. */
export function itemReader(item: ItemScan, leaf: Leaf): (bytes: Buffer, at: number) => (LeafValue | null)[] {
  const slots = new Int32Array(item.slots);
  const read = leafReader(leaf);
  return (bytes, at) => {
    const values: (LeafValue | null)[] = [];
    forEachItem(bytes, at, (start) => {
      const end = item.scan(bytes, start, slots);
      const position = slots[leaf.slot]!;
      values.push(position < 0 ? null : read(bytes, position));
      return end;
    });
    return values;
  };
}

/** Calls back with the position of each item of an array or pair of a map, to be told where it ends. */
export function forEachItem(bytes: Uint8Array, at: number, next: (at: number) => number): void {
  for (;;) {
    let count = longAt(bytes, at);
    at = longEnd(bytes, at);
    if (count === 0) return;
    if (count < 0) {
      count = -count;
      at = longEnd(bytes, at);
    }
    for (; count > 0; count--) at = next(at);
  }
}
