/** The ring's reader: order, wrap-around, bounds, release after hand-on, and waiting. Records come from test programs. */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BpfMap, RingBuffer, frameBytes, openObject, payloads } from '../src/index.ts';
import type { BpfObject } from '../src/index.ts';
import { compiled, mountBpffs, openDescriptors, u32, u64, unsupported } from './support.ts';

const skip = unsupported();
const ringBytes = 4096;
/** BPF_RB_NO_WAKEUP, BPF_RB_FORCE_WAKEUP. */
const noWakeup = 1n;
const forceWakeup = 2n;

describe.skipIf(skip !== undefined)(`a ring buffer${skip ? ` (${skip})` : ''}`, () => {
  let bpffs: ReturnType<typeof mountBpffs>;
  let object: BpfObject;

  beforeAll(() => {
    bpffs = mountBpffs();
  });
  beforeEach(() => {
    using spec = openObject(compiled('ring'));
    object = spec.load();
  });
  afterEach(() => object?.close());
  afterAll(() => bpffs?.[Symbol.dispose]());

  /** Adds records of `bytes` each, numbered from `first`; the ring refuses those that find no room. */
  function fill(first: number, count: number, bytes = 16, flags = 0n): { written: number; failed: number } {
    let written = 0;
    for (let number = first; number < first + count; number++) {
      const context = Buffer.concat([u32(number, bytes), u64(flags)]);
      written += object.program('add_record').testRun({ context }).result === 0 ? 1 : 0;
    }
    return { written, failed: count - written };
  }

  test('delivers records in order, with their exact bytes', () => {
    using ring = RingBuffer.open(object.map('ring'));
    fill(100, 3, 13);
    const into = Buffer.alloc(1024);
    const read = ring.read(into);
    expect(read).toEqual({ bytes: 3 * frameBytes(13), records: 3, discarded: 0, stop: 'empty' });
    expect(numbers(into, read.bytes)).toEqual([100, 101, 102]);
    expect([...payloads(into, read.bytes)].map((payload) => payload.length)).toEqual([13, 13, 13]);
    expect(ring.read(into)).toEqual({ bytes: 0, records: 0, discarded: 0, stop: 'empty' });
  });

  test('reads on across the end of the ring, for many rounds and sizes', () => {
    using ring = RingBuffer.open(object.map('ring'));
    const into = Buffer.alloc(ringBytes);
    let next = 0;
    for (let round = 0; round < 500; round++) {
      const count = 1 + (round % 7);
      expect(fill(next, count, 4 + ((round * 37) % 500)).failed).toBe(0);
      const read = ring.read(into);
      expect(numbers(into, read.bytes)).toEqual(Array.from({ length: count }, (_, i) => next + i));
      ring.release(ring.cursor);
      next += count;
    }
    expect(ring.cursor).toBeGreaterThan(BigInt(10 * ringBytes));
  });

  test('copies only whole records that fit, and goes on with the next read', () => {
    using ring = RingBuffer.open(object.map('ring'));
    fill(0, 5, 16);
    const into = Buffer.alloc(2 * frameBytes(16) + 7);
    expect(ring.read(into)).toMatchObject({ records: 2, stop: 'full' });
    expect(ring.read(into)).toMatchObject({ records: 2, stop: 'full' });
    expect(ring.read(into)).toMatchObject({ records: 1, stop: 'empty' });
  });

  test('names the bytes needed when a record is larger than the whole buffer, and loses nothing', () => {
    using ring = RingBuffer.open(object.map('ring'));
    fill(9, 1, 100);
    expect(() => ring.read(Buffer.alloc(64))).toThrow(expect.objectContaining({ code: 'EMSGSIZE', message: expect.stringContaining('108') }));
    const into = Buffer.alloc(frameBytes(100));
    expect(ring.read(into)).toMatchObject({ records: 1 });
    expect(numbers(into, into.length)).toEqual([9]);
  });

  test('skips discarded records and counts them', () => {
    using ring = RingBuffer.open(object.map('ring'));
    fill(1, 1);
    object.program('discard_one').testRun({ context: Buffer.alloc(16) });
    fill(2, 1);
    const into = Buffer.alloc(256);
    const read = ring.read(into);
    expect(read).toMatchObject({ records: 2, discarded: 1 });
    expect(numbers(into, read.bytes)).toEqual([1, 2]);
  });

  test('keeps space taken until it is released, and tells how much', () => {
    using ring = RingBuffer.open(object.map('ring'));
    const recordBytes = 8 + 16;
    const { written, failed } = fill(0, 300);
    expect({ written, failed }).toEqual({ written: Math.floor(ringBytes / recordBytes), failed: 300 - Math.floor(ringBytes / recordBytes) });
    expect(ring.fill()).toEqual({ availableBytes: written * recordBytes, heldBytes: 0, sizeBytes: ringBytes });
    ring.read(Buffer.alloc(2 * ringBytes));
    expect(ring.fill()).toEqual({ availableBytes: 0, heldBytes: written * recordBytes, sizeBytes: ringBytes });
    expect(fill(0, 1).failed).toBe(1);
    ring.release(ring.cursor);
    expect(fill(0, 1).failed).toBe(0);
  });

  test('gives the next reader of a pinned ring what was read but not released', () => {
    const path = `${bpffs.path}/ring`;
    object.map('ring').pin(path);
    const into = Buffer.alloc(ringBytes);
    using first = RingBuffer.open(object.map('ring'));
    fill(0, 2);
    first.read(into);
    const released = first.cursor;
    fill(2, 2);
    first.read(into);
    first.release(released);
    first.close();

    using map = BpfMap.openPinned(path);
    using second = RingBuffer.open(map);
    map.close();
    const read = second.read(into);
    expect(numbers(into, read.bytes)).toEqual([2, 3]);
  });

  test('refuses a release ahead of the cursor or behind the last one', () => {
    using ring = RingBuffer.open(object.map('ring'));
    fill(0, 2);
    expect(() => ring.release(1n)).toThrow(expect.objectContaining({ code: 'ERANGE' }));
    ring.read(Buffer.alloc(256));
    ring.release(ring.cursor);
    expect(() => ring.release(0n)).toThrow(expect.objectContaining({ code: 'ERANGE' }));
  });

  test('notices that another reader released what this one had not read', () => {
    using slow = RingBuffer.open(object.map('ring'));
    using fast = RingBuffer.open(object.map('ring'));
    fill(0, 2);
    fast.read(Buffer.alloc(256));
    fast.release(fast.cursor);
    expect(() => slow.read(Buffer.alloc(256))).toThrow(expect.objectContaining({ code: 'ESTALE' }));
  });

  test('calls the listener for records that were there before and for those that come', async () => {
    using ring = RingBuffer.open(object.map('ring'));
    const reader = collect(ring);
    fill(0, 2);
    using watch = ring.onReadable(reader.onReadable);
    await reader.until(2);
    fill(2, 1);
    await reader.until(3);
    fill(3, 1);
    await reader.until(4);
    expect(reader.numbers).toEqual([0, 1, 2, 3]);
    watch.close();
  });

  test('calls the listener on release for what came while records were held', async () => {
    using ring = RingBuffer.open(object.map('ring'));
    const into = Buffer.alloc(ringBytes);
    fill(0, 1);
    let calls = 0;
    const called = Promise.withResolvers<void>();
    using watch = ring.onReadable(() => {
      if (++calls === 1) ring.read(into);
      else called.resolve();
    });
    while (calls === 0) await new Promise(setImmediate);
    fill(1, 1, 16, noWakeup);
    ring.release(ring.cursor);
    await called.promise;
    expect(numbers(into, ring.read(into).bytes)).toEqual([1]);
    watch.close();
  });

  test('calls the listener while records are held when the program forces the wake-up', async () => {
    using ring = RingBuffer.open(object.map('ring'));
    const reader = collect(ring, { release: false });
    using watch = ring.onReadable(reader.onReadable);
    fill(0, 1, 16, forceWakeup);
    await reader.until(1);
    fill(1, 1, 16, forceWakeup);
    await reader.until(2);
    expect(ring.fill().heldBytes).toBeGreaterThan(0);
    watch.close();
  });

  test('is watched once at a time, and not after the watch was closed', async () => {
    using ring = RingBuffer.open(object.map('ring'));
    let calls = 0;
    const watch = ring.onReadable(() => calls++);
    expect(() => ring.onReadable(() => {})).toThrow(expect.objectContaining({ code: 'EBUSY' }));
    fill(0, 1);
    watch.close();
    watch.close();
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
    expect(calls).toBe(0);
    using again = ring.onReadable(() => calls++);
    while (calls === 0) await new Promise(setImmediate);
    again.close();
  });

  test('resolves a wait when a record comes, when it is aborted and when the ring is closed', async () => {
    using ring = RingBuffer.open(object.map('ring'));
    const waiting = ring.waitReadable();
    fill(0, 1);
    await waiting;
    await ring.waitReadable();
    ring.read(Buffer.alloc(256));
    ring.release(ring.cursor);

    const abort = new AbortController();
    const aborted = ring.waitReadable(abort.signal);
    abort.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');

    const closed = ring.waitReadable();
    ring.close();
    await expect(closed).rejects.toMatchObject({ code: 'ECANCELED' });
  });

  test('turns use after close into an error and leaks nothing in 1,000 watches', () => {
    const map = object.map('ring');
    const before = openDescriptors();
    for (let i = 0; i < 1000; i++) {
      const ring = RingBuffer.open(map);
      const watch = ring.onReadable(() => {});
      ring.close();
      watch.close();
      watch.unref();
      expect(() => ring.read(Buffer.alloc(8))).toThrow(expect.objectContaining({ code: 'EBADF' }));
      expect(() => ring.cursor).toThrow(expect.objectContaining({ code: 'EBADF' }));
      expect(() => ring.onReadable(() => {})).toThrow(expect.objectContaining({ code: 'EBADF' }));
    }
    expect(openDescriptors()).toBe(before);
  });

  test('lets the process end when the watch is unreferenced, and a worker end with the watch open', () => {
    const source = new URL('../src/index.ts', import.meta.url).href;
    const script = `
      import { RingBuffer, openObject } from ${JSON.stringify(source)};
      import { Worker, isMainThread } from 'node:worker_threads';
      const ring = RingBuffer.open(openObject(${JSON.stringify(compiled('ring'))}).load().map('ring'));
      const watch = ring.onReadable(() => {});
      if (isMainThread) {
        watch.unref();
        const worker = new Worker(process.argv[1]);
        worker.on('online', () => setTimeout(() => worker.terminate(), 300));
        worker.on('exit', () => console.log('worker ended'));
      }`;
    const file = `${compiled('ring')}.exit.ts`;
    writeFileSync(file, script);
    const ended = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 20_000 });
    rmSync(file);
    expect({ status: ended.status, signal: ended.signal, stdout: ended.stdout }).toEqual({ status: 0, signal: null, stdout: 'worker ended\n' });
  }, 30_000);

  test('refuses a map that is no ring buffer', () => {
    using map = BpfMap.create({ type: 'array', name: 'array', keySize: 4, valueSize: 4, maxEntries: 1 });
    expect(() => RingBuffer.open(map)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });
});

function numbers(batch: Buffer, bytes: number): number[] {
  return [...payloads(batch, bytes)].map((payload) => payload.readUInt32LE(0));
}

/** Reads to the end at each call, and lets the test wait for a number of records. */
function collect(ring: RingBuffer, options = { release: true }) {
  const into = Buffer.alloc(ringBytes);
  const seen: number[] = [];
  return {
    numbers: seen,
    onReadable: () => {
      seen.push(...numbers(into, ring.read(into).bytes));
      if (options.release) ring.release(ring.cursor);
    },
    until: async (count: number) => {
      while (seen.length < count) await new Promise(setImmediate);
    },
  };
}
