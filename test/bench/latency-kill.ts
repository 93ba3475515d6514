/** How long an attacker's process lives from its exec, when detection, playbook and command have to get to it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codec } from '../../schemas/codec/codec.ts';
import type { Event } from '../../schemas/generated/types.gen.ts';
import { topics } from '../../schemas/topics.ts';
import { every, measureLatencies } from './latency.ts';
import type { Bench } from './report.ts';
import { startRig } from './rig.ts';

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
  async run(options) {
    const playbooks = mkdtempSync(join(tmpdir(), 'ringfence-playbooks-'));
    writeFileSync(join(playbooks, 'kill.yml'), playbook);
    const rig = await startRig({ RINGFENCE_PLAYBOOKS: playbooks, RINGFENCE_KILLS_PER_MINUTE: '100000', RINGFENCE_KILLS_BURST: '1000' });
    const deaths = new Deaths();
    try {
      await rig.follow(topics.events.name, (batch) => {
        for (const record of batch.records) codec('event_batch').decode(record.value).events.forEach((event) => deaths.saw(event));
      });
      const { figures, missing } = await measureLatencies(rig, options, 'sleep', deaths.latenciesMs);
      return { figures, drops: { kills_missing: missing, survivors: deaths.survivors }, compare: [] };
    } finally {
      await rig.close();
      rmSync(playbooks, { recursive: true });
    }
  },
};

/** Pairs the exec and the exit of the programs that are to be killed. */
class Deaths {
  readonly latenciesMs: number[] = [];
  survivors = 0;
  private readonly execs = new Map<string, bigint>();

  saw({ process, body, time }: Event): void {
    const key = `${process.pid}/${process.start_ns}`;
    if (body.kind === 'process_exec' && process.exe?.startsWith('/dev/shm/')) this.execs.set(key, time);
    const exec = this.execs.get(key);
    if (body.kind !== 'process_exit' || exec === undefined) return;
    this.execs.delete(key);
    if (body.signal === sigkill) this.latenciesMs.push(Number(time - exec) / 1e6);
    else this.survivors++;
  }
}
