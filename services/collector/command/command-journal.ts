/**
 * Which commands this node has begun to obey, kept across restarts so that each is obeyed at most once. A line
 * `<expires_ms> <nonce> <id>` is on the disk before the act. An entry is forgotten when its command has long expired:
 * a replay is then refused for its age.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from '#schemas/generated/types.gen.ts';

/** After expiry, skew included; then `expired` refuses it anyway. */
const keepMs = 60_000;

/** Rewrite the file when this many lines of it are stale. */
const staleLinesMax = 1_000;

export class CommandJournal {
  private readonly path: string;
  private readonly fd: number;
  /** Nonce or id → expires_ms. */
  private readonly seen = new Map<string, number>();

  /** Creates the file when missing; drops what has expired. */
  constructor(path: string, nowMs: number) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
    const live = lines.filter((line) => Number(line.split(' ')[0]) + keepMs > nowMs);
    for (const line of live) this.remember(line);
    if (lines.length - live.length > staleLinesMax) this.rewrite(live);
    this.fd = openSync(path, 'a', 0o600);
  }

  /** False when the nonce or the id was begun before. Otherwise durable when it returns. */
  begin(command: Command, nowMs: number): boolean {
    this.forgetExpired(nowMs);
    if (this.seen.has(command.nonce) || this.seen.has(command.id)) return false;
    const line = `${command.expires_ms} ${command.nonce} ${command.id}`;
    appendFileSync(this.fd, `${line}\n`);
    fsyncSync(this.fd);
    this.remember(line);
    return true;
  }

  close(): void {
    closeSync(this.fd);
  }

  private remember(line: string): void {
    const [expires, nonce, id] = line.split(' ');
    if (!nonce || !id) return;
    this.seen.set(nonce, Number(expires));
    this.seen.set(id, Number(expires));
  }

  /** Insertion order is near expiry order: validity has a small bound. */
  private forgetExpired(nowMs: number): void {
    for (const [key, expiresMs] of this.seen) {
      if (expiresMs + keepMs > nowMs) return;
      this.seen.delete(key);
    }
  }

  private rewrite(lines: readonly string[]): void {
    writeFileSync(`${this.path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
  }
}
