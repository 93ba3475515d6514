/** The way from the kernel to the publisher: reads, encodes, releases what is safe, and keeps the account of it. */
import type { Clock } from '#runtime/clock/clock.ts';
import type { Logger } from '#runtime/log.ts';
import { decodeKernelRecord } from '#schemas/generated/decode.gen.ts';
import type { Loss } from '#schemas/generated/types.gen.ts';
import type { RingShare } from './encode/batch-writer.ts';
import type { Encoder } from './encode/encoder.ts';
import type { Enricher } from './enrich.ts';
import { frames, ringNames, type Kernel, type KernelCounters } from './kernel/kernel.ts';
import type { LossLedger } from './losses.ts';
import type { ProcessCache } from './process-cache.ts';
import type { Publisher } from './publisher.ts';
import { shortfalls, shortfallsSince } from './shortfalls.ts';
import type { Spool, SpoolFill } from './spool/spool.ts';

/** Of one ring: seen = published + what was lost at each stage + what is on its way, or in the spool. */
export interface RingAccount {
  readonly ring: (typeof ringNames)[number];
  /** Events that passed scope and interest since boot, over all collectors: the newest sequence number. */
  readonly seen: bigint;
  /** Of these, acknowledged by the log, by this collector. */
  readonly published: number;
  /** In this boot, over all collectors. */
  readonly lost: { readonly kernel: bigint; readonly decode: number; readonly spool: number };
  readonly usedBytes: number;
  readonly bytes: number;
}

export interface CollectorCounters extends Omit<KernelCounters, 'rings'> {
  readonly rings: readonly RingAccount[];
  /** Sums over the rings. */
  readonly seen: bigint;
  readonly published: number;
  readonly droppedRingFull: bigint;
  readonly droppedSpoolFull: number;
  /** Records that could not be decoded: only of a damaged capture. */
  readonly undecodable: number;
  /** Live processes known, and those that had to make room. */
  readonly processes: number;
  readonly processesEvicted: number;
  /** What waits on disk for the event log; null without a spool. */
  readonly spool: SpoolFill | null;
}

export interface ReaderParts {
  readonly kernel: Kernel;
  readonly cache: ProcessCache;
  readonly enricher: Enricher;
  readonly encoder: Encoder;
  readonly publisher: Publisher;
  readonly spool: Spool | null;
  readonly ledger: LossLedger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a first event waits for company. */
  readonly lingerMs: number;
  /** Looks at what the collector keeps beside the processes, before a read. */
  readonly beforeRead: () => void;
}

/** A read of so much is followed by another at once; after less, the timer or a wake-up brings the next. */
const moreBytes = 65_536;

/** At the end, while a record is being written: as a rule, that takes microseconds. */
const readAgainMs = 1;

export class KernelReader {
  private readonly parts: ReaderParts;
  private lingering = false;
  private reading = false;
  private closing = false;
  private readonly published: number[] = ringNames.map(() => 0);
  private droppedByKind: Readonly<Record<string, bigint>> = {};
  private reported: Readonly<Record<string, bigint>>;

  constructor(parts: ReaderParts) {
    this.parts = parts;
    const counters = this.counters();
    this.reported = shortfalls(counters);
    this.droppedByKind = droppedByKind(counters);
  }

  /** The sensors are on already, so a process is in the snapshot, in the ring, or in both. */
  start(): void {
    const { kernel, enricher, publisher, logger } = this.parts;
    const raw = kernel.snapshot();
    const records = [...frames(raw.bytes)].flatMap(({ start, size }) => this.decode(raw.bytes, start, size) ?? []);
    enricher.addSnapshot(records, kernel.livesAhead());
    const { seen, droppedRingFull, spool } = this.counters();
    logger.info({ processes: records.length, boot: kernel.bootId, seen: Number(seen), droppedRingFull: Number(droppedRingFull), spooled: spool?.batches ?? 0 }, 'watching');
    publisher.flush();
    kernel.onReadable(() => this.pump());
  }

  /** Moves what the rings hold to the publisher, one bounded read a turn. */
  pump(): void {
    this.parts.publisher.tick();
    if (this.closing || this.reading || this.parts.publisher.full) return;
    const bytes = this.read();
    if (bytes === 0) return;
    this.flushSoon();
    if (bytes < moreBytes) return;
    this.reading = true;
    setImmediate(() => {
      this.reading = false;
      this.pump();
    });
  }

  /** Resolves when what the kernel has said so far is in the log, or in the spool. */
  async drain(): Promise<void> {
    const { kernel, publisher, clock } = this.parts;
    for (;;) {
      if (this.read() > 0) {
        if (publisher.full) await publisher.drain();
      } else if (kernel.waits) await clock.sleep(readAgainMs);
      else break;
    }
    await publisher.drain();
  }

  /** Ends reporting, then brings everything reported to a safe place: an orderly end leaves no hole. */
  async close(): Promise<void> {
    this.closing = true;
    try {
      this.parts.kernel.stop();
    } finally {
      await this.drain();
    }
    this.tellLosses();
    await this.parts.publisher.drain();
    const counters = this.counters();
    this.parts.logger.info(printable(counters), 'stopping');
    this.warnOfShortfalls(counters);
  }

