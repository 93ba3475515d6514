/**
 * Batches that wait on disk while the event log is away, in the order in which they came: one SQLite file, so that a
 * collector that is killed loses none, and its successor goes on with them. A commit survives kill -9; a power failure
 * may take the newest (synchronous = NORMAL: an fsync a batch would slow the collector to the disk's pace).
 *
 * The bound is on what is kept, compressed. Beyond it the oldest make room, or the newest are not taken, as configured;
 * a full disk is the bound come early. What is dropped is counted by ring, in the same file.
 */
import { existsSync, renameSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { valueBytesMax } from '#runtime/event-log/limits.ts';
import type { Loss } from '#schemas/generated/types.gen.ts';
import type { EncodedBatch, RingShare } from '../encode/batch-writer.ts';

export interface SpoolOptions {
  readonly path: string;
  /** Of the batches that are kept, compressed. The file is a little larger, and its journal takes some MB. */
  readonly bytesMax: number;
  readonly overflow: SpoolOverflow;
  readonly bootId: string;
}

export type SpoolOverflow = 'drop-oldest' | 'drop-newest';

export interface SpooledBatch {
  readonly id: number;
  readonly value: Buffer;
  readonly rings: readonly RingShare[];
}

export interface SpoolFill {
  readonly batches: number;
  readonly bytes: number;
}

/** Pages of 64 KiB: a batch takes one or a few, and a file of 1 GiB shrinks in a moment when it is empty. */
const pageBytes = 65_536;
/** The journal is moved to the file after so many pages: 4 MB. */
const checkpointPages = 64;

/**
 * A disk with less room than this is full: SQLite needs some to delete, too (its journal grows before the file's pages
 * are free), and so do the node's other services.
 */
const diskReserveBytes = 16 << 20;

/** SQLITE_FULL, SQLITE_CORRUPT and SQLITE_NOTADB of sqlite3.h. */
const sqliteFull = 13;
const sqliteDamaged: readonly (number | undefined)[] = [11, 26];

const schema = `
  CREATE TABLE IF NOT EXISTS batch (id INTEGER PRIMARY KEY AUTOINCREMENT, rings TEXT NOT NULL, losses TEXT NOT NULL, bytes INTEGER NOT NULL, value BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS dropped (boot_id TEXT NOT NULL, ring INTEGER NOT NULL, events INTEGER NOT NULL, PRIMARY KEY (boot_id, ring)) STRICT, WITHOUT ROWID;
`;

const rings = z.array(z.strictObject({ ring: z.number(), events: z.number(), firstSeq: z.number(), lastSeq: z.number() }));

export class Spool {
  private readonly options: SpoolOptions;
  private readonly untold: (losses: readonly Loss[]) => void;
  private readonly db: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();
  private readonly droppedEvents = new Map<number, number>();
  private kept = { batches: 0, bytes: 0 };
  /** Batches up to this one are being appended: they are not dropped. */
  private takenTo = 0;
  /** Gone, but the disk had no room for the deletion yet; a successor would send them again. */
  private readonly undeleted = new Set<number>();

  /** `untold` gets the losses that a dropped batch was to tell. Throws what SQLite throws when the file can't be opened. */
  constructor(options: SpoolOptions, untold: (losses: readonly Loss[]) => void) {
    this.options = options;
    this.untold = untold;
    this.db = open(options.path);
    this.run('DELETE FROM dropped WHERE boot_id <> ?', options.bootId);
    for (const { ring, events } of this.all('SELECT ring, events FROM dropped')) this.droppedEvents.set(Number(ring), Number(events));
    const [sum] = this.all('SELECT count(*) AS batches, coalesce(sum(bytes), 0) AS bytes FROM batch');
    this.kept = { batches: Number(sum!['batches']), bytes: Number(sum!['bytes']) };
  }

  get isEmpty(): boolean {
    return this.kept.batches === 0;
  }

  get fill(): SpoolFill {
    return this.kept;
  }

  /** Ring → events dropped in this boot, over all its collectors. */
  get dropped(): ReadonlyMap<number, number> {
    return this.droppedEvents;
  }

  /** Keeps a batch; its id, or null when there is no room for it. Throws what SQLite throws for anything but a full disk. */
  put({ value, rings, losses }: EncodedBatch): number | null {
    const bytes = compress(value);
    this.deleteLeft();
    if (!this.makeRoom(bytes.length)) return null;
    const insert = () => Number(this.run('INSERT INTO batch (rings, losses, bytes, value) VALUES (?, ?, ?, ?)', JSON.stringify(rings), lossesText(losses), bytes.length, bytes).lastInsertRowid);
    const id = whileRoom(insert) ?? (this.dropOldest(bytes.length) ? whileRoom(insert) : null);
    if (id !== null) this.kept = { batches: this.kept.batches + 1, bytes: this.kept.bytes + bytes.length };
    return id;
  }

  /** Counts a batch that found no room. */
  drop({ rings, losses }: Pick<EncodedBatch, 'rings' | 'losses'>): void {
    this.count(rings);
    this.untold(losses);
  }

  /** The oldest batches, at most so many and so many bytes (but one), until `remove` or `putBack`. */
  take(countMax: number, bytesMax: number): SpooledBatch[] {
    const taken: SpooledBatch[] = [];
    let bytes = 0;
    for (const row of this.statement('SELECT id, rings, value FROM batch ORDER BY id').iterate()) {
      if (taken.length === countMax) break;
      if (this.undeleted.has(Number(row['id']))) continue;
      const value = zstdDecompressSync(row['value'] as Uint8Array, { maxOutputLength: valueBytesMax });
      bytes += value.length;
      if (taken.length > 0 && bytes > bytesMax) break;
      taken.push({ id: Number(row['id']), value, rings: rings.parse(JSON.parse(String(row['rings']))) });
    }
    this.takenTo = taken.at(-1)?.id ?? 0;
    return taken;
  }

  /** What is up to this one is being appended, as if it had been taken. */
  hold(id: number): void {
    this.takenTo = id;
  }

  putBack(): void {
    this.takenTo = 0;
  }

  /** They are in the log. Nothing else than the oldest, or the newest, is removed. */
  remove(ids: readonly number[]): void {
    this.takenTo = 0;
    for (const id of ids) this.delete(id);
    if (this.isEmpty) whileRoom(() => this.db.exec('PRAGMA incremental_vacuum'));
  }

  close(): void {
    this.db.close();
  }

  private makeRoom(bytes: number): boolean {
    const excess = this.isDiskFull ? bytes : this.kept.bytes + bytes - this.options.bytesMax;
    return excess <= 0 || this.dropOldest(excess);
  }

  private get isDiskFull(): boolean {
    const { bavail, bsize } = statfsSync(dirname(this.options.path));
    return bavail * bsize < diskReserveBytes;
  }

  /** Drops at least so many bytes of the oldest; false when the newest are the ones to go, or it can't. */
  private dropOldest(bytes: number): boolean {
    if (this.options.overflow === 'drop-newest') return false;
    let freed = 0;
    for (const oldest of this.all('SELECT id, rings, losses, bytes FROM batch WHERE id > ? ORDER BY id LIMIT 100', this.takenTo)) {
      if (freed >= bytes) return true;
      if (this.undeleted.has(Number(oldest['id']))) continue;
      this.delete(Number(oldest['id']));
      this.drop({ rings: rings.parse(JSON.parse(String(oldest['rings']))), losses: lossesOf(String(oldest['losses'])) });
      freed += Number(oldest['bytes']);
    }
    return freed >= bytes;
  }

  private delete(id: number): void {
    const [found] = this.all('SELECT bytes FROM batch WHERE id = ?', id);
    if (found === undefined) return;
    this.kept = { batches: this.kept.batches - 1, bytes: this.kept.bytes - Number(found['bytes']) };
    this.undeleted.add(id);
    this.deleteLeft();
  }

  private deleteLeft(): void {
    for (const id of this.undeleted) {
      if (whileRoom(() => this.run('DELETE FROM batch WHERE id = ?', id)) === null) return;
      this.undeleted.delete(id);
    }
  }

  /** In memory too, so that a disk without room for the count does not lose it while the collector lives. */
  private count(shares: readonly RingShare[]): void {
    for (const { ring, events } of shares) {
      const total = (this.droppedEvents.get(ring) ?? 0) + events;
      this.droppedEvents.set(ring, total);
      whileRoom(() => this.run('INSERT OR REPLACE INTO dropped (boot_id, ring, events) VALUES (?, ?, ?)', this.options.bootId, ring, total));
    }
  }

  private run(sql: string, ...values: (string | number | Uint8Array)[]) {
    return this.statement(sql).run(...values);
  }

  private all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.statement(sql).all(...values);
  }

  private statement(sql: string): StatementSync {
    let found = this.statements.get(sql);
    if (found === undefined) this.statements.set(sql, (found = this.db.prepare(sql)));
    return found;
  }
}

