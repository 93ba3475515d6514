/**
 * Plans of fields whose value follows from others. What rules ask for of nearly every event, such as a command line or
 * the names of the ancestors, is put together from bytes as its form says (../derivation-forms.ts); what follows from
 * one enum or number is remembered. Values themselves always come from `derive`.
 */
import { longAt, longEnd, stringEnd } from '#schemas/codec/avro-take.ts';
import { absentAt, type Leaf } from '#schemas/codec/leaf.ts';
import { formOf, type Derive, type Form } from '../derivation-forms.ts';
import type { PathValue } from '../event-fields.ts';
import type { FieldValue } from '../rules/fields.ts';
import { isAsciiText } from './ascii-text.ts';
import { Items, locateText, type EncodedEvent, type FieldPlan, type PathLeaf, type TextRange } from './avro-leaf-plans.ts';
import type { VisitText } from './field-source.ts';
import type { TextArena } from './text-arena.ts';

/** `leaves` and `plans` in order of the paths. */
export function planOfDerived(derive: Derive, leaves: readonly PathLeaf[], plans: readonly FieldPlan[]): FieldPlan {
  const form = formOf(derive);
  if (form !== undefined) return planOfForm(form, derive, leaves, plans) ?? new Derived(plans, derive);
  const only = leaves.length === 1 ? leafOf(leaves[0]) : undefined;
  switch (only?.type) {
    case 'enum':
    case 'boolean':
      return new OfFew(plans, derive, only);
    case 'int':
    case 'long':
    case 'u64':
      return new OfNumber(plans, derive, only);
    default:
      return new Derived(plans, derive);
  }
}

function planOfForm(form: Form, derive: Derive, leaves: readonly PathLeaf[], plans: readonly FieldPlan[]): FieldPlan | undefined {
  const [first] = plans;
  switch (form.kind) {
    case 'joined': {
      const list = leafOf(leaves[form.head === true ? 1 : 0]);
      return list?.type === 'strings' ? new Joined(plans, derive, list, form) : undefined;
    }
    case 'item': {
      const list = leafOf(leaves[0]);
      if (list?.type === 'strings') return new TextItem(plans, derive, list, form.index);
      return first instanceof Items && first.isText ? new RecordItem(plans, derive, first, form.index) : undefined;
    }
    case 'each':
      return new Each(plans, derive);
    case 'ended':
    case 'directory':
    case 'filename':
      return leafOf(leaves[0])?.type === 'string' ? new PartOfPath(plans, derive, form.kind) : undefined;
  }
}

/** The leaf at a path, unless it is one of the records in a list. */
function leafOf(at: PathLeaf): Leaf | undefined {
  return at !== undefined && 'leaf' in at && at.item === undefined ? at.leaf : undefined;
}

/** What it takes to derive a value, beside what it follows from; estimated, as FieldPlan.readNs. */
const derivedNs = 300;
const joinedNs = 200;
const partNs = 100;
const rememberedNs = 30;
const itemNs = 30;

class Derived implements FieldPlan {
  readonly readNs: number;
  protected readonly plans: readonly FieldPlan[];
  private readonly derive: Derive;

  constructor(plans: readonly FieldPlan[], derive: Derive, ownNs = derivedNs) {
    this.plans = plans;
    this.derive = derive;
    this.readNs = plans.reduce((sum, { readNs }) => sum + (readNs ?? 0), ownNs);
  }

  read(event: EncodedEvent): FieldValue {
    return this.derive(this.plans.map((plan): PathValue => plan.read(event)));
  }

  locate(_event: EncodedEvent, _range: TextRange): boolean {
    return false;
  }
}

/** A value that was derived before, and its texts. */
class Known {
  readonly value: FieldValue;
  readonly text: Buffer | undefined;
  readonly texts: readonly Buffer[] | undefined;

  constructor(value: FieldValue) {
    const several = typeof value === 'object' && value !== null;
    this.value = value;
    this.texts = several ? value.map((text) => Buffer.from(text)) : undefined;
    this.text = several || value === null || value === undefined ? undefined : Buffer.from(String(value));
  }
}

/** Of one leaf that has few values, or the same ones again and again. */
abstract class Remembered extends Derived implements FieldPlan {
  readonly keepsTexts = true;

  override read(event: EncodedEvent): FieldValue {
    return this.known(event).value;
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const { text } = this.known(event);
    if (text === undefined) return false;
    range.bytes = text;
    range.start = 0;
    range.end = text.length;
    return true;
  }

  locateEach(event: EncodedEvent, visit: VisitText): boolean {
    const { texts } = this.known(event);
    if (texts === undefined) return false;
    for (const text of texts) visit(text, 0, text.length);
    return true;
  }

  protected derived(event: EncodedEvent): Known {
    return new Known(super.read(event));
  }

