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
  readonly bytes: Buffer;
  /** Where its value stands in the event `scanned` last. */
  at: number;
  scan: number;
}

/** Places of an event's keys that are remembered; sensors send some twenty fields. */
const placesMax = 64;

export class ExternalFields {
  private readonly keys = new Map<string, Key>();
  /** By place in the events before: a sensor sends the same fields in the same order, so that a key is mostly found there. */
  private readonly places: (Key | undefined)[] = new Array<Key | undefined>(placesMax).fill(undefined);
  private readonly buckets: Key[][] = Array.from({ length: bucketCount }, () => []);
  private scans = 0;
  private walk: Walk | undefined;
  private scanned = true;

  /** Another event: looked through when the first field is asked for. */
  scan(walk: Walk): void {
    this.walk = walk;
    this.scanned = false;
    this.scans += 1;
  }

  planOf(field: FieldRef): FieldPlan {
    const open = openFieldOf(field);
    // No object of JavaScript can hold that as a key of its own.
    if (open === undefined || open.key === '__proto__') return nothing;
    if (open.key !== undefined) return new NamedField(this, this.keyOf(open.key));
    const plan: FieldPlan = { read: (event) => open.read(event.whole()), locate: () => false };
    return open.name === '*' ? { ...plan, locateEach: visitEvery } : plan;
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
      key = { bytes, at: -1, scan: 0 };
      this.keys.set(name, key);
      this.buckets[bucketOf(bytes, 0, bytes.length)]!.push(key);
      // The event at hand was looked through without it.
      this.scanned = false;
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
      if (count === 0) return;
      if (count < 0) {
        count = -count;
        at = longEnd(bytes, at);
      }
      for (; count > 0; count--) {
        const end = verifiedStringEnd(bytes, at);
        this.note(bytes, place++, textStart(bytes, at), end);
        at = verifiedStringEnd(bytes, end);
      }
    }
  }

  /** Of a key that comes twice the last value counts, as it does for avsc. */
  private note(bytes: Buffer, place: number, start: number, end: number): void {
    let key = place < placesMax ? this.places[place] : undefined;
    if (key === undefined || !equals(key.bytes, bytes, start, end)) {
      key = this.find(bytes, start, end);
      if (key === undefined) return;
      if (place < placesMax) this.places[place] = key;
    }
    key.at = end;
    key.scan = this.scans;
  }

  private find(bytes: Buffer, start: number, end: number): Key | undefined {
    const bucket = this.buckets[bucketOf(bytes, start, end)]!;
    for (let index = 0; index < bucket.length; index++) if (equals(bucket[index]!.bytes, bytes, start, end)) return bucket[index];
    return undefined;
  }
}

/** As stringEnd and longEnd, of strings that the walk has been over: mostly short, whose length is one byte. */
function verifiedStringEnd(bytes: Uint8Array, at: number): number {
  const head = bytes[at]!;
  return head < 0x80 ? at + 1 + (head >> 1) : stringEnd(bytes, at);
}

function textStart(bytes: Uint8Array, at: number): number {
  return bytes[at]! < 0x80 ? at + 1 : longEnd(bytes, at);
}

/** Of a key that comes twice both values: more than there is, which costs whoever sends that a look at the values. */
function visitEvery({ record, slots }: EncodedEvent, visit: VisitText): boolean {
  forEachItem(record, slots[fieldsSlot]!, (at) => {
    const value = verifiedStringEnd(record, at);
    const end = verifiedStringEnd(record, value);
    visit(record, textStart(record, value), end);
    return end;
  });
  return true;
}

class NamedField implements FieldPlan {
  private readonly fields: ExternalFields;
  private readonly key: Key;

  constructor(fields: ExternalFields, key: Key) {
    this.fields = fields;
    this.key = key;
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

/** Cheap: only the keys of rules are in the buckets, and nobody from outside can fill them. */
function bucketOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  return (length * 31 + bytes[start]! * 7 + bytes[end - 1]! * 131 + bytes[start + (length >> 1)]! * 17) & (bucketCount - 1);
}

/** Whether the bytes from start to end are the key. */
export function equals(key: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let index = 0; index < key.length; index++) if (key[index] !== bytes[start + index]) return false;
  return true;
}