  /** The log has these. */
  acknowledged(shares: readonly RingShare[]): void {
    for (const { ring, events } of shares) this.published[ring] = (this.published[ring] ?? 0) + events;
  }

  /** Brings what was lost since the last time into the stream. */
  tellLosses(): void {
    const { kernel, ledger, spool, clock, publisher } = this.parts;
    const counters = kernel.counters();
    const byKind = droppedByKind(counters);
    counters.rings.forEach(({ droppedRingFull }, ring) => {
      ledger.setRingFull(ring, Number(droppedRingFull), grown(this.droppedByKind, byKind, ring));
      ledger.set({ ring, stage: 'spool', reason: 'spool_full', kind: null }, spool?.dropped.get(ring) ?? 0);
    });
    this.droppedByKind = byKind;
    const losses = ledger.take(clock.nowNs());
    if (losses.length > 0) publisher.tell(losses);
  }

  /** What was told is safe. */
  told(losses: readonly Loss[]): void {
    try {
      this.parts.ledger.told(losses);
    } catch (err) {
      this.parts.logger.error({ err }, 'could not keep which losses were told; the next collector will tell them again');
    }
  }

  counters(): CollectorCounters {
    const { kernel, ledger, spool, cache } = this.parts;
    const counters = kernel.counters();
    const rings = counters.rings.map(({ seen, droppedRingFull, usedBytes, bytes }, ring): RingAccount => {
      const lost = { kernel: droppedRingFull, decode: ledger.total(ring, 'decode'), spool: spool?.dropped.get(ring) ?? 0 };
      return { ring: ringNames[ring]!, seen, published: this.published[ring] ?? 0, lost, usedBytes, bytes };
    });
    return {
      rings,
      seen: rings.reduce((sum, { seen }) => sum + seen, 0n),
      published: rings.reduce((sum, { published }) => sum + published, 0),
      droppedRingFull: rings.reduce((sum, { lost }) => sum + lost.kernel, 0n),
      droppedSpoolFull: rings.reduce((sum, { lost }) => sum + lost.spool, 0),
      undecodable: rings.reduce((sum, { lost }) => sum + lost.decode, 0),
      processes: cache.size,
      processesEvicted: cache.evicted,
      spool: spool?.fill ?? null,
      kinds: counters.kinds,
      faults: counters.faults,
    };
  }

  /** The counters, and a warning when something was lost since the last report. */
  report(): void {
    const counters = this.counters();
    this.parts.logger.info(printable(counters), 'counters');
    this.warnOfShortfalls(counters);
  }

  followClock(): void {
    const { kernel, logger } = this.parts;
    try {
      const byNs = kernel.followClock();
      if (byNs !== 0n) logger.warn({ byMs: Number(byNs / 1_000_000n) }, 'the clock of this host was set; events have the new time from now on');
    } catch (err) {
      logger.error({ err }, 'could not follow the clock of this host');
    }
  }

  private read(): number {
    const { kernel, encoder, publisher, beforeRead } = this.parts;
    beforeRead();
    const pieces = kernel.read();
    encoder.add(pieces, (ring, error) => this.undecodable(ring, error));
    for (const { ring, cursor } of pieces) publisher.mark(ring, cursor);
    return pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  private flushSoon(): void {
    const { lingerMs, publisher, clock } = this.parts;
    if (lingerMs === 0) return publisher.flush();
    if (this.lingering) return;
    this.lingering = true;
    void clock.sleep(lingerMs).then(() => {
      this.lingering = false;
      publisher.flush();
    });
  }

  private decode(bytes: Buffer, start: number, size: number): ReturnType<typeof decodeKernelRecord> | null {
    try {
      return decodeKernelRecord(bytes, start, size);
    } catch (err) {
      this.parts.logger.error({ err }, 'undecodable process in the snapshot');
      return null;
    }
  }

  private undecodable(ring: number, err: unknown): void {
    this.parts.ledger.add({ ring, stage: 'decode', reason: 'undecodable', kind: null }, 1);
    this.parts.logger.error({ err }, 'undecodable kernel record');
  }

  private warnOfShortfalls(counters: CollectorCounters): void {
    const missing = shortfallsSince(this.reported, counters);
    if (missing !== null) this.parts.logger.warn(missing, 'lost since the last report');
    this.reported = shortfalls(counters);
  }
}

/** Lives of processes have the process ring, all other kinds the event ring. */
const ringOf = (kind: string) => (kind.startsWith('process_') ? 0 : 1);

function droppedByKind({ kinds }: Pick<KernelCounters, 'kinds'>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(kinds).map(([kind, { dropped }]) => [kind, dropped]));
}

function grown(before: Readonly<Record<string, bigint>>, now: Readonly<Record<string, bigint>>, ring: number): Record<string, number> {
  return Object.fromEntries(Object.entries(now).filter(([kind]) => ringOf(kind) === ring).map(([kind, count]) => [kind, Number(count - (before[kind] ?? 0n))]));
}

function printable(counters: CollectorCounters): object {
  return JSON.parse(JSON.stringify(counters, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))) as object;
}
