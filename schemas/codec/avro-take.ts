/**
 * Avro's primitives, stepped over and read in place: what the check of bodies and the careful scan are made of.
 * A function named …End returns where the value at `at` ends; it refuses, as a DecodeError BODY_INVALID, what the bytes
 * do not hold. A function named …At returns the value that stands there.
 *
 *   int, long, enum, union branch   zigzag varint, 7 bits a byte, the lowest first
 *   string, bytes                   long length, then so many bytes
 *   array, map                      blocks until count 0
 *   block                           long count (negative: then a long size), items
 *
 * Avro specification 1.12, "Binary Encoding".
 */
import { DecodeError } from './decode-error.ts';

export type End = (bytes: Uint8Array, at: number) => number;

/** Ten groups of 7 bits hold 64. */
const varintBytesMax = 10;

/** avsc's arithmetic on a plain long is exact to here (zigzag doubles it), and wrong without a word beyond. */
const exactMax = 2 ** 52;

/** A zigzag varint; beyond 2^53 only near its value, which no length or count can have. */
export function longAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first !== undefined && first < 0x80) return first & 1 ? -(first + 1) / 2 : first >> 1;
  let sum = 0;
  let scale = 1;
  for (let index = at; index < at + varintBytesMax; index++) {
    const byte = bytes[index];
    if (byte === undefined) return refuse('a number reaches past its end');
    sum += (byte & 0x7f) * scale;
    if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
    scale *= 128;
  }
  return refuse(`a number of more than ${varintBytesMax} bytes`);
}

/** The 64 bits of a zigzag varint, as a number with a sign. */
export function bigLongAt(bytes: Uint8Array, at: number): bigint {
  let low = 0;
  let high = 0;
  for (let index = at, shift = 0; ; index++, shift += 7) {
    const byte = bytes[index]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) break;
  }
  const sign = -(low & 1);
  const value = (((low >>> 1) | (high << 31)) ^ sign) >>> 0;
  return (BigInt((high >>> 1) ^ sign) << 32n) | BigInt(value);
}

/** Of any ten bytes or less. */
export function longEnd(bytes: Uint8Array, at: number): number {
  for (let index = at; index < at + varintBytesMax; index++) {
    const byte = bytes[index];
    if (byte === undefined) refuse('a number reaches past its end');
    if (byte < 0x80) return index + 1;
  }
  return refuse(`a number of more than ${varintBytesMax} bytes`);
}

/** A long that is a bigint here: all 64 bits are good. */
export function wideLongEnd(bytes: Uint8Array, at: number): number {
  const end = longEnd(bytes, at);
  if (end - at === varintBytesMax && bytes[end - 1]! > 1) refuse('a number of more than 64 bits');
  return end;
}

/** A long that stays exact as a number. */
export function exactLongEnd(bytes: Uint8Array, at: number): number {
  const end = longEnd(bytes, at);
  // 49 bits, the sign among them.
  if (end - at <= 7) return end;
  const value = longAt(bytes, at);
  if (Math.abs(value) > exactMax) refuse(`${value}, which does not stay exact`);
  return end;
}

/** avsc takes any long for an int. */
export function intEnd(bytes: Uint8Array, at: number): number {
  const end = longEnd(bytes, at);
  if (end - at <= 4) return end;
  const value = longAt(bytes, at);
  if (value < -0x80000000 || value > 0x7fffffff) refuse(`${value}, which is no int`);
  return end;
}

/** `size` bytes, whatever they are. */
export function bytesEnd(bytes: Uint8Array, at: number, size: number): number {
  if (!(size >= 0 && size <= bytes.length - at)) refuse(`${size} bytes where ${bytes.length - at} are left`);
  return at + size;
}

export function stringEnd(bytes: Uint8Array, at: number): number {
  return bytesEnd(bytes, longEnd(bytes, at), longAt(bytes, at));
}

/** An enum of `count` symbols. */
export function choiceEnd(bytes: Uint8Array, at: number, count: number): number {
  choiceAt(bytes, at, count);
  return longEnd(bytes, at);
}

/** Which of `count` branches or symbols; refuses others. */
export function choiceAt(bytes: Uint8Array, at: number, count: number): number {
  const value = longAt(bytes, at);
  if (!(value >= 0 && value < count)) refuse(`choice ${value} of ${count}`);
  return value;
}

/** An array or a map, whatever its items. */
export function blocksEnd(bytes: Uint8Array, at: number, itemEnd: End): number {
  for (;;) {
    const count = longAt(bytes, at);
    at = longEnd(bytes, at);
    if (count === 0) return at;
    at = count < 0 ? sizedBlockEnd(bytes, at, -count, itemEnd) : itemsEnd(bytes, at, count, itemEnd);
  }
}

/** The size is for readers that skip the block, as avsc does with fields that today's schema does not have. */
function sizedBlockEnd(bytes: Uint8Array, at: number, count: number, itemEnd: End): number {
  const size = longAt(bytes, at);
  const start = longEnd(bytes, at);
  const end = itemsEnd(bytes, start, count, itemEnd);
  if (end - start !== size) refuse(`a block of ${end - start} bytes that claims ${size}`);
  return end;
}

function itemsEnd(bytes: Uint8Array, at: number, count: number, itemEnd: End): number {
  checkCount(bytes, at, count);
  for (let index = 0; index < count; index++) at = itemEnd(bytes, at);
  return at;
}

/** That so many items can be there: no item of ours is empty. */
export function checkCount(bytes: Uint8Array, at: number, count: number): void {
  if (count > bytes.length - at) refuse(`${count} items in ${bytes.length - at} bytes`);
}

/** That a walk ended where the bytes do. */
export function checkEnd(bytes: Uint8Array, at: number): void {
  if (at !== bytes.length) refuse(`${bytes.length - at} bytes after its end`);
}

export function refuse(why: string): never {
  throw new DecodeError('BODY_INVALID', why);
}
