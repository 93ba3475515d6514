/** The table of the SQLite job queue and each transition of a job, one method each. Synchronous and short. */
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';
import { RingfenceError } from '../errors.ts';
import { processIdentity, processLives } from '../event-log/process-identity.ts';
import type { JobCounts } from './job-queue.ts';

/** Writers of other processes hold the lock for milliseconds. */
const busyTimeoutMs = 5_000;

/** waiting → running → done, or waiting again after a failure, or failed after the last. */
const state = { waiting: 0, running: 1, done: 2, failed: 3 } as const;

const schema = `
  CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, data TEXT NOT NULL, state INTEGER NOT NULL, due_ms INTEGER NOT NULL, delay_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL, process TEXT, lease_ms INTEGER, ended_ms INTEGER) STRICT;
  CREATE INDEX IF NOT EXISTS job_due ON job (state, due_ms);
`;

export interface TakenJob {
  readonly id: string;
  readonly json: string;
  readonly delayMs: number;
  /** This attempt's number, from 1. Later transitions name it, so that a lost lease can't end another's attempt. */
  readonly attempt: number;
}

export class JobStore {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #process = processIdentity();

  constructor(path: string) {
    try {
      this.#db = new DatabaseSync(path, { timeout: busyTimeoutMs });
      // NORMAL, for the reason given in the event log's store: kill -9 loses nothing, and jobs follow from records.
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      this.#db.exec(schema);
    } catch (cause) {
      throw new RingfenceError('JOB_QUEUE_UNREACHABLE', `the job queue's file ${path} can't be opened`, { cause });
    }
  }

  close(): void {
    this.#db.close();
  }

  /** Known ids are ignored. */
  add(jobs: readonly { id: string; json: string; delayMs: number }[], nowMs: number): void {
    this.#write(() => {
      for (const { id, json, delayMs } of jobs) {
        this.#run(
          'INSERT OR IGNORE INTO job (id, data, state, due_ms, delay_ms, attempts) VALUES (?, ?, ?, ?, ?, 0)',
          id, json, state.waiting, nowMs + delayMs, delayMs,
        );
      }
    });
  }

  /** Takes jobs that are due, at most `count`, oldest first. */
  take(count: number, nowMs: number, leaseMs: number): TakenJob[] {
    const nextDue = this.nextDueMs();
    if (nextDue === undefined || nextDue > nowMs) return [];
    return this.#write(() => {
      const due = this.#rows(
        'SELECT id, data, delay_ms, attempts FROM job WHERE state = ? AND due_ms <= ? ORDER BY due_ms, rowid LIMIT ?',
        state.waiting, nowMs, count,
      );
      return due.map(({ id, data, delay_ms, attempts }) => {
        this.#run(
          'UPDATE job SET state = ?, attempts = attempts + 1, process = ?, lease_ms = ? WHERE id = ?',
          state.running, this.#process, nowMs + leaseMs, String(id),
        );
        return { id: String(id), json: String(data), delayMs: Number(delay_ms), attempt: Number(attempts) + 1 };
      });
    });
  }

  nextDueMs(): number | undefined {
    const [row] = this.#rows('SELECT min(due_ms) AS due FROM job WHERE state = ?', state.waiting);
    return row?.['due'] === null || row === undefined ? undefined : Number(row['due']);
  }

  extend(jobs: readonly TakenJob[], untilMs: number): void {
    this.#write(() => {
      for (const job of jobs) this.#transition(job, 'lease_ms = ?', untilMs);
    });
  }

  done(job: TakenJob, nowMs: number): void {
    this.#write(() => this.#transition(job, 'state = ?, ended_ms = ?', state.done, nowMs));
  }

  retry(job: TakenJob, dueMs: number): void {
    this.#write(() => this.#transition(job, 'state = ?, due_ms = ?', state.waiting, dueMs));
  }

  fail(job: TakenJob, nowMs: number): void {
    this.#write(() => this.#transition(job, 'state = ?, ended_ms = ?', state.failed, nowMs));
  }

  /** Gives back the jobs of processes that are gone or silent; those without an attempt left have failed. */
  recover(nowMs: number, attempts: number): void {
    const running = this.#rows('SELECT id, process, lease_ms, attempts FROM job WHERE state = ?', state.running);
    const lost = running.filter((row) => Number(row['lease_ms']) < nowMs || !processLives(String(row['process'])));
    if (lost.length === 0) return;
    this.#write(() => {
      for (const row of lost) {
        const job = { id: String(row['id']), json: '', delayMs: 0, attempt: Number(row['attempts']) };
        if (job.attempt < attempts) this.#transition(job, 'state = ?, due_ms = ?', state.waiting, nowMs);
        else this.#transition(job, 'state = ?, ended_ms = ?', state.failed, nowMs);
      }
    });
  }

  /** Forgets jobs that ended before. */
  forget(beforeMs: number): void {
    this.#write(() => this.#run('DELETE FROM job WHERE state >= ? AND ended_ms < ?', state.done, beforeMs));
  }

  counts(): JobCounts {
    const rows = this.#rows('SELECT state, count(*) AS jobs FROM job GROUP BY state');
    const of = (wanted: number) => Number(rows.find((row) => row['state'] === wanted)?.['jobs'] ?? 0);
    return { waiting: of(state.waiting), running: of(state.running), done: of(state.done), failed: of(state.failed) };
  }

  #transition(job: TakenJob, set: string, ...values: number[]): void {
    this.#run(
      `UPDATE job SET ${set} WHERE id = ? AND state = ${state.running} AND attempts = ?`,
      ...values, job.id, job.attempt,
    );
  }

  #run(sql: string, ...values: (string | number)[]): void {
    this.#prepared(sql).run(...values);
  }

  #rows(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return mapped(() => this.#prepared(sql).all(...values)) as Record<string, unknown>[];
  }

  #write<T>(work: () => T): T {
    return mapped(() => {
      this.#run('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#run('COMMIT');
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#run('ROLLBACK');
        throw error;
      }
    });
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function mapped<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ERR_SQLITE_ERROR')) throw cause;
    throw new RingfenceError('JOB_QUEUE_UNREACHABLE', `the job queue's file does not answer: ${cause.message}`, { cause });
  }
}
