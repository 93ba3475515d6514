import { expect, test } from 'vitest';
import { decodeKernelRecord, kernelKinds, kernelLayout } from '#schemas/generated/decode.gen.ts';
import { processPart } from '#schemas/generated/transcode.gen.ts';
import { frameBytes, type RawRecords } from './kernel/kernel.ts';
import { replacedAhead } from './replaced-ahead.ts';

interface Given {
  readonly pid: number;
  readonly startNs?: bigint;
  readonly timeNs: bigint;
  readonly kind?: number;
}

function recordOf({ pid, startNs = BigInt(pid), timeNs, kind = kernelKinds.process_exec }: Given): Buffer {
  const record = Buffer.alloc(kernelLayout.rf_exec.size);
  record.writeBigUInt64LE(timeNs, 8);
  record.writeUInt32LE(record.length, 16);
  record.writeUInt16LE(kind, 20);
  record.writeUInt32LE(pid, processPart.at + processPart.pid);
  record.writeBigUInt64LE(startNs, processPart.at + processPart.startNs);
  return record;
}

function lives(...given: readonly Given[]): RawRecords {
  const frames = given.map((each) => {
    const record = recordOf(each);
    const frame = Buffer.alloc(frameBytes(record.length));
    frame.writeUInt32LE(record.length);
    record.copy(frame, 4);
    return frame;
  });
  return { ring: 0, bytes: Buffer.concat(frames), count: frames.length, cursor: 0n };
}

/** Taken at 100. */
const snapshot = [1, 2, 3, 4].map((pid) => {
  const record = recordOf({ pid, timeNs: 100n, kind: 0 });
  return decodeKernelRecord(record, 0, record.length);
});

function replaced(...pieces: RawRecords[]): number[] {
  return [...replacedAhead(snapshot, pieces)].map(({ process }) => process.pid);
}

test('whose exec lies ahead had another program before the snapshot', () => {
  expect(replaced(lives({ pid: 2, timeNs: 5n }, { pid: 9, timeNs: 6n }), lives({ pid: 2, timeNs: 7n }, { pid: 4, timeNs: 100n }))).toEqual([2, 4]);
});

test('an exec after the snapshot, of another process of that number, or another life says nothing of it', () => {
  expect(replaced(lives({ pid: 1, timeNs: 101n }, { pid: 2, startNs: 7n, timeNs: 5n }, { pid: 3, timeNs: 5n, kind: kernelKinds.process_fork }))).toEqual([]);
});

test('nothing lies ahead of a first collector', () => expect(replaced()).toEqual([]));

test('a record that is cut is passed over', () => {
  const whole = lives({ pid: 1, timeNs: 5n }, { pid: 2, timeNs: 5n });
  expect(replaced({ ...whole, bytes: whole.bytes.subarray(0, -8) })).toEqual([1]);
});
