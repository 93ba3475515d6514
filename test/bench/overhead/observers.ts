/** Those who watch the work: the collector, bpftrace printing the same events, an empty kernel program, and nobody. */
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openObject } from 'libbpf-ts';
import { publishInterest } from '../../../services/engine/interest/publish.ts';
import { engineFields, openLists } from '../../../services/engine/main.ts';
import { loadRuleFiles } from '../../../services/engine/rules/index.ts';
import { shipped } from '../../../services/runtime/config.ts';
import { openKafkaEventLog } from '../../../services/runtime/event-log/kafka.ts';
import { openSigningKey } from '../../../services/runtime/signing/keyring.ts';
import { topics } from '../../../schemas/topics.ts';
import { eventually } from '../../support/eventually.ts';
import { removePins } from '../../support/pipeline.ts';
import { ServiceProcess } from '../../support/service-process.ts';
import { buildProgram } from '../build.ts';

export interface Observer {
  readonly name: string;
  start(): Promise<Observation>;
}

export interface Tally {
  /** Events that it showed; null for who does not show each. */
  readonly shown: number | null;
  /** By who lost them and why. */
  readonly lost: Readonly<Record<string, number>>;
}

export interface Observation {
  /** The process that reads; null where there is none. */
  readonly pid: number | null;
  stop(): Promise<Tally>;
}

const nothing: Tally = { shown: null, lost: {} };

export const nobody: Observer = {
  name: 'bare',
  start: () => Promise.resolve({ pid: null, stop: () => Promise.resolve(nothing) }),
};

/** Below this no sensor on that hook can come: every system call of every task leaves the kernel by its slow path. */
export const emptySysExit: Observer = {
  name: 'empty_sys_exit',
  start() {
    using spec = openObject(buildProgram('empty-sys-exit'));
    using object = spec.load();
    const link = object.program('empty__sys_exit').attach();
    const stop = () => {
      link.close();
      return Promise.resolve(nothing);
    };
    return Promise.resolve({ pid: null, stop });
  },
};

/** The collector as it ships: a process of its own that watches the whole host for what the shipped rules ask, and sends to Kafka. */
export function collector(brokers: string): Observer {
  return { name: 'collector', start: () => startCollector(brokers) };
}

async function startCollector(brokers: string): Promise<Observation> {
  const home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
  const node = `bench-${home.slice(-6)}`;
  const service = new ServiceProcess(['collector'], { RINGFENCE_HOME: home, RINGFENCE_NODE: node, KAFKA_BROKERS: brokers, RINGFENCE_STATS_MS: '200' }, 'watching');
  const end = async () => {
    await service.stop();
    removePins(home, node);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await publishShippedInterest(brokers, home, node);
    await service.start();
    await eventually(() => service.lines.find(({ msg, kinds }) => msg === 'reports what the rules ask for' && Array.isArray(kinds) && kinds.length > 0));
  } catch (error) {
    await end();
    throw error;
  }
  const stop = async () => {
    await end();
    const last = service.lines.findLast(({ msg }) => msg === 'counters') as Record<string, unknown> | undefined;
    return { shown: null, lost: { collector_ring_full: Number(last?.['droppedRingFull'] ?? 0) } };
  };
  return { pid: service.pid, stop };
}

/** As an engine with the shipped rules does at its start; the home then has the key that the collector trusts. */
async function publishShippedInterest(brokers: string, home: string, group: string): Promise<void> {
  const log = openKafkaEventLog({ brokers, clientId: 'ringfence-bench' });
  try {
    await log.createTopics([topics.rules]);
    const { lists } = await openLists([shipped('rules/lists')]);
    const { rules } = await loadRuleFiles([shipped('rules/detections')], { fields: engineFields(), lists });
    await publishInterest(rules, group, openSigningKey(home, 'engine', 'interest', []), log, Date.now());
  } finally {
    await log.close();
  }
}

