import { expect, test } from 'vitest';
import { inOrder, type RawRecords } from './kernel.ts';

/** Records of a header's length that tell their time. */
function piece(ring: number, ...times: number[]): RawRecords {
  const records = times.map((time) => {
    const frame = Buffer.alloc(4 + 24);
    frame.writeUInt32LE(24);
    frame.writeBigUInt64LE(BigInt(time), 4 + 8);
    return frame;
  });
  return { ring, bytes: Buffer.concat(records), count: times.length, cursor: 1n };
}

function merged(...pieces: RawRecords[]): [number, number][] {
  return [...inOrder(pieces)].map(({ raw, start }) => [raw.ring, Number(raw.bytes.readBigUInt64LE(start + 8))]);
}

test('the records of one ring keep its order', () => expect(merged(piece(1, 5, 3, 4))).toEqual([[1, 5], [1, 3], [1, 4]]));

test('those of two come by time, the process ring first at the same time', () => {
  expect(merged(piece(0, 1, 4, 9), piece(1, 2, 4, 5))).toEqual([[0, 1], [1, 2], [0, 4], [1, 4], [1, 5], [0, 9]]);
});

test('a time beyond 32 bits counts whole', () => expect(merged(piece(0, 2 ** 40), piece(1, 5)).map(([ring]) => ring)).toEqual([1, 0]));

test('nothing comes of nothing', () => expect(merged()).toEqual([]));

test('a frame that is cut is given out, so that its reader notices', () => {
  const cut = { ...piece(0, 7), bytes: Buffer.from([24, 0, 0, 0, 1]) };
  expect([...inOrder([cut, piece(1, 1)])].map(({ raw }) => raw.ring)).toEqual([0, 1]);
});
