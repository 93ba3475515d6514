/**
 * An encoded event as rules see it: a value is decoded when a rule asks for it, once, and a text often not even then, as
 * its bytes are searched where they stand. Takes our own events and those of other people's sensors in turns, so that
 * one compiled program serves both. For any event it gives what ObjectSource gives for the decoded one.
 */
import type { EventBatchScan, ExternalBatchScan } from '#schemas/codec/event-scan.ts';
import { scannedKinds } from '#schemas/generated/scan.gen.ts';
import type { EventFieldRef, JudgedEvent } from '../event-fields.ts';
import { ExternalFields } from '../external/external-fields.ts';
import { mayHold } from '../interest/interest-of.ts';
import type { FieldRef, FieldValue } from '../rules/fields.ts';
import type { Condition } from '../rules/ir.ts';
import { nothing, type EncodedEvent, type FieldPlan, type TextRange } from './avro-leaf-plans.ts';
import { planOf } from './avro-plans.ts';
import type { FieldSource, Slot, VisitText } from './field-source.ts';
import { fold } from './fold.ts';

/** The numbers of our kinds, then that of external events. */
const externalShape = scannedKinds.length;
const shapes = externalShape + 1;

const noBytes = Buffer.alloc(0);

export class AvroSource implements FieldSource, EncodedEvent, TextRange {
  /** Of the text that was located last. */
  bytes: Uint8Array = noBytes;
  start = 0;
  end = 0;

  record: Buffer = noBytes;
  slots: Int32Array = new Int32Array(0);
  node = '';
  hostname = '';
  nodeAt = 0;
  hostnameAt = 0;
  private batch: EventBatchScan | ExternalBatchScan | undefined;
  private readonly external = new ExternalFields();
  /** The kind of the event, or external: which plans read it. */
  shape = 0;
  private generation = 0;
  private decoded: object | undefined;

  private readonly slotsOf = new Map<FieldRef, Slot>();
  private readonly plans: (FieldPlan | undefined)[] = [];
  private readonly values: FieldValue[] = [];
  private readonly valueGenerations: number[] = [];
  private readonly folds: (string | undefined)[] = [];
  private readonly foldGenerations: number[] = [];

  slotOf(field: FieldRef): Slot {
    let slot = this.slotsOf.get(field);
    if (slot === undefined) {
      slot = { index: this.slotsOf.size, field };
      this.slotsOf.set(field, slot);
      for (let shape = 0; shape < shapes; shape++) this.plans.push(undefined);
      this.values.push(undefined);
      this.valueGenerations.push(0);
      this.folds.push(undefined);
      this.foldGenerations.push(0);
    }
    return slot;
  }

  /** The event that the walk of the batch stands at; until the walk goes on. */
  begin(batch: EventBatchScan): void {
    const { walk } = batch;
    this.record = walk.bytes;
    this.slots = walk.slots;
    this.node = batch.node;
    this.hostname = batch.hostname;
    this.nodeAt = batch.nodeAt;
    this.hostnameAt = batch.hostnameAt;
    this.shape = walk.slots[0]!;
    this.enter(batch);
  }

  beginExternal(batch: ExternalBatchScan): void {
    this.record = batch.walk.bytes;
    this.slots = batch.walk.slots;
    this.shape = externalShape;
    this.enter(batch);
    this.external.scan(batch.walk);
  }

  value(slot: Slot): FieldValue {
    const { index } = slot;
    if (this.valueGenerations[index] !== this.generation) {
      this.values[index] = this.plan(slot).read(this);
      this.valueGenerations[index] = this.generation;
    }
    return this.values[index];
  }

  folded(slot: Slot): string | undefined {
    const { index } = slot;
    if (this.foldGenerations[index] !== this.generation) {
      const value = this.value(slot);
      const single = value !== null && value !== undefined && typeof value !== 'object';
      this.folds[index] = single ? fold(String(value)) : undefined;
      this.foldGenerations[index] = this.generation;
    }
    return this.folds[index];
  }

  locate(slot: Slot): boolean {
    return this.plan(slot).locate(this, this);
  }

  locateEach(slot: Slot, visit: VisitText): boolean {
    return this.plan(slot).locateEach?.(this, visit) ?? false;
  }

  locateAll(slot: Slot): boolean {
    return this.plan(slot).locateAll?.(this, this) ?? false;
  }

  lacks(slot: Slot): boolean {
    return this.plan(slot) === nothing;
  }

  isFixed({ field }: Slot): boolean {
    const place = this.shape === externalShape ? undefined : (field as Partial<EventFieldRef>).placeIn?.(scannedKinds[this.shape]!);
    return place?.paths.every((path) => path === 'body.kind') === true;
  }

  mayHold(condition: Condition): boolean {
    return this.shape === externalShape || mayHold(condition, scannedKinds[this.shape]!);
  }

  /** The event as rules over objects see it: a JudgedEvent, or the fields of an external one. */
  whole(): object {
    if (this.decoded === undefined) {
      const { batch } = this;
      if (batch === undefined) throw new Error('no event was begun');
      this.decoded = 'source' in batch ? batch.decode().fields : judged(batch);
    }
    return this.decoded;
  }

  private enter(batch: EventBatchScan | ExternalBatchScan): void {
    this.batch = batch;
    this.generation += 1;
    this.decoded = undefined;
  }

  private plan(slot: Slot): FieldPlan {
    const at = slot.index * shapes + this.shape;
    return this.plans[at] ?? (this.plans[at] = this.shape === externalShape ? this.external.planOf(slot.field) : planOf(slot.field, scannedKinds[this.shape]!));
  }
}

function judged(batch: EventBatchScan): JudgedEvent {
  return Object.assign(batch.decode(), { node: batch.node, hostname: batch.hostname });
}
