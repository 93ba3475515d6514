/**
 * Batches of events, read in place: no object is built for an event; a scan notes where the values stand, and each is
 * decoded when it is asked for. Events come before the rest of their batch was looked at: whoever acts on one before
 * `next` has returned false calls `verify` first, so that a batch with a fault in it comes to nothing as a whole.
 *
 *   record   single-object header, batch
 *   batch    what stands before the events; blocks of events until count 0; what stands after
 */
import type { EventKind } from '../generated/fields.gen.ts';
import {
  eventBatchLeaves, eventBatchSlots, eventSlots, externalBatchLeaves, externalBatchSlots, externalEventSlots,
  scanAfterEventBatch, scanAfterExternalBatch, scanBeforeEventBatch, scanBeforeExternalBatch, scanEvent, scanExternalEvent, scannedKinds,
} from '../generated/scan.gen.ts';
import type { Event, ExternalEvent } from '../generated/types.gen.ts';
import { checkCount, checkEnd, longAt, longEnd, refuse } from './avro-take.ts';
import { avroType, type AvroType } from './avro-types.ts';
import { codec, currentSchema, recordBytesMax, recordHeader, type Codec } from './codec.ts';
import { textAt, type Scan } from './leaf.ts';

/** One record of events.v1. */
export class EventBatchScan {
  readonly node: string;
  readonly bootId: string;
  readonly hostname: string;
  /** Where node and hostname stand. */
  readonly nodeAt: number;
  readonly hostnameAt: number;
  readonly walk: Walk;

  /** Throws DecodeError. A record of an older version of the schema is written anew first: slow, and rare. */
  constructor(record: Buffer) {
    const walk = new Walk(bodyOf(events, record), eventWalk);
    this.walk = walk;
    this.node = walk.textAround(eventBatchLeaves['node']!.slot);
    this.bootId = walk.textAround(eventBatchLeaves['boot_id']!.slot);
    this.hostname = walk.textAround(eventBatchLeaves['hostname']!.slot);
    this.nodeAt = walk.around[eventBatchLeaves['node']!.slot]!;
    this.hostnameAt = walk.around[eventBatchLeaves['hostname']!.slot]!;
  }

  /** Of the event that the walk stands at, as all below. */
  get kind(): EventKind {
    return scannedKinds[this.walk.slots[0]!]!;
  }

  decode(): Event {
    return events.itemType.decode(this.walk.bytes, this.walk.start).value as Event;
  }
}

/** One record of external.v1. */
export class ExternalBatchScan {
  readonly source: string;
  readonly stream: string;
  readonly walk: Walk;

  /** Throws DecodeError, as above. */
  constructor(record: Buffer) {
    const walk = new Walk(bodyOf(externals, record), externalWalk);
    this.walk = walk;
    this.source = walk.textAround(externalBatchLeaves['source']!.slot);
    this.stream = walk.textAround(externalBatchLeaves['stream']!.slot);
  }

  decode(): ExternalEvent {
    return externals.itemType.decode(this.walk.bytes, this.walk.start).value as ExternalEvent;
  }
}

interface WalkPlan {
  readonly before: Scan;
  readonly after: Scan;
  readonly aroundSlots: number;
  readonly event: Scan;
  readonly eventSlots: number;
}

/** The way through the events of one batch. Throws DecodeError BODY_INVALID at what is no batch. */
export class Walk {
  /** The body of the record: what positions count in. */
  readonly bytes: Buffer;
  /** Of the event that the walk stands at: where its values are, by slot; negative for what it has not (leaf.ts). */
  readonly slots: Int32Array;
  /** Where that event begins and ends. */
  start = 0;
  end: number;
  /** The same of what stands before the events. */
  readonly around: Int32Array;
  private readonly plan: WalkPlan;
  /** Events left in the block. */
  private left = 0;
  /** Where the block has to end; -1 when it does not say. */
  private blockEnd = -1;
  private verified = false;

  constructor(bytes: Buffer, plan: WalkPlan) {
    this.bytes = bytes;
    this.plan = plan;
    this.slots = new Int32Array(plan.eventSlots);
    this.around = new Int32Array(plan.aroundSlots);
    this.end = plan.before(bytes, 0, this.around);
  }

  /** Goes to the next event. False behind the last one: the whole batch is good, and the walk over. */
  next(): boolean {
    if (this.left === 0 && !this.nextBlock()) {
      checkEnd(this.bytes, this.plan.after(this.bytes, this.end, this.around));
      return false;
    }
    this.left--;
    this.start = this.end;
    this.end = this.plan.event(this.bytes, this.start, this.slots);
    return true;
  }

  /** Walks ahead to the end, once a batch, and comes back. The event that it stood at is not to be read after. */
  verify(): void {
    if (this.verified) return;
    const { end, left, blockEnd } = this;
    while (this.next());
    this.verified = true;
    Object.assign(this, { end, left, blockEnd });
  }

  /** A text that stands before the events. */
  textAround(slot: number): string {
    return textAt(this.bytes, this.around[slot]!);
  }

  private nextBlock(): boolean {
    if (this.blockEnd >= 0 && this.end !== this.blockEnd) refuse(`a block that ends ${this.end - this.blockEnd} bytes later than it claims`);
    let count = longAt(this.bytes, this.end);
    this.end = longEnd(this.bytes, this.end);
    this.blockEnd = -1;
    if (count === 0) return false;
    if (count < 0) {
      count = -count;
      const size = longAt(this.bytes, this.end);
      this.end = longEnd(this.bytes, this.end);
      if (size < 0) refuse(`a block that claims ${size} bytes`);
      this.blockEnd = this.end + size;
    }
    checkCount(this.bytes, this.end, count);
    this.left = count;
    return true;
  }
}

const eventWalk: WalkPlan = { before: scanBeforeEventBatch, after: scanAfterEventBatch, aroundSlots: eventBatchSlots, event: scanEvent, eventSlots };
const externalWalk: WalkPlan = { before: scanBeforeExternalBatch, after: scanAfterExternalBatch, aroundSlots: externalBatchSlots, event: scanExternalEvent, eventSlots: externalEventSlots };

interface Records {
  readonly codec: Codec<unknown>;
  readonly header: Buffer;
  readonly itemType: AvroType;
}

const events = recordsOf('event_batch');
const externals = recordsOf('external_batch');

function recordsOf(name: 'event_batch' | 'external_batch'): Records {
  const type = avroType(currentSchema(name)) as AvroType & { fields: { name: string; type: AvroType & { itemsType: AvroType } }[] };
  const { itemsType } = type.fields.find((field) => field.name === 'events')!.type;
  return { codec: codec(name) as Codec<unknown>, header: recordHeader(name), itemType: itemsType };
}

/** The codec says what is wrong with a record whose header is not today's, or reads it by the schema it names. */
function bodyOf(records: Records, record: Buffer): Buffer {
  const { header } = records;
  const isCurrent = record.length <= recordBytesMax && record.subarray(0, header.length).equals(header);
  return (isCurrent ? record : records.codec.encode(records.codec.decode(record))).subarray(header.length);
}
