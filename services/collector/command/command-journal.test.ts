import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandJournal, staleLinesMax } from './command-journal.ts';

let directory: string;
let path: string;
let journals: CommandJournal[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ringfence-journal-'));
  path = join(directory, 'state/commands.journal');
  journals = [];
});

afterEach(() => {
  for (const journal of journals) journal.close();
  rmSync(directory, { recursive: true });
});

function open(nowMs = 0): CommandJournal {
  const journal = new CommandJournal(path, nowMs);
  journals.push(journal);
  return journal;
}

const begun = expect.objectContaining({ outcome: null }) as unknown;
const failed = { status: 'failed', reason: 'pidfd_send_signal: EPERM' } as const;
const command = (number: number, expiresMs = 30_000) => ({ id: `id-${number}`, nonce: `nonce-${number}`, expires_ms: expiresMs });
const lines = () => readFileSync(path, 'utf8').split('\n').filter((line) => line !== '');

describe('the journal of commands', () => {
  it('lets a command begin once, by its id and by its nonce', () => {
    const journal = open();
    expect(journal.begin(command(1), 0)).toBeNull();
    expect(journal.begin(command(1), 0)).toEqual(begun);
    expect(journal.begin({ ...command(2), nonce: 'nonce-1' }, 0)).toEqual(begun);
    expect(journal.begin({ ...command(2), id: 'id-1' }, 0)).toEqual(begun);
    expect(journal.begin(command(2), 0)).toBeNull();
  });

  it('knows how a command ended, by its id alone, also after a restart and after its file was rewritten', () => {
    const journal = open();
    journal.begin(command(1), 0);
    journal.finish(command(1), failed);
    const asked = (of: CommandJournal) => [of.begin(command(1), 0), of.begin({ ...command(1), nonce: 'new' }, 0), of.begin({ ...command(2), nonce: 'nonce-1' }, 0)];
    const answers = [expect.objectContaining({ outcome: failed }), expect.objectContaining({ outcome: failed }), begun];
    expect(asked(journal)).toEqual(answers);
    expect(asked(open())).toEqual(answers);
    for (let number = 10; number <= 10 + staleLinesMax; number++) {
      journal.begin(command(number), 0);
      journal.finish(command(number), { status: 'done', reason: null });
    }
    expect(lines().length).toBeLessThan(2 * staleLinesMax);
    expect(asked(open())).toEqual(answers);
  });

  it('knows of a command only that it was begun when a crash has torn its outcome, wherever it was torn', () => {
    const journal = open();
    journal.begin(command(1), 0);
    const whole = statSync(path).size;
    journal.finish(command(1), failed);
    for (let size = statSync(path).size - 1; size >= whole; size--) {
      truncateSync(path, size);
      expect(open().begin(command(1), 0)).toEqual(begun);
    }
  });

  it('knows after a restart what was begun before, and is for its owner alone', () => {
    open().begin(command(1), 0);
    expect(open().begin(command(1), 0)).toEqual(begun);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('knows what another journal of the file, which was never closed, had begun', () => {
    const crashed = open();
    for (let number = 0; number < 100; number++) crashed.begin(command(number), 0);
    const next = open();
    expect(Array.from({ length: 101 }, (_, number) => next.begin(command(number), 0)).indexOf(null)).toBe(100);
  });

  it('survives a last line that a crash has torn, wherever it was torn, and loses nothing written after it', () => {
    open().begin(command(1), 0);
    const whole = statSync(path).size;
    open().begin(command(2), 0);
    for (let size = statSync(path).size - 1; size >= whole; size--) {
      truncateSync(path, size);
      open().begin(command(3), 0);
      const next = open();
      expect([next.begin(command(1), 0), next.begin(command(3), 0)]).toEqual([begun, begun]);
      truncateSync(path, size);
    }
  });

  it('passes over lines that are none of its own', () => {
    open().begin(command(1), 0);
    appendFileSync(path, '\n\n\u0000\u0000\nx y z\n99 only-two\n1 2 3 4\n-1 a b');
    expect(open().begin(command(1), 0)).toEqual(begun);
  });

  it('forgets a command a minute after its expiry, when it is refused for its age anyway', () => {
    const journal = open();
    journal.begin(command(1, 1_000), 0);
    expect(journal.begin(command(1, 1_000), 60_999)).toEqual(begun);
    expect(open(60_999).begin(command(1, 1_000), 60_999)).toEqual(begun);
    expect(journal.begin(command(1, 1_000), 61_000)).toBeNull();
  });

  it('keeps its file small while it runs, and what lives in it', () => {
    const journal = open();
    for (let number = 0; number <= staleLinesMax; number++) journal.begin(command(number, 0), 0);
    journal.begin(command(-1, 200_000), 100_000);
    journal.begin(command(-2, 200_000), 100_000);
    expect(lines().length).toBeLessThanOrEqual(3);
    journal.begin(command(-3, 200_000), 100_000);
    const next = open(100_000);
    expect([-1, -2, -3].map((number) => next.begin(command(number), 100_000))).toEqual([begun, begun, begun]);
  });
});
