/** The generated decoder on kernel records that no kernel wrote: a capture file can hold anything. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeKernelRecord, kernelLayout, type KernelRecord } from '../generated/decode.gen.ts';
import { codec } from './codec.ts';
import { DecodeError } from './decode-error.ts';

const structs = [kernelLayout.rf_snapshot, kernelLayout.rf_exec, kernelLayout.rf_fork, kernelLayout.rf_exit];
const processAt = offsetOf(kernelLayout.rf_exec, 'process');

interface Layout {
  readonly size: number;
  readonly members: readonly { readonly name: string; readonly offset: number; readonly size: number }[];
}

function offsetOf(struct: Layout, name: string): number {
  return struct.members.find((member) => member.name === name)!.offset;
}

/** A record of the kind with a header that fits; the rest is zero. */
function recordOf(kind: number, dataBytes = 0): Buffer {
  const bytes = Buffer.alloc(structs[kind]!.size + dataBytes);
  bytes.writeUInt32LE(bytes.length, offsetOf(kernelLayout.rf_header, 'size'));
  bytes.writeUInt16LE(kind, offsetOf(kernelLayout.rf_header, 'kind'));
  return bytes;
}

function exec(args: Buffer, length = args.length): KernelRecord {
  const bytes = recordOf(1, args.length);
  args.copy(bytes, kernelLayout.rf_exec.size);
  bytes.writeUInt16LE(length, processAt + offsetOf(kernelLayout.rf_process, 'args') + 2);
  return decodeKernelRecord(bytes, 0, bytes.length);
}

function codeOf(bytes: Buffer, size = bytes.length): string {
  try {
    decodeKernelRecord(bytes, 0, size);
    return 'decoded';
  } catch (error) {
    if (error instanceof DecodeError) return error.code;
    throw error;
  }
}

describe('a kernel record', () => {
  test('is read at an offset, and ends where it says', () => {
    const bytes = Buffer.concat([Buffer.alloc(12, 0xff), recordOf(3), Buffer.alloc(12, 0xff)]);
    expect(decodeKernelRecord(bytes, 12, kernelLayout.rf_exit.size).body).toMatchObject({ kind: 'process_exit', exit_code: 0 });
  });

  test('keeps empty arguments, and drops only the end of the last', () => {
    expect(exec(Buffer.from('a\0\0b\0\0')).process.args).toEqual(['a', '', 'b', '']);
    expect(exec(Buffer.from('\0')).process.args).toEqual(['']);
    expect(exec(Buffer.from('a\0cut')).process.args).toEqual(['a', 'cut']);
    expect(exec(Buffer.alloc(0)).process.args).toEqual([]);
  });

  test('has invalid UTF-8 replaced, and control characters as they are', () => {
    expect(exec(Buffer.from([0xff, 0x41, 0xc3, 0, 0x1b, 0x5b, 0x0a, 0])).process.args).toEqual(['\ufffdA\ufffd', '\u001b[\n']);
  });

  test('names the field that was cut', () => {
    expect(exec(Buffer.from('ab'), 0x8002)).toMatchObject({ truncated: ['process.args'], process: { args: ['ab'] } });
  });

  test('is refused when it is cut, of an unknown kind, or has a string that reaches past its end', () => {
    for (const [kind, struct] of structs.entries()) expect(codeOf(recordOf(kind).subarray(0, struct.size - 1))).toBe('HEADER_INVALID');
    expect(codeOf(recordOf(1), 1_000_000)).toBe('HEADER_INVALID');
    expect(codeOf(Buffer.alloc(0))).toBe('HEADER_INVALID');
    const unknown = recordOf(1);
    unknown.writeUInt16LE(77, offsetOf(kernelLayout.rf_header, 'kind'));
    expect(codeOf(unknown)).toBe('SCHEMA_UNKNOWN');
    expect(() => exec(Buffer.from('ab'), 3)).toThrow('process.args reaches past its record');
    const short = Buffer.concat([recordOf(0)]);
    short.writeUInt16LE(3, offsetOf(kernelLayout.rf_header, 'kind'));
    expect(codeOf(short)).toBe('BODY_INVALID');
  });

  test('is refused when a number would not survive in an event', () => {
    const pid = recordOf(2);
    pid.writeUInt32LE(2 ** 31, processAt + offsetOf(kernelLayout.rf_process, 'pid'));
    expect(codeOf(pid)).toBe('BODY_INVALID');
    const seq = recordOf(2);
    seq.writeBigUInt64LE(2n ** 52n + 1n, offsetOf(kernelLayout.rf_header, 'seq'));
    expect(codeOf(seq)).toBe('BODY_INVALID');
  });

  test('of any bytes is refused with a DecodeError, or becomes an event that can be encoded', () => {
    const bytes = fc.tuple(fc.nat(3), fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 20, max: 300 })).map(([kind, noise, at]) => {
      const record = recordOf(kind, 64);
      Buffer.from(noise).copy(record, Math.max(24, at));
      return record;
    });
    const holds = (record: Buffer) => {
      if (codeOf(record) !== 'decoded') return;
      const { seq, bootNs, process, body, truncated } = decodeKernelRecord(record, 0, record.length);
      if (body === null || body.kind === 'packet') return;
      const event = { ring: 0, seq: Number(seq), time: bootNs, process, parent: null, ancestors: [], container: null, truncated, body };
      codec('event_batch').encode({ node: 'n', boot_id: 'b', hostname: 'h', events: [event], losses: [] });
    };
    fc.assert(fc.property(bytes, holds), { numRuns: 500 });
  });
});