  protected abstract known(event: EncodedEvent): Known;
}

/** Of an enum or a boolean, with null and no record as further values. */
class OfFew extends Remembered implements FieldPlan {
  private readonly leaf: Leaf;
  private readonly values: Known[] = [];

  constructor(plans: readonly FieldPlan[], derive: Derive, leaf: Leaf) {
    super(plans, derive, rememberedNs);
    this.leaf = leaf;
  }

  numberOf({ record, slots }: EncodedEvent): number {
    const at = slots[this.leaf.slot]!;
    const index = at < 0 ? at : this.leaf.type === 'boolean' ? Number(record[at] !== 0) : longAt(record, at);
    return index - absentAt;
  }

  protected known(event: EncodedEvent): Known {
    return (this.values[this.numberOf(event)] ??= this.derived(event));
  }
}

/** Numbers such as flags and capabilities. There are fewer, unless somebody wants to fill the table. */
const numbersMax = 1024;

/** To here a number has one varint of so many bytes at most, and is exact. */
const exactBytes = 7;

class OfNumber extends Remembered {
  private readonly slot: number;
  private readonly values = new Map<number, Known>();

  constructor(plans: readonly FieldPlan[], derive: Derive, leaf: Leaf) {
    super(plans, derive, rememberedNs);
    this.slot = leaf.slot;
  }

  protected known(event: EncodedEvent): Known {
    const at = event.slots[this.slot]!;
    if (at >= 0 && longEnd(event.record, at) - at > exactBytes) return this.derived(event);
    // Where there is no value a number that no event has.
    const key = at < 0 ? at - 0.5 : longAt(event.record, at);
    let known = this.values.get(key);
    if (known === undefined) {
      known = this.derived(event);
      if (this.values.size < numbersMax) this.values.set(key, known);
    }
    return known;
  }
}

/** A list as one text, each of its texts with a separator before it: that before the first is left out in the end. */
class Joined extends Derived {
  private readonly slot: number;
  private readonly form: Extract<Form, { kind: 'joined' }>;
  private readonly separator: number;

  constructor(plans: readonly FieldPlan[], derive: Derive, list: Leaf, form: Extract<Form, { kind: 'joined' }>) {
    super(plans, derive, joinedNs);
    this.slot = list.slot;
    this.form = form;
    this.separator = form.separator.charCodeAt(0);
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const at = event.slots[this.slot]!;
    if (at < 0) return false;
    const { arena } = event;
    const start = arena.next;
    const head = this.form.head === true ? this.putHead(event, range) : start;
    const end = head < 0 ? -1 : this.putList(event, at, head);
    if (end < 0) return false;
    arena.keep(end);
    range.bytes = arena.bytes;
    range.start = Math.min(start + 1, end);
    range.end = end;
    range.isAscii = isAsciiText(arena.bytes, start, end, arena.words);
    return true;
  }

  /** Returns where it ends; -1 when there is none or it does not fit. */
  private putHead(event: EncodedEvent, range: TextRange): number {
    if (!this.plans[0]!.locate(event, range)) return -1;
    return this.put(event.arena, range.bytes, range.start, range.end, event.arena.next);
  }

  /** Returns where it ends; -1 when it does not fit, or stands for no value. */
  private putList(event: EncodedEvent, at: number, to: number): number {
    const end = this.copyList(event, at, to);
    return end < 0 ? this.putEach(event, at, to) : end;
  }

  /** As a rule a list is in one block, and each length in one byte: it is copied, and the separators are put over the lengths. */
  private copyList({ record, arena }: EncodedEvent, at: number, to: number): number {
    const { from } = this.form;
    const count = record[at]! >> 1;
    if (record[at]! >= 0x80 || (record[at]! & 1) !== 0 || count <= from || count > headsMax) return -1;
    let next = at + 1;
    for (let index = 0; index < count; index += 1) {
      const head = record[next]!;
      if ((head & 0x81) !== 0) return -1;
      heads[index] = next;
      next += 1 + (head >> 1);
    }
    const first = heads[from]!;
    if (record[next] !== 0 || !arena.fits(to - arena.next + next - first)) return -1;
    record.copy(arena.bytes, to, first, next);
    for (let index = from; index < count; index += 1) arena.bytes[to + heads[index]! - first] = this.separator;
    return to + next - first;
  }

  private putEach({ record, arena }: EncodedEvent, at: number, to: number): number {
    let index = 0;
    for (;;) {
      let count = longAt(record, at);
      at = longEnd(record, at);
      if (count === 0) return index === 0 && this.form.missing === true ? -1 : to;
      if (count < 0) {
        count = -count;
        at = longEnd(record, at);
      }
      for (; count > 0; count--) {
        const end = stringEnd(record, at);
        if (index++ >= this.form.from) to = this.put(arena, record, longEnd(record, at), end, to);
        if (to < 0) return -1;
        at = end;
      }
    }
  }

