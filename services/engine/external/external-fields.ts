/**
 * The fields of an external event, found in its encoded map: the keys that rules ask for are known beforehand, so that
 * each key of an event is looked up by its bytes, and no text is made of those that nobody asks for.
 */
import { longAt, longEnd, stringEnd } from '#schemas/codec/avro-take.ts';
import type { Walk } from '#schemas/codec/event-scan.ts';
import { forEachItem, textAt } from '#schemas/codec/leaf.ts';
import { externalEventLeaves } from '#schemas/generated/scan.gen.ts';
import type { EitherFieldRef } from '../engine-fields.ts';
import { locateText, nothing, type EncodedEvent, type FieldPlan, type TextRange } from '../match/avro-leaf-plans.ts';
import { WordText } from '../match/word-text.ts';
import { Extent, type EventForm } from '../match/extent.ts';
import type { VisitText } from '../match/field-source.ts';
import type { FieldRef, FieldValue } from '../rules/fields.ts';

const fieldsSlot = externalEventLeaves['fields']!.slot;

/** A power of two, several times the fields that the rules of all SigmaHQ ask for in one product. */
const bucketCount = 1024;

/** As rules see an external event. A field that only our own events have has no value here. */
export function readExternal(field: FieldRef, values: object): FieldValue {
  return openFieldOf(field)?.read(values);
}

function openFieldOf(field: FieldRef): FieldRef | undefined {
  const { theirs, placeIn } = field as Partial<EitherFieldRef>;
  return theirs ?? (placeIn === undefined ? field : undefined);
}

interface Key {
  readonly name: WordText;
  /** Where its value stands in the event `scanned` last. */
  at: number;
  scan: number;
}

/** Places of an event's keys that are remembered; sensors send some twenty fields. */
const placesMax = 64;

/** Longer names that nobody asks for are not remembered. */
const nameBytesMax = 64;

export class ExternalFields {
  private readonly keys = new Map<string, Key>();
  /** By place in the events before: a sensor sends the same fields in the same order, so that a key is mostly found there. Those that nobody asks for too. */
  private readonly places: (Key | undefined)[] = new Array<Key | undefined>(placesMax).fill(undefined);
  /** Where the values stand, by place as well. */
  private readonly values = new Int32Array(placesMax);
  private placesUsed = 0;
  private readonly buckets: Key[][] = Array.from({ length: bucketCount }, () => []);
  private scans = 0;
  private walk: Walk | undefined;
  /** The memory of its bytes. */
  private words: Int32Array = new Int32Array(0);
  private scanned = true;

  /** Another event: looked through when the first field is asked for. */
  scan(walk: Walk, words: Int32Array): void {
    this.walk = walk;
    this.words = words;
    this.scanned = false;
    this.scans += 1;
  }

  planOf(field: FieldRef): FieldPlan {
    const open = openFieldOf(field);
    // No object of JavaScript can hold that as a key of its own.
    if (open === undefined || open.key === '__proto__') return nothing;
    if (open.key !== undefined) return new NamedField(this, this.keyOf(open.key));
    if (open.name === '*') return new EveryField(this, open);
    return { read: (event) => open.read(event.whole()), locate: () => false };
  }

  /** Of all fields together; single ones are searched by themselves, as their texts mostly come again. */
  extentOf(field: FieldRef): Extent | undefined {
    const open = openFieldOf(field);
    return open?.key === undefined && open?.name === '*' ? everyExtent : undefined;
  }

  /** The values of all fields. Of a key that comes twice both: whoever sends that pays for a look at them. */
  visitEvery(visit: VisitText): void {
    if (!this.scanned) this.scanKeys();
    const { bytes, slots } = this.walk!;
    if (this.placesUsed > placesMax) return visitInOrder(bytes, slots[fieldsSlot]!, visit);
    for (let place = 0; place < this.placesUsed; place++) {
      const at = this.values[place]!;
      visit(bytes, textStart(bytes, at), verifiedStringEnd(bytes, at));
    }
  }

  /** -1 when the event has no such field. */
  positionOf(key: Key): number {
    if (!this.scanned) this.scanKeys();
    return key.scan === this.scans ? key.at : -1;
  }

  private keyOf(name: string): Key {
    let key = this.keys.get(name);
    if (key === undefined) {
      const bytes = Buffer.from(name);
      key = { name: new WordText(bytes), at: -1, scan: 0 };
      this.keys.set(name, key);
      this.buckets[bucketOf(bytes, 0, bytes.length)]!.push(key);
      // The event at hand was looked through without it, and its place may have been taken for one that nobody asks for.
      this.scanned = false;
      this.places.fill(undefined);
    }
    return key;
  }

