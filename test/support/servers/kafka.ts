/** A real Kafka broker (KRaft, one node) for tests: in a container where an engine answers, else from plain jars. */
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureKafka } from '../../../deploy/setup/kafka/ensure-kafka.mjs';
import { engineAnswers, startContainer } from './container.ts';
import { freePort, startServer, temporaryFolder } from './server-process.ts';

export interface KafkaServer {
  /** `host:port` */
  readonly brokers: string;
  /** For people: what runs. */
  readonly how: string;
  stop(): Promise<void>;
}

export interface Unavailable {
  /** For people: what is missing. */
  readonly unavailable: string;
}

const image = 'apache/kafka:4.1.0';
const logging = fileURLToPath(new URL('../../../deploy/setup/kafka/log4j2.properties', import.meta.url));
const readyText = 'Kafka Server started';

/** A test broker holds little. */
const heap = ['-Xmx512m', '-Xms128m', '-XX:+UseSerialGC', '-Xshare:auto'];

/** The client compiler alone keeps a start under 5 s on two cores; the JVM's own choice is what is faster later. */
const compilers = { quickStart: ['-XX:TieredStopAtLevel=1'], production: [] } as const;

export type Jvm = keyof typeof compilers;

/** A fixed id: the data is thrown away with the folder. */
const clusterId = 'cmluZ2ZlbmNlLXRlc3QtMQ';

/** `production` for benches: the broker is then compiled as it would be in service. */
export async function startKafka(jvm: Jvm = 'quickStart'): Promise<KafkaServer | Unavailable> {
  if (await engineAnswers()) {
    const started = await startKafkaContainer();
    if (!('unavailable' in started)) return started;
  }
  return startKafkaJars(jvm);
}

async function startKafkaContainer(): Promise<KafkaServer | Unavailable> {
  const port = await freePort();
  const settings = Object.entries(brokerSettings('0.0.0.0', port, '/tmp/kafka')).map(([name, value]) => [
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
    value,
  ]);
  const environment = { ...Object.fromEntries(settings), CLUSTER_ID: clusterId };
  const started = await startContainer({ image, port, environment, ready: readyText });
  if ('unavailable' in started) return started;
  return { brokers: `127.0.0.1:${port}`, how: `Kafka in a container (${image})`, stop: started.stop };
}

async function startKafkaJars(jvm: Jvm): Promise<KafkaServer | Unavailable> {
  let folder: string | undefined;
  try {
    const run = promisify(execFile);
    await run('java', ['-version']);
    const libs = await ensureKafka();
    folder = await temporaryFolder('kafka');
    const port = await freePort();
    const properties = join(folder, 'server.properties');
    await mkdir(join(folder, 'data'));
    const settings = brokerSettings('127.0.0.1', port, join(folder, 'data'), await freePort());
    await writeFile(properties, Object.entries(settings).map(([name, value]) => `${name}=${value}\n`).join(''));
    const java = [...heap, ...compilers[jvm], `-Dlog4j2.configurationFile=${logging}`, '-cp', join(libs, '*')];
    await run('java', [...java, 'kafka.tools.StorageTool', 'format', '--standalone', '-t', clusterId, '-c', properties]);
    const args = [...java, 'kafka.Kafka', properties];
    const stop = await startServer({ folder, command: 'java', args, ready: readyText });
    return { brokers: `127.0.0.1:${port}`, how: 'Kafka from its jars, on this host', stop };
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    return { unavailable: `no Kafka: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Replication factors of 1: with more, a single node's coordinators never become available (kafkajs#1752). */
function brokerSettings(host: string, port: number, data: string, controllerPort = port + 1): Record<string, string> {
  return {
    'node.id': '1',
    'process.roles': 'broker,controller',
    'listeners': `PLAINTEXT://${host}:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'group.initial.rebalance.delay.ms': '0',
  };
}
