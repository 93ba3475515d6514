/**
 * Avro's primitives, written into a buffer without an object between: what the generated transcoders are made of. Each
 * function writes at `at` and returns where the next value goes. The caller has made room: a number takes at most
 * ten bytes, a text of n bytes at most 3 n more (each byte that is no UTF-8 becomes a U+FFFD of three).
 *
 *   long, int, enum, union branch   zigzag varint, 7 bits a byte, the lowest first
 *   string                          long length, UTF-8
 *
 * Avro specification 1.12, "Binary Encoding". Numbers of 64 bits come as two words: bigints cost ten times as much.
 */
import { ipText } from './ip-text.ts';
import { syscallName } from './syscalls.ts';

/** A number of 32 bits without a sign. */
export function putU32(out: Buffer, at: number, value: number): number {
  if (value < 0x40) {
    out[at] = value << 1;
    return at + 1;
  }
  return putVarint(out, at, (value << 1) >>> 0, value >>> 31);
}

/** A number of 32 bits with a sign. */
export function putS32(out: Buffer, at: number, value: number): number {
  return putVarint(out, at, ((value << 1) ^ (value >> 31)) >>> 0, 0);
}

/** 64 bits, read as Avro's signed long. */
export function putWords(out: Buffer, at: number, low: number, high: number): number {
  const sign = high >> 31;
  return putVarint(out, at, ((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0);
}

/** A long of at most 2^52 on either side of 0. */
export function putLong(out: Buffer, at: number, value: number): number {
  const high = Math.floor(value / 0x1_0000_0000);
  return putWords(out, at, (value - high * 0x1_0000_0000) >>> 0, high);
}

function putVarint(out: Buffer, at: number, low: number, high: number): number {
  while (high !== 0) {
    out[at++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  while (low > 0x7f) {
    out[at++] = (low & 0x7f) | 0x80;
    low >>>= 7;
  }
  out[at++] = low;
  return at;
}

/**
 * `length` bytes of `from` as a text; what is no UTF-8 is replaced as by Buffer.toString. Nearly all names are ASCII:
 * those are copied as they are checked, which beats a call into C++ up to some hundred bytes.
 */
export function putText(out: Buffer, at: number, from: Uint8Array, start: number, length: number): number {
  const text = putU32(out, at, length);
  for (let index = 0; index < length; index++) {
    const byte = from[start + index]!;
    if (byte >= 0x80) return putUtf8(out, at, from, start, length);
    out[text + index] = byte;
  }
  return text + length;
}

function putUtf8(out: Buffer, at: number, from: Uint8Array, start: number, length: number): number {
  return putString(out, at, Buffer.from(from.buffer, from.byteOffset + start, length).toString('utf8'));
}

export function putString(out: Buffer, at: number, text: string): number {
  const length = Buffer.byteLength(text);
  const start = putU32(out, at, length);
  return start + out.write(text, start, length);
}

/** A NUL-padded array of `size` bytes. */
export function putChars(out: Buffer, at: number, from: Uint8Array, start: number, size: number): number {
  return putText(out, at, from, start, charsLength(from, start, size));
}

/** A nullable string: such an array, null when it is empty. */
export function putOptionalChars(out: Buffer, at: number, from: Uint8Array, start: number, size: number): number {
  const length = charsLength(from, start, size);
  if (length === 0) {
    out[at] = 0;
    return at + 1;
  }
  out[at] = 2;
  return putText(out, at + 1, from, start, length);
}

/** A nullable string. */
export function putOptional(out: Buffer, at: number, text: string | null): number {
  if (text === null) {
    out[at] = 0;
    return at + 1;
  }
  out[at] = 2;
  return putString(out, at + 1, text);
}

/** An array of strings, in one block. */
export function putStrings(out: Buffer, at: number, texts: readonly string[]): number {
  if (texts.length > 0) {
    at = putU32(out, at, texts.length);
    for (const text of texts) at = putString(out, at, text);
  }
  out[at] = 0;
  return at + 1;
}

/** The bytes before the first NUL. */
function charsLength(from: Uint8Array, start: number, size: number): number {
  let length = 0;
  while (length < size && from[start + length] !== 0) length++;
  return length;
}

export function putBoolean(out: Buffer, at: number, value: number): number {
  out[at] = value === 0 ? 0 : 1;
  return at + 1;
}

/** An enum's symbol by its number; the first for a number that has none. */
export function putChoice(out: Buffer, at: number, value: number, count: number): number {
  return putU32(out, at, value < count ? value : 0);
}

/** A nullable string: the name of a system call. */
export function putSyscall(out: Buffer, at: number, number: number): number {
  let bytes = syscallTexts[number];
  if (bytes === undefined) syscallTexts[number] = bytes = optional(syscallName(number));
  out.set(bytes, at);
  return at + bytes.length;
}

/** By number; filled as they come, at most 65,536. */
const syscallTexts: Uint8Array[] = [];

/** A nullable string: the text of an IP address of 16 bytes. */
export function putIp(out: Buffer, at: number, from: Uint8Array, start: number): number {
  return putOptional(out, at, ipText(from, start));
}

function optional(text: string | null): Uint8Array {
  if (text === null) return new Uint8Array([0]);
  const bytes = Buffer.alloc(1 + 10 + Buffer.byteLength(text));
  bytes[0] = 2;
  return bytes.subarray(0, putString(bytes, 1, text));
}
