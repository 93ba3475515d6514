/**
 * Which commands this node has begun to obey, and what became of them, kept across restarts so that each is obeyed at most
 * once and answered alike each time. A line `<expires_ms> <nonce> <id>` is in the file before the act, the same line with
 * the outcome (JSON) behind it after the act. An entry is forgotten when its command has long expired: a replay is then
 * refused for its age.
 *
 * Nothing is synced to the disk: what a power failure takes was ordered in a boot that is over, and is refused for that.
 */
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from '#schemas/generated/types.gen.ts';
import type { KillOutcome } from './kill.ts';

/** After expiry, skew included; then `expired` refuses it anyway. */
const keepMs = 60_000;

/** The file is rewritten when this many of its lines are stale: it stays below 100 kB at any sane rate of commands. */
export const staleLinesMax = 1_000;

export class CommandJournal {
  private readonly path: string;
  private fd: number;
  private lines: number;
  /** Nonce or id → line. */
  private readonly seen = new Map<string, Line>();

  /** Creates the file when missing; forgets what has expired. Throws what the file system says. */
  constructor(path: string, nowMs: number) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    this.lines = lines.length;
    for (const line of lines) this.remember(parseLine(line));
    this.fd = openSync(path, 'a', 0o600);
    this.forgetExpired(nowMs);
  }

  /**
   * Null when it is to be obeyed: now it is remembered, also by the next process. Else the nonce or the id was begun before,
   * and `outcome` is how that command ended; null when its process died in between, or when it is another's nonce.
   * Throws when it could not be written; the command must then not be obeyed.
   */
  begin(command: JournalKey, nowMs: number): { readonly outcome: KillOutcome | null } | null {
    this.forgetExpired(nowMs);
    const before = this.seen.get(command.id);
    if (before !== undefined) return before;
    if (this.seen.has(command.nonce)) return { outcome: null };
    const line: Line = { expiresMs: command.expires_ms, nonce: command.nonce, id: command.id, outcome: null };
    this.append(line);
    this.remember(line);
    return null;
  }

  /** What became of a command that was begun. Throws when it could not be written: then only this process knows. */
  finish(command: JournalKey, outcome: KillOutcome): void {
    const line: Line = { expiresMs: command.expires_ms, nonce: command.nonce, id: command.id, outcome };
    this.remember(line);
    this.append(line);
  }

  close(): void {
    closeSync(this.fd);
  }

  private append(line: Line): void {
    // The line break comes first: a line that a crash or a full disk has cut does not spoil the next.
    appendFileSync(this.fd, `\n${formatLine(line)}`);
    this.lines++;
  }

  private remember(line: Line | null): void {
    if (line === null) return;
    this.seen.set(line.nonce, line);
    this.seen.set(line.id, line);
  }

  /** Stops at the first that has not expired: insertion order is near expiry order, validity has a small bound. */
  private forgetExpired(nowMs: number): void {
    for (const [key, { expiresMs }] of this.seen) {
      if (expiresMs + keepMs > nowMs) break;
      this.seen.delete(key);
    }
    if (this.lines - this.seen.size / 2 > staleLinesMax) this.rewrite();
  }

  private rewrite(): void {
    const live = [...new Set(this.seen.values())];
    writeFileSync(`${this.path}.new`, live.map((line) => `\n${formatLine(line)}`).join(''), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    closeSync(this.fd);
    this.fd = openSync(this.path, 'a', 0o600);
    this.lines = live.length;
  }
}

export type JournalKey = Pick<Command, 'expires_ms' | 'nonce' | 'id'>;

interface Line {
  readonly expiresMs: number;
  readonly nonce: string;
  readonly id: string;
  /** Null while it is not known. */
  readonly outcome: KillOutcome | null;
}

function formatLine({ expiresMs, nonce, id, outcome }: Line): string {
  return `${expiresMs} ${nonce} ${id}${outcome === null ? '' : ` ${JSON.stringify(outcome)}`}`;
}

/** Null for what is no whole line: its command was not obeyed, or its outcome is not known. */
function parseLine(text: string): Line | null {
  const [, expires, nonce, id, json] = /^(\d{1,16}) (\S+) (\S+)(?: (\{.*\}))?$/.exec(text) ?? [];
  if (expires === undefined || nonce === undefined || id === undefined) return null;
  return { expiresMs: Number(expires), nonce, id, outcome: json === undefined ? null : parseOutcome(json) };
}

/** The file is this node's own, for its owner alone: what is whole is as it was written. */
function parseOutcome(json: string): KillOutcome | null {
  try {
    return JSON.parse(json) as KillOutcome;
  } catch {
    return null;
  }
}
