/** Servers in containers, through testcontainers, which also removes them when the test run dies. */
import { request } from 'node:http';
import { GenericContainer, Wait } from 'testcontainers';
import type { Unavailable } from './kafka.ts';

export interface ContainerSpec {
  readonly image: string;
  /** The same inside and outside, because Kafka tells its clients the address to come back to. */
  readonly port: number;
  readonly environment: Record<string, string>;
  readonly ready: string;
  readonly command?: string[];
}

const defaultSocket = '/var/run/docker.sock';
const pingTimeoutMs = 2_000;

/** Whether a Docker engine answers at DOCKER_HOST, or at the default socket. */
export function engineAnswers(): Promise<boolean> {
  const host = process.env['DOCKER_HOST'] ?? `unix://${defaultSocket}`;
  const address = host.startsWith('unix://')
    ? { socketPath: host.slice('unix://'.length), path: '/_ping' }
    : { host: new URL(host).hostname, port: new URL(host).port, path: '/_ping' };
  return new Promise((resolve) => {
    const ping = request({ ...address, timeout: pingTimeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}

export async function startContainer(spec: ContainerSpec): Promise<{ stop(): Promise<void> } | Unavailable> {
  try {
    const container = new GenericContainer(spec.image)
      .withEnvironment(spec.environment)
      .withExposedPorts({ container: spec.port, host: spec.port })
      .withWaitStrategy(Wait.forLogMessage(spec.ready));
    if (spec.command !== undefined) container.withCommand(spec.command);
    const started = await container.start();
    return { stop: async () => void (await started.stop()) };
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}
