/**
 * Batches of a mix, encoded once and new events each time: to make and encode an event takes ten times as long as to
 * judge it. What makes an event its own is written anew into the bytes: its sequence number, its time, and wherever they
 * stand the words and addresses that its mix marked. With `unique` none comes twice; else they come from small
 * pools, as on a real node.
 */
import { EventBatchScan, ExternalBatchScan } from '../../../schemas/codec/event-scan.ts';
import { commonLeaves, externalEventLeaves } from '../../../schemas/generated/scan.gen.ts';
import { randomFrom, type Random } from './random.ts';

/** Letters of a command line, a path or a name; or an address within 10.0.0.0/8. All of a kind are of one length. */
export interface Mark {
  readonly kind: 'word' | 'address';
  readonly text: string;
}

export function wordFrom(random: Random): Mark {
  return { kind: 'word', text: random.word(wordLetters) };
}

export function addressFrom(random: Random): Mark {
  return { kind: 'address', text: address(random.below(addressCount)) };
}

const wordLetters = 10;

/** Parts of an address that have three digits. */
const addressParts = 156;
const addressCount = addressParts ** 3;

/** Has no divisor in common with their count: from one to the next, all addresses come before one comes again. */
const addressStep = 2_000_003;

function address(number: number): string {
  const part = (rest: number): number => 100 + (rest % addressParts);
  return `10.${part(number)}.${part(Math.floor(number / addressParts))}.${part(Math.floor(number / addressParts ** 2))}`;
}

/** From here to `seqEnd` a number takes four bytes. */
export const firstSeq = 2 ** 20;
const seqEnd = 2 ** 27;

/** Different words, and different addresses, when they are not unique. */
const poolSizes: Readonly<Record<Mark['kind'], number>> = { word: 500, address: 40 };

export interface MarkedBatch {
  readonly record: Buffer;
  /** Of each event. */
  readonly marks: readonly (readonly Mark[])[];
}

interface Place {
  readonly bytes: Buffer;
  readonly seqAt: number;
  readonly timeAt: number;
  readonly marks: readonly { readonly kind: Mark['kind']; readonly at: readonly number[] }[];
}

export class RenewedBatches {
  private readonly records: readonly Buffer[];
  private readonly places: readonly Place[];
  private readonly random: Random;
  /** Undefined when all are to be unique. */
  private readonly pools: Readonly<Record<Mark['kind'], readonly Buffer[]>> | undefined;
  private seq = firstSeq;
  private addressNumber = 0;

  constructor(batches: readonly MarkedBatch[], { external, unique, seed }: { external: boolean; unique: boolean; seed: number }) {
    this.records = batches.map(({ record }) => record);
    this.places = batches.flatMap(({ record, marks }) => (external ? placesIn(new ExternalBatchScan(record), externalEventLeaves, marks) : placesIn(new EventBatchScan(record), commonLeaves, marks)));
    this.random = randomFrom(seed);
    const pool = (kind: Mark['kind']): Buffer[] => Array.from({ length: poolSizes[kind] }, () => this.fresh(kind));
    this.pools = unique ? undefined : { word: pool('word'), address: pool('address') };
  }

  /** All batches, with events that have not been there; those given before are overwritten. */
  renew(): readonly Buffer[] {
    for (const place of this.places) this.renewEvent(place);
    if (this.seq > seqEnd) throw new Error('more events than there are numbers');
    return this.records;
  }

  private renewEvent({ bytes, seqAt, timeAt, marks }: Place): void {
    const seq = this.seq++;
    putLong(bytes, seqAt, BigInt(seq));
    putLong(bytes, timeAt, 1_780_000_000_000_000_000n + BigInt(seq) * 5_000n);
    for (const { kind, at } of marks) {
      const text = this.pools === undefined ? this.fresh(kind) : this.random.of(this.pools[kind]);
      for (const position of at) text.copy(bytes, position);
    }
  }

  private fresh(kind: Mark['kind']): Buffer {
    if (kind === 'word') return word(this.random);
    this.addressNumber = (this.addressNumber + addressStep) % addressCount;
    return Buffer.from(address(this.addressNumber));
  }
}

/** As wordFrom, straight into bytes. */
function word(random: Random): Buffer {
  const bytes = Buffer.allocUnsafe(wordLetters);
  for (let index = 0; index < wordLetters; index++) bytes[index] = 0x61 + random.below(26);
  return bytes;
}

function placesIn({ walk }: EventBatchScan | ExternalBatchScan, leaves: typeof commonLeaves, marks: MarkedBatch['marks']): Place[] {
  return marks.map((ofEvent) => {
    walk.next();
    const { bytes, slots, start, end } = walk;
    const placed = ofEvent.map(({ kind, text }) => ({ kind, at: positionsOf(bytes, text, start, end) }));
    return { bytes, seqAt: slots[leaves['seq']!.slot]!, timeAt: slots[leaves['time']!.slot]!, marks: placed };
  });
}

function positionsOf(bytes: Buffer, text: string, start: number, end: number): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text, start); at >= 0 && at < end; at = bytes.indexOf(text, at + text.length)) found.push(at);
  return found;
}

/** A zigzag varint in the place of one as long. */
function putLong(bytes: Buffer, at: number, value: bigint): void {
  const sevens = 49n;
  const zigzag = value << 1n;
  const high = Number(zigzag >> sevens);
  let rest = Number(BigInt.asUintN(49, zigzag));
  for (let index = 0; ; index++) {
    if (index === 7) rest = high;
    const last = bytes[at + index]! < 0x80;
    bytes[at + index] = (rest % 128) | (last ? 0 : 0x80);
    if (last) break;
    rest = Math.floor(rest / 128);
  }
}
