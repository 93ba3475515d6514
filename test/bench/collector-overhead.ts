/**
 * What the work of a host costs more when it is watched. The work stays on one processor, alone; whoever watches, and
 * Kafka, stay on the others: so a share is what the watched pay inside the kernel and at its wake-ups, and the processor
 * time of the watcher is a figure of its own. Rounds go through all watchers; each is compared with the unwatched work
 * of its own round, since a host's speed drifts. The speed is that of processor time the work has used: work
 * that is never idle is slowed by the same share of the clock (share_of_bare_wall), but for what the host's other
 * programs take.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { interruption } from './interrupt.ts';
import { startBroker } from './kafka.ts';
import { bpftrace, collector, emptySysExit, nobody, type Observation, type Observer, type Tally } from './overhead/observers.ts';
import { openWorkloads, workloadNames, type Speed, type WorkloadName, type Workloads } from './overhead/workloads.ts';
import { figure, type Bench, type BenchResult, type Figure } from './report.ts';

interface Stint {
  readonly observer: Observer;
  readonly workloads: readonly WorkloadName[];
}

interface Sample {
  readonly round: number;
  readonly observer: string;
  readonly workload: WorkloadName;
  readonly speed: Speed;
  /** Processor seconds a second of the watcher's process. */
  readonly cores: number;
}

interface Results {
  readonly samples: Sample[];
  readonly lost: Record<string, number>;
}

/** What one piece of work has left behind is gone when the next begins: connections, unread events. */
const pauseMs = 200;

const peers: readonly Stint[] = [
  { observer: bpftrace('execsnoop'), workloads: ['exec'] },
  { observer: bpftrace('opensnoop'), workloads: ['open'] },
  { observer: bpftrace('tcpconnect'), workloads: ['connect'] },
  { observer: bpftrace('execsnoop', 'opensnoop', 'tcpconnect'), workloads: ['redis-set', 'redis-get'] },
  { observer: emptySysExit, workloads: workloadNames },
];

export const collectorOverhead: Bench = {
  about: 'work on one processor (storms of exec, of open and close, of loopback connects; redis-benchmark -P 1), unwatched and watched from another one by the collector host-wide (what the shipped rules ask for, to Kafka; no engine), by bpftrace, by an empty program',
  defaults: { seconds: 1, runs: 5 },
  async run({ seconds, runs }) {
    const signal = interruption();
    const workCpu = separateProcessors();
    warnOfOthers();
    const kafka = await startBroker();
    const ours = { observer: collector(kafka.brokers), workloads: workloadNames };
    const bare = { observer: nobody, workloads: workloadNames };
    const workloads = await openWorkloads(workCpu).catch((error: unknown) => kafka.stop().then(() => Promise.reject(error as Error)));
    const results: Results = { samples: [], lost: {} };
    try {
      await measure(ours, workloads, { samples: [], lost: {} }, 0, Math.min(seconds, 0.5)); // warms up
      for (let round = 0; round < runs; round++) {
        for (const stint of [bare, ours, bare, ...peers]) {
          signal.throwIfAborted();
          await measure(stint, workloads, results, round, seconds);
        }
      }
    } finally {
      await workloads.close();
      await kafka.stop();
    }
    return resultOf(results, runs);
  },
};

/** Keeps this process and what it starts off the last processor, and returns that one's number. */
function separateProcessors(): number {
  const last = cpus().length - 1;
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', last === 0 ? '0' : `0-${last - 1}`, String(process.pid)], { stdio: 'ignore' });
  return last;
}

/** A sensor that somebody has left on the host slows down the unwatched work too. */
function warnOfOthers(): void {
  const { status, stdout } = spawnSync('bpftool', ['--json', 'prog', 'show'], { encoding: 'utf8' });
  if (status !== 0) return;
  const names = (JSON.parse(stdout) as { type: string; name?: string }[]).filter(({ type }) => /^(tracing|raw_tracepoint|tracepoint|kprobe|lsm)/.test(type)).map(({ name }) => name ?? '?');
  if (names.length > 0) console.error(`${names.length} tracing programs of others are loaded, and slow down what is compared: ${[...new Set(names)].join(', ')}`);
}

