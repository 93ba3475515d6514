/** How long from an exec in the kernel to the detection in the hands of a reader of the topic. */
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { codec } from '../../schemas/codec/codec.ts';
import { topics } from '../../schemas/topics.ts';
import { figure, percentile, type Bench } from './report.ts';
import { startRig } from './rig.ts';

/** The rest of a run's detections is waited for this long. */
const settleMs = 2_000;

/** One program in so many is detected: 10 a second at 200. */
const every = 20;

export const latencyDetect: Bench = {
  about: `kernel exec event → detection read (read_committed) from Kafka, at RATE exec/s of which 1 in ${every} is detected`,
  async run({ seconds, runs, rate }) {
    const clock = systemClock();
    const rig = await startRig({ RINGFENCE_RESPOND: 'observe' });
    try {
      let latencies: number[] = [];
      await rig.follow(topics.detections.name, (batch) => {
        const nowNs = clock.nowNs();
        for (const record of batch.records) latencies.push(Number(nowNs - codec('detection').decode(record.value).last) / 1e6);
      });
      let toLog: number[] = [];
      await rig.follow(topics.events.name, (batch) => {
        const nowNs = clock.nowNs();
        for (const record of batch.records) {
          for (const event of codec('event_batch').decode(record.value).events) if (event.body.kind === 'process_exec') toLog.push(Number(nowNs - event.time) / 1e6);
        }
      });
      await rig.load({ rate, seconds: 3, every, marked: 'true' });
      const p50: number[] = [];
      const p99: number[] = [];
      const eventP50: number[] = [];
      let missing = 0;
      for (let run = 0; run < runs; run++) {
        await sleep(settleMs);
        latencies = [];
        toLog = [];
        const started = await rig.load({ rate, seconds, every, marked: 'true' });
        await sleep(settleMs);
        missing += Math.floor(started / every) - latencies.length;
        const sorted = latencies.toSorted((a, b) => a - b);
        eventP50.push(percentile(toLog.toSorted((a, b) => a - b), 50));
        p50.push(percentile(sorted, 50));
        p99.push(percentile(sorted, 99));
      }
      return { figures: [figure('p50_ms', 'ms', p50), figure('p99_ms', 'ms', p99), figure('event_in_log_p50_ms', 'ms', eventP50)], drops: { detections_missing: missing }, compare: [] };
    } finally {
      await rig.close();
    }
  },
};
