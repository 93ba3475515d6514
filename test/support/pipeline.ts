/** The three services as processes over Kafka and Redis, watching one cgroup, with a home of their own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from './service-process.ts';

export interface PipelineOptions {
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  /** Absolute path: events and acts are confined to it in the kernel. */
  readonly cgroup: string;
  readonly respond: 'observe' | 'enforce';
  /** Further settings, by environment variable. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Pipeline {
  readonly node: string;
  readonly home: string;
  readonly collector: ServiceProcess;
  readonly engine: ServiceProcess;
  readonly responder: ServiceProcess;
  /** Stops all, and removes what they left. */
  close(): Promise<void>;
}

export async function startPipeline(options: PipelineOptions): Promise<Pipeline> {
  const home = mkdtempSync(join(tmpdir(), 'ringfence-home-'));
  const node = `test-${home.slice(-6)}`;
  const environment = {
    RINGFENCE_HOME: home,
    RINGFENCE_NODE: node,
    KAFKA_BROKERS: options.kafkaBrokers,
    REDIS_URL: options.redisUrl,
    RINGFENCE_SCOPE_CGROUP: options.cgroup,
    RINGFENCE_RESPOND: options.respond,
    ...options.environment,
  };
  const responder = new ServiceProcess(['responder'], environment, 'answering');
  const engine = new ServiceProcess(['engine'], environment, 'judging');
  const collector = new ServiceProcess(['collector'], environment, 'watching');
  const services = [collector, engine, responder];
  const close = async () => {
    await Promise.all(services.map((service) => service.stop()));
    removePins(home, node);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await Promise.all(services.map((service) => service.start()));
  } catch (error) {
    await close();
    throw error;
  }
  return { node, home, collector, engine, responder, close };
}

/** What a collector that was killed has left in the kernel, wherever its BPF file system is. */
export function removePins(home: string, node: string): void {
  for (const root of ['/sys/fs/bpf', join(home, 'bpf')]) rmSync(join(root, 'ringfence', node), { recursive: true, force: true });
  if (existsSync(join(home, 'bpf'))) spawnSync('umount', [join(home, 'bpf')], { stdio: 'ignore' });
}
