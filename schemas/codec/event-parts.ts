/**
 * The Avro encoding of an event batch, taken apart, for a writer that puts batches together from pieces: some that it
 * has encoded before, some that never were objects. In the order of the bytes:
 *
 *   batch   single-object header, fields before `events`; long count, that many events; long 0; fields after `events`
 *   event   ring, seq, time; process; parent, ancestors, container, truncated; body
 *
 * The parts are encoded by the same types as the whole: only the cuts are made here.
 */
import type { Container, Event, EventBatch, ProcessSummary } from '../generated/types.gen.ts';
import { avroType, type AvroType } from './avro-types.ts';
import { codec, currentSchema } from './codec.ts';

export interface EventParts {
  /** A batch without events, cut where they would stand: after the first part come the count of events and the events. */
  batch(batch: EventBatch): { before: Buffer; after: Buffer };
  /**
   * What stands in an event between process and body. Good for as long as nothing in it is changed: each is
   * remembered by its object, as a thousand processes share theirs.
   */
  surroundings(event: Pick<Event, 'parent' | 'ancestors' | 'container' | 'truncated'>): readonly Buffer[];
  /** Writes union branch and record; negative when it does not fit, as avsc's encode. */
  body(body: Event['body'], out: Buffer, at: number): number;
}

interface FieldType {
  readonly name: string;
  readonly type: AvroType;
}

interface RecordType extends AvroType {
  readonly fields: readonly FieldType[];
}

const order = ['ring', 'seq', 'time', 'process', 'parent', 'ancestors', 'container', 'truncated', 'body'];

export function eventParts(): EventParts {
  const batchType = avroType(currentSchema('event_batch')) as RecordType;
  const eventType = (fieldOf(batchType, 'events') as AvroType & { itemsType: RecordType }).itemsType;
  const fields = eventType.fields.map((field) => field.name);
  if (fields.join() !== order.join()) throw new Error(`the writer of events knows them as ${order.join()}, not as ${fields.join()}`);
  const parent = remembering<ProcessSummary>(fieldOf(eventType, 'parent'));
  const ancestors = remembering<Event['ancestors']>(fieldOf(eventType, 'ancestors'));
  const container = remembering<Container>(fieldOf(eventType, 'container'));
  const truncated = fieldOf(eventType, 'truncated');
  const bodyType = fieldOf(eventType, 'body');
  const none = truncated.toBuffer([]);
  return {
    batch: (batch) => cutBatch(batchType, batch),
    surroundings: (event) => [parent(event.parent), ancestors(event.ancestors), container(event.container), event.truncated.length === 0 ? none : truncated.toBuffer(event.truncated)],
    body: (body, out, at) => bodyType.encode(body, out, at),
  };
}

function fieldOf(type: RecordType, name: string): AvroType {
  return type.fields.find((field) => field.name === name)!.type;
}

function remembering<T extends object>(type: AvroType): (value: T | null) => Buffer {
  const known = new WeakMap<T, Buffer>();
  const none = Buffer.from([0]);
  return (value) => {
    if (value === null) return none;
    let bytes = known.get(value);
    if (bytes === undefined) known.set(value, (bytes = type.toBuffer(value)));
    return bytes;
  };
}

function cutBatch(type: RecordType, batch: EventBatch): { before: Buffer; after: Buffer } {
  const whole = codec('event_batch').encode({ ...batch, events: [] });
  const index = type.fields.findIndex((field) => field.name === 'events');
  const after = Buffer.concat(type.fields.slice(index + 1).map((field) => field.type.toBuffer(batch[field.name as keyof EventBatch])));
  // The byte in between is the end of the empty array.
  return { before: whole.subarray(0, whole.length - after.length - 1), after: whole.subarray(whole.length - after.length) };
}
