/**
 * Kernel records → event bytes. Two ways lead to the same bytes:
 *
 *   the object    decode, enrich, encode: for exec, fork and exit, and for whatever is cut, odd or damaged
 *   the pieces    for the rest, which is what comes in floods: what an event says of its process is encoded once and
 *                 kept while the kernel says the same of it; the body is copied from the record, or made as an object
 *                 where the collector adds to it
 */
import { putChars, putLong, putS32, putU32, putWords } from '#schemas/codec/avro-put.ts';
import type { EventParts } from '#schemas/codec/event-parts.ts';
import { decodeKernelBody, decodeKernelRecord, kernelKinds, kernelLayout, pathSourceSymbols } from '#schemas/generated/decode.gen.ts';
import { processPart, putProcess, transcoders, type ProcessCuts } from '#schemas/generated/transcode.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import type { Enricher } from '../enrich.ts';
import { frameBytes, type RawRecords } from '../kernel/kernel.ts';
import type { BatchWriter } from './batch-writer.ts';
import { PieceCache, type CutMiddle, type Piece } from './piece-cache.ts';

/** What stands in an event beside its piece and body: ring, seq, time, tid, comm. */
const aroundBytesMax = 128;

/** What a body takes that is no text of its record: numbers, and what the collector adds. */
const bodyBytesMax = 8_192;

/** A process with all its texts, each byte of them a U+FFFD. */
const processBytesMax = 65_536;

/**
 * Kinds whose body can be completed without the process. A life changes what is known of a process; credentials are
 * compared with what they were.
 */
const bodyAlone: ReadonlySet<number> = new Set([kernelKinds.network, kernelKinds.kernel_call, kernelKinds.namespace_change, kernelKinds.mount, kernelKinds.file_open, kernelKinds.file_change, kernelKinds.packet]);

/** In PathSource. */
const fromKernel = pathSourceSymbols.indexOf('kernel');

/** Words of rf_header. */
const seqWord = 0;
const timeWord = 2;
const sizeWord = 4;
const kindWord = 5;
const headerBytes = 24;

export class Encoder {
  private readonly parts: EventParts;
  private readonly writer: BatchWriter;
  private readonly enricher: Enricher;
  private readonly pieces = new PieceCache();
  private readonly scratch = Buffer.allocUnsafeSlow(processBytesMax);
  private readonly cuts: ProcessCuts = { tid: 0, tidEnd: 0, comm: 0, commEnd: 0 };
  private bootLow = 0;
  private bootHigh = 0;

  constructor(parts: EventParts, writer: BatchWriter, enricher: Enricher) {
    this.parts = parts;
    this.writer = writer;
    this.enricher = enricher;
  }

  /**
   * Writes the events of what one read of the kernel gave, in the order of their times: an exec comes before what its
   * program did. `failed` is told of each record that can't be read.
   */
  add(pieces: readonly RawRecords[], failed: (ring: number, error: unknown) => void): void {
    this.pieces.namesAre(this.enricher.namesRevision());
    const bootTimeNs = this.enricher.bootTimeNs;
    this.bootLow = Number(bootTimeNs & 0xffff_ffffn);
    this.bootHigh = Number(bootTimeNs >> 32n);
    const frames = pieces.map((piece) => new Frames(piece));
    for (let next = earliest(frames); next !== null; next = earliest(frames)) {
      try {
        if (!this.addPieces(next)) this.addObject(next);
      } catch (error) {
        failed(next.ring, error);
      }
      next.skip();
    }
  }

  /** False when the record has to go the other way; nothing is written then. */
  private addPieces(frames: Frames): boolean {
    if (!frames.hasHeader) return false;
    const { ring, bytes, words, start, size } = frames;
    const word = start >> 2;
    const kind = words[word + kindWord]! & 0xffff;
    if (!bodyAlone.has(kind) || words[word + sizeWord] !== size) return false;
    const [seqHigh, timeHigh] = [words[word + seqWord + 1]! >>> 0, words[word + timeWord + 1]! >>> 0];
    // The decoder refuses a number that is not exact as a plain long, and a time near the end of all times.
    if (seqHigh >= 0x10_0000 || timeHigh >= 0x4000_0000) return false;
    const process = word + (processPart.at >> 2);
    const piece = this.knownPiece(frames, process) ?? this.newPiece(frames);
    if (piece === null || words[process + (processPart.tid >> 2)]! < 0) return false;
    const out = this.writer.room(aroundBytesMax + piece.length + bodyBytesMax + 3 * size);
    let at = putU32(out, this.writer.at, ring);
    at = putWords(out, at, words[word + seqWord]!, seqHigh);
    at = this.putTime(out, at, words[word + timeWord]! >>> 0, timeHigh);
    out.set(piece.beforeTid, at);
    at = putS32(out, at + piece.beforeTid.length, words[process + (processPart.tid >> 2)]!);
    out.set(piece.beforeComm, at);
    at = putChars(out, at + piece.beforeComm.length, bytes, start + processPart.at + processPart.comm, processPart.commSize);
    out.set(piece.rest, at);
    at = this.putBody(out, at + piece.rest.length, kind, frames);
    if (at < 0) return false;
    if (piece.entry !== null) this.enricher.use(piece.entry);
    this.writer.took(ring, seqHigh * 0x1_0000_0000 + (words[word + seqWord]! >>> 0), at);
    return true;
  }

