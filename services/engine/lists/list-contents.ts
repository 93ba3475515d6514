/**
 * What a list holds, by kind, and what it means to be in it. Entries are added one by one, then the contents are fixed:
 * an update replaces them as a whole.
 */
import { fold } from '../match/fold.ts';
import { parseAddress, parseNetwork, type Width } from './address.ts';
import { ByteSetBuilder, entryBytesMax, type ByteSet } from './byte-set.ts';
import { RangeTable } from './range-table.ts';

/**
 * ip: addresses and networks; holds their addresses. domain: holds the domain and what is below it. hash: hex digits in
 * any case. path: exact. text: in any case, as rules compare texts.
 */
export const listKinds = ['ip', 'domain', 'hash', 'path', 'text'] as const;

export type ListKind = (typeof listKinds)[number];

/** Bounds the memory of a list to about 100 MB at 64 bytes an entry. */
export const listEntriesMax = 1_000_000;

export interface ListContents {
  readonly kind: ListKind;
  /** Distinct entries; of networks, those not within others. */
  readonly entries: number;
  readonly memoryBytes: number;
  has(text: string): boolean;
  /** Of texts and paths, in the form in which they are compared, those that were added again too; undefined of other kinds. */
  readonly texts?: () => Iterable<string>;
}

export interface ListBuilder {
  /** False when the text is no entry of the kind. */
  add(text: string): boolean;
  build(): ListContents;
}

export function listBuilder(kind: ListKind, bytesHint: number): ListBuilder {
  switch (kind) {
    case 'ip':
      return new NetworkBuilder();
    case 'domain':
      return new TextBuilder(kind, bytesHint, encodeDomain, holdsDomain);
    case 'hash':
      return new TextBuilder(kind, bytesHint, encodeHash, holdsWhole);
    case 'path':
      return new TextBuilder(kind, bytesHint, encode, holdsWhole);
    case 'text':
      return new TextBuilder(kind, bytesHint, (text) => encode(fold(text)), holdsWhole);
  }
}

/** Writes the form in which a text is compared into `scratch`; its length, or 0 when it cannot be in such a list. */
type Encode = (text: string) => number;

type Holds = (set: ByteSet, bytes: Uint8Array, length: number) => boolean;

class TextBuilder implements ListBuilder {
  private readonly set: ByteSetBuilder;
  private readonly kind: ListKind;
  private readonly encode: Encode;
  private readonly holds: Holds;

  constructor(kind: ListKind, bytesHint: number, encode: Encode, holds: Holds) {
    this.kind = kind;
    this.encode = encode;
    this.holds = holds;
    this.set = new ByteSetBuilder(bytesHint);
  }

  add(text: string): boolean {
    const length = this.encode(text);
    if (length === 0) return false;
    this.set.add(scratch, length);
    return true;
  }

  build(): ListContents {
    const { kind, encode, holds } = this;
    const set = this.set.build();
    return {
      kind,
      entries: set.size,
      memoryBytes: set.memoryBytes,
      has: (text) => {
        const length = encode(text);
        return length > 0 && holds(set, scratch, length);
      },
      ...(kind === 'text' || kind === 'path' ? { texts: () => set.entries().map((entry) => decoder.decode(entry)) } : {}),
    };
  }
}

const scratch = new Uint8Array(entryBytesMax);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text's UTF-8 in `scratch`; its length, or 0 when it is longer than any entry. */
function encode(text: string): number {
  if (text.length > entryBytesMax) return 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return encodeWide(text);
    scratch[index] = code;
  }
  return text.length;
}

function encodeWide(text: string): number {
  const { read, written } = encoder.encodeInto(text, scratch);
  return read === text.length ? written : 0;
}

function holdsWhole(set: ByteSet, bytes: Uint8Array, length: number): boolean {
  return set.has(bytes, 0, length);
}

const dot = 0x2e;

/** The domain itself, then each above it. */
function holdsDomain(set: ByteSet, bytes: Uint8Array, length: number): boolean {
  if (set.has(bytes, 0, length)) return true;
  for (let index = 0; index < length; index++) {
    if (bytes[index] === dot && set.has(bytes, index + 1, length - index - 1)) return true;
  }
  return false;
}

/** RFC 1035; names with an underscore are in use. */
const domainCharsMax = 253;

function encodeDomain(text: string): number {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  return name.length > domainCharsMax || /[\s/:@]|^\.|\.\./.test(name) ? 0 : encode(fold(name));
}

/** MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512: as bytes, which are half of the digits. */
const hashDigits: ReadonlySet<number> = new Set([32, 40, 56, 64, 96, 128]);

function encodeHash(text: string): number {
  if (!hashDigits.has(text.length)) return 0;
  for (let index = 0; index < text.length; index += 2) {
    const high = digitOf(text.charCodeAt(index));
    const low = digitOf(text.charCodeAt(index + 1));
    if (high < 0 || low < 0) return 0;
    scratch[index / 2] = high * 16 + low;
  }
  return text.length / 2;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = (code | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}

class NetworkBuilder implements ListBuilder {
  private readonly tables = { 1: new GrowingWords(1), 4: new GrowingWords(4) } as const;

  add(text: string): boolean {
    const network = parseNetwork(text, address);
    if (network === undefined) return false;
    this.tables[network.width].push(address, network.bits);
    return true;
  }

  build(): ListContents {
    const v4 = this.tables[1].build();
    const v6 = this.tables[4].build();
    return {
      kind: 'ip',
      entries: v4.size + v6.size,
      memoryBytes: v4.memoryBytes + v6.memoryBytes,
      has: (text) => {
        const width = parseAddress(text, address);
        return width === 0 ? false : (width === 1 ? v4 : v6).has(address);
      },
    };
  }
}

const address = new Uint32Array(4);

/** Entries of a RangeTable while they are gathered. */
class GrowingWords {
  private readonly width: Width;
  private words: Uint32Array;
  private bits = new Uint8Array(64);
  private entries = 0;

  constructor(width: Width) {
    this.width = width;
    this.words = new Uint32Array(64 * width);
  }

  push(from: Uint32Array, bits: number): void {
    if (this.entries === this.bits.length) this.grow();
    for (let word = 0; word < this.width; word++) this.words[this.entries * this.width + word] = from[word]!;
    this.bits[this.entries] = bits;
    this.entries += 1;
  }

  build(): RangeTable {
    return new RangeTable(this.width, this.words.slice(0, this.entries * this.width), this.bits.slice(0, this.entries));
  }

  private grow(): void {
    const words = new Uint32Array(2 * this.words.length);
    words.set(this.words);
    this.words = words;
    const bits = new Uint8Array(2 * this.bits.length);
    bits.set(this.bits);
    this.bits = bits;
  }
}
