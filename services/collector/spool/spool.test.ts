import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Loss } from '#schemas/generated/types.gen.ts';
import type { EncodedBatch } from '../encode/batch-writer.ts';
import { Spool, type SpoolOptions } from './spool.ts';

let folder: string;
let untold: Loss[];
let open: Spool[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-spool-'));
  [untold, open] = [[], []];
});

afterEach(() => {
  for (const spool of open) spool.close();
  rmSync(folder, { recursive: true });
});

function spool(changed: Partial<SpoolOptions> = {}): Spool {
  const opened = new Spool({ path: join(folder, 'spool'), bytesMax: 1 << 20, overflow: 'drop-oldest', bootId: 'b', ...changed }, (losses) => untold.push(...losses));
  open.push(opened);
  return opened;
}

/** What another collector would find. */
function reopened(changed: Partial<SpoolOptions> = {}): Spool {
  open.pop()!.close();
  return spool(changed);
}

/** Bytes that don't compress, so that sizes are what they seem. */
function batch(number: number, bytes = 1000, losses: Loss[] = []): EncodedBatch {
  const value = Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
  value.writeUInt32LE(number);
  return { number, value, events: 2, rings: [{ ring: number % 2, events: 2, firstSeq: number, lastSeq: number + 1 }], losses, memory: value };
}

function numbersIn(it: Spool): number[] {
  return it.take(1000, 1 << 30).map(({ value }) => value.readUInt32LE());
}

describe('the spool', () => {
  test('gives batches back as they were, oldest first, until they are removed', () => {
    const it = spool();
    const kept = [1, 2, 3].map((number) => batch(number));
    for (const each of kept) it.put(each);
    expect(it.take(2, 1 << 30)).toEqual(kept.slice(0, 2).map(({ value, rings }, index) => ({ id: index + 1, value, rings })));
    it.putBack();
    it.remove(it.take(2, 1 << 30).map(({ id }) => id));
    expect([numbersIn(it), it.fill.batches]).toEqual([[3], 1]);
  });

  test('gives at least one batch, however large, and no more bytes than asked for', () => {
    const it = spool();
    for (const number of [1, 2, 3]) it.put(batch(number, 10_000));
    expect(it.take(10, 1)).toHaveLength(1);
    expect(it.take(10, 20_000)).toHaveLength(2);
  });

  test('is there for the next collector, which goes on with it', () => {
    const first = spool();
    for (const number of [1, 2, 3]) first.put(batch(number));
    first.remove(first.take(1, 1 << 30).map(({ id }) => id));
    const next = reopened();
    next.put(batch(4));
    expect([numbersIn(next), next.fill.batches]).toEqual([[2, 3, 4], 3]);
  });

  test('drops the oldest for the newest beyond its bound, and counts their events by ring', () => {
    const it = spool({ bytesMax: 5500 });
    for (let number = 1; number <= 9; number++) expect(it.put(batch(number, 1000, [{ ...loss, count: number }]))).toBe(number);
    expect(numbersIn(it)).toEqual([5, 6, 7, 8, 9]);
    expect([...it.dropped]).toEqual([[1, 4], [0, 4]]);
    expect(untold.map(({ count }) => count)).toEqual([1, 2, 3, 4]);
    expect(it.fill.bytes).toBeLessThanOrEqual(5500);
  });

  test('takes nothing beyond its bound where the newest are to go', () => {
    const it = spool({ bytesMax: 3500, overflow: 'drop-newest' });
    expect([1, 2, 3, 4].map((number) => it.put(batch(number)))).toEqual([1, 2, 3, null]);
    it.drop(batch(4));
    expect([numbersIn(it), [...it.dropped]]).toEqual([[1, 2, 3], [[0, 2]]]);
  });

  test('does not drop what is on its way to the log', () => {
    const it = spool({ bytesMax: 3500 });
    for (const number of [1, 2, 3]) it.put(batch(number));
    it.take(2, 1 << 30);
    it.put(batch(4));
    expect(numbersIn(it)).toEqual([1, 2, 4]);
    it.take(3, 1 << 30);
    expect(it.put(batch(5))).toBeNull();
  });

  test('goes on counting what it drops over collectors of one boot, and from 0 in the next', () => {
    const it = spool();
    it.drop(batch(1));
    expect([...reopened().dropped]).toEqual([[1, 2]]);
    expect([...reopened({ bootId: 'next' }).dropped]).toEqual([]);
  });

  test.each(['drop-oldest', 'drop-newest'] as const)('takes a full disk for its bound (%s)', (overflow) => {
    const it = spool({ overflow });
    for (const number of [1, 2, 3]) it.put(batch(number, 60_000));
    // SQLite then says what it says of a disk without room: SQLITE_FULL.
    const pages = it['db'].prepare('PRAGMA page_count').get()!['page_count'] as number;
    it['db'].exec(`PRAGMA max_page_count = ${pages}`);
    const id = it.put(batch(4, 60_000));
    if (overflow === 'drop-newest') expect(id).toBeNull();
    else expect([numbersIn(it).at(-1), it.dropped.get(1)]).toEqual([4, 2]);
  });

  test('gives the disk its space back when it is empty', () => {
    const it = spool({ bytesMax: 1 << 24 });
    for (let number = 1; number <= 100; number++) it.put(batch(number, 50_000));
    it.remove(it.take(1000, 1 << 30).map(({ id }) => id));
    reopened();
    expect(statSync(join(folder, 'spool')).size).toBeLessThan(1 << 20);
  });

  test('puts a damaged file aside and begins a new one', () => {
    writeFileSync(join(folder, 'spool'), 'no database'.repeat(1000));
    const it = spool();
    it.put(batch(1));
    expect([numbersIn(it), existsSync(join(folder, 'spool.damaged'))]).toEqual([[1], true]);
  });

  test('keeps what was put before a kill -9', async () => {
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'killed-writer.ts'), join(folder, 'spool')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(writer, 'exit');
    let told = '';
    for await (const chunk of writer.stdout) {
      told += String(chunk);
      if (told.split('\n').length > 20) writer.kill('SIGKILL');
    }
    await ended;
    const last = Number(told.trimEnd().split('\n').at(-1));
    const found = numbersIn(spool());
    expect(found.length).toBeGreaterThanOrEqual(last);
    expect(found).toEqual(found.map((_, index) => index + 1));
  });
});

const loss: Loss = { ring: 0, stage: 'kernel', reason: 'ring_full', kind: null, count: 1, total: 1, from: 1n, until: 2n };
