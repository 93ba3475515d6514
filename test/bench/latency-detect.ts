/** How long from an exec in the kernel to the detection in the hands of a reader of the topic. */
import { codec } from '../../schemas/codec/codec.ts';
import { topics } from '../../schemas/topics.ts';
import { systemClock } from '../../services/runtime/clock/system.ts';
import { every, measureLatencies } from './latency.ts';
import type { Bench } from './report.ts';
import { startRig } from './rig.ts';

export const latencyDetect: Bench = {
  about: `kernel exec event → detection read (read_committed) from Kafka, at RATE exec/s of which 1 in ${every} is detected`,
  async run(options) {
    const clock = systemClock();
    const rig = await startRig({ RINGFENCE_RESPOND: 'observe' });
    const detected: number[] = [];
    try {
      await rig.follow(topics.detections.name, (batch) => {
        const nowNs = clock.nowNs();
        for (const record of batch.records) detected.push(Number(nowNs - codec('detection').decode(record.value).last) / 1e6);
      });
      const { figures, missing } = await measureLatencies(rig, options, 'true', detected);
      return { figures, drops: { detections_missing: missing }, compare: [] };
    } finally {
      await rig.close();
    }
  },
};
