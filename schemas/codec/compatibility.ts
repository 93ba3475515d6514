/** Whether two versions of a schema can read each other's records (Avro 1.12, "Schema Resolution"). */
import { avroType } from './avro-types.ts';

/** What stands in the way, both directions; empty when they are fully compatible. */
export function incompatibilities(older: unknown, newer: unknown): string[] {
  return [
    ...resolve(newer, older).map((message) => `the newer cannot read the older: ${message}`),
    ...resolve(older, newer).map((message) => `the older cannot read the newer: ${message}`),
  ];
}

function resolve(reader: unknown, writer: unknown): string[] {
  try {
    avroType(reader).createResolver(avroType(writer));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
