/** Whether a newer version of a schema can still read what older ones wrote (Avro 1.12, "Schema Resolution"). */
import { avroType } from './avro-types.ts';

/**
 * What stands in the way; empty when the newer can read the older. The other direction is not promised: a reader finds
 * the writer's schema in its own history, so readers are upgraded before writers, and meanwhile dead-letter what is newer.
 */
export function incompatibilities(older: unknown, newer: unknown): string[] {
  return resolve(newer, older).map((message) => `it cannot read what was written before: ${message}`);
}

function resolve(reader: unknown, writer: unknown): string[] {
  try {
    avroType(reader).createResolver(avroType(writer));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
