/** A broker as in service, for benches that need no other server. */
import { startKafka } from '../support/servers/index.ts';

export interface Broker {
  readonly brokers: string;
  stop(): Promise<void>;
}

export async function startBroker(): Promise<Broker> {
  // The broker's process does not keep this one alive while it waits for it.
  const alive = setInterval(() => {}, 60_000);
  const kafka = await startKafka('production');
  if ('unavailable' in kafka) {
    clearInterval(alive);
    throw new Error(kafka.unavailable);
  }
  return { brokers: kafka.brokers, stop: () => kafka.stop().finally(() => clearInterval(alive)) };
}
