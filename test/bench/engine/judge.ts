/**
 * One engine bench in a process of its own: loads rules, judges encoded batches through the worker, prints a JSON line.
 * The parent binds it to one core, so that what the runtime does in threads of its own is paid for too; time is the
 * processor's, which on a core of one's own is the clock's. Events are made anew in portions between the timed ones, so that
 * they do not count.
 */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../../services/runtime/clock/system.ts';
import { createLogger } from '../../../services/runtime/log.ts';
import { createMemoryWindowStore } from '../../../services/runtime/window-store/memory.ts';
import { codec } from '../../../schemas/codec/codec.ts';
import { topics } from '../../../schemas/topics.ts';
import { engineFields } from '../../../services/engine/engine-fields.ts';
import { openLists } from '../../../services/engine/lists/open-lists.ts';
import { loadRuleFiles } from '../../../services/engine/rules/index.ts';
import { EngineWorker } from '../../../services/engine/worker.ts';
import { LinuxMix } from './linux-mix.ts';
import { RenewedBatches, type MarkedBatch } from './renewed-batches.ts';
import { WindowsMix } from './windows-mix.ts';

const { values, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: { mix: { type: 'string' }, unique: { type: 'boolean' }, seconds: { type: 'string' }, seed: { type: 'string' }, plain: { type: 'boolean' }, profile: { type: 'boolean' } },
});

/** A batch of 256 events is some 200 KiB; a portion of some 7 MB is more than the processor's second cache holds. */
const eventsPerBatch = 256;
const batchesPerPortion = 32;

const options = { seed: Number(values.seed ?? 1), eventsPerBatch };
const isExternal = values.mix === 'windows';
const topic = isExternal ? topics.external.name : topics.events.name;
// Claims outlive a run: other names make other events.
const run = randomUUID().slice(0, 8);
const batches = new RenewedBatches(Array.from({ length: batchesPerPortion }, isExternal ? externalBatches() : ownBatches()), {
  external: isExternal,
  unique: values.unique === true,
  seed: options.seed,
});
const external = [{ product: 'windows' }];

const { lists } = await openLists([resolve(import.meta.dirname, '../../../rules/lists')]);
const loadStart = process.cpuUsage();
const { rules, report } = await loadRuleFiles(paths, { fields: engineFields(external), lists });
const worker = new EngineWorker(rules, createMemoryWindowStore({ clock: systemClock() }), createLogger('bench', 'silent'), values.plain === true ? { index: false } : {});
const loadMs = cpuMsSince(loadStart);

let offset = 0;
let judgedMs = 0;
let outputs = 0;
const warmUpMs = 1_000;
await judgeFor(warmUpMs);
const before = { events: worker.counters.events, matches: worker.counters.matches };
judgedMs = 0;
await judgeFor(Number(values.seconds ?? 3) * 1_000);
const events = worker.counters.events - before.events;
const result = {
  eventsPerS: (events / judgedMs) * 1_000,
  matchesPer1000: ((worker.counters.matches - before.matches) / events) * 1_000,
  loadMs,
  rssMib: process.memoryUsage.rss() / 2 ** 20,
  rules: report.summary,
  outputs,
  deadLetters: worker.counters.deadLetters,
};
console.log(JSON.stringify(result));
if (values.profile !== true) process.exit(0);

async function judgeFor(forMs: number): Promise<void> {
  const until = judgedMs + forMs;
  while (judgedMs < until) {
    const records = batches.renew().map((value) => ({ topic, key: run, value, partition: 0, offset: offset++, headers: {}, appendedMs: 0 }));
    const start = process.cpuUsage();
    for (const record of records) outputs += (await worker.handle({ topic, partition: 0, records: [record], replayed: false })).length;
    judgedMs += cpuMsSince(start);
  }
}

function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

function externalBatches(): () => MarkedBatch {
  const mix = new WindowsMix(options);
  const batchCodec = codec('external_batch');
  return () => {
    const { batch, marks } = mix.marked();
    return { record: batchCodec.encode({ ...batch, stream: run }), marks };
  };
}

function ownBatches(): () => MarkedBatch {
  const mix = new LinuxMix(options);
  const batchCodec = codec('event_batch');
  return () => {
    const { batch, marks } = mix.marked();
    return { record: batchCodec.encode({ ...batch, boot_id: run }), marks };
  };
}
