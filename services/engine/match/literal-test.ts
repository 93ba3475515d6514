/**
 * One literal against the bytes of a text, without a string being made of them. Literals are ASCII, and folded unless
 * cased; texts are plain (see FieldCell.isPlain).
 */
import type { TextRange } from './avro-leaf-plans.ts';

/** Of each byte the form in which literals are compared with it. */
export type ByteForm = Uint8Array;

export const asItIs: ByteForm = Uint8Array.from({ length: 256 }, (_, byte) => byte);
export const lowerCase: ByteForm = asItIs.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));

/** Of a literal of ASCII. */
export function literalBytes(literal: string): Uint8Array {
  return Uint8Array.from(literal, (character) => character.charCodeAt(0));
}

/** Whether the literal stands at `start`, where there is room for it. From its end: of paths the ends differ more. */
export function standsAt(wanted: Uint8Array, bytes: Uint8Array, start: number, form: ByteForm): boolean {
  for (let index = wanted.length - 1; index >= 0; index -= 1) if (form[bytes[start + index]!] !== wanted[index]) return false;
  return true;
}

/** Whether a text is, begins with or ends with another; undefined when that hangs on characters beyond ASCII. */
export function textsTest(relation: 'exact' | 'prefix' | 'suffix', cased: boolean): (text: TextRange, other: TextRange) => boolean | undefined {
  const form = cased ? asItIs : lowerCase;
  return (text, other) => {
    const length = text.end - text.start;
    const otherLength = other.end - other.start;
    const compared = Math.min(length, otherLength);
    const [first, otherFirst, direction] = relation === 'suffix' ? [text.end - 1, other.end - 1, -1] : [text.start, other.start, 1];
    for (let index = 0, at = 0; index < compared; index += 1, at += direction) {
      const byte = text.bytes[first + at]!;
      const otherByte = other.bytes[otherFirst + at]!;
      if (byte >= 0x80 || otherByte >= 0x80) return undefined;
      if (form[byte] !== form[otherByte]) return false;
    }
    return length === otherLength || (relation !== 'exact' && length > otherLength);
  };
}

/** Where the literal ends that begins first at `start` or later; -1 when it is not in bytes[start, end). */
export type LiteralFinder = (bytes: Uint8Array, start: number, end: number) => number;

/** Horspool's search: a byte tells how far the literal may be moved until it can end there. */
export function literalFinder(literal: string, cased: boolean): LiteralFinder {
  const wanted = literalBytes(literal);
  const form = cased ? asItIs : lowerCase;
  const { length } = wanted;
  if (length === 0) return (_bytes, start) => start;
  if (length === 1) return byteFinder(wanted[0]!, form);
  const { steps, onward } = stepsOf(wanted, form);
  return (bytes, start, end) => {
    let at = start + length - 1;
    while (at < end) {
      const step = steps[bytes[at]!]!;
      if (step > 0) at += step;
      else if (standsAt(wanted, bytes, at + 1 - length, form)) return at + 1;
      else at += onward;
    }
    return -1;
  };
}

function byteFinder(wanted: number, form: ByteForm): LiteralFinder {
  const other = Math.max(form.indexOf(wanted), form.lastIndexOf(wanted));
  const one = Math.min(form.indexOf(wanted), form.lastIndexOf(wanted));
  return (bytes, start, end) => {
    for (let index = start; index < end; index += 1) if (bytes[index] === one || bytes[index] === other) return index + 1;
    return -1;
  };
}

/** By byte where the literal's last would stand, how far to go on: 0 where it may be the last; `onward` when it is not the literal. */
function stepsOf(wanted: Uint8Array, form: ByteForm): { readonly steps: Uint8Array; readonly onward: number } {
  const last = wanted.length - 1;
  const distance = (byte: number): number => Math.min(last - wanted.subarray(0, last).lastIndexOf(byte), stepMax);
  const steps = form.map((byte) => (byte === wanted[last] ? 0 : distance(byte)));
  return { steps, onward: distance(wanted[last]!) };
}

/** What a byte holds; a longer literal goes on by less than it could. */
const stepMax = 255;
