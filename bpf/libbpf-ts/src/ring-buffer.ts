/**
 * A reader of a BPF ring buffer that copies records out in batches and frees their space only when told to.
 *
 *     consumer position        cursor                 producer position
 *           │ read, held         │ unread                   │
 *     ──────┴────────────────────┴──────────────────────────┴─────▶ positions only grow
 *
 * `read` moves the cursor, which is private; `release` moves the consumer position, which lies in the ring's shared
 * memory and is what the kernel goes by. So a reader releases after it has handed records on safely, and whoever opens
 * the same pinned map next reads again what was not released. One reader at a time: the ring has one consumer position.
 *
 * Why not libbpf's ring_buffer: it calls back for each record, and releases a record when the callback returns. One
 * copy of a batch pays the crossing into JavaScript once, a callback each pays it for every record.
 *
 * Frames. `read` writes records one after the other as
 *
 *     u32 length, in the host's byte order │ payload, padded to a multiple of 8 bytes
 *
 * so the next frame begins `frameBytes(length)` further. The padding's content is undefined.
 */
import { BpfError, EBUSY, ECANCELED, EMSGSIZE, expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import type { BpfMap } from './map.ts';
import { native } from './native.ts';

/** Bytes before each payload in what `read` writes. */
export const frameHeaderBytes = 4;

/** Bytes that a record of that length takes in what `read` writes. */
export function frameBytes(length: number): number {
  return frameHeaderBytes + Math.ceil(length / 8) * 8;
}

/** The payloads of a batch: views of `batch`, valid until it is read into again. */
export function* payloads(batch: Buffer, bytes: number): Generator<Buffer, void, undefined> {
  for (let at = 0; at < bytes; ) {
    const length = littleEndian ? batch.readUInt32LE(at) : batch.readUInt32BE(at);
    yield batch.subarray(at + frameHeaderBytes, at + frameHeaderBytes + length);
    at += frameBytes(length);
  }
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

export interface RingRead {
  /** Written to the buffer. */
  readonly bytes: number;
  readonly records: number;
  /** Records that their program discarded; skipped. */
  readonly discarded: number;
  /**
   * empty: everything produced when the call began was read. full: more is there, but not in the buffer's rest. busy:
   * the next record is reserved and its program has not submitted it yet.
   */
  readonly stop: RingStop;
}

export type RingStop = 'empty' | 'busy' | 'full';

export interface RingFill {
  /** Bytes of the ring that are produced and not read, record headers included. */
  readonly availableBytes: number;
  /** Bytes that are read and not released. */
  readonly heldBytes: number;
  readonly sizeBytes: number;
}

export interface RingWatch extends Disposable {
  /** Keeps the process alive (the default). */
  ref(): void;
  unref(): void;
  close(): void;
}

/** Native order: RING_STOP_EMPTY, RING_STOP_BUSY, RING_STOP_FULL. */
const stops: readonly RingStop[] = ['empty', 'busy', 'full'];

export class RingBuffer implements Disposable {
  readonly #owner: HandleOwner<'ring'>;
  /** Native output of one read: bytes, records, discarded, stop, needed bytes. */
  readonly #counts = new Uint32Array(5);
  #watch: RingWatch | undefined;
  #rejectWait: ((error: BpfError) => void) | undefined;

  private constructor(owner: HandleOwner<'ring'>) {
    this.#owner = owner;
  }

  /**
   * Begins at the consumer position. Independent of the map afterwards: that may be closed. Throws BpfError EINVAL when
   * the map is no ring buffer. Needs kernel 5.8 and a 64-bit host.
   */
  static open(map: BpfMap): RingBuffer {
    const handle = expectValue(native.ringOpen(map.handle('open ring')), 'open ring', map.subject);
    return new RingBuffer(new HandleOwner(handle, map.subject));
  }

  /**
   * Copies as many whole records as fit and advances the cursor. Never blocks. Throws BpfError EMSGSIZE, naming the
   * bytes needed, when the next record is larger than all of `into` (nothing is lost: read again with more); ESTALE
   * when another reader released what this one had not read.
   */
  read(into: Uint8Array): RingRead {
    const status = native.ringRead(this.#owner.use('read ring'), into, this.#counts);
    const [bytes = 0, records = 0, discarded = 0, stop = 0, needed = 0] = this.#counts;
    if (status === -EMSGSIZE) {
      throw new BpfError(EMSGSIZE, 'read ring', this.#owner.subject, { reason: `the next record needs a buffer of ${needed} bytes` });
    }
    expectStatus(status, 'read ring', this.#owner.subject);
    return { bytes, records, discarded, stop: stops[stop] ?? 'empty' };
  }

  /** Everything before it has been read. A position to release up to later. */
  get cursor(): bigint {
    return native.ringState(this.#owner.use('cursor')).cursor;
  }

  /**
   * Frees the space of the records before `upTo`, a value that `cursor` had. Throws BpfError ERANGE when that is ahead of
   * the cursor, or behind what is released already.
   */
  release(upTo: bigint): void {
    expectStatus(native.ringRelease(this.#owner.use('release'), upTo), 'release', this.#owner.subject);
  }

  fill(): RingFill {
    const state = native.ringState(this.#owner.use('fill'));
    return {
      availableBytes: Number(state.producerPosition - state.cursor),
      heldBytes: Number(state.cursor - state.consumerPosition),
      sizeBytes: state.size,
    };
  }

  /**
   * Calls `listener` when records may have become readable: once at the start if there are any, and then by the
   * kernel's wake-ups; calls that come while one is queued are merged. Read until `stop` is not 'full': what is left
   * unread brings no further call. It may also come for nothing.
   *
   * The kernel sends a wake-up (unless the program says BPF_RB_FORCE_WAKEUP or BPF_RB_NO_WAKEUP) only for a record that
   * lies exactly at the consumer position, so none comes while read records are held. `release` makes up for it: it
   * calls the listener when unread records are there. A reader that holds records for long should also look on a timer.
   *
   * A native thread waits; closing the watch, or the ring, ends it. One watch or wait at a time (BpfError EBUSY). A watched ring is never garbage-collected.
   */
  onReadable(listener: () => void): RingWatch {
    const ring = this.#owner.use('watch ring');
    if (this.#watch !== undefined) throw new BpfError(EBUSY, 'watch ring', this.#owner.subject, { reason: 'it is watched already' });
    let open = true;
    const call = () => {
      if (open) listener();
    };
    expectStatus(native.ringWatch(ring, call), 'watch ring', this.#owner.subject);
    const close = () => {
      if (!open) return;
      open = false;
      this.#watch = undefined;
      native.ringUnwatch(ring);
    };
    const setReferenced = (referenced: boolean) => {
      if (open) native.ringSetReferenced(ring, referenced);
    };
    this.#watch = { ref: () => setReferenced(true), unref: () => setReferenced(false), close, [Symbol.dispose]: close };
    return this.#watch;
  }

  /**
   * Resolves when an unread, committed record is there; for a caller without a loop of its own, as it starts a watch
   * each time. The remarks on held records at onReadable hold here too. Rejects with the signal's reason, or with
   * BpfError ECANCELED when the ring is closed.
   */
  async waitReadable(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#readable()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () => reject(signal?.reason);
    const watch = this.onReadable(() => {
      if (this.#readable()) resolve();
    });
    this.#rejectWait = reject;
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      this.#rejectWait = undefined;
      signal?.removeEventListener('abort', abort);
      watch.close();
    }
  }

  get closed(): boolean {
    return this.#owner.closed;
  }

  /** Ends watching and unmaps the ring; what was not released stays for the next reader. */
  close(): void {
    this.#rejectWait?.(new BpfError(ECANCELED, 'wait readable', this.#owner.subject, { reason: 'the ring was closed' }));
    this.#watch?.close();
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #readable(): boolean {
    return native.ringState(this.#owner.use('wait readable')).readable === 1;
  }
}
