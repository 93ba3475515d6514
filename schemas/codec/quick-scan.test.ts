/** The quick way through an event comes to what the careful way comes to, and reads no byte that is not there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  eventReach, eventSlots, eventSteps, externalEventReach, externalEventSlots, externalEventSteps, quickEvent, quickExternalEvent, scanEvent, scanExternalEvent,
} from '../generated/scan.gen.ts';
import { arbitraryRecord } from './arbitrary-record.ts';
import { scanOf } from './careful-scan.ts';
import { codec, currentSchema } from './codec.ts';
import { accepted, batchNames, damaged, damages, firstOfItsOwn, openScan, smallBatches, substitutes, type BatchName, type Damage } from './damaged-records.ts';
import type { Scan } from './leaf.ts';

const ways = {
  event_batch: { scan: scanEvent, careful: scanOf(eventSteps), quick: quickEvent, reach: eventReach, slots: eventSlots },
  external_batch: { scan: scanExternalEvent, careful: scanOf(externalEventSteps), quick: quickExternalEvent, reach: externalEventReach, slots: externalEventSlots },
};

describe.each(batchNames)('the quick way through the events of %s', (name) => {
  const { scan, careful, quick, reach, slots } = ways[name];
  const records = arbitraryRecord(currentSchema(name)) as fc.Arbitrary<never>;

  test('comes to what the careful way comes to, whatever stands there and behind it', () => {
    const agrees = (value: never, each: readonly (readonly Damage[])[], behind: Uint8Array) => {
      for (const event of eventsIn(name, codec(name).encode(value))) {
        for (const damage of [[], ...each]) {
          const bytes = Buffer.concat([damaged(event, damage), behind]);
          expect(outcome(scan, bytes, slots)).toEqual(outcome(careful, bytes, slots));
        }
      }
    };
    // Mostly so much that the quick way is tried.
    const behind = fc.oneof(fc.nat(600).map((length) => new Uint8Array(length)), fc.uint8Array({ minLength: 500, maxLength: 600 }));
    fc.assert(fc.property(records, fc.array(damages, { minLength: 10, maxLength: 10 }), behind, agrees), { numRuns: 150 });
  });

  test('agrees on every byte of a small event', () => {
    for (const value of smallBatches(name)) {
      const record = codec(name).encode(value as never);
      const { walk } = new openScan[name](record);
      walk.next();
      const behind = Buffer.alloc(reach);
      for (let at = Math.max(firstOfItsOwn(name, record) - 10, walk.start); at < walk.end; at++) {
        for (const bytes of substitutes) {
          const changed = Buffer.concat([walk.bytes.subarray(walk.start, at), bytes, walk.bytes.subarray(at + 1, walk.end), behind]);
          const [one, other] = [new Int32Array(slots), new Int32Array(slots)];
          const [end, otherEnd] = [scan, careful].map((way, index) => endOf(way, changed, [one, other][index]!));
          if (end !== otherEnd || !Buffer.from(one.buffer).equals(Buffer.from(other.buffer))) expect({ at, bytes, value, end, slots: one }).toEqual({ at, bytes, value, end: otherEnd, slots: other });
        }
      }
    }
  });

  test('takes numbers and texts of the usual lengths, and leaves longer ones', () => {
    for (const [textLength, taken] of [[0, true], [63, true], [64, true], [8_191, true], [8_192, false]] as const) {
      for (const value of smallBatches(name, { textLength })) {
        for (const event of eventsIn(name, codec(name).encode(value as never))) {
          const bytes = Buffer.concat([event, Buffer.alloc(reach)]);
          const hasText = textLength > 0 && event.includes('x'.repeat(textLength));
          expect(quick(bytes, 0, new Int32Array(slots), event.length)).toBe(taken || !hasText ? event.length : -1);
          expect(outcome(scan, bytes, slots)).toBe(outcome(careful, bytes, slots));
        }
      }
    }
  });

  test('reads nothing behind the bytes, wherever they end', () => {
    for (const value of smallBatches(name, { textLength: 70, longNumbers: true })) {
      for (const event of eventsIn(name, codec(name).encode(value as never))) {
        for (let length = reach; length <= event.length; length += 3) {
          const { bytes, missing } = watched(event.subarray(0, length));
          quick(bytes, 0, new Int32Array(slots), length - reach);
          expect(missing).toEqual([]);
        }
      }
    }
  });
});

/** Notes which bytes were asked for and are not there. */
function watched(bytes: Buffer): { bytes: Buffer; missing: PropertyKey[] } {
  const missing: PropertyKey[] = [];
  const get = (_: Buffer, key: string | symbol): unknown => {
    const value: unknown = Reflect.get(bytes, key, bytes);
    if (value === undefined) missing.push(key);
    return value;
  };
  return { bytes: new Proxy(bytes, { get }), missing };
}

function eventsIn(name: BatchName, record: Buffer): Buffer[] {
  const { walk } = new openScan[name](record);
  const found: Buffer[] = [];
  while (walk.next()) found.push(walk.bytes.subarray(walk.start, walk.end));
  return found;
}

/** Where the event ends and its values stand, or that it is refused. */
function outcome(scan: Scan, bytes: Buffer, slotCount: number): string {
  const slots = new Int32Array(slotCount);
  const end = endOf(scan, bytes, slots);
  return end < 0 ? 'refused' : `${end}: ${slots.join()}`;
}

/** -1 when it is refused; then the slots are cleared. */
function endOf(scan: Scan, bytes: Buffer, slots: Int32Array): number {
  let end = -1;
  if (!accepted(() => (end = scan(bytes, 0, slots)))) slots.fill(0);
  return end;
}
