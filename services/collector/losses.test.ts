import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LossLedger } from './losses.ts';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ringfence-losses-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function ledger(bootId = 'b', nowNs = 0n): LossLedger {
  return new LossLedger(join(folder, 'losses'), bootId, nowNs);
}

const undecodable = { ring: 1, stage: 'decode', reason: 'undecodable', kind: null } as const;
const spoolFull = { ring: 1, stage: 'spool', reason: 'spool_full', kind: null } as const;

describe('the ledger of losses', () => {
  test('tells what is new, the sum, and between which looks it was lost; once', () => {
    const it = ledger('b', 5n);
    it.add(undecodable, 2);
    expect(it.take(10n)).toEqual([{ ...undecodable, count: 2, total: 2, from: 5n, until: 10n }]);
    expect(it.take(11n)).toEqual([]);
    it.add(undecodable, 1);
    it.set(spoolFull, 7);
    expect(it.take(20n)).toEqual([{ ...undecodable, count: 1, total: 3, from: 11n, until: 20n }, { ...spoolFull, count: 7, total: 7, from: 11n, until: 20n }]);
  });

  test('gives what found a ring full to the kinds as far as they are counted, and never more than the ring says', () => {
    const it = ledger();
    it.setRingFull(1, 10, { file_open: 6, network: 3, mount: 0 });
    const told = (count: number, kind: string | null) => expect.objectContaining({ ring: 1, stage: 'kernel', reason: 'ring_full', kind, count });
    expect(it.take(1n)).toEqual([told(6, 'file_open'), told(3, 'network'), told(1, null)]);
    it.setRingFull(1, 12, { file_open: 5 });
    expect(it.take(2n)).toEqual([told(2, 'file_open')]);
    expect([it.total(1, 'kernel'), it.total(0, 'kernel')]).toEqual([12, 0]);
  });

  test('tells again what did not get there', () => {
    const it = ledger();
    it.add(undecodable, 2);
    it.untold(it.take(1n));
    it.add(undecodable, 1);
    expect(it.take(2n)).toEqual([{ ...undecodable, count: 3, total: 3, from: 0n, until: 2n }]);
  });

  test('goes on in the same boot from what was told: what was lost in between is told by the next', () => {
    const first = ledger();
    first.setRingFull(0, 4, {});
    first.told(first.take(3n));
    first.add(undecodable, 1);
    const next = ledger('b', 8n);
    next.setRingFull(0, 9, {});
    expect(next.take(10n)).toEqual([{ ring: 0, stage: 'kernel', reason: 'ring_full', kind: null, count: 5, total: 9, from: 3n, until: 10n }]);
  });

  test('keeps as told only what is safe: what was on its way when the collector died is told again', () => {
    const first = ledger();
    first.add(undecodable, 2);
    const safe = first.take(3n);
    first.add(undecodable, 1);
    first.take(5n);
    first.told(safe);
    const next = ledger('b', 8n);
    next.add(undecodable, 1);
    expect(next.take(9n)).toEqual([{ ...undecodable, count: 1, total: 3, from: 3n, until: 9n }]);
  });

  test('begins anew in another boot, and where the file says nothing', () => {
    const first = ledger();
    first.add(undecodable, 1);
    first.told(first.take(3n));
    expect(ledger('next').total(1, 'decode')).toBe(0);
    writeFileSync(join(folder, 'losses'), '{');
    expect(ledger().total(1, 'decode')).toBe(0);
  });
});