  private putBody(out: Buffer, at: number, kind: number, { bytes, words, start, size }: Frames): number {
    const transcode = isCallersPath(kind, bytes, start) ? undefined : transcoders[kind];
    const end = transcode === undefined ? -1 : transcode(out, at, bytes, words, start, size);
    if (end >= 0) return end;
    const decoded = decodeKernelBody(bytes, start, size);
    return decoded === null ? -1 : this.parts.body(this.enricher.body(decoded, bytes.readBigUInt64LE(start + 4 * timeWord)), out, at);
  }

  private putTime(out: Buffer, at: number, low: number, high: number): number {
    const sum = this.bootLow + low;
    return putWords(out, at, sum >>> 0, this.bootHigh + high + (sum > 0xffff_ffff ? 1 : 0));
  }

  private knownPiece({ bytes, words, start }: Frames, process: number): Piece | undefined {
    const piece = this.pieces.find(words, process);
    if (piece === undefined || piece.entry !== null) return piece;
    const startNs = bytes.readBigUInt64LE(start + processPart.at + processPart.startNs);
    return this.enricher.known({ pid: words[process + (processPart.pid >> 2)]!, start_ns: startNs }) === undefined ? piece : undefined;
  }

  /** Null for a process that is gone, or that the record says more of than the kernel usually does. */
  private newPiece({ ring, bytes, words, start, size }: Frames): Piece | null {
    const process = (start + processPart.at) >> 2;
    if (processPart.strings.some((offset) => bytes.readUInt32LE(start + processPart.at + offset) !== 0)) return null;
    const record = decodeKernelRecord(bytes, start, size);
    const event = this.enricher.event(record, ring);
    const entry = this.enricher.known(record.process);
    if (event === null || entry?.exited === true || event.truncated.length > 0) return null;
    return this.pieces.add(words, process, this.middle(event, bytes, words, start), entry ?? null);
  }

  private middle(event: Event, bytes: Buffer, words: Int32Array, start: number): CutMiddle {
    const scratch = this.scratch;
    const end = putProcess(scratch, 0, bytes, words, start + processPart.at, event.process, this.cuts);
    const { tid, tidEnd, comm, commEnd } = this.cuts;
    return {
      beforeTid: Buffer.from(scratch.subarray(0, tid)),
      beforeComm: Buffer.from(scratch.subarray(tidEnd, comm)),
      rest: Buffer.concat([scratch.subarray(commEnd, end), ...this.parts.surroundings(event)]),
    };
  }

  private addObject({ ring, bytes, words, start, size }: Frames): void {
    const event = this.enricher.event(decodeKernelRecord(bytes, start, size), ring);
    if (event === null) return;
    const surroundings = this.parts.surroundings(event);
    const out = this.writer.room(surroundings.reduce((sum, part) => sum + part.length, aroundBytesMax + processBytesMax + bodyBytesMax + 3 * size));
    let at = putLong(out, putU32(out, this.writer.at, ring), event.seq);
    const word = start >> 2;
    at = this.putTime(out, at, words[word + timeWord]! >>> 0, words[word + timeWord + 1]! >>> 0);
    at = putProcess(out, at, bytes, words, start + processPart.at, event.process, this.cuts);
    for (const part of surroundings) {
      out.set(part, at);
      at += part.length;
    }
    this.writer.took(ring, event.seq, this.parts.body(event.body, out, at));
  }
}

/** By kind: where a record says whose word its paths are. */
const pathSources = Object.entries(kernelKinds).reduce<number[]>((offsets, [kind, number]) => {
  const layout = Object.entries(kernelLayout).find(([name]) => name === `rf_${kind}`)?.[1];
  const member = layout?.members.find(({ name }) => name === 'path_source');
  if (member !== undefined) offsets[number] = member.offset;
  return offsets;
}, []);

/** Of a caller's names the collector makes paths: such a body goes as an object. */
function isCallersPath(kind: number, bytes: Buffer, start: number): boolean {
  const offset = pathSources[kind];
  return offset !== undefined && bytes[start + offset] !== fromKernel;
}

/** The records of one ring in one read, one after the other. */
class Frames {
  readonly ring: number;
  readonly bytes: Buffer;
  /** The same bytes. */
  readonly words: Int32Array;
  /** Of the present record. */
  start = 4;
  size = 0;

  constructor({ ring, bytes }: RawRecords) {
    this.ring = ring;
    this.bytes = onWords(bytes);
    this.words = new Int32Array(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length >> 2);
    this.read();
  }

  get ended(): boolean {
    return this.start > this.bytes.length;
  }

  /** A record that reaches past the end is the last, and has none. */
  get hasHeader(): boolean {
    return this.size >= headerBytes && this.start + this.size <= this.bytes.length;
  }

  skip(): void {
    this.start += frameBytes(this.size);
    this.read();
  }

  isBefore(other: Frames): boolean {
    if (!this.hasHeader || !other.hasHeader) return true;
    const [high, otherHigh] = [this.time(1), other.time(1)];
    return high < otherHigh || (high === otherHigh && this.time(0) <= other.time(0));
  }

  private time(word: number): number {
    return this.words[(this.start >> 2) + timeWord + word]! >>> 0;
  }

  private read(): void {
    this.size = this.ended ? 0 : this.words[(this.start >> 2) - 1]! >>> 0;
  }
}

/** Those with the next record in the order of time. */
function earliest(frames: readonly Frames[]): Frames | null {
  let found: Frames | null = null;
  for (const each of frames) if (!each.ended && (found === null || !found.isBefore(each))) found = each;
  return found;
}

/** The same bytes where 32-bit numbers can be read: the kernel's buffer lies so, a capture's chunk need not. */
function onWords(bytes: Buffer): Buffer {
  if (bytes.byteOffset % 4 === 0) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
