/**
 * An exact set of short byte strings that costs little beside its bytes: all entries stand in one buffer, each behind its
 * length, and a table of offsets with open addressing finds them. The hash has a key that is random for each process, so
 * that whoever writes a list cannot choose entries that fall on each other; all sets share it, so that a text is hashed once
 * for all lists.
 */
import { randomBytes } from 'node:crypto';

/** The longest entry: what a path of Linux may have. */
export const entryBytesMax = 4_096;

/** Length of an entry, in front of it. */
const lengthBytes = 2;

export class ByteSetBuilder {
  private bytes: Uint8Array;
  private used = 0;
  private added = 0;

  /** `bytesHint`: about as much as the entries will take, to spare growing. */
  constructor(bytesHint = 1_024) {
    this.bytes = new Uint8Array(bytesHint);
  }

  /** Of at most `entryBytesMax` bytes. */
  add(entry: Uint8Array, length: number): void {
    const end = this.used + lengthBytes + length;
    if (end > this.bytes.length) this.grow(end);
    this.bytes[this.used] = length & 0xff;
    this.bytes[this.used + 1] = length >> 8;
    for (let index = 0, to = this.used + lengthBytes; index < length; index++) this.bytes[to + index] = entry[index]!;
    this.used = end;
    this.added += 1;
  }

  build(): ByteSet {
    return new ByteSet(this.bytes.slice(0, this.used), this.added);
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}

export class ByteSet {
  /** Distinct entries. */
  readonly size: number;
  private readonly bytes: Uint8Array;
  /** An entry's offset and 1; 0 is a free slot. At most three of four are taken. */
  private readonly slots: Uint32Array;
  private readonly mask: number;

  constructor(bytes: Uint8Array, entries: number) {
    this.bytes = bytes;
    this.slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, (entries * 4) / 3))));
    this.mask = this.slots.length - 1;
    this.size = this.insertAll();
  }

  get memoryBytes(): number {
    return this.bytes.length + this.slots.byteLength;
  }

  /** Whether so many bytes from `start` are an entry; `hash` is that of them. */
  has(entry: Uint8Array, start: number, length: number, hash: number): boolean {
    return this.slots[this.slotFor(entry, start, length, hash)] !== 0;
  }

  /** As they were added, those that were added again too. */
  *entries(): Generator<Uint8Array> {
    for (let offset = 0; offset < this.bytes.length; ) {
      const start = offset + lengthBytes;
      offset = start + this.lengthAt(offset);
      yield this.bytes.subarray(start, offset);
    }
  }

  private insertAll(): number {
    let distinct = 0;
    for (let offset = 0; offset < this.bytes.length; ) {
      const length = this.lengthAt(offset);
      const slot = this.slotFor(this.bytes, offset + lengthBytes, length, entryHash(this.bytes, offset + lengthBytes, length));
      if (this.slots[slot] === 0) {
        this.slots[slot] = offset + 1;
        distinct += 1;
      }
      offset += lengthBytes + length;
    }
    return distinct;
  }

  /** Where the entry is, or the free slot where it would be. */
  private slotFor(entry: Uint8Array, start: number, length: number, hash: number): number {
    let slot = hash & this.mask;
    for (;;) {
      const found = this.slots[slot]!;
      if (found === 0 || this.isAt(found - 1, entry, start, length)) return slot;
      slot = (slot + 1) & this.mask;
    }
  }

  private isAt(offset: number, entry: Uint8Array, start: number, length: number): boolean {
    if (this.lengthAt(offset) !== length) return false;
    const from = offset + lengthBytes;
    for (let index = 0; index < length; index++) if (this.bytes[from + index] !== entry[start + index]) return false;
    return true;
  }

  private lengthAt(offset: number): number {
    return this.bytes[offset]! | (this.bytes[offset + 1]! << 8);
  }
}

const processKey = new Uint32Array(new Uint8Array(randomBytes(8)).buffer);

/** Of an entry, in all sets of this process. */
export function entryHash(bytes: Uint8Array, start: number, length: number): number {
  return keyedHash(processKey, bytes, start, length);
}

/** HalfSipHash-1-3 (Aumasson, Bernstein: SipHash; the Linux kernel's hsiphash): made for keyed hash tables. */
export function keyedHash(key: Uint32Array, bytes: Uint8Array, start: number, length: number): number {
  let v0 = key[0]! | 0;
  let v1 = key[1]! | 0;
  let v2 = 0x6c796765 ^ v0;
  let v3 = 0x74656462 ^ v1;
  const tail = length & 3;
  const end = start + length - tail;
  let word = 0;
  // One round a word, then one for the tail and the length, then three.
  for (let at = start, left = 4; left > 0; at += 4) {
    if (at < end) word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    else if (left === 4) word = tailWord(bytes, end, tail) | (length << 24);
    else if (left === 3) v2 ^= 0xff;
    if (left === 4) v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (left === 4) v0 ^= word;
    if (at >= end) left -= 1;
  }
  return (v1 ^ v3) >>> 0;
}

function tailWord(bytes: Uint8Array, end: number, tail: number): number {
  let word = 0;
  for (let index = 0; index < tail; index++) word |= bytes[end + index]! << (8 * index);
  return word;
}