async function measure({ observer, workloads: names }: Stint, workloads: Workloads, results: Results, round: number, seconds: number): Promise<void> {
  const observation = await observer.start();
  const samples: Sample[] = [];
  let tally: Tally;
  try {
    for (const workload of names) {
      await sleep(pauseMs);
      const [cpuBefore, before] = [cpuSecondsOf(observation), performance.now()];
      const speed = await workloads.run(workload, seconds);
      const cores = ((cpuSecondsOf(observation) - cpuBefore) * 1000) / (performance.now() - before);
      samples.push({ round, observer: observer.name, workload, speed, cores });
    }
  } finally {
    tally = await observation.stop();
  }
  const operations = samples.filter(({ workload }) => !workload.startsWith('redis')).reduce((sum, { speed }) => sum + speed.operations, 0);
  if (tally.shown !== null && tally.shown < operations / 2) throw new Error(`${observer.name} shows ${tally.shown} of ${operations} operations: it does not see the work`);
  results.samples.push(...samples);
  for (const [reason, count] of Object.entries(tally.lost)) results.lost[reason] = (results.lost[reason] ?? 0) + count;
}

/** 0 where there is no process. The kernel counts in ticks of 10 ms. */
function cpuSecondsOf({ pid }: Observation): number {
  if (pid === null) return 0;
  const [userTicks, systemTicks] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13).map(Number) as [number, number];
  return (userTicks + systemTicks) / 100;
}

type Measure = keyof Pick<Speed, 'perSecond' | 'perCpuSecond'>;

function resultOf({ samples, lost }: Results, runs: number): BenchResult {
  const overRounds = (of: (round: number) => number) => Array.from({ length: runs }, (_, round) => of(round));
  const taken = (observer: string, workload: WorkloadName, round: number) => samples.filter((sample) => sample.observer === observer && sample.workload === workload && sample.round === round);
  const speed = (observer: string, workload: WorkloadName, round: number, measure: Measure) => mean(taken(observer, workload, round).map((sample) => sample.speed[measure]));
  const over = (one: string, other: string, workload: WorkloadName, measure: Measure = 'perCpuSecond') =>
    overRounds((round) => speed(one, workload, round, measure) / speed(other, workload, round, measure));
  const again = (workload: WorkloadName) =>
    overRounds((round) => {
      const [before, after] = taken('bare', workload, round);
      return after!.speed.perCpuSecond / before!.speed.perCpuSecond;
    });

  const figures: Figure[] = [];
  const compare: BenchResult['compare'][number][] = [];
  for (const workload of workloadNames) {
    figures.push(
      figure(`share_of_bare:${workload}`, 'of bare', over('collector', 'bare', workload)),
      figure(`share_of_bare_wall:${workload}`, 'of bare', over('collector', 'bare', workload, 'perSecond')),
      figure(`collector_cores:${workload}`, 'cores', overRounds((round) => taken('collector', workload, round)[0]!.cores)),
      figure(`bare:${workload}`, 'per cpu s', overRounds((round) => speed('bare', workload, round, 'perCpuSecond'))),
      figure(`bare_over_bare:${workload}`, 'noise', again(workload)),
    );
    for (const { observer: { name }, workloads } of peers) {
      if (!workloads.includes(workload)) continue;
      figures.push(figure(`share_of_bare:${workload}:${name}`, 'of bare', over(name, 'bare', workload)));
      compare.push({ against: name, metric: `share_of_bare:${workload}`, ratio: figure('', '', over('collector', name, workload)).median });
    }
  }
  figures.push(figure('work_on_its_processor', 'of time', samples.map(({ speed }) => speed.ownShare)));
  return { figures, drops: lost, compare };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
