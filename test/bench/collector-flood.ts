/**
 * How many events a second one core brings from the ring to Kafka's acknowledgement. The sensor is real and so are its
 * rings; what is in them is written by a program in the kernel, as no actors on the other core could make as much.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestCgroup } from '../support/cgroup.ts';
import { removePins } from '../support/pipeline.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { FloodGenerator } from './flood/generator.ts';
import { floodTemplates, residentExecs } from './flood/templates.ts';
import { startBroker } from './kafka.ts';
import { figure, type Bench } from './report.ts';

const collectorCore = 0;
const otherCore = 1;

/** Tried in turn, until events are dropped, or pile up. */
const rates = [30_000, 60_000, 80_000, 100_000, 125_000, 160_000, 200_000, 250_000];
const warmUpRate = 60_000;

/** A rate at which the log has the last event later than this after it was written was borne by the spool. The counters come late, too. */
const arrearsSecondsMax = 1;

/** A JVM and a JIT that have not seen the load are slower than in service. */
const warmUpSeconds = 8;

export const collectorFlood: Bench = {
  about: 'records of mixed kinds written into the sensor\'s rings by a program in the kernel, collector on a core of its own, Kafka and that program on another: the highest rate without a drop (of 30, 60, 80, 100, 125, 160, 200 and 250 thousand), then twice that, where what is dropped is counted',
  defaults: { seconds: 3, runs: 2 },
  async run({ seconds, runs }) {
    pin(process.pid, otherCore);
    const broker = await startBroker();
    const cgroup = createTestCgroup('flood');
    const home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
    const node = `bench-${home.slice(-6)}`;
    const environment = { RINGFENCE_HOME: home, RINGFENCE_NODE: node, KAFKA_BROKERS: broker.brokers, RINGFENCE_SCOPE_CGROUP: cgroup.path, RINGFENCE_STATS_MS: '200' };
    const collector = new ServiceProcess(['collector'], environment, 'watching');
    try {
      await collector.start();
      pin(collector.pid, collectorCore);
      using generator = new FloodGenerator(pinsOf(home, node));
      return await measure(collector, generator, seconds, runs);
    } finally {
      await collector.stop();
      await cgroup.remove();
      await broker.stop();
      removePins(home, node);
      rmSync(home, { recursive: true, force: true });
    }
  },
};

async function measure(collector: ServiceProcess, generator: FloodGenerator, seconds: number, runs: number) {
  generator.use(residentExecs());
  generator.write(residentExecs().length);
  generator.use(floodTemplates());
  await generator.flood(warmUpRate, warmUpSeconds);
  const sustained: Sample[] = [];
  for (let run = 0; run < runs; run++) sustained.push(await highestWithoutDrop(collector, generator, seconds));
  const above = await sample(collector, generator, Math.max(...sustained.map(({ perSecond }) => perSecond)) * 2, seconds);
  const last = counters(collector);
  return {
    figures: [
      figure('events_per_s', 'events/s', sustained.map(({ perSecond }) => perSecond)),
      figure('events_per_cpu_s', 'events/s', sustained.map(({ published, cpuSeconds }) => published / cpuSeconds)),
      figure('rss_mib', 'MiB', sustained.map(({ rssMib }) => rssMib)),
      figure('rss_mib:own', 'MiB', sustained.map(({ ownMib }) => ownMib)),
      figure('above:offered', 'events/s', [above.perSecond]),
      figure('above:published', 'events/s', [above.published / above.tookSeconds]),
      figure('dropped', 'events', [above.dropped]),
      figure('seen_minus_accounted', 'events', [unaccounted(last)]),
      figure('load_average', 'tasks', [loadavg()[0]!]),
    ],
    drops: { ring_full: last.droppedRingFull, spool_full: last.droppedSpoolFull },
    compare: [],
  };
}

/** At a rate that was offered for some seconds. */
interface Sample {
  readonly perSecond: number;
  readonly published: number;
  readonly dropped: number;
  readonly tookSeconds: number;
  /** Of the collector, user and system. */
  readonly cpuSeconds: number;
  readonly rssMib: number;
  /** Of these, without the files that are mapped, which is Node mostly, and without the rings. */
  readonly ownMib: number;
}

async function highestWithoutDrop(collector: ServiceProcess, generator: FloodGenerator, seconds: number): Promise<Sample> {
  let best: Sample | null = null;
  for (const rate of rates) {
    const tried = await sample(collector, generator, rate, seconds);
    if (tried.dropped > 0 || tried.tookSeconds > seconds + arrearsSecondsMax) break;
    best = tried;
  }
  if (best === null) throw new Error(`events were dropped, or late, at ${rates[0]} a second already; the load average is ${loadavg()[0]}`);
  return best;
}

async function sample(collector: ServiceProcess, generator: FloodGenerator, perSecond: number, seconds: number): Promise<Sample> {
  const before = await settled(collector);
  const [startMs, cpuBefore] = [performance.now(), cpuSeconds(collector.pid)];
  await generator.flood(perSecond, seconds);
  const after = await settled(collector);
  const tookSeconds = Math.max(seconds, (after.atMs - startMs) / 1000);
  return {
    perSecond,
    published: after.published - before.published,
    dropped: dropped(after) - dropped(before),
    tookSeconds,
    cpuSeconds: cpuSeconds(collector.pid) - cpuBefore,
    rssMib: statusMib(collector.pid, 'VmRSS'),
    ownMib: statusMib(collector.pid, 'RssAnon'),
  };
}

interface Counters {
  readonly seen: number;
  readonly published: number;
  readonly droppedRingFull: number;
  readonly droppedSpoolFull: number;
}

/** The counters when everything is accounted for and nothing has moved, with when that was first seen; or as they are after 20 s. */
async function settled(collector: ServiceProcess): Promise<Counters & { atMs: number }> {
  let before = counters(collector);
  let atMs = performance.now();
  for (let attempt = 0; attempt < 50; attempt++) {
    await sleep(400);
    const now = counters(collector);
    if (now.seen === before.seen && unaccounted(now) === 0) return { ...now, atMs };
    before = now;
    atMs = performance.now();
  }
  return { ...before, atMs };
}

function dropped({ droppedRingFull, droppedSpoolFull }: Counters): number {
  return droppedRingFull + droppedSpoolFull;
}

function unaccounted(counters: Counters): number {
  return counters.seen - counters.published - dropped(counters);
}

function counters(collector: ServiceProcess): Counters {
  const line = collector.lines.findLast(({ msg }) => msg === 'counters');
  return (line ?? { seen: 0, published: 0, droppedRingFull: 0, droppedSpoolFull: 0 }) as unknown as Counters;
}

/** proc(5): fields 14 and 15 of stat, in ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** proc(5): in kB there. */
function statusMib(pid: number, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** All threads, and what it starts from now on. One that ends while taskset goes through them makes it fail: then again. */
function pin(pid: number, core: number): void {
  for (let attempt = 1; ; attempt++) {
    const { status, stderr } = spawnSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { encoding: 'utf8' });
    if (status === 0) return;
    if (attempt === 5) throw new Error(`could not pin process ${pid}: ${stderr}`);
  }
}

function pinsOf(home: string, node: string): string {
  const found = ['/sys/fs/bpf', join(home, 'bpf')].map((root) => join(root, 'ringfence', node)).find((path) => existsSync(path));
  if (found === undefined) throw new Error('the collector has pinned nothing');
  return found;
}
