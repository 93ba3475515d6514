/** Bytes for texts that do not stand in an event as such, such as joined arguments: good until the next event. */
import { wordsOf } from './gram-search.ts';

/** Several command lines of the longest kind (an argument list is at most 8 KiB, see process.avsc), each in several forms. */
const arenaBytes = 256 * 1024;

export class TextArena {
  /** A Buffer as the records are: code that reads both stays fast. */
  readonly bytes: Buffer = Buffer.alloc(arenaBytes);
  /** The same memory, see wordsOf. */
  readonly words: Int32Array = wordsOf(this.bytes);
  /** From here on it is free. */
  private free = 0;

  /** What was taken is void. */
  reset(): void {
    this.free = 0;
  }

  /** Where the next text begins: it may be written from there on, and is kept when `keep` is told where it ends. */
  get next(): number {
    return this.free;
  }

  /** Whether so many bytes are left. */
  fits(length: number): boolean {
    return length <= arenaBytes - this.free;
  }

  keep(end: number): void {
    this.free = end;
  }
}
