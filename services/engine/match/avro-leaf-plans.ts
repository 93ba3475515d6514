/** How single values of an encoded event are read: what stands at one path of it, by the slots that a scan filled. */
import { longAt, longEnd, stringEnd } from '#schemas/codec/avro-take.ts';
import { absentAt, forEachItem, itemReader, leafReader, nullAt, type ItemScan, type Leaf, type LeafReader } from '#schemas/codec/leaf.ts';
import type { FieldValue } from '../rules/fields.ts';
import type { VisitText } from './field-source.ts';
import type { TextArena } from './text-arena.ts';

/** The event that a walk stands at. */
export interface EncodedEvent {
  /** What positions count in. */
  readonly record: Buffer;
  readonly slots: Int32Array;
  /** Of the batch, with the positions where these texts stand. */
  readonly node: string;
  readonly hostname: string;
  readonly nodeAt: number;
  readonly hostnameAt: number;
  /** For texts that are made of what it holds. */
  readonly arena: TextArena;
  /** The event as an object: slow. */
  whole(): object;
}

/** Where a text stands, in UTF-8. */
export interface TextRange {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Whether it is known to be of ASCII alone. */
  isAscii?: boolean;
}

export interface FieldPlan {
  read(event: EncodedEvent): FieldValue;
  /** Sets `range` when the value is one, and its text stands encoded or is quickly made; else false. */
  locate(event: EncodedEvent, range: TextRange): boolean;
  /** Visits the text of each of several values, and maybe more: what is found there may be there. */
  locateEach?(event: EncodedEvent, visit: VisitText): boolean;
  /** `locateEach` visits the values and no more, and takes little each time. */
  readonly visitsValues?: true;
  /** The texts of all values that there are, where these are few. */
  readonly choices?: readonly string[];
  /** A text that is located is the same object for the same value, and holds it for good. */
  readonly keepsTexts?: true;
  /** The value is of the batch. */
  readonly ofBatch?: true;
  /** See TextPlan. */
  textAt?(event: EncodedEvent): number;
  /** What it takes to bring up the value, or its texts, in ns: estimated. None where they stand in the event. */
  readonly readNs?: number;
  /** See NumeralPlan. */
  numeralIn?(event: EncodedEvent): number;
  /** See FewPlan. */
  numberOf?(event: EncodedEvent): number;
}

/** No value, ever. */
export const nothing: FieldPlan = { read: () => undefined, locate: () => false };

/** What stands at a path: a leaf, one of the records in a list, a value of the batch, or nothing. */
export type PathLeaf = { readonly leaf: Leaf; readonly item?: Leaf } | { readonly batch: 'node' | 'hostname' } | undefined;

export function planOfLeaf(leaf: PathLeaf): FieldPlan {
  if (leaf === undefined) return nothing;
  if ('batch' in leaf) {
    return batchPlans[leaf.batch];
  }
  if (leaf.item !== undefined) return new Items(leaf.leaf, leaf.item);
  switch (leaf.leaf.type) {
    case 'string':
      return new Text(leaf.leaf);
    case 'enum':
      return new Choice(leaf.leaf, leaf.leaf.symbols);
    case 'boolean':
      return new Choice(leaf.leaf, ['false', 'true']);
    case 'int':
    case 'long':
    case 'u64':
    case 'timestamp':
      return new Numeral(leaf.leaf);
    case 'strings':
      return new Texts(leaf.leaf);
    case 'map':
    case 'records':
      throw new Error(`no field is a ${leaf.leaf.type}`);
  }
}

const batchPlans: Readonly<Record<'node' | 'hostname', FieldPlan>> = {
  node: { ofBatch: true, read: (event) => event.node, locate: (event, range) => locateText(event.record, event.nodeAt, range) },
  hostname: { ofBatch: true, read: (event) => event.hostname, locate: (event, range) => locateText(event.record, event.hostnameAt, range) },
};

/** One leaf. */
class Value implements FieldPlan {
  protected readonly slot: number;
  private readonly decode: LeafReader;

  constructor(leaf: Leaf) {
    this.slot = leaf.slot;
    this.decode = leafReader(leaf);
  }

  read(event: EncodedEvent): FieldValue {
    const at = event.slots[this.slot]!;
    if (at >= 0) return this.decode(event.record, at);
    return at === nullAt ? null : undefined;
  }

  locate(_event: EncodedEvent, _range: TextRange): boolean {
    return false;
  }
}

class Text extends Value implements FieldPlan {
  textAt({ slots }: EncodedEvent): number {
    return slots[this.slot]!;
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const at = event.slots[this.slot]!;
    if (at < 0) return false;
    return locateText(event.record, at, range);
  }
}

/** A list of texts, each a value of its own. */
export class Texts extends Value implements FieldPlan {
  readonly visitsValues = true;

  locateEach(event: EncodedEvent, visit: VisitText): boolean {
    const at = event.slots[this.slot]!;
    if (at < 0) return false;
    forEachItem(event.record, at, (item) => {
      const end = stringEnd(event.record, item);
      visit(event.record, longEnd(event.record, item), end);
      return end;
    });
    return true;
  }
}

/** The range of a string that stands at `at`. */
export function locateText(record: Buffer, at: number, range: TextRange): true {
  const head = record[at]!;
  const short = head < 0x80;
  range.bytes = record;
  range.start = short ? at + 1 : longEnd(record, at);
  range.end = range.start + (short ? head >> 1 : longAt(record, at));
  return true;
}

