/**
 * One pass of a BPF iterator: the bytes that the program wrote with bpf_seq_write or bpf_seq_printf, in order. Reading
 * runs the program in this thread and blocks the event loop meanwhile.
 */
import { BpfError, EFBIG, expectStatus, expectValue } from './errors.ts';
import { HandleOwner } from './handle.ts';
import { native } from './native.ts';
import type { Handle } from './native.ts';

/** Default bound of read(): 65536 processes at 1 KiB each. */
export const iteratorBytesMax = 64 * 1024 * 1024;

/** The kernel's own buffer for one read of an iterator is 8 pages; more per call saves nothing. */
const chunkBytes = 32 * 1024;

export class BpfIterator implements Disposable {
  readonly #owner: HandleOwner<'fd'>;

  private constructor(owner: HandleOwner<'fd'>) {
    this.#owner = owner;
  }

  /** @internal */
  static open(link: Handle<'link'>, subject: string): BpfIterator {
    return new BpfIterator(new HandleOwner(expectValue(native.iterCreate(link), 'iterate', subject), subject));
  }

  /** The rest of the pass. Throws BpfError EFBIG beyond `maxBytes`. */
  read(maxBytes: number = iteratorBytesMax): Buffer {
    return readAll(this, maxBytes);
  }

  /** The rest of the pass piece by piece; a piece may end within a record. Each piece is the caller's to keep. */
  *chunks(): Generator<Buffer, void, undefined> {
    for (;;) {
      const into = Buffer.allocUnsafeSlow(chunkBytes);
      const bytes = this.readInto(into);
      if (bytes === 0) return;
      yield into.subarray(0, bytes);
    }
  }

  /** Bytes read; 0 at the end. Interrupted and empty-handed reads are repeated inside. */
  readInto(into: Uint8Array): number {
    if (into.length === 0) throw new RangeError('an empty buffer would read as the end');
    return expectStatus(native.iterRead(this.#owner.use('read iterator'), into), 'read iterator', this.#owner.subject);
  }

  get subject(): string {
    return this.#owner.subject;
  }

  close(): void {
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** @internal */
export function readAll(iterator: BpfIterator, maxBytes: number = iteratorBytesMax): Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for (const chunk of iterator.chunks()) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BpfError(EFBIG, 'read iterator', iterator.subject, { reason: `more than ${maxBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
