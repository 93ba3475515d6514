import { expect, test } from 'vitest';
import { codec } from '../../../schemas/codec/codec.ts';
import { LinuxMix } from './linux-mix.ts';
import { firstSeq, RenewedBatches } from './renewed-batches.ts';
import { WindowsMix } from './windows-mix.ts';

const options = { seed: 1, eventsPerBatch: 256 };

function linuxEvents(unique: boolean, times: number) {
  const { batch, marks } = new LinuxMix(options).marked();
  const batches = new RenewedBatches([{ record: codec('event_batch').encode(batch), marks }], { external: false, unique, seed: 1 });
  return Array.from({ length: times }, () => batches.renew().map((record) => codec('event_batch').decode(record).events)).flat(2);
}

function repeated(texts: readonly string[]): number {
  return texts.length - new Set(texts).size;
}

test('events that are renewed are events, each with a number and a time of its own', () => {
  const events = linuxEvents(true, 4);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => firstSeq + index));
  expect(events.map(({ time }) => time)).toEqual(events.map(({ seq }) => 1_780_000_000_000_000_000n + BigInt(seq) * 5_000n));
});

test('unique events repeat no path and no address; others do', () => {
  const pathsIn = (unique: boolean) => linuxEvents(unique, 20).flatMap(({ body }) => (body.kind === 'file_open' ? [body.path!] : []));
  const addressesIn = (unique: boolean) => linuxEvents(unique, 20).flatMap(({ body }) => (body.kind === 'network' ? [body.remote_ip!] : []));
  expect([repeated(pathsIn(true)), repeated(addressesIn(true))]).toEqual([0, 0]);
  expect(repeated(pathsIn(false))).toBeGreaterThan(100);
  expect(new Set(addressesIn(false)).size).toBe(40);
});

test('a word is the same wherever it stands in an event', () => {
  const compiles = linuxEvents(true, 4).filter(({ process }) => process.exe?.endsWith('/cc1'));
  expect(compiles.length).toBeGreaterThan(0);
  for (const { process } of compiles) expect(process.args.at(-1)).toBe(`/srv/build/tmp/cc${process.args[4]!.slice(0, -2)}.s`);
});

test('external events are renewed too', () => {
  const { batch, marks } = new WindowsMix(options).marked();
  const batches = new RenewedBatches([{ record: codec('external_batch').encode(batch), marks }], { external: true, unique: true, seed: 1 });
  const events = Array.from({ length: 4 }, () => batches.renew().map((record) => codec('external_batch').decode(record).events)).flat(2);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => firstSeq + index));
  const lines = events.map(({ fields }) => fields['CommandLine']!).filter((line) => !/powershell|vssadmin|certutil/.test(line));
  expect(repeated(lines)).toBe(0);
});
