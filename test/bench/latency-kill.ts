/** How long an attacker's process lives from its exec, when detection, playbook and command have to get to it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codec } from '../../schemas/codec/codec.ts';
import { topics } from '../../schemas/topics.ts';
import { figure, percentile, type Bench } from './report.ts';
import { startRig } from './rig.ts';

const settleMs = 3_000;
const every = 20;
const sigkill = 9;

const playbook = `playbook: bench-kill
version: 1
on: { rules: [9a4d2f3b-7c1d-4b52-b1b6-2f0a5f9cd004] }
mode: enforce
steps:
  - { id: kill, process.kill: { target: "\${detection.process}", signal: KILL } }
`;

export const latencyKill: Bench = {
  about: `kernel exec event → the process is dead (its exit event), through detection, playbook and signed command, at RATE exec/s of which 1 in ${every} is killed; both times are the kernel's`,
  async run({ seconds, runs, rate }) {
    const playbooks = mkdtempSync(join(tmpdir(), 'ringfence-playbooks-'));
    writeFileSync(join(playbooks, 'kill.yml'), playbook);
    const rig = await startRig({ RINGFENCE_PLAYBOOKS: playbooks, RINGFENCE_KILLS_PER_MINUTE: '100000', RINGFENCE_KILLS_BURST: '1000' });
    try {
      const execs = new Map<string, bigint>();
      let latencies: number[] = [];
      let survivors = 0;
      await rig.follow(topics.events.name, (batch) => {
        for (const record of batch.records) {
          for (const { process, body, time } of codec('event_batch').decode(record.value).events) {
            const key = `${process.pid}/${process.start_ns}`;
            if (body.kind === 'process_exec' && process.exe?.startsWith('/dev/shm/')) execs.set(key, time);
            const exec = body.kind === 'process_exit' ? execs.get(key) : undefined;
            if (body.kind !== 'process_exit' || exec === undefined) continue;
            execs.delete(key);
            if (body.signal === sigkill) latencies.push(Number(time - exec) / 1e6);
            else survivors++;
          }
        }
      });
      await rig.load({ rate, seconds: 3, every, marked: 'sleep' });
      const p50: number[] = [];
      const p99: number[] = [];
      let missing = 0;
      for (let run = 0; run < runs; run++) {
        await sleep(settleMs);
        latencies = [];
        const started = await rig.load({ rate, seconds, every, marked: 'sleep' });
        await sleep(settleMs);
        missing += Math.floor(started / every) - latencies.length;
        const sorted = latencies.toSorted((a, b) => a - b);
        p50.push(percentile(sorted, 50));
        p99.push(percentile(sorted, 99));
      }
      return { figures: [figure('p50_ms', 'ms', p50), figure('p99_ms', 'ms', p99)], drops: { kills_missing: missing, survivors }, compare: [] };
    } finally {
      await rig.close();
      rmSync(playbooks, { recursive: true });
    }
  },
};
