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
import { besidesOf, extentOf } from './avro-extents.ts';
import { nothing, type FieldPlan, type TextRange } from './avro-leaf-plans.ts';
import { ofWholePath } from './part-of-path.ts';
import { planOf } from './avro-plans.ts';
import type { SweptEvent } from './event-sweep.ts';
import { wordsOf } from './gram-search.ts';
import type { Extent } from './extent.ts';
import { FieldCell } from './field-cell.ts';
import type { AnchoredText, FewPlan, FieldSource, NumeralPlan, Slot, TextPlan, VisitText } from './field-source.ts';
import { TextArena } from './text-arena.ts';

/** The numbers of our kinds, then that of external events. */
const externalShape = scannedKinds.length;
const shapes = externalShape + 1;

const noBytes = Buffer.alloc(0);

export class AvroSource implements FieldSource, SweptEvent, TextRange {
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
  words: Int32Array = new Int32Array(0);
  eventEnd = 0;
  readonly swept = this;
  private batch: EventBatchScan | ExternalBatchScan | undefined;
  private readonly external = new ExternalFields();
  /** The kind of the event, or external: which plans read it. */
  shape = 0;
  /** Counts them. */
  event = 0;
  readonly arena = new TextArena();
  private decoded: object | undefined;

  private readonly slotsOf = new Map<FieldRef, Slot>();
  private readonly besidesOf = new Map<FieldRef, Map<number, readonly Slot[]>>();
  /** Of each shape. */
  private readonly slotsByPlan = new Map<number, Map<FieldPlan, Slot>>();
  private readonly plans: (FieldPlan | undefined)[] = [];
  private readonly cells: (FieldCell | undefined)[] = [];
  /** Fields that stand at the same place share a plan, and so a cell. */
  private readonly cellsOf = new Map<FieldPlan, FieldCell>();
  private cellCount = 0;

  slotOf(field: FieldRef): Slot {
    let slot = this.slotsOf.get(field);
    if (slot === undefined) {
      slot = { index: this.slotsOf.size, field };
      this.slotsOf.set(field, slot);
      for (let shape = 0; shape < shapes; shape++) {
        this.plans.push(undefined);
        this.cells.push(undefined);
      }
    }
    return slot;
  }

  /** The event that the walk of the batch stands at; until the walk goes on. */
  begin(batch: EventBatchScan): void {
    const { walk } = batch;
    this.slots = walk.slots;
    this.node = batch.node;
    this.hostname = batch.hostname;
    this.nodeAt = batch.nodeAt;
    this.hostnameAt = batch.hostnameAt;
    this.shape = walk.slots[0]!;
    this.enter(batch);
  }

  beginExternal(batch: ExternalBatchScan): void {
    this.slots = batch.walk.slots;
    this.shape = externalShape;
    this.enter(batch);
    this.external.scan(batch.walk, this.words);
  }

  cellOf(slot: Slot): FieldCell {
    const at = slot.index * shapes + this.shape;
    return this.cells[at] ?? (this.cells[at] = this.cellAt(this.plan(slot)));
  }

  value(slot: Slot): FieldValue {
    return this.cellOf(slot).value();
  }

  folded(slot: Slot): string | undefined {
    return this.cellOf(slot).folded();
  }

  foldedEach(slot: Slot): readonly string[] | undefined {
    return this.cellOf(slot).foldedEach();
  }

  locate(slot: Slot): boolean {
    const cell = this.cellOf(slot);
    if (!cell.isText()) return false;
    this.bytes = cell.bytes;
    this.start = cell.start;
    this.end = cell.end;
    return true;
  }

  isPlain(slot: Slot): boolean {
    return this.cellOf(slot).isPlain();
  }

  locateEach(slot: Slot, visit: VisitText): boolean {
    return this.plan(slot).locateEach?.(this, visit) ?? false;
  }

  lacks(slot: Slot): boolean {
    return this.plan(slot) === nothing;
  }

  sameAs(slot: Slot): Slot {
    const plans = this.slotsByPlan.getOrInsertComputed(this.shape, () => new Map<FieldPlan, Slot>());
    return plans.getOrInsert(this.plan(slot), slot);
  }

