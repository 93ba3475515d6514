/**
 * What events say of their process, its ancestors and its container, encoded once for each process and kept while it
 * stays the same: the kernel side repeats a process's description in every record, and it hardly ever changes. It is
 * compared word by word; what it is completed with from the process cache has a version of its own.
 */
import { processPart } from '#schemas/generated/transcode.gen.ts';
import type { CachedProcess } from '../process-cache.ts';

/** An event between its time and its body: `beforeTid` tid `beforeComm` comm `rest` */
export interface CutMiddle {
  readonly beforeTid: Buffer;
  readonly beforeComm: Buffer;
  readonly rest: Buffer;
}

export interface Piece extends CutMiddle {
  /** rf_process as it was, tid and comm aside. */
  readonly words: Int32Array;
  /** Null when the process cache did not know the process: then good only as long as it does not. */
  readonly entry: CachedProcess | null;
  readonly version: number;
  readonly length: number;
}

/** Processes that are busy at a time; 1 to 2 kB each. One more makes room by forgetting the one that was encoded first. */
export const piecesMax = 8192;

const wordCount = processPart.size >> 2;
const pidWord = processPart.pid >> 2;
const tidWord = processPart.tid >> 2;
const commWord = processPart.comm >> 2;
const commEnd = (processPart.comm + processPart.commSize) >> 2;

if (processPart.comm % 4 !== 0 || processPart.commSize % 4 !== 0) throw new Error('rf_process.comm does not lie on words');

export class PieceCache {
  private readonly byPid = new Map<number, Piece>();
  private names = 0;

  /** Names of users and groups are in the pieces: with other names all are made again. */
  namesAre(revision: number): void {
    if (revision !== this.names) this.byPid.clear();
    this.names = revision;
  }

  /** The piece for the rf_process at word `at`, if it is still what that says. */
  find(words: Int32Array, at: number): Piece | undefined {
    const piece = this.byPid.get(words[at + pidWord]!);
    if (piece === undefined || (piece.entry !== null && (piece.version !== piece.entry.version || piece.entry.exited))) return undefined;
    return same(piece.words, words, at) ? piece : undefined;
  }

  add(words: Int32Array, at: number, middle: CutMiddle, entry: CachedProcess | null): Piece {
    const { beforeTid, beforeComm, rest } = middle;
    const piece = { ...middle, words: words.slice(at, at + wordCount), entry, version: entry?.version ?? 0, length: beforeTid.length + beforeComm.length + rest.length };
    const pid = words[at + pidWord]!;
    if (!this.byPid.delete(pid) && this.byPid.size >= piecesMax) this.byPid.delete(this.byPid.keys().next().value!);
    this.byPid.set(pid, piece);
    return piece;
  }
}

function same(kept: Int32Array, words: Int32Array, at: number): boolean {
  for (let index = 0; index < tidWord; index++) if (kept[index] !== words[at + index]) return false;
  for (let index = tidWord + 1; index < commWord; index++) if (kept[index] !== words[at + index]) return false;
  for (let index = commEnd; index < wordCount; index++) if (kept[index] !== words[at + index]) return false;
  return true;
}
