/**
 * vitest's global setup: one Kafka and one Redis for the whole run, or the reason why there is none. Suites read them
 * with `inject`, so nothing outside test/ imports test/. RINGFENCE_TEST_KAFKA (host:port,…) and RINGFENCE_TEST_REDIS
 * (a URL) name servers that run already; those are used as they are.
 */
import type { TestProject } from 'vitest/node';
import { startKafka, startRedis } from './index.ts';
import type { Unavailable } from './index.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `host:port,…`, or undefined: see `kafkaMissing`. */
    kafkaBrokers: string | undefined;
    kafkaMissing: string | undefined;
    /** `redis://…`, or undefined: see `redisMissing`. */
    redisUrl: string | undefined;
    redisMissing: string | undefined;
  }
}

interface Running {
  readonly address: string;
  readonly how: string;
  stop(): Promise<void>;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [kafka, redis] = await Promise.all([
    given('RINGFENCE_TEST_KAFKA') ?? startKafka().then((it) => ('brokers' in it ? { ...it, address: it.brokers } : it)),
    given('RINGFENCE_TEST_REDIS') ?? startRedis().then((it) => ('url' in it ? { ...it, address: it.url } : it)),
  ]);
  project.provide('kafkaBrokers', 'address' in kafka ? kafka.address : undefined);
  project.provide('kafkaMissing', tell(kafka));
  project.provide('redisUrl', 'address' in redis ? redis.address : undefined);
  project.provide('redisMissing', tell(redis));
  const running = [kafka, redis].filter((it) => 'stop' in it);
  const stop = async () => void (await Promise.all(running.map((server) => server.stop())));
  const missing = [kafka, redis].filter((it) => 'unavailable' in it);
  if (missing.length > 0 && process.env['CI'] === 'true') {
    await stop();
    throw new Error(`CI must not skip suites: ${missing.map((it) => it.unavailable).join('; ')}`);
  }
  return stop;
}

function given(name: string): Running | undefined {
  const address = process.env[name];
  return address === undefined ? undefined : { address, how: `${name}=${address}`, stop: async () => {} };
}

/** Prints which server is used, or returns the reason why suites will be skipped. */
function tell(server: Running | Unavailable): string | undefined {
  console.error('unavailable' in server ? server.unavailable : `using ${server.how} at ${server.address}`);
  return 'unavailable' in server ? server.unavailable : undefined;
}