/**
 * As bpftrace ships them, but for two things: opensnoop also looks at open(2), which not every architecture has, and
 * tcpconnect is a kprobe, which not every kernel has. The state SYN_SENT (2) is entered by the one who connects.
 */
const scripts = {
  execsnoop: 'tracepoint:syscalls:sys_enter_exec* { printf("%-10u %-5d ", elapsed / 1e6, pid); join(args->argv); }',
  opensnoop: `
    tracepoint:syscalls:sys_enter_openat { @filename[tid] = args->filename; }
    tracepoint:syscalls:sys_exit_openat /@filename[tid]/ {
      $ret = args->ret;
      $fd = $ret >= 0 ? $ret : -1;
      $errno = $ret >= 0 ? 0 : - $ret;
      printf("%-6d %-16s %4d %3d %s\\n", pid, comm, $fd, $errno, str(@filename[tid]));
      delete(@filename[tid]);
    }`,
  tcpconnect: `tracepoint:sock:inet_sock_set_state /args->newstate == 2/ {
    printf("%-8d %-16s %-39s %-6d %-39s %-6d\\n", pid, comm, ntop(args->family, args->saddr), args->sport, ntop(args->family, args->daddr), args->dport);
  }`,
} as const;

export type BpftraceTool = keyof typeof scripts;

/** Several tools are one process. */
export function bpftrace(...tools: readonly BpftraceTool[]): Observer {
  return { name: tools.join('+'), start: () => startBpftrace(tools.map((tool) => scripts[tool]).join('\n')) };
}

/** Probes are attached in the order of the script, so this one's line says that all are. */
const readyProbe = 'interval:ms:50 /!@ready/ { printf("ready\\n"); @ready = 1; }';
const readyTimeoutMs = 20_000;
const settleMsMax = 3_000;
const settleStepMs = 200;

/** In a mount namespace of its own, so that the host needs no tracefs before, and has none of ours afterwards. */
const withTracefs = 'mount -t tracefs tracefs /sys/kernel/tracing && exec bpftrace -e "$0"';

async function startBpftrace(script: string): Promise<Observation> {
  const folder = mkdtempSync('/dev/shm/ringfence-bench-');
  const path = join(folder, 'output');
  const output = await open(path, 'w');
  const child = spawn('unshare', ['--mount', 'sh', '-c', withTracefs, `${script}\n${readyProbe}`], { stdio: ['ignore', output.fd, output.fd] });
  await output.close();
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGINT');
    await ended;
  };
  try {
    await ready(path, child.pid!, () => child.exitCode === null);
  } catch (error) {
    await end();
    rmSync(folder, { recursive: true });
    throw error;
  }
  const stop = async () => {
    await settled(path);
    await end();
    const tally = await countLines(path);
    rmSync(folder, { recursive: true });
    return tally;
  };
  return { pid: child.pid!, stop };
}

async function ready(path: string, pid: number, runs: () => boolean): Promise<void> {
  for (const deadline = performance.now() + readyTimeoutMs; performance.now() < deadline && runs(); await sleep(20)) {
    if (/^ready$/m.test(readFileSync(path, 'utf8'))) return;
  }
  throw new Error(`bpftrace (${pid}) is not ready:\n${readFileSync(path, 'utf8').slice(-2_000)}`);
}

/** What it has not read when it is told to end is not shown. Others' events may keep it busy for ever. */
async function settled(path: string): Promise<void> {
  let [size, before] = [statSync(path).size, -1];
  for (const deadline = performance.now() + settleMsMax; size !== before && performance.now() < deadline; ) {
    await sleep(settleStepMs);
    [before, size] = [size, statSync(path).size];
  }
}

async function countLines(path: string): Promise<Tally> {
  let [shown, lost] = [0, 0];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const losses = /^Lost (\d+) events$/.exec(line)?.[1];
    if (losses === undefined) shown++;
    else lost += Number(losses);
  }
  return { shown, lost: { bpftrace_lost: lost } };
}
