/**
 * The file under the SQLite log: topics, records and group offsets, and every statement that touches them. All calls
 * are synchronous and short; several processes may hold the same file open.
 *
 * A record's rowid is `slot * 2^41 + offset`, where a slot is one partition of one topic: the records of a partition
 * lie side by side, so reading and trimming are range scans of the table itself, with no index to keep.
 */
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { RingfenceError } from '../errors.ts';
import type { LogRecord, ReceivedRecord, TopicSpec } from './event-log.ts';
import { recordBytes, recordOverheadBytes } from './limits.ts';

/** 2^41 offsets: 70 years at 1,000 records a second. With 4,096 slots the rowid still fits a JavaScript number. */
const slotSpan = 2 ** 41;
const slotsMax = 4_096;

/** Writers of other processes hold the lock for milliseconds; longer than this means something is wrong. */
const busyTimeoutMs = 5_000;

/** Records read at once at most, so that a batch of small records stays within one turn of the event loop. */
const readRecordsMax = 10_000;

export interface Slot {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly retentionMs: number;
  readonly compacted: boolean;
}

export interface Extent {
  /** The oldest offset that is kept. */
  readonly first: number;
  /** The offset that the next record gets. */
  readonly next: number;
  readonly bytes: number;
}

const schema = `
  CREATE TABLE IF NOT EXISTS log_slot (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, part INTEGER NOT NULL, retention_ms INTEGER NOT NULL,
    compacted INTEGER NOT NULL, first INTEGER NOT NULL DEFAULT 0, next INTEGER NOT NULL DEFAULT 0,
    newest_ms INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0, UNIQUE (topic, part)) STRICT;
  CREATE TABLE IF NOT EXISTS log_record (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB NOT NULL, headers TEXT, appended_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS log_offset (
    grp TEXT NOT NULL, slot INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (grp, slot)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log_group (name TEXT PRIMARY KEY, epoch INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log_member (
    id TEXT PRIMARY KEY, grp TEXT NOT NULL, topics TEXT NOT NULL, process TEXT NOT NULL, alive_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log_owner (
    grp TEXT NOT NULL, slot INTEGER NOT NULL, member TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (grp, slot)
    ) STRICT, WITHOUT ROWID;
`;

