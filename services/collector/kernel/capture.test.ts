/** Captures that no recorder wrote. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { hasCode } from '#runtime/errors.ts';
import { openCapture } from './capture.ts';
import { frames } from './kernel.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringfence-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const header = '{"format":"ringfence-capture","version":1,"bootId":"b","bootTimeNs":"1700000000000000000"}\n';

function fileOf(...parts: (string | Buffer)[]): string {
  const path = join(folder, 'capture');
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part as Buffer))));
  return path;
}

function chunk(kind: number, count: number, bytes: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUInt8(kind);
  head.writeUInt32LE(count, 1);
  head.writeUInt32LE(bytes.length, 5);
  return Buffer.concat([head, bytes]);
}

function frame(size: number, payload = Buffer.alloc(Math.ceil(size / 8) * 8)): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(size);
  return Buffer.concat([head, payload]);
}

describe('a capture', () => {
  test('gives its chunks in order, then nothing, and has seen what it holds', () => {
    const kernel = openCapture(fileOf(header, chunk(1, 2, Buffer.concat([frame(3), frame(8)])), chunk(0, 1, frame(5)), chunk(1, 1, frame(16))));
    expect(kernel.bootTimeNs).toBe(1_700_000_000_000_000_000n);
    expect(kernel.snapshot().count).toBe(1);
    expect([kernel.read()[0]?.count, kernel.read()[0]?.count, kernel.read()]).toEqual([2, 1, []]);
    expect(kernel.counters()).toMatchObject({ rings: [{ seen: 3n, droppedRingFull: 0n }, { seen: 0n }] });
  });

  test('without chunks has an empty snapshot', () => {
    expect(openCapture(fileOf(header)).snapshot()).toMatchObject({ count: 0 });
  });

  test.each([
    ['is missing', () => join(folder, 'none')],
    ['is empty', () => fileOf('')],
    ['has no header', () => fileOf('{}\n')],
    ['is of another version', () => fileOf(header.replace('1', '2'))],
    ['was taken at an impossible time', () => fileOf(header.replace('17000', '97000'))],
    ['is cut within a chunk\'s header', () => fileOf(header, chunk(1, 1, frame(8)).subarray(0, 5))],
    ['is cut within a chunk', () => fileOf(header, chunk(1, 1, frame(8)).subarray(0, -1))],
    ['has a chunk of an unknown kind', () => fileOf(header, chunk(7, 1, frame(8)))],
    ['counts more records than it has', () => fileOf(header, chunk(1, 2, frame(8)))],
    ['has a record that reaches past its chunk', () => fileOf(header, chunk(1, 1, frame(0xfffffff4, Buffer.alloc(64))))],
    ['has bytes after its last record', () => fileOf(header, chunk(1, 1, Buffer.concat([frame(8), Buffer.alloc(2)])))],
  ])('that %s is refused with CAPTURE_INVALID', (_, make) => {
    const path = make();
    expect(() => openCapture(path)).toThrow(expect.toSatisfy((error: unknown) => hasCode(error, 'CAPTURE_INVALID')));
  });
});

test('a walk over frames of any bytes ends, and only ever goes forward', () => {
  const walks = (bytes: Uint8Array) => {
    let last = 0;
    for (const { start } of frames(Buffer.from(bytes))) {
      expect(start).toBeGreaterThan(last);
      last = start;
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), walks));
  // As a signed number, this length would lead back to the frame before it, again and again.
  walks(Buffer.concat([frame(0), frame(0xfffffff4, Buffer.alloc(16))]));
});
