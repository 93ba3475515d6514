/**
 * Reads one record of the ring buffer: fixed part at known offsets, strings in the data behind it. Every access is
 * checked against the record's end, because a capture file can hold anything.
 */
import { DecodeError } from './decode-error.ts';
import { ipText } from './ip-text.ts';

const truncatedBit = 0x8000;

export class RecordReader {
  /** Paths of the fields that the kernel side cut. */
  readonly truncated: string[] = [];
  private readonly bytes: Buffer;
  private readonly start: number;
  private readonly end: number;
  private dataStart: number;

  constructor(bytes: Buffer, start: number, size: number) {
    if (start < 0 || start + size > bytes.length) throw new DecodeError('HEADER_INVALID', 'kernel record reaches past its buffer');
    this.bytes = bytes;
    this.start = start;
    this.end = start + size;
    this.dataStart = this.end;
  }

  /** Says how long the fixed part is; must come before any other field is read. */
  begin(fixedSize: number): void {
    this.dataStart = this.start + fixedSize;
    if (this.dataStart > this.end) throw new DecodeError('BODY_INVALID', `kernel record of ${this.end - this.start} bytes is shorter than its ${fixedSize}`);
  }

  u8(offset: number): number {
    return this.bytes[this.start + offset]!;
  }

  u16(offset: number): number {
    return this.bytes.readUInt16LE(this.start + offset);
  }

  u32(offset: number): number {
    return this.bytes.readUInt32LE(this.start + offset);
  }

  /** A u32 that becomes an Avro int. The kernel writes no other; a capture may. */
  i31(offset: number, path: string): number {
    const value = this.u32(offset);
    if (value > 0x7fffffff) throw new DecodeError('BODY_INVALID', `${path} is ${value}, which is no int`);
    return value;
  }

  u64(offset: number): bigint {
    return this.bytes.readBigUInt64LE(this.start + offset);
  }

  /** A u64 of at most `max`. */
  u64UpTo(offset: number, max: bigint, path: string): bigint {
    const value = this.u64(offset);
    if (value > max) throw new DecodeError('BODY_INVALID', `${path} is ${value}, more than ${max}`);
    return value;
  }

  /** A NUL-padded array of `length` bytes. */
  chars(offset: number, length: number): string {
    const from = this.start + offset;
    const nul = this.bytes.indexOf(0, from);
    return this.bytes.toString('utf8', from, nul < 0 || nul > from + length ? from + length : nul);
  }

  /** A string in the data; null when the kernel side supplied none. */
  string(offset: number, path: string): string | null {
    const length = this.length(offset, path);
    if (length === 0) return null;
    const from = this.dataStart + this.u16(offset);
    return this.bytes.toString('utf8', from, from + length);
  }

  /** A return value, an offset: any 32 bits with a sign. */
  s32(offset: number): number {
    return this.bytes.readInt32LE(this.start + offset);
  }

  /** 16 bytes of address; null when the kernel side left them all ones, for there is none. */
  ip(offset: number): string | null {
    return ipText(this.bytes, this.start + offset);
  }

  /** Bytes in the data; they share the record's memory. */
  data(offset: number, path: string): Buffer {
    const length = this.length(offset, path);
    const from = this.dataStart + this.u16(offset);
    return this.bytes.subarray(from, from + length);
  }

  /** NUL-separated strings in the data. */
  strings(offset: number, path: string): string[] {
    const text = this.string(offset, path);
    if (text === null) return [];
    const parts = text.split('\0');
    if (parts.at(-1) === '') parts.pop();
    return parts;
  }

  private length(offset: number, path: string): number {
    const raw = this.u16(offset + 2);
    const length = raw & ~truncatedBit;
    if (this.dataStart + this.u16(offset) + length > this.end) throw new DecodeError('BODY_INVALID', `${path} reaches past its record`);
    if (raw & truncatedBit) this.truncated.push(path);
    return length;
  }
}