export class SqliteStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #slots = new Map<string, readonly Slot[]>();
  readonly #listeners = new Set<() => void>();
  #dataVersion = 0;
  #notifying = false;

  /** Opens or creates the file. Throws EVENT_LOG_UNREACHABLE when it can't be opened, is no database or is damaged. */
  constructor(path: string) {
    try {
      this.#db = new DatabaseSync(path, { timeout: busyTimeoutMs });
      // NORMAL: a commit survives kill -9, and a power failure can take only the newest commits, each as a whole, so
      // outputs and offsets still agree. FULL would add an fsync (milliseconds) between the event and the detection.
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;');
      this.#db.exec(schema);
    } catch (cause) {
      throw new RingfenceError('EVENT_LOG_UNREACHABLE', `the event log's file ${path} can't be opened`, { cause });
    }
    this.#dataVersion = this.#readDataVersion();
  }

  close(): void {
    this.#listeners.clear();
    this.#db.close();
  }

  /** Runs `work` as one write transaction: all of it or nothing. Listeners hear of it soon after. */
  write<T>(work: () => T): T {
    return mapped(() => {
      this.run('BEGIN IMMEDIATE');
      let result: T;
      try {
        result = work();
        this.run('COMMIT');
      } catch (error) {
        if (this.#db.isTransaction) this.run('ROLLBACK');
        throw error;
      }
      this.#notify();
      return result;
    });
  }

  run(sql: string, ...values: (string | number | Uint8Array | null)[]): void {
    this.#prepared(sql).run(...values);
  }

  rows(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return mapped(() => this.#prepared(sql).all(...values)) as Record<string, unknown>[];
  }

  /** `listener` runs soon after commits of this process, and of others once `poll` sees them. */
  onCommit(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Notices commits of other processes. One pragma that reads shared memory: about 2 µs. */
  poll(): void {
    const version = this.#readDataVersion();
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#notify();
  }

  createTopics(topics: readonly TopicSpec[]): void {
    this.write(() => {
      for (const topic of topics) {
        if (this.#readSlots(topic.name).length > 0) continue;
        for (let partition = 0; partition < topic.partitions; partition++) {
          this.run(
            'INSERT INTO log_slot (topic, part, retention_ms, compacted) VALUES (?, ?, ?, ?)',
            topic.name, partition, topic.retentionMs, topic.compacted === true ? 1 : 0,
          );
        }
      }
      const [row] = this.rows('SELECT max(id) AS id FROM log_slot');
      if (Number(row?.['id'] ?? 0) >= slotsMax) {
        throw new RingfenceError('EVENT_LOG_REJECTED', `one file holds at most ${slotsMax - 1} partitions in all`);
      }
    });
  }

  /** The partitions of a topic, in order. Throws EVENT_LOG_REJECTED when the topic was never created. */
  slots(topic: string): readonly Slot[] {
    const known = this.#slots.get(topic);
    if (known !== undefined) return known;
    const slots = this.#readSlots(topic);
    if (slots.length === 0) throw new RingfenceError('EVENT_LOG_REJECTED', `there is no topic ${topic}`);
    this.#slots.set(topic, slots);
    return slots;
  }

  allSlots(): readonly Slot[] {
    return this.rows('SELECT * FROM log_slot ORDER BY id').map(toSlot);
  }

  extent(slot: Slot): Extent {
    const [row] = this.rows('SELECT first, next, bytes FROM log_slot WHERE id = ?', slot.id);
    return { first: Number(row?.['first']), next: Number(row?.['next']), bytes: Number(row?.['bytes']) };
  }

  /** Within `write`. Times never run backwards within a partition, whatever the wall clock does. */
  append(records: readonly LogRecord[], nowMs: number): void {
    const batches = Map.groupBy(records, (record) => this.#slotOf(record));
    for (const [slot, batch] of batches) {
      const [row] = this.rows('SELECT next, newest_ms FROM log_slot WHERE id = ?', slot.id);
      let id = slot.id * slotSpan + Number(row?.['next']);
      const appendedMs = Math.max(nowMs, Number(row?.['newest_ms']));
      let bytes = 0;
      for (const record of batch) {
        this.run(
          'INSERT INTO log_record (id, key, value, headers, appended_ms) VALUES (?, ?, ?, ?, ?)',
          id++, record.key, record.value, packHeaders(record.headers), appendedMs,
        );
        bytes += recordBytes(record);
      }
      this.run(
        'UPDATE log_slot SET next = next + ?, newest_ms = ?, bytes = bytes + ? WHERE id = ?',
        batch.length, appendedMs, bytes, slot.id,
      );
    }
  }

  /** Records from `offset` on and below `end`, until `maxBytes` is reached; at least one when there is one. */
  read(slot: Slot, offset: number, end: number, maxBytes: number): ReceivedRecord[] {
    return mapped(() => {
      const records: ReceivedRecord[] = [];
      const base = slot.id * slotSpan;
      const found = this.#prepared('SELECT * FROM log_record WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
      let bytes = 0;
      for (const row of found.iterate(base + offset, base + Math.min(end, slotSpan), readRecordsMax)) {
        const record = toRecord(slot, row as unknown as RecordRow);
        bytes += recordBytes(record);
        if (records.length > 0 && bytes > maxBytes) break;
        records.push(record);
      }
      return records;
    });
  }

  /** The first offset whose record was appended at `ms` or later; the end when there is none. */
  offsetAt(slot: Slot, ms: number): number {
    const { first, next } = this.extent(slot);
    let [low, high] = [first, next];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const at = this.appendedMs(slot, middle, high);
      if (at === undefined || at >= ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** When the first record from `offset` on and below `end` was appended. Compaction leaves gaps. */
  appendedMs(slot: Slot, offset: number, end: number): number | undefined {
    const base = slot.id * slotSpan;
    const [row] = this.rows(
      'SELECT appended_ms FROM log_record WHERE id >= ? AND id < ? ORDER BY id LIMIT 1', base + offset, base + end,
    );
    return row === undefined ? undefined : Number(row['appended_ms']);
  }

  /** Within `write`: removes the records below `offset`. */
  trimBelow(slot: Slot, offset: number): void {
    const base = slot.id * slotSpan;
    this.#forget(slot, 'id >= ? AND id < ?', base, base + offset);
    this.run('UPDATE log_slot SET first = max(first, ?) WHERE id = ?', offset, slot.id);
  }

  /** Within `write`: keeps only the newest record of each key. */
  compact(slot: Slot): void {
    const base = slot.id * slotSpan;
    const older = `id IN (SELECT id FROM
      (SELECT id, row_number() OVER (PARTITION BY key ORDER BY id DESC) AS age FROM log_record WHERE id >= ? AND id < ?)
      WHERE age > 1)`;
    this.#forget(slot, older, base, base + slotSpan);
  }

  #forget(slot: Slot, where: string, from: number, to: number): void {
    const size = `coalesce(sum(octet_length(key) + length(value) + ${recordOverheadBytes}), 0)`;
    const [row] = this.rows(`SELECT ${size} AS bytes FROM log_record WHERE ${where}`, from, to);
    this.run(`DELETE FROM log_record WHERE ${where}`, from, to);
    this.run('UPDATE log_slot SET bytes = bytes - ? WHERE id = ?', Number(row?.['bytes']), slot.id);
  }

  #slotOf(record: LogRecord): Slot {
    const slots = this.slots(record.topic);
    return slots[hash(record.key) % slots.length]!;
  }

  #readSlots(topic: string): readonly Slot[] {
    return this.rows('SELECT * FROM log_slot WHERE topic = ? ORDER BY part', topic).map(toSlot);
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #readDataVersion(): number {
    return Number(this.rows('PRAGMA data_version')[0]?.['data_version']);
  }

  /** Deferred and merged, so that listeners may write without calling themselves. */
  #notify(): void {
    if (this.#notifying) return;
    this.#notifying = true;
    queueMicrotask(() => {
      this.#notifying = false;
      for (const listener of this.#listeners) listener();
    });
  }
}

interface RecordRow {
  readonly id: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: string | null;
  readonly appended_ms: number;
}

function toRecord(slot: Slot, row: RecordRow): ReceivedRecord {
  return {
    topic: slot.topic,
    partition: slot.partition,
    offset: row.id - slot.id * slotSpan,
    key: row.key,
    value: Buffer.from(row.value.buffer, row.value.byteOffset, row.value.byteLength),
    headers: row.headers === null ? {} : (JSON.parse(row.headers) as Record<string, string>),
    appendedMs: row.appended_ms,
  };
}

function toSlot(row: Record<string, unknown>): Slot {
  return {
    id: Number(row['id']),
    topic: String(row['topic']),
    partition: Number(row['part']),
    retentionMs: Number(row['retention_ms']),
    compacted: row['compacted'] === 1,
  };
}

function packHeaders(headers: LogRecord['headers']): string | null {
  for (const _ in headers) return JSON.stringify(headers);
  return null;
}

/** FNV-1a, 32 bits, over UTF-16 units: keys are node ids and hashes, which need spreading, not secrecy. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function mapped<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof RingfenceError || !isSqliteError(cause)) throw cause;
    throw new RingfenceError('EVENT_LOG_UNREACHABLE', `the event log's file does not answer: ${cause.message}`, {
      cause,
    });
  }
}

function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
}
