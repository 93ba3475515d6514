/**
 * What a list holds, by kind, and what it means to be in it. Entries are added one by one, then the contents are fixed:
 * an update replaces them as a whole.
 */
import { fold } from '../match/fold.ts';
import { parseAddress, parseNetwork, type Width } from './address.ts';
import { ByteSetBuilder, entryBytesMax, entryHash, type ByteSet } from './byte-set.ts';
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
  return kind === 'ip' ? new NetworkBuilder() : new TextBuilder(kind, bytesHint);
}

type TextKind = Exclude<ListKind, 'ip'>;

class TextBuilder implements ListBuilder {
  private readonly set: ByteSetBuilder;
  private readonly kind: TextKind;

  constructor(kind: TextKind, bytesHint: number) {
    this.kind = kind;
    this.set = new ByteSetBuilder(bytesHint);
  }

  add(text: string): boolean {
    const length = encoders[this.kind](text, scratch);
    if (length === 0) return false;
    this.set.add(scratch, length);
    return true;
  }

  build(): ListContents {
    const { kind } = this;
    const set = this.set.build();
    const asked = askedOf[kind];
    return {
      kind,
      entries: set.size,
      memoryBytes: set.memoryBytes,
      has: (text) => set.size > 0 && asked.isIn(set, text),
      ...(kind === 'text' || kind === 'path' ? { texts: () => set.entries().map((entry) => decoder.decode(entry)) } : {}),
    };
  }
}

/** Writes the form in which a text is compared; its length, or 0 when it cannot be in such a list. */
const encoders: Readonly<Record<TextKind, (text: string, into: Uint8Array) => number>> = {
  domain: encodeDomain,
  hash: encodeHash,
  path: encode,
  text: (text, into) => encode(fold(text), into),
};

/** What was asked of lists of a kind last, as they compare it: an event's value is looked up in several, one after the other. */
class AskedText {
  private readonly kind: TextKind;
  private text: string | undefined;
  private readonly bytes = new Uint8Array(entryBytesMax);
  private length = 0;
  /** Of each entry that would hold the text, where in it that begins: the text itself, of a domain those above it too. */
  private starts: readonly number[] = [];
  private hashes: readonly number[] = [];

  constructor(kind: TextKind) {
    this.kind = kind;
  }

  isIn(set: ByteSet, text: string): boolean {
    if (text !== this.text) this.take(text);
    const { bytes, length, starts, hashes } = this;
    for (let index = 0; index < starts.length; index += 1) {
      const start = starts[index]!;
      if (set.has(bytes, start, length - start, hashes[index]!)) return true;
    }
    return false;
  }

  private take(text: string): void {
    const { kind, bytes } = this;
    const length = encoders[kind](text, bytes);
    this.starts = length === 0 ? [] : kind === 'domain' ? domainStarts(bytes, length) : [0];
    this.hashes = this.starts.map((start) => entryHash(bytes, start, length - start));
    this.length = length;
    this.text = text;
  }
}

/** Of the domain itself, then of each above it. */
function domainStarts(bytes: Uint8Array, length: number): number[] {
  const starts = [0];
  for (let at = 0; at < length; at += 1) {
    if (bytes[at] === dot) starts.push(at + 1);
  }
  return starts;
}

const askedOf: Readonly<Record<TextKind, AskedText>> = { domain: new AskedText('domain'), hash: new AskedText('hash'), path: new AskedText('path'), text: new AskedText('text') };

const scratch = new Uint8Array(entryBytesMax);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The text's UTF-8; its length, or 0 when it is longer than any entry. */
function encode(text: string, into: Uint8Array): number {
  if (text.length > entryBytesMax) return 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return encodeWide(text, into);
    into[index] = code;
  }
  return text.length;
}

function encodeWide(text: string, into: Uint8Array): number {
  const { read, written } = encoder.encodeInto(text, into);
  return read === text.length ? written : 0;
}

const dot = 0x2e;

/** RFC 1035; names with an underscore are in use. */
const domainCharsMax = 253;

function encodeDomain(text: string, into: Uint8Array): number {
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  return name.length > domainCharsMax || /[\s/:@]|^\.|\.\./.test(name) ? 0 : encode(fold(name), into);
}

/** MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512: as bytes, which are half of the digits. */
const hashDigits: ReadonlySet<number> = new Set([32, 40, 56, 64, 96, 128]);

function encodeHash(text: string, into: Uint8Array): number {
  if (!hashDigits.has(text.length)) return 0;
  for (let index = 0; index < text.length; index += 2) {
    const high = digitOf(text.charCodeAt(index));
    const low = digitOf(text.charCodeAt(index + 1));
    if (high < 0 || low < 0) return 0;
    into[index / 2] = high * 16 + low;
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
