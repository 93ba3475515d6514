/**
 * Recorded captures: what the kernel side said, byte for byte, for tests, replay and hosts without the rights.
 *
 *   file   = one line of JSON {"format": "ringfence-capture", "version": 1, "bootId", "bootTimeNs"}, then chunks
 *   chunk  = u8 kind (0 snapshot, 1 records of the process ring, 2 of the event ring), u32 count, u32 length, then `length` bytes of frames (see RawRecords)
 *
 * Numbers are little-endian.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { RingfenceError } from '#runtime/errors.ts';
import { frameBytes, frames, ringNames, type Kernel, type KernelCounters, type RawRecords } from './kernel.ts';

const chunkHeaderBytes = 9;
const snapshotChunk = 0;
/** Of ring 0; each further ring has the next number. */
const recordsChunk = 1;

const header = z.strictObject({
  format: z.literal('ringfence-capture'),
  version: z.literal(1),
  bootId: z.string().max(64),
  // Any sum with a time since boot then stays a signed 64-bit number.
  bootTimeNs: z.string().regex(/^\d{1,19}$/).transform(BigInt).refine((ns) => ns < 2n ** 62n),
});

interface Chunk extends RawRecords {
  readonly kind: number;
}

/** A capture as a kernel: everything can be read at once, nothing more comes. Throws CAPTURE_INVALID. */
export function openCapture(path: string): Kernel {
  const { chunks, bootId, bootTimeNs } = parseCapture(path);
  const snapshot = chunks.filter((chunk) => chunk.kind === snapshotChunk);
  const records = chunks.filter((chunk) => chunk.kind !== snapshotChunk);
  const rings = ringNames.map((_, ring) => ({ seen: seenOf(records, ring), droppedRingFull: 0n, usedBytes: 0, bytes: 0 }));
  let next = 0;
  return {
    bootId,
    bootTimeNs,
    followClock: () => 0n,
    snapshot: () => snapshot[0] ?? { ring: 0, bytes: Buffer.alloc(0), count: 0, cursor: 0n },
    livesAhead: () => records.filter(({ ring }) => ring === 0),
    onReadable: (callback) => void setImmediate(callback),
    read: () => {
      const one = records[next++];
      if (one === undefined) return [];
      // They were read together, and together give the order of time.
      const together = one.ring === 0 && records[next]?.ring === 1;
      return together ? [one, records[next++]!] : [one];
    },
    waits: false,
    release: () => {},
    setInterest: () => Promise.resolve(true),
    counters: (): KernelCounters => ({ rings, kinds: {}, faults: {} }),
    stop: () => {},
    close: () => Promise.resolve(),
  };
}

/**
 * Passes a kernel through and writes all that is read from it to a file. The capture is complete after close. It has one
 * time of boot, that of its beginning: it is played back as if the clock had not been set while it was recorded.
 */
export function recordCapture(kernel: Kernel, path: string): Kernel {
  const fd = openSync(path, 'w', 0o600);
  const about = { format: 'ringfence-capture', version: 1, bootId: kernel.bootId, bootTimeNs: String(kernel.bootTimeNs) };
  writeSync(fd, `${JSON.stringify(about)}\n`);
  const write = (kind: number, records: RawRecords): RawRecords => {
    writeSync(fd, chunkHeader(kind, records));
    writeSync(fd, records.bytes);
    return records;
  };
  return {
    bootId: kernel.bootId,
    get bootTimeNs() {
      return kernel.bootTimeNs;
    },
    followClock: () => kernel.followClock(),
    snapshot: () => write(snapshotChunk, kernel.snapshot()),
    livesAhead: () => kernel.livesAhead(),
    onReadable: (callback) => kernel.onReadable(callback),
    read: () => kernel.read().map((records) => write(recordsChunk + records.ring, records)),
    get waits() {
      return kernel.waits;
    },
    release: (ring, cursor) => kernel.release(ring, cursor),
    setInterest: (interest) => kernel.setInterest(interest),
    counters: () => kernel.counters(),
    stop: () => kernel.stop(),
    close: async () => {
      try {
        await kernel.close();
      } finally {
        closeSync(fd);
      }
    },
  };
}

function seenOf(records: readonly Chunk[], ring: number): bigint {
  return BigInt(records.filter((chunk) => chunk.ring === ring).reduce((sum, chunk) => sum + chunk.count, 0));
}

function chunkHeader(kind: number, records: RawRecords): Buffer {
  const bytes = Buffer.alloc(chunkHeaderBytes);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32LE(records.count, 1);
  bytes.writeUInt32LE(records.bytes.length, 5);
  return bytes;
}

function parseCapture(path: string): { chunks: Chunk[]; bootId: string; bootTimeNs: bigint } {
  const bytes = read(path);
  const lineEnd = bytes.indexOf('\n');
  const about = header.safeParse(parseJson(bytes.toString('utf8', 0, Math.max(lineEnd, 0))));
  if (!about.success) throw invalid(path, 'it does not begin like a capture of version 1');
  const chunks: Chunk[] = [];
  for (let at = lineEnd + 1; at < bytes.length; ) {
    if (at + chunkHeaderBytes > bytes.length) throw invalid(path, 'it is cut within a chunk');
    const length = bytes.readUInt32LE(at + 5);
    const start = at + chunkHeaderBytes;
    if (start + length > bytes.length) throw invalid(path, 'it is cut within a chunk');
    const kind = bytes.readUInt8(at);
    const chunk = { kind, ring: Math.max(kind - recordsChunk, 0), count: bytes.readUInt32LE(at + 1), bytes: bytes.subarray(start, start + length), cursor: BigInt(chunks.length) };
    if (chunk.ring >= ringNames.length) throw invalid(path, `it has a chunk of unknown kind ${chunk.kind}`);
    if (!isFramed(chunk)) throw invalid(path, 'a chunk does not hold the records that it counts');
    chunks.push(chunk);
    at = start + length;
  }
  return { chunks, bootId: about.data.bootId, bootTimeNs: about.data.bootTimeNs };
}

function isFramed({ bytes, count }: RawRecords): boolean {
  const sizes = [...frames(bytes)].map(({ size }) => frameBytes(size));
  return sizes.length === count && sizes.reduce((sum, size) => sum + size, 0) === bytes.length;
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new RingfenceError('CAPTURE_INVALID', `${path} cannot be read`, { cause, details: { path } });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function invalid(path: string, why: string): RingfenceError {
  return new RingfenceError('CAPTURE_INVALID', `${path} is not a capture: ${why}`, { details: { path } });
}
