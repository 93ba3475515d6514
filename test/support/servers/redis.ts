/** A real Redis for tests: in a container where an engine answers, else the host's redis-server. Nothing is persisted. */
import { rm } from 'node:fs/promises';
import { engineAnswers, startContainer } from './container.ts';
import type { Unavailable } from './kafka.ts';
import { freePort, startServer, temporaryFolder } from './server-process.ts';

export interface RedisServer {
  /** `redis://host:port` */
  readonly url: string;
  readonly how: string;
  stop(): Promise<void>;
}

const image = 'redis:7-alpine';
const readyText = 'Ready to accept connections';

export async function startRedis(): Promise<RedisServer | Unavailable> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  if (await engineAnswers()) {
    const command = ['redis-server', ...settings('0.0.0.0', port)];
    const started = await startContainer({ image, port, environment: {}, ready: readyText, command });
    if (!('unavailable' in started)) return { url, how: `Redis in a container (${image})`, stop: started.stop };
  }
  const folder = await temporaryFolder('redis');
  try {
    const args = settings('127.0.0.1', port);
    const stop = await startServer({ folder, command: 'redis-server', args, ready: readyText });
    return { url, how: 'redis-server of this host', stop };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { unavailable: `no Redis: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function settings(host: string, port: number): string[] {
  return [
    '--bind', host, '--protected-mode', 'no', '--port', String(port),
    '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction',
  ];
}
