/** The collector over a capture that no kernel wrote, into a real log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#runtime/clock/system.ts';
import type { EventLog } from '#runtime/event-log/event-log.ts';
import { openSqliteEventLog } from '#runtime/event-log/sqlite.ts';
import { createLogger } from '#runtime/log.ts';
import { kernelLayout } from '#schemas/generated/decode.gen.ts';
import { startCollector } from './collector.ts';
import { openCapture } from './kernel/capture.ts';
import { collectorSettings } from './settings.ts';

const header = '{"format":"ringfence-capture","version":1,"bootId":"b","bootTimeNs":"1700000000000000000"}\n';
const forkKind = 2;

let folder: string;
let log: EventLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringfence-collector-'));
  log = openSqliteEventLog({ path: join(folder, 'log') });
});

afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

function forkRecord(seq: number, kind = forkKind): Buffer {
  const record = Buffer.alloc(kernelLayout.rf_fork.size);
  record.writeBigUInt64LE(BigInt(seq), 0);
  record.writeUInt32LE(record.length, 16);
  record.writeUInt16LE(kind, 20);
  return record;
}

function capture(records: readonly Buffer[]): string {
  const path = join(folder, 'capture');
  const bytes = Buffer.concat(records.flatMap((record) => [length(record.length), record]));
  writeFileSync(path, Buffer.concat([Buffer.from(header), Buffer.from([1]), length(records.length), length(bytes.length), bytes]));
  return path;
}

function length(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function start(path: string) {
  const settings = collectorSettings.parse({ home: folder, node: 'n' });
  return startCollector(settings, log, openCapture(path), systemClock(), createLogger('collector', 'silent'));
}

describe('the collector', () => {
  test('counts a record that it can\'t decode, and goes on', async () => {
    const collector = await start(capture([forkRecord(1), forkRecord(2, 99), forkRecord(3)]));
    await collector.drain();
    expect(collector.counters()).toMatchObject({ seen: 3n, published: 2, undecodable: 1, processesEvicted: 0 });
    await collector.close();
  });

  test('closes with everything read in the log, also while it is still reading', async () => {
    const collector = await start(capture(Array.from({ length: 2000 }, (_, index) => forkRecord(index + 1))));
    await collector.close();
    expect(collector.counters()).toMatchObject({ seen: 2000n, published: 2000 });
  });
});
