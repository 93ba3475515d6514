/**
 * Who of a group reads which partition of the SQLite log. Members are rows; partition i of a topic belongs to member
 * i mod n. A partition changes hands only when its owner let go of it or is dead, and every commit checks ownership in
 * its own transaction, so a member that was declared dead and wakes up can't commit anything.
 */
import { randomUUID } from 'node:crypto';
import { processIdentity, processLives } from './process-identity.ts';
import type { Slot, SqliteStore } from './sqlite-store.ts';

/** A member that has not been heard of for this long is dead. One whose process is gone is dead at once. */
export const leaseMs = 5_000;

/** The right to commit for a slot, until another member was given it. */
export interface Claim {
  readonly slot: Slot;
  /** The group's epoch when it was taken: tells a claim from an earlier one of the same member. */
  readonly epoch: number;
}

export interface Claims {
  /** The group's epoch after this tick. */
  readonly epoch: number;
  readonly claimed: readonly Claim[];
  /** Slots that this member owns and has to give to another: call `release` when their work has ended. */
  readonly unwanted: readonly Slot[];
}

export class SqliteMembership {
  readonly #store: SqliteStore;
  readonly #group: string;
  readonly #topics: readonly string[];
  readonly #from: 'earliest' | 'latest';
  readonly #id = randomUUID();
  readonly #process = processIdentity();

  constructor(store: SqliteStore, group: string, topics: readonly string[], from: 'earliest' | 'latest') {
    this.#store = store;
    this.#group = group;
    this.#topics = topics;
    this.#from = from;
  }

  /** Changes whenever a member came or left or a partition became free. */
  epoch(): number {
    const [row] = this.#store.rows('SELECT epoch FROM log_group WHERE name = ?', this.#group);
    return Number(row?.['epoch'] ?? 0);
  }

  /** Says that this member lives, buries the dead, and takes what is due to it and free. */
  tick(nowMs: number): Claims {
    return this.#store.write(() => {
      const slots = this.#topics.flatMap((topic) => this.#store.slots(topic));
      this.#sayAlive(nowMs);
      this.#buryTheDead(nowMs);
      this.#fixStartOffsets(slots);
      return this.#claim(slots);
    });
  }

  /** Valid within `write` only, unless the answer is no. */
  holds({ slot, epoch }: Claim): boolean {
    return this.#store.rows(
      'SELECT 1 FROM log_owner WHERE grp = ? AND slot = ? AND member = ? AND epoch = ?',
      this.#group, slot.id, this.#id, epoch,
    ).length === 1;
  }

  committed(slot: Slot): number {
    const [row] = this.#store.rows('SELECT next FROM log_offset WHERE grp = ? AND slot = ?', this.#group, slot.id);
    return Number(row?.['next']);
  }

  /** Within `write`. Never moves an offset back. */
  commit(slot: Slot, next: number): void {
    this.#store.run(
      'UPDATE log_offset SET next = max(next, ?) WHERE grp = ? AND slot = ?', next, this.#group, slot.id,
    );
  }

  release(claim: Claim): void {
    this.#store.write(() => {
      if (!this.holds(claim)) return;
      this.#store.run('DELETE FROM log_owner WHERE grp = ? AND slot = ?', this.#group, claim.slot.id);
      this.#bump();
    });
  }

  leave(): void {
    this.#store.write(() => this.#remove(this.#id));
  }

  #sayAlive(nowMs: number): void {
    if (this.#store.rows('SELECT 1 FROM log_member WHERE id = ?', this.#id).length === 1) {
      this.#store.run('UPDATE log_member SET alive_ms = ? WHERE id = ?', nowMs, this.#id);
      return;
    }
    this.#store.run(
      'INSERT INTO log_member (id, grp, topics, process, alive_ms) VALUES (?, ?, ?, ?, ?)',
      this.#id, this.#group, JSON.stringify(this.#topics), this.#process, nowMs,
    );
    this.#bump();
  }

  #buryTheDead(nowMs: number): void {
    const others = this.#store.rows(
      'SELECT id, process, alive_ms FROM log_member WHERE grp = ? AND id <> ?', this.#group, this.#id,
    );
    for (const { id, process, alive_ms } of others) {
      if (Number(alive_ms) < nowMs - leaseMs || !processLives(String(process))) this.#remove(String(id));
    }
  }

  #fixStartOffsets(slots: readonly Slot[]): void {
    const start = this.#from === 'earliest' ? 'first' : 'next';
    for (const slot of slots) {
      this.#store.run(
        `INSERT OR IGNORE INTO log_offset (grp, slot, next) SELECT ?, id, ${start} FROM log_slot WHERE id = ?`,
        this.#group, slot.id,
      );
    }
  }

  #claim(slots: readonly Slot[]): Claims {
    const members = this.#members();
    const owners = new Map(
      this.#store.rows('SELECT slot, member FROM log_owner WHERE grp = ?', this.#group)
        .map((row) => [Number(row['slot']), String(row['member'])]),
    );
    const due = slots.filter((slot) => this.#heir(slot, members) === this.#id);
    const epoch = this.epoch();
    const claimed = due.filter((slot) => !owners.has(slot.id)).map((slot) => ({ slot, epoch }));
    for (const { slot } of claimed) {
      this.#store.run(
        'INSERT INTO log_owner (grp, slot, member, epoch) VALUES (?, ?, ?, ?)', this.#group, slot.id, this.#id, epoch,
      );
    }
    const unwanted = slots.filter((slot) => owners.get(slot.id) === this.#id && !due.includes(slot));
    return { epoch, claimed, unwanted };
  }

  #members(): readonly { id: string; topics: readonly string[] }[] {
    return this.#store.rows('SELECT id, topics FROM log_member WHERE grp = ? ORDER BY id', this.#group)
      .map((row) => ({ id: String(row['id']), topics: JSON.parse(String(row['topics'])) as string[] }));
  }

  #heir(slot: Slot, members: readonly { id: string; topics: readonly string[] }[]): string | undefined {
    const candidates = members.filter((member) => member.topics.includes(slot.topic));
    return candidates[slot.partition % candidates.length]?.id;
  }

  #remove(member: string): void {
    this.#store.run('DELETE FROM log_owner WHERE member = ?', member);
    this.#store.run('DELETE FROM log_member WHERE id = ?', member);
    this.#bump();
  }

  #bump(): void {
    this.#store.run(
      'INSERT INTO log_group (name, epoch) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET epoch = epoch + 1',
      this.#group,
    );
  }
}
