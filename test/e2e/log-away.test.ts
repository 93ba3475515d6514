/** A broker that stops answering while programs run: the collector's spool keeps what they did, over its own death too. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import type { EventLog } from '../../services/runtime/event-log/event-log.ts';
import { codec } from '../../schemas/codec/codec.ts';
import { topics } from '../../schemas/topics.ts';
import type { Event } from '../../schemas/generated/types.gen.ts';
import { cgroupHindrance, createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { readTopic } from '../support/detections.ts';
import { eventually } from '../support/eventually.ts';
import { removePins } from '../support/pipeline.ts';
import { startKafka, type KafkaServer } from '../support/servers/index.ts';
import { ServiceProcess, type LogLine } from '../support/service-process.ts';

describe.skipIf(cgroupHindrance !== null)(`a log that is away (${cgroupHindrance ?? 'real'})`, () => {
  let kafka: KafkaServer;
  let broker: Broker;
  let cgroup: TestCgroup;
  let log: EventLog;
  let collector: ServiceProcess;
  const home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
  const node = `test-${home.slice(-6)}`;

  beforeAll(async () => {
    const started = await startKafka();
    if ('unavailable' in started) throw new Error(started.unavailable);
    kafka = started;
    broker = new Broker(kafka.brokers);
    cgroup = createTestCgroup('away');
    log = openKafkaEventLog({ brokers: kafka.brokers, clientId: 'ringfence-test' });
    const environment = { RINGFENCE_HOME: home, RINGFENCE_NODE: node, KAFKA_BROKERS: kafka.brokers, RINGFENCE_SCOPE_CGROUP: cgroup.path, RINGFENCE_STATS_MS: '100', RINGFENCE_SPOOL_AFTER_MS: '500' };
    collector = await new ServiceProcess(['collector'], environment, 'watching').start();
  }, 90_000);

  afterAll(async () => {
    broker?.goOn();
    await cgroup?.remove();
    await collector?.stop();
    await log?.close();
    await kafka?.stop();
    removePins(home, node);
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  /** Programs one after another, each with a number; resolves when they are over. */
  async function runPrograms(name: string, count: number): Promise<void> {
    await once(cgroup.run('/bin/sh', ['-c', `i=0; while [ $i -lt ${count} ]; do /bin/true ${name} $i; i=$((i+1)); done`], { stdio: 'ignore' }), 'exit');
  }

  /** Counters that were logged from now on. */
  async function counters(matches: (line: LogLine & Partial<Counters>) => boolean): Promise<void> {
    const from = collector.lines.length;
    await collector.waitFor((line) => line.msg === 'counters' && matches(line), { from });
  }

  /** All events in the log once it has the last program of that name. */
  async function eventsWith(name: string, count: number): Promise<Event[]> {
    return eventually(async () => {
      const events = (await readTopic(log, topics.events.name)).flatMap(({ value }) => codec('event_batch').decode(value).events);
      return programs(events, name).at(-1) === count - 1 ? events : undefined;
    });
  }

  test('keeps what happens meanwhile, and brings it in order, once', async () => {
    await runPrograms('before', 20);
    await eventsWith('before', 20);
    broker.stop();
    await runPrograms('away', 300);
    await counters(({ spool }) => spool!.batches > 0);
    broker.goOn();
    await counters(({ spool }) => spool!.batches === 0);
    await runPrograms('after', 20);
    const events = await eventsWith('after', 20);
    expect(programs(events, 'away')).toEqual(range(300));
    for (const seqs of seqsByRing(events)) expect(seqs).toEqual(range(seqs.length, seqs[0]));
  });

  test('keeps it when the collector is killed: all of it is in the log, in order, and what is there twice has the same id', async () => {
    broker.stop();
    await runPrograms('killed', 300);
    await counters(({ spool }) => spool!.batches > 0);
    await collector.kill9();
    broker.goOn();
    await collector.start();
    await runPrograms('successor', 20);
    const events = await eventsWith('successor', 20);
    const once = [...new Map(events.map((event) => [`${event.ring}/${event.seq}`, event])).values()];
    expect(programs(once, 'killed')).toEqual(range(300));
    for (const seqs of seqsByRing(once)) expect(seqs).toEqual(range(seqs.length, seqs[0]));
  });
});

interface Counters {
  readonly spool: { readonly batches: number };
}

/** The process that listens on the broker's port, stopped and continued by signals: its connections stay, and say nothing. */
class Broker {
  private readonly pid: number;

  constructor(brokers: string) {
    const port = Number(brokers.split(':').at(-1));
    this.pid = listener(port) ?? listener(port, 'tcp6')!;
    if (this.pid === undefined) throw new Error(`no process of this host listens on ${port}`);
  }

  stop(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  goOn(): void {
    process.kill(this.pid, 'SIGCONT');
  }
}

/** proc_pid_net(5): local address and port in hexadecimal are field 1, the state 3 (0A listens), the socket's inode 9. */
function listener(port: number, protocol = 'tcp'): number | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync(`/proc/net/${protocol}`, 'utf8').trim().split('\n').map((line) => line.trim().split(/\s+/));
  const inode = rows.find((row) => row[1]!.endsWith(suffix) && row[3] === '0A')?.[9];
  if (inode === undefined) return undefined;
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name, `socket:[${inode}]`));
  return pid === undefined ? undefined : Number(pid);
}

/** False for a process that has ended meanwhile. */
function holds(pid: string, target: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === target);
  } catch {
    return false;
  }
}

/** The numbers of the programs with that name, as their starts stand in the log. */
function programs(events: readonly Event[], name: string): number[] {
  return events.filter(({ body, process }) => body.kind === 'process_exec' && process.args[1] === name).map(({ process }) => Number(process.args[2]));
}

function seqsByRing(events: readonly Event[]): number[][] {
  return [...Map.groupBy(events, ({ ring }) => ring).values()].map((ofRing) => ofRing.map(({ seq }) => seq));
}

function range(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
