/** What the collector's process holds in memory when the host runs many processes. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestCgroup } from '../support/cgroup.ts';
import { buildActor } from './build.ts';
import { interruption } from './interrupt.ts';
import { startBroker } from './kafka.ts';
import { collector } from './overhead/observers.ts';
import { figure, type Bench, type Figure } from './report.ts';

const processes = 10_000;

export const collectorMemory: Bench = {
  about: `the collector's resident memory with ${processes} live processes of 5 arguments each: started while it watched, then found there by a new one`,
  defaults: { seconds: 5, runs: 1 },
  async run({ seconds }) {
    const signal = interruption();
    const kafka = await startBroker();
    const cgroup = createTestCgroup('memory');
    const lost: Record<string, number> = {};
    /** Holds a new collector while `act` runs. */
    const watch = async (act: () => Promise<void>, name: string): Promise<Figure[]> => {
      const observation = await collector(kafka.brokers).start();
      try {
        await act();
        return await residentMemory(observation.pid!, name, seconds, signal);
      } finally {
        for (const [reason, count] of Object.entries((await observation.stop()).lost)) lost[`${reason}:${name}`] = count;
      }
    };
    try {
      const idle = await watch(() => Promise.resolve(), 'rss_mib:idle');
      const sleepers = async () => {
        const child = cgroup.run(buildActor('sleepers', ['-static']), [String(processes)], { stdio: ['ignore', 'pipe', 'inherit'] });
        await once(createInterface({ input: child.stdout! }), 'line');
      };
      const started = await watch(sleepers, 'rss_mib');
      const found = await watch(() => Promise.resolve(), 'rss_mib:found');
      return { figures: [...started, ...found, ...idle], drops: lost, compare: [] };
    } finally {
      await cgroup.remove();
      await kafka.stop();
    }
  },
};

const mib = 1 << 20;

/** Once a second, and the most since its start. */
async function residentMemory(pid: number, name: string, seconds: number, signal: AbortSignal): Promise<Figure[]> {
  const samples: number[] = [];
  for (let second = 0; second < seconds; second++) {
    await sleep(1000, undefined, { signal });
    samples.push(statusKib(pid, 'VmRSS') * 1024 / mib);
  }
  return [figure(name, 'MiB', samples), figure(`${name}:peak`, 'MiB', [statusKib(pid, 'VmHWM') * 1024 / mib])];
}

function statusKib(pid: number, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