  private scanKeys(): void {
    this.scanned = true;
    const { bytes, slots } = this.walk!;
    let at = slots[fieldsSlot]!;
    let place = 0;
    for (;;) {
      let count = longAt(bytes, at);
      at = longEnd(bytes, at);
      if (count === 0) break;
      if (count < 0) {
        count = -count;
        at = longEnd(bytes, at);
      }
      for (; count > 0; count--) at = this.notePair(bytes, place++, at);
    }
    this.placesUsed = place;
  }

  /** Returns where it ends. Of a key that comes twice the last value counts, as it does for avsc. */
  private notePair(bytes: Buffer, place: number, at: number): number {
    const value = verifiedStringEnd(bytes, at);
    const key = this.keyAt(bytes, place, textStart(bytes, at), value);
    if (key !== undefined) {
      key.at = value;
      key.scan = this.scans;
    }
    if (place < placesMax) this.values[place] = value;
    return verifiedStringEnd(bytes, value);
  }

  private keyAt(bytes: Buffer, place: number, start: number, end: number): Key | undefined {
    const before = place < placesMax ? this.places[place] : undefined;
    if (before !== undefined && before.name.stands(bytes, this.words, start, end)) return before;
    const key = this.find(bytes, start, end);
    if (place < placesMax) {
      if (key !== undefined) this.places[place] = key;
      else if (before === undefined && end - start <= nameBytesMax) this.places[place] = { name: new WordText(bytes.subarray(start, end)), at: -1, scan: 0 };
    }
    return key;
  }

  private find(bytes: Buffer, start: number, end: number): Key | undefined {
    const bucket = this.buckets[bucketOf(bytes, start, end)]!;
    for (let index = 0; index < bucket.length; index++) if (bucket[index]!.name.stands(bytes, this.words, start, end)) return bucket[index];
    return undefined;
  }
}

/** As stringEnd and longEnd, of strings that the walk has been over: mostly so short that their length is one byte or two. */
function verifiedStringEnd(bytes: Uint8Array, at: number): number {
  const head = bytes[at]!;
  if (head < 0x80) return (at + 1 + (head >> 1)) | 0;
  const high = bytes[at + 1]!;
  return high < 0x80 ? (at + 2 + ((head & 0x7f) >> 1) + (high << 6)) | 0 : stringEnd(bytes, at);
}

function textStart(bytes: Uint8Array, at: number): number {
  return bytes[at]! < 0x80 ? at + 1 : longEnd(bytes, at);
}

function visitInOrder(bytes: Uint8Array, at: number, visit: VisitText): void {
  forEachItem(bytes, at, (pair) => {
    const value = verifiedStringEnd(bytes, pair);
    const end = verifiedStringEnd(bytes, value);
    visit(bytes, textStart(bytes, value), end);
    return end;
  });
}

/** All fields at once, as keywords search them. */
class EveryField implements FieldPlan {
  private readonly fields: ExternalFields;
  private readonly field: FieldRef;

  constructor(fields: ExternalFields, field: FieldRef) {
    this.fields = fields;
    this.field = field;
  }

  read(event: EncodedEvent): FieldValue {
    return this.field.read(event.whole());
  }

  locate(): boolean {
    return false;
  }

  locateEach(_event: EncodedEvent, visit: VisitText): boolean {
    this.fields.visitEvery(visit);
    return true;
  }
}

class NamedField implements FieldPlan {
  private readonly fields: ExternalFields;
  private readonly key: Key;

  constructor(fields: ExternalFields, key: Key) {
    this.fields = fields;
    this.key = key;
  }

  textAt(): number {
    return this.fields.positionOf(this.key);
  }

  read(event: EncodedEvent): string | undefined {
    const at = this.fields.positionOf(this.key);
    return at < 0 ? undefined : textAt(event.record, at);
  }

  locate(event: EncodedEvent, range: TextRange): boolean {
    const at = this.fields.positionOf(this.key);
    if (at < 0) return false;
    return locateText(event.record, at, range);
  }
}

/** All fields are one leaf, the last that an external event has. */
const fieldsForm: EventForm = { lastSlot: fieldsSlot, recordLists: [] };
const fieldsRange = [{ first: fieldsSlot, last: fieldsSlot }];

const everyExtent = new Extent(fieldsRange, fieldsForm, undefined, true);

/** Cheap: only the keys of rules are in the buckets, and nobody from outside can fill them. */
function bucketOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  return (length * 31 + bytes[start]! * 7 + bytes[end - 1]! * 131 + bytes[start + (length >> 1)]! * 17) & (bucketCount - 1);
}
