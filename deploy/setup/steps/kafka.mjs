/** The Kafka that the tests run against, as plain jars. Without it its suites are skipped by name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SetupFailure } from '../failure.mjs';
import { fingerprint, hasStamp, writeStamp } from '../fingerprint.mjs';
import { ensureKafka, ringfenceHome } from '../kafka/ensure-kafka.mjs';

const stamp = 'kafka.stamp';

export const kafkaStep = {
  name: 'Kafka for the tests',
  optional: 'the suites that need Kafka are skipped, which counts as a failure when CI=true',

  isDone: () => existsSync(join(ringfenceHome(), 'kafka/libs')) && hasStamp(stamp, state()),

  async run(note) {
    const fetched = state();
    try {
      await ensureKafka({ log: note });
    } catch (cause) {
      throw new SetupFailure(cause instanceof Error ? cause.message : String(cause), { cause });
    }
    writeStamp(stamp, fetched);
  },
};

function state() {
  return fingerprint(['deploy/setup/kafka/pom.xml'], [ringfenceHome()]);
}
