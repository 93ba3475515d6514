/**
 * Records of the topics that the engine judges, one event after the other and without decoding them: our own, and those
 * of other people's sensors. What matched is observed: decoded, and named.
 */
import { createHash } from 'node:crypto';
import type { ReceivedRecord } from '#runtime/event-log/event-log.ts';
import { EventBatchScan, ExternalBatchScan, type Walk } from '#schemas/codec/event-scan.ts';
import type { Event, ExternalEvent } from '#schemas/generated/types.gen.ts';
import { topics } from '#schemas/topics.ts';
import type { JudgedEvent } from './event-fields.ts';
import { readExternal } from './external/external-fields.ts';
import { ExternalLogSources } from './external/external-log-sources.ts';
import { encodedLogSources } from './match/avro-log-sources.ts';
import type { AvroSource } from './match/avro-source.ts';
import type { FieldRef, FieldValue, LogSource } from './rules/index.ts';

export interface EncodedBatch {
  readonly walk: Walk;
  /** Puts the event that the walk stands at into the source. The log sources that it answers. */
  begin(source: AvroSource): readonly LogSource[];
  /** The event that was begun last. */
  observe(source: AvroSource): Observed;
}

/** An event that matched. */
export interface Observed {
  /** Never throws, as fields never do. */
  readonly read: (field: FieldRef) => FieldValue;
  readonly id: string;
  readonly timeNs: bigint;
  /** Of an external event its source and stream. */
  readonly node: string;
  readonly bootId: string;
  /** One of the two. */
  readonly trigger: Event | null;
  readonly external: ExternalEvent | null;
}

/** Throws DecodeError. */
export function openBatch({ topic, value }: ReceivedRecord): EncodedBatch {
  return topic === topics.external.name ? new ExternalBatch(new ExternalBatchScan(value)) : new OwnBatch(new EventBatchScan(value));
}

class OwnBatch implements EncodedBatch {
  readonly walk: Walk;
  private readonly scan: EventBatchScan;

  constructor(scan: EventBatchScan) {
    this.scan = scan;
    this.walk = scan.walk;
  }

  begin(source: AvroSource): readonly LogSource[] {
    source.begin(this.scan);
    return encodedLogSources(this.scan);
  }

  observe(source: AvroSource): Observed {
    const { node, bootId } = this.scan;
    const event = source.whole() as JudgedEvent;
    return { read: (field) => field.read(event), id: eventIdOf(node, bootId, event.ring, event.seq), timeNs: event.time, node, bootId, trigger: event, external: null };
  }
}

class ExternalBatch implements EncodedBatch {
  readonly walk: Walk;
  private readonly scan: ExternalBatchScan;

  constructor(scan: ExternalBatchScan) {
    this.scan = scan;
    this.walk = scan.walk;
  }

  begin(source: AvroSource): readonly LogSource[] {
    source.beginExternal(this.scan);
    return externalLogSources.of(this.walk);
  }

  observe(): Observed {
    const { source: node, stream: bootId } = this.scan;
    const event = this.scan.decode();
    return { read: (field) => readExternal(field, event.fields), id: eventIdOf(node, bootId, external, event.seq), timeNs: event.time, node, bootId, trigger: null, external: event };
  }
}

const externalLogSources = new ExternalLogSources();

/** Where events of ours have the ring: whatever a sender calls itself, no event of its has the id of one of ours. */
const external = 'external';

const seqDigits = 16;

/** Longest name of a host, and more than a boot's id: an id stays below what the window store takes. */
const nodeCharsMax = 63;
const bootCharsMax = 38;

/** Sorts as text like (node, boot, ring, seq): windows order equal times by it. */
function eventIdOf(node: string, bootId: string, ring: number | typeof external, seq: number): string {
  return `${idPart(node, nodeCharsMax)}/${idPart(bootId, bootCharsMax)}/${ring === external ? 'x' : ring}/${String(seq).padStart(seqDigits, '0')}`;
}

/** Names come from the record: what would not be one part of an id, or is too long, stands as a hash. */
function idPart(name: string, charsMax: number): string {
  const plain = name.length <= charsMax && /^[!-.0-~]+$/.test(name);
  return plain ? name : `%${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}