  private put({ bytes: arenaBytes }: TextArena, bytes: Uint8Array, start: number, end: number, to: number): number {
    if (to + 1 + end - start > arenaBytes.length) return -1;
    arenaBytes[to++] = this.separator;
    for (let from = start; from < end; from++) arenaBytes[to++] = bytes[from]!;
    return to;
  }
}

/** Where the texts of the list that is being copied begin, with their lengths. A longer list is put together one by one. */
const headsMax = 32;
const heads = new Int32Array(headsMax);

const textRange: TextRange = { bytes: new Uint8Array(0), start: 0, end: 0 };

function textAt({ bytes, start, end }: TextRange): string {
  return (bytes as Buffer).toString('utf8', start, end);
}

/** One text of a list. */
class TextItem extends Derived implements FieldPlan {
  private readonly slot: number;
  private readonly index: number;

  constructor(plans: readonly FieldPlan[], derive: Derive, list: Leaf, index: number) {
    super(plans, derive, itemNs);
    this.slot = list.slot;
    this.index = index;
  }

  /** As derived: what a short list lacks is found out without the texts that it has. */
  override read(event: EncodedEvent): FieldValue {
    return this.locate(event, textRange) ? textAt(textRange) : undefined;
  }

  textAt({ record, slots }: EncodedEvent): number {
    const at = slots[this.slot]!;
    return at < 0 ? at : itemAt(record, at, this.index);
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const at = this.textAt(event);
    return at >= 0 && locateText(event.record, at, range);
  }
}

/** Where one of a list of strings stands; -1 when there are not so many. */
function itemAt(record: Buffer, at: number, index: number): number {
  let before = index;
  for (;;) {
    let count = longAt(record, at);
    at = longEnd(record, at);
    if (count === 0) return -1;
    if (count < 0) {
      count = -count;
      at = longEnd(record, at);
    }
    for (; count > 0; count--, before--) {
      if (before === 0) return at;
      at = stringEnd(record, at);
    }
  }
}

/** The text in one record of a list. */
class RecordItem extends Derived implements FieldPlan {
  private readonly items: Items;
  private readonly index: number;

  constructor(plans: readonly FieldPlan[], derive: Derive, items: Items, index: number) {
    super(plans, derive, itemNs);
    this.items = items;
    this.index = index;
  }

  textAt(event: EncodedEvent): number {
    return this.items.itemAt(event, this.index);
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    const at = this.textAt(event);
    return at >= 0 && locateText(event.record, at, range);
  }
}

/** All that there is at the paths. */
class Each extends Derived implements FieldPlan {
  readonly visitsValues = true;
  private readonly range: TextRange = { bytes: new Uint8Array(0), start: 0, end: 0 };

  locateEach(event: EncodedEvent, visit: VisitText): boolean {
    const { range } = this;
    for (const plan of this.plans) {
      if (plan.locate(event, range)) visit(range.bytes, range.start, range.end);
      else if (plan.locateEach?.(event, visit) !== true && hasValue(plan.read(event))) return false;
    }
    return true;
  }
}

function hasValue(value: FieldValue): boolean {
  return value !== null && value !== undefined;
}

const slash = 0x2f;

class PartOfPath extends Derived {
  private readonly kind: 'ended' | 'directory' | 'filename';

  constructor(plans: readonly FieldPlan[], derive: Derive, kind: PartOfPath['kind']) {
    super(plans, derive, partNs);
    this.kind = kind;
  }

  override locate(event: EncodedEvent, range: TextRange): boolean {
    if (!this.plans[0]!.locate(event, range)) return false;
    if (this.kind === 'ended') return endWithSlash(event.arena, range);
    const last = lastSlash(range);
    if (this.kind === 'filename') {
      range.start = last + 1;
      return true;
    }
    if (last < range.start) return false;
    range.end = Math.max(last, range.start + 1);
    return true;
  }
}

/** Before the start when there is none. */
function lastSlash({ bytes, start, end }: TextRange): number {
  let at = end - 1;
  while (at >= start && bytes[at] !== slash) at--;
  return at;
}

function endWithSlash(arena: TextArena, range: TextRange): boolean {
  const { bytes, start, end } = range;
  if (end > start && bytes[end - 1] === slash) return true;
  if (!arena.fits(end - start + 1)) return false;
  const first = arena.next;
  let to = first;
  for (let from = start; from < end; from++) arena.bytes[to++] = bytes[from]!;
  arena.bytes[to++] = slash;
  arena.keep(to);
  range.bytes = arena.bytes;
  range.start = first;
  range.end = to;
  return true;
}