  extentOf({ field }: Slot): Extent | undefined {
    return this.shape === externalShape ? this.external.extentOf(field) : extentOf(field, scannedKinds[this.shape]!);
  }

  choicesOf(slot: Slot): readonly string[] | undefined {
    return this.plan(slot).choices;
  }

  textOf(slot: Slot): TextPlan | undefined {
    const plan = this.plan(slot);
    return plan.textAt === undefined ? undefined : (plan as FieldPlan & TextPlan);
  }

  numeralOf(slot: Slot): NumeralPlan | undefined {
    const plan = this.plan(slot);
    return plan.numeralIn === undefined ? undefined : (plan as FieldPlan & NumeralPlan);
  }

  isOfBatch(slot: Slot): boolean {
    return this.plan(slot).ofBatch === true;
  }

  fewOf(slot: Slot): FewPlan | undefined {
    const plan = this.plan(slot);
    return plan.numberOf === undefined ? undefined : (plan as FieldPlan & FewPlan);
  }

  keepsTexts(slot: Slot): boolean {
    return this.plan(slot).keepsTexts === true;
  }

  ofWhole(slot: Slot, literal: AnchoredText): { readonly slot: Slot; readonly literals: readonly AnchoredText[] } | undefined {
    const found = this.shape === externalShape ? undefined : ofWholePath(slot.field, scannedKinds[this.shape]!, literal);
    return found && { slot: this.slotOf(found.field), literals: found.literals };
  }

  wordsOf(bytes: Uint8Array): Int32Array | undefined {
    return bytes === this.record ? this.words : bytes === this.arena.bytes ? this.arena.words : undefined;
  }

  besides({ field }: Slot): readonly Slot[] {
    const { shape } = this;
    if (shape === externalShape) return [];
    const fields = this.besidesOf.getOrInsertComputed(field, () => new Map<number, readonly Slot[]>());
    return fields.getOrInsertComputed(shape, () => besidesOf(field, scannedKinds[shape]!).map((each) => this.slotOf(each)));
  }

  isFixed({ field }: Slot): boolean {
    const place = this.shape === externalShape ? undefined : (field as Partial<EventFieldRef>).placeIn?.(scannedKinds[this.shape]!);
    return place?.paths.every((path) => path === 'body.kind') === true;
  }

  mayHold(condition: Condition): boolean {
    return this.shape === externalShape || mayHold(condition, scannedKinds[this.shape]!);
  }

  readNs(slot: Slot): number {
    return this.plan(slot).readNs ?? 0;
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
    const { walk } = batch;
    if (this.record !== walk.bytes) this.enterRecord(walk.bytes);
    this.eventEnd = walk.end;
    this.batch = batch;
    this.event += 1;
    this.arena.reset();
    this.decoded = undefined;
  }

  private enterRecord(record: Buffer): void {
    this.record = record;
    this.words = wordsOf(record);
  }

  private cellAt(plan: FieldPlan): FieldCell {
    const create = (): FieldCell => {
      let several = 0;
      const count = (): number => several++;
      return new FieldCell(this.cellCount++, this, {
        read: () => plan.read(this),
        locate: (range) => plan.locate(this, range),
        visitEach: (visit) => plan.visitsValues === true && plan.locateEach!(this, visit),
        hasSeveral: () => {
          several = 0;
          return plan.locateEach?.(this, count) === true && several > 0;
        },
      });
    };
    // One plan can serve several kinds, and is then one cell: what was kept of an earlier event is void.
    return this.cellsOf.getOrInsertComputed(plan, create);
  }

  private plan(slot: Slot): FieldPlan {
    const at = slot.index * shapes + this.shape;
    return this.plans[at] ?? (this.plans[at] = this.shape === externalShape ? this.external.planOf(slot.field) : planOf(slot.field, scannedKinds[this.shape]!));
  }
}

function judged(batch: EventBatchScan): JudgedEvent {
  return Object.assign(batch.decode(), { node: batch.node, hostname: batch.hostname });
}
