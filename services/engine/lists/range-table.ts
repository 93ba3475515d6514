/**
 * Addresses and networks of one width as sorted ranges without overlap, in two arrays of words: a look-up is a binary
 * search, so that its time depends on the number of entries alone, whatever they are.
 */
import type { Width } from './address.ts';

/** Indexes stand below this in a sort key. */
const entriesMax = 2 ** 20;

export class RangeTable {
  /** Ranges that are left when those within others are gone. */
  readonly size: number;
  private readonly width: Width;
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;

  /** `words`: `width` words an entry, of which the first `bits[entry]` bits count. */
  constructor(width: Width, words: Uint32Array, bits: Uint8Array) {
    this.width = width;
    const starts = new Uint32Array(bits.length * width);
    const ends = new Uint32Array(bits.length * width);
    this.size = fill(width, words, bits, starts, ends);
    this.starts = starts.slice(0, this.size * width);
    this.ends = ends.slice(0, this.size * width);
  }

  get memoryBytes(): number {
    return this.starts.byteLength + this.ends.byteLength;
  }

  has(address: Uint32Array): boolean {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(this.width, this.starts, middle, address, 0) <= 0) low = middle + 1;
      else high = middle;
    }
    return low > 0 && compare(this.width, address, 0, this.ends, low - 1) <= 0;
  }
}

/** Networks hold each other or have nothing in common: in order of their starts, wider ones first, each is new or within the last. */
function fill(width: Width, words: Uint32Array, bits: Uint8Array, starts: Uint32Array, ends: Uint32Array): number {
  mask(width, words, bits);
  let size = 0;
  for (const entry of sortedEntries(width, words, bits)) {
    if (size > 0 && compare(width, words, entry, ends, size - 1) <= 0) continue;
    for (let word = 0; word < width; word++) {
      starts[size * width + word] = words[entry * width + word]!;
      ends[size * width + word] = words[entry * width + word]! | hostMask(bits[entry]!, word);
    }
    size += 1;
  }
  return size;
}

function mask(width: Width, words: Uint32Array, bits: Uint8Array): void {
  for (let index = 0; index < words.length; index++) words[index] = words[index]! & ~hostMask(bits[Math.floor(index / width)]!, index % width);
}

/** The bits of a word behind a prefix. */
function hostMask(bits: number, word: number): number {
  const prefix = Math.min(32, Math.max(0, bits - 32 * word));
  return prefix === 32 ? 0 : 0xffff_ffff >>> prefix;
}

/** By the first word with the engine's sort of numbers, which is ten times as fast as one that calls back; then the rest. */
function sortedEntries(width: Width, words: Uint32Array, bits: Uint8Array): Uint32Array {
  const keys = new Float64Array(bits.length);
  for (let entry = 0; entry < keys.length; entry++) keys[entry] = words[entry * width]! * entriesMax + entry;
  keys.sort();
  const order = Uint32Array.from(keys, (key) => key % entriesMax);
  const first = (index: number): number => words[order[index]! * width]!;
  for (let start = 0, end = 0; start < order.length; start = end) {
    for (end = start + 1; end < order.length && first(end) === first(start); end++);
    if (end - start > 1) order.subarray(start, end).sort((a, b) => compare(width, words, a, words, b) || bits[a]! - bits[b]!);
  }
  return order;
}

function compare(width: Width, a: Uint32Array, indexA: number, b: Uint32Array, indexB: number): number {
  for (let word = 0; word < width; word++) {
    const difference = a[indexA * width + word]! - b[indexB * width + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
