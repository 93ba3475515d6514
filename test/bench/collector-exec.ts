/** An exec storm as fast as the host can make it: is every exec accounted for? */
import { setTimeout as sleep } from 'node:timers/promises';
import { codec } from '../../schemas/codec/codec.ts';
import { topics } from '../../schemas/topics.ts';
import { figure, type Bench } from './report.ts';
import { startRig } from './rig.ts';

const workers = 2;

export const collectorExec: Bench = {
  about: `programs started as fast as ${workers} loops can, collector to Kafka with all services running: seen = published + dropped`,
  async run({ seconds, runs }) {
    const rig = await startRig({ RINGFENCE_RESPOND: 'observe', RINGFENCE_STATS_MS: '200' });
    try {
      let execs = 0;
      await rig.follow(topics.events.name, (batch) => {
        for (const record of batch.records) {
          for (const { body, process } of codec('event_batch').decode(record.value).events) if (body.kind === 'process_exec' && process.exe?.endsWith('/true')) execs++;
        }
      });
      const rates: number[] = [];
      let started = 0;
      for (let run = 0; run < runs; run++) {
        const before = counters(rig).seen;
        started += await rig.load({ rate: 0, seconds, every: 0, marked: 'true', workers });
        const { seen } = await settled(rig);
        rates.push((seen - before) / seconds);
      }
      const last = await settled(rig);
      return {
        figures: [
          figure('events_per_s', 'events/s', rates),
          figure('dropped', 'events', [last.droppedRingFull]),
          figure('seen_minus_accounted', 'events', [last.seen - last.published - last.droppedRingFull]),
          figure('execs_started_minus_delivered', 'execs', [started - execs]),
        ],
        drops: { ring_full: last.droppedRingFull },
        compare: [],
      };
    } finally {
      await rig.close();
    }
  },
};

interface Counters {
  readonly seen: number;
  readonly published: number;
  readonly droppedRingFull: number;
}

function counters(rig: Awaited<ReturnType<typeof startRig>>): Counters {
  const line = rig.pipeline.collector.lines.findLast(({ msg }) => msg === 'counters');
  return (line ?? { seen: 0, published: 0, droppedRingFull: 0 }) as unknown as Counters;
}

/** The counters when nothing has moved for a while and everything is accounted for, or after a minute as they are. */
async function settled(rig: Awaited<ReturnType<typeof startRig>>): Promise<Counters> {
  for (let attempt = 0; ; attempt++) {
    const before = counters(rig);
    await sleep(1_000);
    const now = counters(rig);
    const still = now.seen === before.seen && now.seen === now.published + now.droppedRingFull;
    if (still || attempt === 60) return now;
  }
}