/** A damaged file is put aside for people to look at: what is to come matters more than what can't be read. */
function open(path: string): DatabaseSync {
  try {
    return openFile(path);
  } catch (error) {
    if (!sqliteDamaged.includes(errorCode(error)) || !existsSync(path)) throw error;
    renameSync(path, `${path}.damaged`);
    return openFile(path);
  }
}

function openFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    // The size of pages and the vacuum's mode are fixed when the file is made.
    db.exec(`PRAGMA page_size = ${pageBytes}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;`);
    db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}; PRAGMA journal_size_limit = ${checkpointPages * pageBytes};`);
    db.exec(schema);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Events of a batch repeat each other: 10 to 40 times less to write, for half a microsecond an event. Window: see kafka-client.ts. */
function compress(value: Buffer): Buffer {
  return zstdCompressSync(value, { params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_windowLog]: 16 } });
}

/** Null when the disk is full. */
function whileRoom<T>(write: () => T): T | null {
  try {
    return write();
  } catch (error) {
    if (errorCode(error) === sqliteFull) return null;
    throw error;
  }
}

function errorCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** JSON has no bigint: times are written as text. */
function lossesText(losses: readonly Loss[]): string {
  return JSON.stringify(losses, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function lossesOf(text: string): Loss[] {
  return (JSON.parse(text) as (Omit<Loss, 'from' | 'until'> & { from: string; until: string })[]).map((loss) => ({ ...loss, from: BigInt(loss.from), until: BigInt(loss.until) }));
}
