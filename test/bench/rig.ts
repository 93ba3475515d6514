/** What the pipeline's benches share: servers, services as processes, a load in a cgroup, and readers of the topics. */
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogBatch } from '../../services/runtime/event-log/event-log.ts';
import { openKafkaEventLog } from '../../services/runtime/event-log/kafka.ts';
import { createTestCgroup, type TestCgroup } from '../support/cgroup.ts';
import { startPipeline, type Pipeline } from '../support/pipeline.ts';
import { startKafka, startRedis } from '../support/servers/index.ts';
import { buildActor } from './build.ts';

export interface Rig {
  readonly pipeline: Pipeline;
  readonly brokers: string;
  /** Calls back with each batch of a topic as a read-committed reader gets it, from now on. */
  follow(topic: string, handle: (batch: LogBatch) => void): Promise<void>;
  /** Starts programs (see actors/exec-rate.c); resolves with their number when the time is over. */
  load(options: LoadOptions): Promise<number>;
  close(): Promise<void>;
}

export interface LoadOptions {
  /** A second; 0: as fast as it goes. */
  readonly rate: number;
  readonly seconds: number;
  /** Every nth program is one that a rule detects; 0: none. */
  readonly every: number;
  /** What the detected one is: over at once, or waiting to be killed. */
  readonly marked: 'true' | 'sleep';
  readonly workers?: number;
}

export async function startRig(environment: Readonly<Record<string, string>>): Promise<Rig> {
  // The servers' processes do not keep this one alive while it waits for them.
  const alive = setInterval(() => {}, 60_000);
  const servers: { stop(): Promise<void> }[] = [{ stop: () => Promise.resolve(clearInterval(alive)) }];
  const cgroup = createTestCgroup('bench');
  const programs = mkdtempSync('/dev/shm/ringfence-bench-');
  const close = async (pipeline?: Pipeline) => {
    await cgroup.remove();
    await pipeline?.close();
    for (const server of servers.reverse()) await server.stop();
    rmSync(programs, { recursive: true });
  };
  try {
    const kafka = await startKafka('production');
    if ('unavailable' in kafka) throw new Error(`no Kafka: ${kafka.unavailable}`);
    servers.push(kafka);
    const redis = await startRedis();
    if ('unavailable' in redis) throw new Error(`no Redis: ${redis.unavailable}`);
    servers.push(redis);
    const log = openKafkaEventLog({ brokers: kafka.brokers, clientId: 'ringfence-bench' });
    servers.push({ stop: () => log.close() });
    const pipeline = await startPipeline({ kafkaBrokers: kafka.brokers, redisUrl: redis.url, cgroup: cgroup.path, respond: 'enforce', environment });
    for (const name of ['true', 'sleep']) copyFileSync(`/bin/${name}`, join(programs, name));
    const actor = buildActor('exec-rate');
    return {
      pipeline,
      brokers: kafka.brokers,
      follow: async (topic, handle) => {
        const consumer = { group: `bench-${topic}`, topics: [topic], from: 'latest', maxWaitMs: 100, maxBytes: 4 << 20, commitIntervalMs: 1000, retryDelayMs: 100, readOnly: true } as const;
        await log.consume(consumer, (batch) => {
          handle(batch);
          return Promise.resolve([]);
        });
      },
      load: (options) => load(cgroup, actor, programs, options),
      close: () => close(pipeline),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function load(cgroup: TestCgroup, actor: string, programs: string, options: LoadOptions): Promise<number> {
  const { rate, seconds, every, marked, workers = 1 } = options;
  const args = [rate, seconds, every, '/bin/true', join(programs, marked), workers].map(String);
  const child = cgroup.run(actor, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  if (marked === 'true') await exited;
  return Number(line);
}
