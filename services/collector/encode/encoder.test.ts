/** The one truth of the encoder: whichever way a record takes, its event is what decode, enrich and avsc make of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codec } from '#schemas/codec/codec.ts';
import { eventParts } from '#schemas/codec/event-parts.ts';
import { decodeKernelRecord } from '#schemas/generated/decode.gen.ts';
import type { Event } from '#schemas/generated/types.gen.ts';
import { Enricher } from '../enrich.ts';
import { frames as framesOf } from '../kernel/kernel.ts';
import { ProcessCache } from '../process-cache.ts';
import { Redactor } from '../redact/redactor.ts';
import { frames } from './arbitrary-frames.ts';
import { BatchWriter } from './batch-writer.ts';
import { Encoder } from './encoder.ts';

const parts = eventParts();
const about = { node: 'n', bootId: 'b', hostname: 'h' };
const bootTimeNs = 1_700_000_000_999_999_999n;

function enricher(): Enricher {
  return new Enricher(new ProcessCache(), { bootTimeNs }, new Redactor(Buffer.alloc(32, 1)));
}

/** The long way, for every record. */
function expected(bytes: Buffer): { events: Event[]; refused: number } {
  const enrich = enricher();
  const events: Event[] = [];
  let refused = 0;
  for (const { start, size } of framesOf(bytes)) {
    try {
      const event = enrich.event(decodeKernelRecord(bytes, start, size), 1);
      if (event !== null) events.push(event);
    } catch {
      refused++;
    }
  }
  return { events, refused };
}

function encoded(bytes: Buffer): { values: Buffer[]; refused: number } {
  const values: Buffer[] = [];
  const writer = new BatchWriter({ ...about, batchEventsMax: 1000 }, parts, ({ value }) => values.push(value));
  let refused = 0;
  new Encoder(parts, writer, enricher()).add([{ ring: 1, bytes, count: 0, cursor: 0n }], () => refused++);
  writer.close([]);
  return { values, refused };
}

describe('the encoder', () => {
  test('gives for any records the bytes that decoding, enriching and encoding them gives', () => {
    const holds = (bytes: Buffer) => {
      const { events, refused } = expected(bytes);
      const batch = { node: about.node, boot_id: about.bootId, hostname: about.hostname, events, losses: [] };
      const fast = encoded(bytes);
      expect(fast.refused).toBe(refused);
      expect(fast.values.map((value) => codec('event_batch').decode(value))).toEqual(events.length === 0 ? [] : [batch]);
      expect(fast.values).toEqual(events.length === 0 ? [] : [codec('event_batch').encode(batch)]);
    };
    fc.assert(fc.property(frames, holds), { numRuns: 300 });
  });
});
