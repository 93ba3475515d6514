/**
 * One engine bench in a process of its own: loads rules, judges encoded batches through the worker, prints a JSON line.
 * The parent binds it to one core, so that what the runtime does in threads of its own is paid for too; time is the
 * processor's, which on a core of one's own is the clock's. Events are made before it starts, in portions, so that they
 * neither count nor stay in memory.
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
import { WindowsMix } from './windows-mix.ts';

const { values, positionals: paths } = parseArgs({
  allowPositionals: true,
  options: { mix: { type: 'string' }, unique: { type: 'boolean' }, seconds: { type: 'string' }, seed: { type: 'string' }, plain: { type: 'boolean' }, profile: { type: 'boolean' } },
});

/** A batch of 256 events is some 200 KiB; a portion stays below 20 MB. */
const eventsPerBatch = 256;
const batchesPerPortion = 64;

const options = { seed: Number(values.seed ?? 1), unique: values.unique === true, eventsPerBatch };
const encode = encoderOf(values.mix ?? 'linux');
const external = [{ product: 'windows' }];

const { lists } = await openLists([resolve(import.meta.dirname, '../../../rules/lists')]);
const loadStart = performance.now();
const { rules, report } = await loadRuleFiles(paths, { fields: engineFields(external), lists });
const worker = new EngineWorker(rules, createMemoryWindowStore({ clock: systemClock() }), createLogger('bench', 'silent'), values.plain === true ? { index: false } : {});
const loadMs = performance.now() - loadStart;

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
    const records = Array.from({ length: batchesPerPortion }, () => ({ ...encode(), partition: 0, offset: offset++, headers: {}, appendedMs: 0 }));
    const start = process.cpuUsage();
    for (const record of records) outputs += (await worker.handle({ topic: record.topic, partition: 0, records: [record], replayed: false })).length;
    const { user, system } = process.cpuUsage(start);
    judgedMs += (user + system) / 1_000;
  }
}

function encoderOf(mix: string): () => { topic: string; key: string; value: Buffer } {
  // Claims outlive a run: other names make other events.
  const run = randomUUID().slice(0, 8);
  if (mix === 'windows') {
    const windows = new WindowsMix(options);
    const batches = codec('external_batch');
    return () => ({ topic: topics.external.name, key: run, value: batches.encode({ ...windows.batch(), stream: run }) });
  }
  const linux = new LinuxMix(options);
  const batches = codec('event_batch');
  return () => ({ topic: topics.events.name, key: run, value: batches.encode(linux.batch()) });
}