/** An enum or a boolean: its text is one of a few. */
class Choice extends Value implements FieldPlan {
  readonly choices: readonly string[];
  readonly keepsTexts = true;
  private readonly texts: readonly Buffer[];
  private readonly indexAt: (bytes: Buffer, at: number) => number;

  constructor(leaf: Leaf, texts: readonly string[]) {
    super(leaf);
    this.choices = texts;
    this.texts = texts.map((text) => Buffer.from(text));
    this.indexAt = leaf.type === 'boolean' ? (bytes, at) => (bytes[at] === 0 ? 0 : 1) : longAt;
  }

  numberOf({ slots, record }: EncodedEvent): number {
    const at = slots[this.slot]!;
    return (at < 0 ? at : this.indexAt(record, at)) - absentAt;
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const at = event.slots[this.slot]!;
    if (at < 0) return false;
    const text = this.texts[this.indexAt(event.record, at)]!;
    range.bytes = text;
    range.start = 0;
    range.end = text.length;
    return true;
  }
}

/** Longer numbers go the long way: few rules ask for them. */
const numeralMax = 1e9;
const numeralBytesMax = 10;

class Numeral extends Value implements FieldPlan {
  private readonly signed: boolean;

  constructor(leaf: Leaf) {
    super(leaf);
    this.signed = leaf.type !== 'u64';
  }

  numeralIn({ record, slots }: EncodedEvent): number {
    const at = slots[this.slot]!;
    if (at < 0) return Number.NaN;
    const value = longAt(record, at);
    return value < numeralMax && value > -numeralMax && (value >= 0 || this.signed) ? value : Number.POSITIVE_INFINITY;
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const value = this.numeralIn(event);
    const { arena } = event;
    if (!Number.isFinite(value) || !arena.fits(numeralBytesMax)) return false;
    const end = arena.next + numeralBytesMax;
    arena.keep(end);
    const { bytes } = arena;
    let start = end;
    let rest = value < 0 ? -value : value;
    do {
      bytes[--start] = 0x30 + (rest % 10);
      rest = (rest / 10) | 0;
    } while (rest > 0);
    if (value < 0) bytes[--start] = 0x2d;
    range.bytes = bytes;
    range.start = start;
    range.end = end;
    return true;
  }
}

/** Where the values of the records in a list stand: of the list that was looked at last, as several fields ask for it. */
class ScannedRecords {
  /** Records in it. */
  count = 0;
  private readonly scan: ItemScan;
  private readonly slots: Int32Array;
  /** The slots of one record after the other. */
  private places: number[] = [];
  private record: Buffer | undefined;
  private at = -1;

  constructor(scan: ItemScan) {
    this.scan = scan;
    this.slots = new Int32Array(scan.slots);
  }

  look(record: Buffer, at: number): void {
    if (record === this.record && at === this.at) return;
    this.record = record;
    this.at = at;
    this.count = 0;
    forEachItem(record, at, this.note);
  }

  /** Of a record's value; negative when there is none. */
  placeOf(index: number, slot: number): number {
    return index < this.count ? this.places[index * this.slots.length + slot]! : absentAt;
  }

  private readonly note = (at: number): number => {
    const end = this.scan.scan(this.record!, at, this.slots);
    for (let slot = 0; slot < this.slots.length; slot++) this.places[this.count * this.slots.length + slot] = this.slots[slot]!;
    this.count++;
    return end;
  };
}

const scannedRecords = new Map<ItemScan, ScannedRecords>();

/** To walk through a list of records, as of the ancestors. */
const recordsNs = 500;

/** The values of one field of the records in a list, null where a record has none. */
export class Items implements FieldPlan {
  readonly readNs = recordsNs;
  readonly visitsValues = true;
  private readonly slot: number;
  private readonly leaf: Leaf;
  private readonly decode: ReturnType<typeof itemReader>;
  private readonly records: ScannedRecords;

  constructor(list: Leaf, leaf: Leaf) {
    if (list.type !== 'records') throw new Error('a list of records was expected');
    const { item } = list;
    this.slot = list.slot;
    this.leaf = leaf;
    this.decode = itemReader(item, leaf);
    this.records = scannedRecords.getOrInsertComputed(item, () => new ScannedRecords(item));
  }

  read(event: EncodedEvent): FieldValue {
    const at = event.slots[this.slot]!;
    // What a list holds beside texts is for those who derive a value of it: see PathValue.
    return at >= 0 ? (this.decode(event.record, at) as unknown as FieldValue) : undefined;
  }

  locate(): boolean {
    return false;
  }

  /** Those that are texts. */
  locateEach({ record, slots }: EncodedEvent, visit: VisitText): boolean {
    const list = slots[this.slot]!;
    if (!this.isText) return false;
    if (list < 0) return true;
    this.records.look(record, list);
    for (let index = 0; index < this.records.count; index++) {
      const at = this.records.placeOf(index, this.leaf.slot);
      if (at >= 0) visit(record, longEnd(record, at), stringEnd(record, at));
    }
    return true;
  }

  /** Whether the values are texts. */
  get isText(): boolean {
    return this.leaf.type === 'string';
  }

  /** Where the text in the record of this number stands, of texts; negative when there is none. */
  itemAt({ record, slots }: EncodedEvent, index: number): number {
    const list = slots[this.slot]!;
    if (list < 0) return absentAt;
    this.records.look(record, list);
    return this.records.placeOf(index, this.leaf.slot);
  }
}
