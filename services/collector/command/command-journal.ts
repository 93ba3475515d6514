/**
 * Which commands this node has begun to obey, kept across restarts so that each is obeyed at most once. A line
 * `<expires_ms> <nonce> <id>` is in the file before the act. An entry is forgotten when its command has long expired:
 * a replay is then refused for its age.
 *
 * Nothing is synced to the disk: what a power failure takes was ordered in a boot that is over, and is refused for that.
 */
import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from '#schemas/generated/types.gen.ts';

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
   * False when the nonce or the id was begun before. Otherwise remembered, also by the next process, when it returns.
   * Throws when it could not be written; the command must then not be obeyed.
   */
  begin(command: Pick<Command, 'expires_ms' | 'nonce' | 'id'>, nowMs: number): boolean {
    this.forgetExpired(nowMs);
    if (this.seen.has(command.nonce) || this.seen.has(command.id)) return false;
    const line: Line = { expiresMs: command.expires_ms, nonce: command.nonce, id: command.id };
    // The line break comes first: a line that a crash or a full disk has cut does not spoil the next.
    appendFileSync(this.fd, `\n${formatLine(line)}`);
    this.lines++;
    this.remember(line);
    return true;
  }

  close(): void {
    closeSync(this.fd);
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

interface Line {
  readonly expiresMs: number;
  readonly nonce: string;
  readonly id: string;
}

function formatLine({ expiresMs, nonce, id }: Line): string {
  return `${expiresMs} ${nonce} ${id}`;
}

/** Null for what is no whole line: its command was not obeyed. */
function parseLine(text: string): Line | null {
  const [, expires, nonce, id] = /^(\d{1,16}) (\S+) (\S+)$/.exec(text) ?? [];
  return expires === undefined || nonce === undefined || id === undefined ? null : { expiresMs: Number(expires), nonce, id };
}
